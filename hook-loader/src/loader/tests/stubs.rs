//! Functions whose bodies were left out: the program's are taken by name, and no stub is ever loaded.
#![allow(unsafe_code)]

use super::*;

// In the program: a function whose body a line does without, and two of one name.
std::arch::global_asm!(
    ".pushsection .text.hookable_left_out,\"ax\",@progbits",
    ".globl hookable_left_out",
    ".type hookable_left_out,@function",
    "hookable_left_out:",
    #[cfg(target_arch = "x86_64")]
    "mov eax, 7",
    #[cfg(target_arch = "aarch64")]
    "mov w0, 7",
    "ret",
    ".size hookable_left_out, . - hookable_left_out",
    ".popsection",
    ".pushsection .text.hookable_left_out,\"ax\",@progbits",
    ".globl hookable_hidden",
    ".hidden hookable_hidden",
    ".type hookable_hidden,@function",
    "hookable_hidden:",
    #[cfg(target_arch = "x86_64")]
    "mov eax, 8",
    #[cfg(target_arch = "aarch64")]
    "mov w0, 8",
    "ret",
    ".size hookable_hidden, . - hookable_hidden",
    ".type hookable_private,@function",
    "hookable_private:",
    #[cfg(target_arch = "x86_64")]
    "mov eax, 9",
    #[cfg(target_arch = "aarch64")]
    "mov w0, 9",
    "ret",
    ".size hookable_private, . - hookable_private",
    ".popsection",
    ".pushsection .text.hookable_ambiguous,\"ax\",@progbits",
    ".type hookable_ambiguous.llvm.1,@function",
    "hookable_ambiguous.llvm.1: ret",
    ".size hookable_ambiguous.llvm.1, . - hookable_ambiguous.llvm.1",
    ".type hookable_ambiguous.llvm.2,@function",
    "hookable_ambiguous.llvm.2: ret",
    ".size hookable_ambiguous.llvm.2, . - hookable_ambiguous.llvm.2",
    ".popsection",
);

unsafe extern "C" {
    fn hookable_left_out() -> i32;
}

const STUB: &str = "
    #define STUB(symbol) __asm__ volatile(\".quad __hookable_stub_\" symbol)
    __attribute__((noinline)) int hookable_left_out(void) { STUB(\"a\"); return 0; }
    __attribute__((noinline)) int hookable_not_there(void) { STUB(\"b\"); return 0; }
    __attribute__((noinline)) static int private_one(void) { STUB(\"c\"); return 0; }
    static inline __attribute__((always_inline)) int taken_into_others(void) { STUB(\"d\"); return 0; }
";
const SECTIONS: &[&str] = &["-ffunction-sections", "-fno-ipa-pure-const", "-fno-ipa-ra"];

fn left_out(name: &str, line: &str, flags: &[&str]) -> Vec<String> {
    match compile(name, &format!("{STUB} int SLOT(void) {{ {line} }}"), flags).load() {
        Err(LoadError::LeftOut(mut symbols)) => {
            symbols.sort();
            symbols
        }
        loaded => panic!("{name}: {:?}", loaded.map(|_| ())),
    }
}

#[test]
fn the_function_of_the_program_is_called() {
    let line = "int SLOT(void) { int (*volatile pointer)(void) = hookable_left_out; return hookable_left_out() * 10 + pointer(); }";
    let slot = compile("stub", &format!("{STUB} {line}"), SECTIONS).load();
    assert_eq!(slot.expect("loaded")(), 77);
    // SAFETY: it gives a number.
    assert_eq!(unsafe { hookable_left_out() }, 7);
}

#[test]
fn an_optimized_function_is_called_only_if_others_could() {
    let stub = |name: &str| {
        format!(
            "__attribute__((noinline)) int {name}(void) {{ __asm__ volatile(\".quad __hookable_stub_optimized_a\"); return 0; }} \
             int SLOT(void) {{ return {name}(); }}"
        )
    };
    let load = |name: &str| compile(&format!("stub_of_{name}"), &stub(name), SECTIONS).load();
    assert_eq!(load("hookable_left_out").expect("loaded")(), 7);
    assert_eq!(load("hookable_hidden").expect("loaded")(), 8);
    let refused = load("hookable_private");
    assert!(matches!(refused, Err(LoadError::LeftOut(symbols)) if symbols == ["__hookable_stub_optimized_a"]));
    // Where code is not optimized, a private function is called as its type says.
    let source = stub("hookable_private").replace("optimized_", "");
    let loaded = compile("stub_of_private", &source, SECTIONS).load();
    assert_eq!(loaded.expect("loaded")(), 9);
}

#[test]
fn a_function_that_only_leads_to_one_is_no_change() {
    let line = "__attribute__((noinline)) int calls(void) { return hookable_left_out() + 1; } int SLOT(void) { return calls(); }";
    let slot = compile("stub_led_to", &format!("{STUB} {line}"), SECTIONS).load();
    assert_eq!(slot.expect("loaded")(), 8);
}

#[test]
fn no_stub_is_loaded() {
    let a = "__hookable_stub_a";
    for (name, line, expected) in [
        (
            "stub_missing",
            "return hookable_not_there();",
            vec!["__hookable_stub_b"],
        ),
        (
            "stub_private",
            "return private_one() + hookable_left_out();",
            vec!["__hookable_stub_c"],
        ),
        ("stub_inlined", "return taken_into_others();", vec!["__hookable_stub_d"]),
        (
            "stub_pointer",
            "static int (*volatile table[])(void) = { hookable_left_out, hookable_not_there, private_one }; return table[0]();",
            vec!["__hookable_stub_b", "__hookable_stub_c"],
        ),
    ] {
        assert_eq!(left_out(name, line, SECTIONS), expected, "{name}");
    }
    // Of functions that share a section, none can be taken by itself.
    let all = left_out(
        "stub_shared",
        "return hookable_left_out();",
        &["-fno-function-sections", "-fno-ipa-pure-const"],
    );
    assert!(all.iter().any(|symbol| symbol == a), "{all:?}");
}

#[test]
fn a_name_that_several_have_is_nobodys() {
    let source = "
        __asm__(\".pushsection .text.a,\\\"ax\\\",@progbits\\n.type hookable_ambiguous,@function\\n\"
                \"hookable_ambiguous: .quad __hookable_stub_e\\n.size hookable_ambiguous, 8\\n.popsection\");
        extern int hookable_ambiguous(void);
        int SLOT(void) { return hookable_ambiguous(); }";
    let loaded = compile("stub_ambiguous", source, &[]).load();
    assert!(matches!(loaded, Err(LoadError::LeftOut(symbols)) if symbols == ["__hookable_stub_e"]));
}

#[test]
fn nobody_can_define_what_a_stub_refers_to() {
    let source = format!("{STUB} int SLOT(void) {{ return hookable_not_there(); }}");
    let other = "int __hookable_stub_b(void) { return 3; }";
    let loaded = compile_all("stub_defined", &[&source, other], SECTIONS).load();
    assert!(matches!(loaded, Err(LoadError::LeftOut(symbols)) if symbols == ["__hookable_stub_b"]));
    let own = "int __hookable_stub_b(void) { return 3; } int SLOT(void) { return __hookable_stub_b(); }";
    let loaded = compile("stub_called", own, &["-fno-inline"]).load();
    assert!(matches!(loaded, Err(LoadError::LeftOut(_))));
}
