//! Objects of LLVM for Windows, read here. What it assembles has all the forms that rustc gives to objects.

use std::process::Command;

use crate::LoadError;
use crate::loader::object::coff::Object;
use crate::loader::object::{Definition, Relocation, SectionIndex, SectionKind, SymbolIndex};
use crate::loader::unwind::pdata::{Pdata, UnwindTable};

/// Two functions with unwinding tables, one of them in a section that others may have a copy of; constants, variables,
/// and what is imported.
const SOURCE: &str = r#"
    .section .text$first,"xr",one_only,first
    .globl first
    .def first; .scl 2; .type 32; .endef
first:
    .seh_proc first
    sub rsp, 40
    .seh_stackalloc 40
    .seh_endprologue
    call [rip + __imp_far]
    lea rax, [rip + text + 2]
    mov dword ptr [rip + count], 7
    add rsp, 40
    ret
    .seh_endproc
    .section .text$copied,"xr",discard,_ZN6copied17h0123456789abcdefE
    .globl _ZN6copied17h0123456789abcdefE
    .def _ZN6copied17h0123456789abcdefE; .scl 2; .type 32; .endef
_ZN6copied17h0123456789abcdefE:
    .seh_proc _ZN6copied17h0123456789abcdefE
    push rbx
    .seh_pushreg rbx
    .seh_endprologue
    pop rbx
    ret
    .seh_endproc
    .section .rdata,"dr"
text:
    .asciz "ab"
    .data
    .globl count
count:
    .long 5
    .globl pointer
pointer:
    .quad first + 3
    .bss
    .comm common, 8
    .zero 16
    .weak perhaps
    perhaps = first
    .weak nowhere
    .section .data$weak,"dw"
    .quad perhaps
    .quad nowhere
"#;

/// Assembles a source for Windows.
fn assemble(source: &str) -> Vec<u8> {
    assemble_for("x86_64-pc-windows-gnu", source)
}

/// Assembles a source for a target.
pub(super) fn assemble_for(target: &str, source: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("line.rs");
    let head = "#![feature(no_core, rustc_attrs)]\n#![no_core]\n#![allow(internal_features)]\n\
                #[rustc_builtin_macro]\nmacro_rules! global_asm { () => {} }\n";
    std::fs::write(&file, format!("{head}global_asm!(r##\"{source}\"##);\n")).expect("written");
    let object = folder.path().join("line.o");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    // The target has no library here, and needs none.
    rustc
        .args(["--target", target, "--crate-type=lib", "--emit=obj", "--edition=2024"])
        .env("RUSTC_BOOTSTRAP", "1")
        .arg("-o")
        .args([&object, &file]);
    assert!(rustc.status().expect("rustc").success());
    std::fs::read(object).expect("an object")
}

fn section(object: &Object<'_>, name: &str) -> SectionIndex {
    let mut sections = object.section_indices();
    let found = sections.find(|&index| {
        object.section_name(index) == name.as_bytes() && object.section(index).is_ok_and(|s| s.size > 0)
    });
    found.expect(name)
}

/// Returns what the relocations of a section refer to: offset, name and addend.
fn references(object: &Object<'_>, section: SectionIndex) -> Vec<(u64, String, i64)> {
    let relocations = object.relocations(section).expect("relocations");
    let reference = |relocation: Relocation| {
        let symbol = object.symbol(relocation.symbol).expect("a symbol");
        (relocation.offset, symbol.name.to_owned(), relocation.addend)
    };
    relocations.iter().map(reference).collect()
}

#[test]
fn sections_and_what_they_refer_to() {
    let bytes = assemble(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let kind = |name| object.section(section(&object, name)).expect("a section").kind;
    assert_eq!(kind(".text$first"), SectionKind::Code);
    assert_eq!(kind(".rdata"), SectionKind::Constant);
    assert_eq!(kind(".data"), SectionKind::Variable);
    assert_eq!(kind(".bss"), SectionKind::Variable);
    assert_eq!(kind(".xdata$first"), SectionKind::Unwinding);
    let bss = object.section(section(&object, ".bss")).expect("a section");
    assert!(bss.data.is_empty() && bss.size >= 16);
    // A distance counts from the field, and the last field has an immediate of four bytes behind it.
    assert_eq!(
        references(&object, section(&object, ".text$first")),
        [
            (6, "__imp_far".into(), -4),
            (13, "text".into(), -2),
            (19, "count".into(), -8)
        ]
    );
    assert_eq!(references(&object, section(&object, ".data")), [(4, "first".into(), 3)]);
}

#[test]
fn symbols_and_their_sizes() {
    let bytes = assemble(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let find = |name: &str| {
        let symbol = object
            .definition(name)
            .map(|index| object.symbol(index).expect("a symbol"));
        symbol.unwrap_or_else(|| panic!("{name} is defined"))
    };
    let data = section(&object, ".data");
    assert_eq!(find("count").size, 4);
    assert_eq!(find("pointer").size, 8);
    assert_eq!(
        find("pointer").definition,
        Definition::Section { index: data, offset: 4 }
    );
    assert!(find("text").is_local && !find("first").is_local);
    assert!(find("_ZN6copied17h0123456789abcdefE").is_weak && !find("first").is_weak);
    let code = section(&object, ".text$first");
    assert_eq!(
        object.section_of(object.definition("first").expect("defined")),
        Some(code)
    );
    let name = |section| {
        object
            .name_of_section(section)
            .expect("a name")
            .map(|symbol| symbol.name)
    };
    assert_eq!(name(code), Some("first"));
    assert_eq!(name(data), Some("count"));
    let weak = object.relocations(section(&object, ".data$weak")).expect("relocations");
    let weak: Vec<_> = weak
        .iter()
        .map(|relocation| object.symbol(relocation.symbol).expect("a symbol"))
        .collect();
    let first = Definition::Section { index: code, offset: 0 };
    assert!(
        weak[0].is_weak && weak[0].definition == first,
        "{:?}",
        weak[0].definition
    );
    assert!(
        weak[1].is_weak && weak[1].definition == Definition::Undefined,
        "{:?}",
        weak[1].definition
    );
    // What is private and not called as rustc calls things is known in its object alone.
    assert_eq!(name(section(&object, ".rdata")), None);
    let exports: Vec<&[u8]> = object.exports().map(|(_, name, _)| name).collect();
    for (exported, expected) in [(&b"first"[..], true), (b"text", false), (b"__imp_far", false)] {
        assert_eq!(exports.contains(&exported), expected);
    }
}

#[test]
fn what_cannot_be_loaded() {
    let bytes = assemble(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let said = |index| object.symbol(SymbolIndex(index)).err().map(|error| error.to_string());
    let all: Vec<String> = (0..200).filter_map(said).collect();
    let has = |what: &str| all.iter().any(|said| said.contains(what));
    assert!(has("`common` is a common block"), "{all:?}");
    assert!(has("a relocation refers to no symbol"), "{all:?}");
}

#[test]
fn entries_of_unwinding_tables() {
    let bytes = assemble(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let code = section(&object, ".text$first");
    let size = object.section(code).expect("a section").size;
    let table = Pdata::of(&object).expect("tables");
    let frames = table.frames_of(code, size).expect("entries");
    let [frame] = frames[..] else { panic!("{frames:?}") };
    assert_eq!(
        (frame.code_size, object.section_of(frame.begin.symbol)),
        (size, Some(code))
    );
    let mut made = UnwindTable::new();
    made.add((), &table, frame);
    made.add((), &table, frame);
    made.close();
    assert_eq!(made.bytes, [0; 24]);
    let offsets: Vec<u64> = made
        .relocations
        .iter()
        .map(|(_, relocation)| relocation.offset)
        .collect();
    assert_eq!(offsets, [0, 4, 8, 12, 16, 20]);
    assert!(
        table
            .frames_of(section(&object, ".data"), 12)
            .expect("entries")
            .is_empty()
    );
}

/// A table whose entries are not in the order of the functions, as in an object whose compiler names some functions by
/// the section and a distance, and others by their own symbols.
#[test]
fn entries_are_in_the_order_of_their_functions() {
    let bytes = assemble(
        r#"
    .text
    .globl first
first:
    ret
.Lfirst_end:
    .globl second
second:
    ret
.Lsecond_end:
    .globl third
third:
    ret
.Lthird_end:
    .section .xdata,"dr"
rest:
    .long 1
    .section .pdata,"dr"
    .rva third, .Lthird_end, rest
    .rva .text + 1, .Lsecond_end, rest
    .rva first, .Lfirst_end, rest
"#,
    );
    let object = Object::parse(&bytes).expect("an object");
    let table = Pdata::of(&object).expect("tables");
    let frames = table.frames_of(section(&object, ".text"), 3).expect("entries");
    let names: Vec<_> = frames
        .iter()
        .map(|frame| object.symbol(frame.begin.symbol).expect("a symbol").name)
        .collect();
    assert_eq!(names, ["first", ".text", "third"]);
}

/// Reads all of an object that has been damaged. Whatever it says, the answer is an error, or something.
fn read_all(bytes: &[u8]) -> Result<usize, LoadError> {
    let object = Object::parse(bytes)?;
    let mut read = 0;
    for index in object.section_indices() {
        read += usize::from(object.section(index).is_ok()) + object.section_name(index).len();
        read += usize::from(object.name_of_section(index).is_ok());
        if let Ok(relocations) = object.relocations(index) {
            read += relocations
                .iter()
                .filter(|relocation| object.symbol(relocation.symbol).is_ok())
                .count();
        }
        let frames = Pdata::of(&object)?.frames_of(index, 1 << 20);
        read += frames.map_or(0, |frames| frames.len());
    }
    Ok(read + object.exports().count() + usize::from(object.definition("first").is_some()))
}

#[test]
fn an_object_cut_short() {
    let whole = assemble(SOURCE);
    let expected = read_all(&whole).expect("an object");
    assert!(expected > 50);
    for len in 0..whole.len() {
        // Names stand at the end.
        let is_less = read_all(&whole[..len]).map_or(true, |read| read < expected);
        assert!(is_less, "{len} of {} bytes", whole.len());
    }
}

#[test]
fn damaged_objects() {
    let whole = assemble(SOURCE);
    let mut random = super::mutations::Random(0x9e37_79b9_7f4a_7c15);
    let mut whole_ones = 0;
    for _ in 0..3000 {
        let mut bytes = whole.clone();
        super::mutations::mutate(&mut bytes, &mut random);
        whole_ones += usize::from(read_all(&bytes).is_ok());
    }
    // Most bytes are no structure, so this is no test of how an object begins.
    assert!(whole_ones > 1000, "{whole_ones}");
}

#[test]
fn other_machines() {
    let mut bytes = assemble(SOURCE);
    bytes[..2].copy_from_slice(&0xaa64_u16.to_le_bytes());
    assert!(
        matches!(Object::parse(&bytes), Err(LoadError::Object(said)) if said == "it is not an object of this machine")
    );
}
