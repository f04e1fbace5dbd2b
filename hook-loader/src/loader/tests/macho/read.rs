//! What an object says of its sections and symbols.

use super::*;
use crate::loader::object::macho::Object;
use crate::loader::object::{Definition, Merge, Relocation, SectionIndex, SectionKind, SymbolIndex};

fn bytes(source: &str) -> Vec<u8> {
    std::fs::read(assemble("read", source).object(0)).expect("an object")
}

/// Returns the first section of the file's that is called `name`.
fn section(object: &Object<'_>, name: &str) -> SectionIndex {
    let mut sections = object.section_indices();
    let found = sections.find(|&index| object.section_name(index) == name.as_bytes());
    found.expect(name)
}

/// Returns the section that a symbol begins.
fn section_of(object: &Object<'_>, symbol: &str) -> SectionIndex {
    let index = object.definition(symbol).expect(symbol);
    object.section_of(index).expect(symbol)
}

/// Returns what the relocations of a section refer to: offset, name and addend.
fn references(object: &Object<'_>, section: SectionIndex) -> Vec<(u64, String, i64)> {
    let relocations = object.relocations(section).expect("relocations");
    let reference = |relocation: Relocation| {
        let symbol = object.symbol(relocation.symbol).expect("a symbol");
        let name = match (symbol.name, symbol.definition) {
            ("", Definition::Section { index, .. }) => String::from_utf8_lossy(object.section_name(index)).into(),
            (name, _) => name.to_owned(),
        };
        (relocation.offset, name, relocation.addend)
    };
    let all = relocations
        .iter()
        .filter(|relocation| relocation.symbol != SymbolIndex(0));
    all.map(reference).collect()
}

#[test]
fn sections_are_cut_where_symbols_begin() {
    let bytes = bytes(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let read = |symbol| object.section(section_of(&object, symbol)).expect("a section");
    for (symbol, kind, size) in [
        ("macho_panics", SectionKind::Code, None),
        ("macho_distances", SectionKind::Constant, Some(8)),
        ("macho_words", SectionKind::Constant, Some(4)),
        ("macho_pointer", SectionKind::Constant, Some(8)),
        ("macho_count", SectionKind::Variable, Some(4)),
        ("macho_weak", SectionKind::Variable, Some(4)),
        ("macho_zero", SectionKind::Variable, Some(8)),
        ("macho_local", SectionKind::Variable, Some(24)),
        ("macho_local$tlv$init", SectionKind::ThreadLocal, Some(4)),
        ("macho_local_zero$tlv$init", SectionKind::ThreadLocal, Some(4)),
    ] {
        let section = read(symbol);
        assert_eq!(section.kind, kind, "{symbol}");
        assert_eq!(section.size, size.unwrap_or(section.size), "{symbol}");
    }
    assert!(read("macho_zero").data.is_empty());
    assert_eq!(read("macho_words").align, 4);
    assert_eq!(read("macho_weak").align, 4);
    let merge = |name| object.section(section(&object, name)).expect("a section").merge;
    assert_eq!(merge("__cstring"), Some(Merge::Strings));
    assert_eq!(merge("__literal8"), Some(Merge::Constants(8)));
    assert_eq!(merge("__literal16"), Some(Merge::Constants(16)));
    assert_eq!(merge("__text"), None);
    assert!(object.is_code(section_of(&object, "macho_panics")));
}

#[test]
fn what_may_not_be_cut_stays_whole() {
    const FLAGS: usize = 24;
    let mut bytes = bytes(SOURCE);
    bytes[FLAGS..FLAGS + 4].copy_from_slice(&[0; 4]);
    let object = Object::parse(&bytes).expect("an object");
    let whole = section_of(&object, "macho_panics");
    assert_eq!(whole, section_of(&object, "slot_calls"));
    let name = object.name_of_section(whole).expect("a name").expect("a name");
    assert_eq!(
        (name.name, name.size),
        ("slot_calls", object.section(whole).expect("a section").size)
    );
}

#[test]
fn addends_are_beside_relocations() {
    let bytes = bytes(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let of = |symbol| references(&object, section_of(&object, symbol));
    assert_eq!(of("macho_pointer"), [(0, "hookable_macho_million".into(), 0)]);
    assert_eq!(
        of("macho_distances"),
        [(0, "macho_words".into(), 0), (4, "macho_words".into(), 2 + 4)]
    );
    let texts = of("macho_into_text");
    let [(0, _, into_text)] = texts[..] else {
        panic!("{texts:?}")
    };
    assert!(into_text == 6 || into_text == 1, "{texts:?}");
    assert_eq!(
        of("macho_local"),
        [(0, "_tlv_bootstrap".into(), 0), (16, "macho_local$tlv$init".into(), 0)]
    );
    let calls = of("slot_calls");
    let (counts, first) = match cfg!(target_arch = "x86_64") {
        // A distance counts from the field, and one has an immediate of four bytes behind it.
        true => (vec![-4, -4], ("macho_zero".to_owned(), 4 - 8)),
        false => (vec![0, 0, 0], ("macho_zero".to_owned(), 4)),
    };
    let addends = |name: &str| -> Vec<i64> {
        let named = calls.iter().filter(|(_, other, _)| other == name);
        named.map(|(.., addend)| *addend).collect()
    };
    assert_eq!(addends("macho_count"), counts, "{calls:?}");
    assert_eq!(addends(&first.0).first(), Some(&first.1), "{calls:?}");
    assert!(calls.is_sorted_by_key(|(offset, ..)| *offset), "{calls:?}");
}

/// On aarch64 LLVM names a symbol there, and not the section.
#[cfg(target_arch = "x86_64")]
#[test]
fn the_end_of_a_section_is_not_the_next() {
    let source = "
        .section __TEXT,__literal8,8byte_literals
        .p2align 3
        .quad 1
    L_end:
        .section __TEXT,__literal16,16byte_literals
        .p2align 3
        .quad 2, 3
        .section __DATA,__const
        .p2align 3
    _macho_end:
        .quad L_end
        .section __TEXT,__text,regular,pure_instructions
    _macho_code:
        lea rax, [rip + L_end]
        .subsections_via_symbols\n";
    let bytes = bytes(source);
    let object = Object::parse(&bytes).expect("an object");
    let of = |symbol| references(&object, section_of(&object, symbol));
    assert_eq!(of("macho_end"), [(0, "__literal8".into(), 8)]);
    assert_eq!(of("macho_code"), [(3, "__literal8".into(), 8 - 4)]);
}

#[test]
fn symbols_and_their_sizes() {
    let bytes = bytes(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let find = |name: &str| object.symbol(object.definition(name).expect(name)).expect(name);
    assert_eq!(find("macho_count").size, 4);
    assert!(find("macho_panics").is_local && !find("macho_private").is_local && !find("slot_calls").is_local);
    assert!(find("macho_weak").is_weak && !find("macho_count").is_weak);
    assert!(find("macho_local$tlv$init").is_thread_local && !find("macho_local").is_thread_local);
    let name = |section| {
        object
            .name_of_section(section)
            .expect("a name")
            .map(|symbol| symbol.name)
    };
    assert_eq!(name(section_of(&object, "macho_panics")), Some("macho_panics"));
    // What the assembler or the compiler calls by itself has no name.
    assert_eq!(name(section(&object, "__cstring")), None);
    assert_eq!(name(section(&object, "__gcc_except_tab")), None);
    let weak = object.relocations(section(&object, "__weak")).expect("relocations");
    let weak = object.symbol(weak.get(0).expect("one").symbol).expect("a symbol");
    assert!(weak.is_weak && weak.definition == Definition::Undefined);
    let exports: Vec<&[u8]> = object.exports().map(|(_, name, _)| name).collect();
    for (exported, expected) in [
        (&b"slot_calls"[..], true),
        (b"macho_private", true),
        (b"macho_panics", false),
        (b"atoi", false),
    ] {
        assert_eq!(exports.contains(&exported), expected);
    }
    assert!(object.has_name("_macho_pan") && !object.has_name("macho_nothing"));
    assert_eq!(object.definitions_from("slot_").len(), 4);
    assert_eq!(object.definition("slot_"), None);
    let said = |index| object.symbol(SymbolIndex(index)).err().map(|error| error.to_string());
    let all: Vec<String> = (0..200).filter_map(said).collect();
    let has = |what: &str| all.iter().any(|said| said.contains(what));
    assert!(has("`macho_common` is a common block"), "{all:?}");
    assert!(has("a relocation refers to no symbol"), "{all:?}");
}

#[test]
fn each_function_that_may_be_left_has_a_record() {
    let bytes = bytes(SOURCE);
    let object = Object::parse(&bytes).expect("an object");
    let (table, relocations) = object.unwind_table().expect("a table");
    assert!(!table.is_empty() && relocations.iter().map(|one| one.offset).is_sorted());
    let of = |section| {
        let is_of = |one: &Relocation| object.section_of(one.symbol) == Some(section);
        relocations.iter().filter(is_of).count()
    };
    for function in ["slot_calls", "slot_unwinds", "macho_panics", "slot_locals"] {
        assert_eq!(of(section_of(&object, function)), 1, "{function}");
    }
    // One of the functions has something to do as it is left.
    assert_eq!(of(section(&object, "__gcc_except_tab")), 1);
}

#[test]
fn other_machines() {
    let whole = bytes(SOURCE);
    for (at, value) in [(4, [12, 0, 0, 0]), (12, [2, 0, 0, 0])] {
        let mut bytes = whole.clone();
        bytes[at..at + 4].copy_from_slice(&value);
        let parsed = Object::parse(&bytes).err().map(|error| error.to_string());
        assert!(parsed.is_some_and(|said| said.contains("it is not an object of this machine")));
    }
}
