//! The symbol tables of programs and libraries for macOS, which the linker of Rust's toolchain makes.

use std::path::Path;

use super::*;
use crate::loader::image::macho::{Header, SymbolTable, read_header, slice_of_this_machine};
use crate::loader::object::macho::Object;

/// Links the object of a line, and returns the file.
fn link(line: &Line, flags: &[&str]) -> &'static [u8] {
    let (file, arch) = (line.folder.path().join("linked"), std::env::consts::ARCH);
    let arch = if arch == "aarch64" { "arm64" } else { arch };
    let target = [
        "-flavor",
        "darwin",
        "-arch",
        arch,
        "-platform_version",
        "macos",
        "12.0",
        "12.0",
    ];
    let mut linker = Command::new(rust_lld());
    linker.args(target).args(["-undefined", "dynamic_lookup"]).args(flags);
    assert!(
        linker
            .arg("-o")
            .args([&file, &line.object(0)])
            .status()
            .expect("rust-lld")
            .success()
    );
    std::fs::read(file).expect("a file").leak()
}

const PROGRAM: [&str; 3] = ["-execute", "-e", "_slot_calls"];

fn program() -> &'static [u8] {
    link(&assemble("program", SOURCE), &PROGRAM)
}

fn table(data: &'static [u8]) -> Result<SymbolTable, LoadError> {
    SymbolTable::parse(data, Path::new("program"))
}

#[test]
fn symbols_are_found_by_their_names() {
    for flags in [&PROGRAM[..], &["-dylib"]] {
        let table = table(link(&assemble("linked", SOURCE), flags)).expect("a table");
        let find = |name| table.find(name).next().unwrap_or_else(|| panic!("{name} is there"));
        let panics = find("macho_panics");
        assert!(panics.is_local && !find("slot_calls").is_local && find("macho_private").is_local);
        // Up to the next symbol, or to the end of the section.
        assert_eq!((find("macho_count").size, find("macho_words").size), (4, 4));
        assert_eq!(find("macho_local").size, 24);
        assert!(table.functions_at(panics.value).eq(["macho_panics"]));
        assert!(table.functions_at(panics.value + 1).next().is_none());
        assert!(table.functions_at(find("macho_count").value).next().is_none());
        assert!(
            table
                .functions()
                .any(|(value, name)| (value, name) == (panics.value, "macho_panics"))
        );
        assert!(
            table
                .variables("macho_cou")
                .eq([(find("macho_count").value, 4, &b"macho_count"[..])])
        );
        assert!(table.variables("macho_panics").next().is_none());
        for name in ["_macho_count", "atoi", "GCC_except_table0", "_mh_execute_header", ""] {
            assert!(table.find(name).next().is_none(), "{name}");
        }
    }
}

#[test]
fn addresses_in_memory_are_those_of_the_file_and_a_slide() {
    const SLIDE: u64 = 0x5000_0000;
    let data = program();
    let Header {
        is_program,
        is_of_system,
        segments,
        has_symbols,
    } = read_header(data, SLIDE).expect("a header");
    assert!(is_program && !is_of_system && has_symbols);
    // The text is constant; what the system's linker writes is not; the segment at zero is nobody's.
    let constant: Vec<bool> = segments.iter().map(|segment| segment.is_constant).collect();
    assert_eq!(constant, [true, false, false]);
    let table = table(data).expect("a table");
    let text = &segments[0];
    let function = table.find("macho_private").next().expect("a function").value + SLIDE;
    assert!(text.range.contains(&function) && text.offset == 0);
    // The bytes of the function are those of the object.
    let object = std::fs::read(assemble("object", SOURCE).object(0)).expect("an object");
    let object = Object::parse(&object).expect("an object");
    let section = object
        .section_of(object.definition("macho_private").expect("defined"))
        .expect("a section");
    let section = object.section(section).expect("a section");
    let start = (function - text.range.start) as usize;
    let end = &section.data[section.data.len() - 4..];
    assert_eq!(&data[start..start + section.data.len()][section.data.len() - 4..], end);
    let library = read_header(link(&assemble("library", SOURCE), &["-dylib"]), 0).expect("a header");
    assert!(!library.is_program);
}

#[test]
fn a_file_of_several_machines() {
    let data = program();
    let cpu = u32::from_le_bytes(*data[4..].first_chunk().expect("a processor"));
    let (start, len) = (4096_u32, data.len() as u32);
    let mut fat = Vec::new();
    for word in [0xcafe_babe, 2, 18, 0, start + len, 0, 12, cpu, 3, start, len, 12] {
        fat.extend(u32::to_be_bytes(word));
    }
    fat.resize(start as usize, 0);
    fat.extend(data);
    assert!(table(fat.clone().leak()).is_err());
    assert!(slice_of_this_machine(fat.clone().leak()) == data);
    assert!(slice_of_this_machine(data) == data);
    fat[28..32].copy_from_slice(&[0; 4]);
    assert!(slice_of_this_machine(fat.clone().leak()) == fat);
}

#[test]
fn what_has_no_names_is_said_to_be_stripped() {
    let stripped = link(
        &assemble("stripped", SOURCE),
        &["-execute", "-e", "_slot_calls", "-x", "-exported_symbol", "_none"],
    );
    let found = table(stripped);
    assert!(matches!(found, Err(LoadError::Stripped(path)) if path == Path::new("program")));
    let mut other = program().to_vec();
    other[4] = 1;
    assert!(matches!(table(other.leak()), Err(LoadError::Platform)));
}

#[test]
fn a_file_cut_short_or_damaged() {
    use super::super::mutations::{Random, mutate};
    let whole = program();
    let all = |data: &'static [u8]| table(data).map_or(0, |table| table.functions().count());
    let expected = all(whole);
    assert!(expected > 5);
    for len in (0..whole.len()).step_by(7) {
        let found = all(&whole[..len]);
        // Names stand near the end.
        let most = if len < whole.len() / 2 { 0 } else { expected };
        assert!(found <= most, "{found} in {len} of {} bytes", whole.len());
        read_header(&whole[..len], 1 << 40);
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..500 {
        let mut bytes = whole.to_vec();
        // Headers stand at the beginning, and names at the end.
        let (head, rest) = bytes.split_at_mut(4096);
        mutate(head, &mut random);
        mutate(rest, &mut random);
        let bytes: &'static [u8] = bytes.leak();
        all(slice_of_this_machine(bytes));
        read_header(bytes, u64::MAX / 2);
    }
}
