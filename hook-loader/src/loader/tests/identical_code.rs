//! Functions and constants that the program has already.
#![allow(unsafe_code)]

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
pub(super) fn object(name: &str, number: i32, text: &str, function: &str) -> Line {
    let line = Line {
        folder: tempfile::tempdir().expect("folder"),
        slot: format!("slot_{name}"),
        objects: 1,
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
    let mut cc = c_compiler();
    cc.arg("-c").arg(&file).arg("-o").arg(line.object(0));
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
    let found = load(
        host,
        &[line.object(0)],
        Archives::index([]),
        &line.running_slot(),
        SlotCode::Named,
    )
    .expect(name);
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
