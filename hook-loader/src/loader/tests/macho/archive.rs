//! Libraries for macOS.

use super::*;

/// Returns a library that has an object and a table which says that the object has these symbols.
fn library(symbols: &[&str], object: &[u8]) -> Vec<u8> {
    let mut names = Vec::new();
    let mut table = ((symbols.len() * 8) as u32).to_le_bytes().to_vec();
    let head_of_object = table.len() + symbols.len() * 8 + 4;
    let len_of_names = symbols
        .iter()
        .map(|name| name.len() + 1)
        .sum::<usize>()
        .next_multiple_of(8);
    let start = "!<arch>\n".len() + 60 + (head_of_object + len_of_names).next_multiple_of(2);
    for name in symbols {
        table.extend((names.len() as u32).to_le_bytes());
        table.extend((start as u32).to_le_bytes());
        names.extend(name.as_bytes());
        names.push(0);
    }
    names.resize(len_of_names, 0);
    table.extend((names.len() as u32).to_le_bytes());
    table.extend(names);
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, data) in [("__.SYMDEF", &*table), ("line.o", object)] {
        let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, data.len());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend_from_slice(data);
        bytes.resize(bytes.len().next_multiple_of(2), b'\n');
    }
    bytes
}

#[test]
fn what_the_program_lacks_comes_out_of_a_library() {
    let in_library = SOURCE.replace("_slot_wide", "_macho_in_library");
    let object = std::fs::read(assemble("library", &in_library).object(0)).expect("an object");
    // A variable is the same one in all lines, and so in those of other tests.
    let source = SOURCE.replace("_macho_count", "_macho_count_of_library");
    let line = assemble("calls", &source.replace("_hookable_macho_million", "_macho_in_library"));
    let path = line.folder.path().join("library.rlib");
    std::fs::write(&path, library(&["_macho_in_library", "_macho_words"], &object)).expect("written");
    let slot = line.load_with(Archives::index([path])).expect("loaded");
    assert_eq!(slot(), 2 + 20 + 1000 + 100 + 10_000 + 100_000 + 77);
    assert!(matches!(line.load(), Err(LoadError::Missing(names)) if names == ["macho_in_library"]));
}
