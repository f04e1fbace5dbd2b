//! Damaged objects for macOS. Whatever they say, the answer is an error, or something; none of it runs.

use super::super::mutations::{Random, check, mutate};
use super::*;
use crate::loader::object::macho::Object;

fn read_all(bytes: &[u8]) -> Result<usize, LoadError> {
    let object = Object::parse(bytes)?;
    let mut read = 0;
    for index in object.section_indices() {
        read += usize::from(object.section(index).is_ok()) + object.section_name(index).len();
        read += usize::from(object.name_of_section(index).is_ok());
        if let Ok(relocations) = object.relocations(index) {
            let is_known = |relocation: &object::Relocation| object.symbol(relocation.symbol).is_ok();
            read += relocations.iter().filter(is_known).count();
        }
    }
    read += object
        .unwind_table()
        .map_or(0, |(table, relocations)| table.len() + relocations.len());
    Ok(read + object.exports().count() + usize::from(object.definition("slot_calls").is_some()))
}

#[test]
fn an_object_cut_short() {
    let whole = std::fs::read(assemble("cut", SOURCE).object(0)).expect("an object");
    let expected = read_all(&whole).expect("an object");
    assert!(expected > 500);
    for len in 0..whole.len() {
        // Names stand at the end.
        let is_less = read_all(&whole[..len]).map_or(true, |read| read < expected);
        assert!(is_less, "{len} of {} bytes", whole.len());
    }
}

#[test]
fn read() {
    let whole = std::fs::read(assemble("read", SOURCE).object(0)).expect("an object");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut whole_ones = 0;
    for _ in 0..5000 {
        let mut bytes = whole.clone();
        mutate(&mut bytes, &mut random);
        whole_ones += usize::from(read_all(&bytes).is_ok());
    }
    // Most bytes are no structure, so this is no test of how an object begins.
    assert!(whole_ones > 1000, "{whole_ones}");
}

#[test]
fn linked() {
    for slot in ["calls", "unwinds", "locals"] {
        check(&assemble(slot, SOURCE), 1000);
    }
}
