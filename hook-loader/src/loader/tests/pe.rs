//! The symbol table of a Windows program, read here: whole, and with bytes changed at random.

use std::path::Path;

use object::pe::{IMAGE_FILE_MACHINE_AMD64, IMAGE_FILE_MACHINE_I386};

use super::mutations::{Random, mutate};
use crate::LoadError;
use crate::loader::image::pe::symbol_table;
use crate::loader::image::placed::SymbolTable;

/// Where the file header is, its symbols' address, and the headers of sections.
const FILE_HEADER: usize = 0x44;
const SYMBOLS: usize = 0x200;

/// Two sections, and symbols with a name, a section, a value and a type. What links programs writes such a table.
fn image(machine: u16, symbols: &[(&str, i16, u32, u16)]) -> Vec<u8> {
    let mut bytes = vec![0; SYMBOLS];
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, b"MZ");
    put(0x3c, &0x40_u32.to_le_bytes());
    put(0x40, b"PE\0\0");
    put(FILE_HEADER, &machine.to_le_bytes());
    put(FILE_HEADER + 2, &2_u16.to_le_bytes());
    put(FILE_HEADER + 8, &(SYMBOLS as u32).to_le_bytes());
    put(FILE_HEADER + 12, &(symbols.len() as u32).to_le_bytes());
    put(FILE_HEADER + 16, &0xf0_u16.to_le_bytes());
    let optional = FILE_HEADER + 20;
    put(optional, &0x20b_u16.to_le_bytes());
    put(optional + 108, &16_u32.to_le_bytes());
    for (number, (name, flags)) in [(b".text", 0x6000_0020_u32), (b".data", 0xc000_0040)]
        .into_iter()
        .enumerate()
    {
        let header = optional + 0xf0 + number * 40;
        put(header, name);
        put(header + 8, &0x100_u32.to_le_bytes());
        put(header + 12, &(0x1000 * (number as u32 + 1)).to_le_bytes());
        put(header + 36, &flags.to_le_bytes());
    }
    let mut strings = Vec::new();
    for &(name, section, value, kind) in symbols {
        bytes.extend(0_u32.to_le_bytes());
        bytes.extend((strings.len() as u32 + 4).to_le_bytes());
        strings.extend(name.bytes().chain([0]));
        bytes.extend(value.to_le_bytes());
        bytes.extend(section.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend([2, 0]);
    }
    bytes.extend((strings.len() as u32 + 4).to_le_bytes());
    bytes.extend(strings);
    bytes
}

const FUNCTION: u16 = 0x20;
const KNOWN: [(&str, i16, u32, u16); 4] = [
    ("main", 1, 0x10, FUNCTION),
    ("counts", 2, 0x20, 0),
    ("last", 1, 0x40, FUNCTION),
    ("outside", 1, 0x101, FUNCTION),
];

fn parse(bytes: Vec<u8>) -> Result<SymbolTable, LoadError> {
    symbol_table(bytes.leak(), Path::new("a.exe"))
}

fn known() -> Vec<u8> {
    image(IMAGE_FILE_MACHINE_AMD64.0, &KNOWN)
}

#[test]
fn symbols_of_a_program() {
    let table = parse(known()).expect("a table");
    let at = |name| {
        table
            .find(name)
            .map(|found| (found.value, found.size))
            .collect::<Vec<_>>()
    };
    assert_eq!(at("main"), [(0x1010, 0x30)]);
    assert_eq!(at("last"), [(0x1040, 0xc0)]);
    assert_eq!(at("counts"), [(0x2020, 0xe0)]);
    // No section has it.
    assert_eq!(at("outside"), []);
    assert_eq!(
        table.functions().collect::<Vec<_>>(),
        [(0x1010, "main"), (0x1040, "last")]
    );
    assert_eq!(table.functions_at(0x1040).collect::<Vec<_>>(), ["last"]);
    let variables: Vec<(u64, u64, &[u8])> = table.variables("unt").collect();
    assert_eq!(variables, [(0x2020, 0xe0, &b"counts"[..])]);
}

#[test]
fn files_without_a_table() {
    let without = image(IMAGE_FILE_MACHINE_AMD64.0, &[]);
    assert!(matches!(parse(without), Err(LoadError::Stripped(_))));
    let other = image(IMAGE_FILE_MACHINE_I386.0, &KNOWN);
    assert!(matches!(parse(other), Err(LoadError::Platform)));
    for len in 0..SYMBOLS {
        assert!(parse(known()[..len].to_vec()).is_err(), "{len}");
    }
}

#[test]
fn damaged_files() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let rounds = 4000;
    let mut read = 0;
    for _ in 0..rounds {
        let mut bytes = known();
        mutate(&mut bytes, &mut random);
        let Ok(table) = parse(bytes) else { continue };
        read += 1;
        for (name, ..) in KNOWN {
            for found in table.find(name) {
                assert!(found.value.checked_add(found.size).is_some());
            }
        }
        let _ = (
            table.functions().count(),
            table.variables("o").count(),
            table.functions_at(0x1010).count(),
        );
    }
    assert!(0 < read && read < rounds, "{read} of {rounds} were read");
}
