//! Two instructions have an address together where one has room for its page, and another for the rest of it.

use crate::loader::object::Relocation;
use crate::loader::relocate::{AddressPart, RelocationKind, SplitAddress, form, part, read_split};

/// No more relocations lie between those of the two instructions: what the compiler moves apart, it does not move far.
const BETWEEN: usize = 16;

/// Returns the address that a field has together with another one of the same symbol and addend. The code is given as
/// it is in the program, where it starts at an address, and in the object.
pub(super) fn split_address(
    (linked, object): (&[u8], &[u8]),
    start: u64,
    relocations: &[Relocation],
    index: usize,
) -> Option<SplitAddress> {
    let (this, part) = (relocations.get(index)?, part_of(relocations.get(index)?)?);
    let is_other = |other: &&Relocation| {
        let is_same = other.symbol == this.symbol && other.addend == this.addend;
        is_same && kind_of(other) == kind_of(this) && part_of(other).is_some_and(|other| other != part)
    };
    let other = match part {
        AddressPart::Page => relocations[index + 1..].iter().take(BETWEEN).find(is_other),
        AddressPart::Rest => relocations[..index].iter().rev().take(BETWEEN).find(is_other),
    }?;
    let (page, rest) = match part {
        AddressPart::Page => (this, other),
        AddressPart::Rest => (other, this),
    };
    let at = |relocation: &Relocation| usize::try_from(relocation.offset).ok();
    let in_program = |relocation: &Relocation| {
        let code = linked.get(at(relocation)?..)?;
        Some((code, start.wrapping_add(relocation.offset)))
    };
    read_split(in_program(page)?, in_program(rest)?, object.get(at(rest)?..)?)
}

fn part_of(relocation: &Relocation) -> Option<AddressPart> {
    part(form(relocation.kind)?.1)
}

fn kind_of(relocation: &Relocation) -> Option<RelocationKind> {
    Some(form(relocation.kind)?.0)
}
