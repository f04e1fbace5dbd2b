//! Objects of the C compiler, which can be told what rustc would decide itself, loaded into the test.
#![allow(unsafe_code)]

use std::path::PathBuf;
use std::process::Command;

use super::*;

/// Counts up two thread-locals that start as zero.
const ZEROS: &str = "
    __thread int ZERO;
    static __thread char OWN[3];
    int SLOT(void) { ZERO += 1; OWN[2] += 2; return ZERO * 10 + OWN[2]; }";
/// Counts up one that starts as zero and one that does not, beside one that is relocated.
const NINES: &str = "
    static int spare;
    __thread int ZERO;
    __thread int NINE = 9;
    static __thread int *OWN = &spare;
    int SLOT(void) { ZERO += 1; NINE += 1; return ZERO * 100 + NINE + (OWN != &spare); }";

struct Line {
    folder: tempfile::TempDir,
    slot: String,
}

type Slot = extern "C" fn() -> i32;

fn compile(name: &str, source: &str, flags: &[&str]) -> Line {
    let line = Line {
        folder: tempfile::tempdir().expect("folder"),
        slot: format!("slot_{name}"),
    };
    let file = line.folder.path().join("line.c");
    std::fs::write(&file, source).expect("written");
    let mut cc = Command::new("cc");
    cc.args(["-c", "-O1", "-fPIC"])
        .args(flags)
        .arg(&file)
        .arg("-o")
        .arg(line.object());
    for what in ["ZERO", "NINE", "OWN", "SLOT"] {
        cc.arg(format!("-D{what}={}_{name}", what.to_lowercase()));
    }
    assert!(cc.status().expect("cc").success());
    line
}

impl Line {
    fn object(&self) -> PathBuf {
        self.folder.path().join("line.o")
    }

    fn load(&self) -> Result<Slot, LoadError> {
        let host = Host::of_this_process()?;
        let test = a_broken_object_is_an_error as fn() as usize;
        let image = host.slot_at(test)?.expect("a function of this test").image;
        let name = self.slot.clone().leak();
        let loaded = load(host, &[self.object()], Archives::index([]), &RunningSlot { name, image })?;
        // SAFETY: the type that the slots above have in C.
        Ok(unsafe { std::mem::transmute::<usize, Slot>(loaded.address) })
    }
}

/// Each thread begins anew, and goes on when the same line is loaded again.
fn check(name: &str, source: &str, flags: &[&str], expected: [i32; 3]) {
    let line = compile(name, source, flags);
    let slot = line.load().expect(name);
    assert_eq!([slot(), slot()], expected[..2], "{name}");
    assert_eq!(
        std::thread::spawn(move || [slot(), slot()]).join().expect(name),
        expected[..2],
        "{name}"
    );
    let host = Host::of_this_process().expect(name);
    let loaded = host.slot_at(slot as usize).expect(name).expect(name);
    assert_eq!(loaded.name, line.slot);
    let again = line.load().expect(name);
    assert_eq!(again(), expected[2], "{name}");
    assert_ne!(again as usize, slot as usize);
}

#[test]
fn thread_locals_of_all_models() {
    let zeros = [12, 24, 36];
    check("gd", ZEROS, &["-ftls-model=global-dynamic"], zeros);
    check("ld", ZEROS, &["-ftls-model=local-dynamic"], zeros);
    check("ie", ZEROS, &["-ftls-model=initial-exec"], zeros);
    check("le", ZEROS, &["-ftls-model=local-exec"], zeros);
}

#[test]
fn thread_locals_with_an_initial_value() {
    let nines = [110, 211, 312];
    check("gd_nine", NINES, &["-ftls-model=global-dynamic"], nines);
    check("ld_nine", NINES, &["-ftls-model=local-dynamic"], nines);
    for model in ["initial-exec", "local-exec"] {
        let line = compile("fixed", NINES, &[&format!("-ftls-model={model}")]);
        assert!(matches!(line.load(), Err(LoadError::ThreadLocal(_))), "{model}");
    }
}

#[test]
#[cfg(target_arch = "x86_64")]
fn thread_locals_by_descriptor() {
    check("desc", ZEROS, &["-mtls-dialect=gnu2"], [12, 24, 36]);
    assert!(compile("desc_nine", NINES, &["-mtls-dialect=gnu2"]).load().is_err());
}

#[test]
fn calls_into_far_libraries() {
    let source = "#include <stdlib.h>\nint SLOT(void) { return abs(atoi(\"-7\")); }";
    let slot = compile("far", source, &["-fno-builtin"]).load().expect("loaded");
    assert_eq!(slot(), 7);
}

#[cfg(target_arch = "x86_64")]
mod twins {
    use super::*;

    // In the program: a function that gives a number, and one that gives the first of three texts, by way of a table.
    std::arch::global_asm!(
        ".pushsection .text.hookable_number,\"ax\",@progbits",
        ".globl hookable_number, hookable_text",
        ".type hookable_number,@function",
        "hookable_number: mov eax, dword ptr [rip + 2f]",
        "ret",
        ".size hookable_number, . - hookable_number",
        ".pushsection .rodata.hookable_number,\"a\",@progbits",
        "2: .long 7",
        ".popsection",
        ".type hookable_text,@function",
        "hookable_text: lea rax, [rip + 3f]",
        "ret",
        ".size hookable_text, . - hookable_text",
        ".pushsection .data.rel.ro.hookable_text,\"aw\",@progbits",
        "3: .quad 4f",
        ".quad hookable_number",
        ".popsection",
        ".pushsection .rodata.hookable_text_one,\"a\",@progbits",
        "4: .asciz \"one\"",
        ".popsection",
        ".popsection",
    );

    unsafe extern "C" {
        fn hookable_number() -> i32;
        fn hookable_text() -> *const *const u8;
    }

    /// The same in a line, but for the number and the text.
    fn object(name: &str, number: i32, text: &str, function: &str) -> Line {
        let line = Line {
            folder: tempfile::tempdir().expect("folder"),
            slot: format!("slot_{name}"),
        };
        let slot = &line.slot;
        let source = format!(
            "
            .macro function name
            .section .text.\\name,\"ax\",@progbits
            .globl \\name
            .type \\name,@function
            \\name:
            .endm
            function hookable_number
            mov .Lnumber(%rip), %eax
            ret
            .size hookable_number, . - hookable_number
            function hookable_text
            lea .Ltable(%rip), %rax
            ret
            .size hookable_text, . - hookable_text
            function {slot}
            jmp {function}
            .size {slot}, . - {slot}
            .section .rodata.number,\"a\",@progbits
            .Lnumber: .long {number}
            .section .rodata.text,\"a\",@progbits
            .Ltext: .asciz \"{text}\"
            .section .data.rel.ro.table,\"aw\",@progbits
            .Ltable: .quad .Ltext
            .quad hookable_number
            "
        );
        let file = line.folder.path().join("line.s");
        std::fs::write(&file, source).expect("written");
        let mut cc = Command::new("cc");
        cc.arg("-c").arg(&file).arg("-o").arg(line.object());
        assert!(cc.status().expect("cc").success());
        line
    }

    /// How many sections are loaded besides the slot.
    fn check(name: &str, number: i32, text: &str, function: &str, loaded: usize) {
        // SAFETY: both are in this program.
        let (first, table) = unsafe { (hookable_number(), hookable_text()) };
        assert!(first == 7 && !table.is_null());
        let line = object(name, number, text, function);
        let host = Host::of_this_process().expect("a host");
        let test = a_broken_object_is_an_error as fn() as usize;
        let image = host.slot_at(test).expect("symbols").expect("a function").image;
        let slot = RunningSlot {
            name: line.slot.clone().leak(),
            image,
        };
        let found = load(host, &[line.object()], Archives::index([]), &slot).expect(name);
        assert_eq!(found.sections, 1 + loaded, "{name}");
        if function == "hookable_number" {
            // SAFETY: the slot jumps to the function.
            let slot = unsafe { std::mem::transmute::<usize, Slot>(found.address) };
            assert_eq!(slot(), number, "{name}");
        }
    }

    #[test]
    fn a_function_is_the_programs_if_what_it_refers_to_is() {
        check("same_number", 7, "one", "hookable_number", 0);
        check("other_number", 8, "one", "hookable_number", 2);
        check("same_text", 7, "one", "hookable_text", 0);
        // The function, the table, the text; the number is the program's.
        check("other_text", 7, "two", "hookable_text", 3);
        // The text is the same, but has no name by which the program's could be taken.
        check("other_number_in_table", 8, "one", "hookable_text", 5);
    }
}

#[test]
fn a_broken_object_is_an_error() {
    let line = compile("broken", NINES, &[]);
    let whole = std::fs::read(line.object()).expect("read");
    for len in (0..whole.len()).step_by(7) {
        std::fs::write(line.object(), &whole[..len]).expect("written");
        assert!(line.load().is_err(), "{len} of {} bytes", whole.len());
    }
    std::fs::write(line.object(), "not an object").expect("written");
    assert!(matches!(line.load(), Err(LoadError::Object(_))));
}

#[test]
fn a_damaged_object_is_no_panic() {
    // What the unwinder reads is checked by nobody.
    let line = compile("damaged", ZEROS, &["-fno-asynchronous-unwind-tables"]);
    let whole = std::fs::read(line.object()).expect("read");
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        std::fs::write(line.object(), damaged).expect("written");
        _ = line.load();
    }
}
