//! Whether the running program has at an address what a section of an object would be there: the same bytes, which
//! refer to the same things. Linkers fold identical code by the same question (ICF).
//!
//! A function of a crate that is compiled again keeps its name, whatever the line made of it. So a name alone would
//! lead to old code. A function or constant of the program is taken only if it is, byte for byte, what the new one
//! would be in its place. What a relocation would write there depends on what it refers to (`reference`). Something
//! that has a name is where the program has it. What has none (the text of a message, a number that code loads, the
//! table of a `dyn`) is compared in turn, and so is a constant that has one.
//!
//! Where the answer is no, or cannot be told, the new code is loaded. That costs time, and it is a second copy: it does
//! the same, as neither functions nor constants hold state, but it has another address, which a program can see that
//! compares function pointers or the addresses of constants. The answer is no for all of libraries' private functions,
//! for code that the optimizer gave another interface, and for fields that hold only a part of an address if the rest
//! is not found.
//!
//! Where the answer is yes, it rests on two things: that what bears the name of a variable *is* the variable, and that
//! sections which refer to each other in a circle are the same if each is, taking the others for the same.

mod reference;
mod split;

use std::borrow::Cow;

use self::reference::{DEPTH, LinkedField};
use self::split::split_address;
use super::{Resolution, SectionId};
use crate::loader::memory::read_process;
use crate::loader::object::Relocation;
use crate::loader::relocate::{RelocationKind, form, is_relaxed};

/// Returns whether two runs of bytes are the same, but for words that are each the number of a build.
pub(crate) fn is_same_but_for(builds: &[u64], a: &[u8], b: &[u8]) -> bool {
    let is_build = |word: &[u8]| {
        let word = word.first_chunk().map(|word| u64::from_le_bytes(*word));
        word.is_some_and(|word| builds.contains(&word))
    };
    let mut at = 0;
    if builds.is_empty() || a.len() != b.len() {
        return a == b;
    }
    while let Some(next) = a[at..].iter().zip(&b[at..]).position(|(a, b)| a != b) {
        // The number is not where the first byte that differs is, for others may be the same.
        at += next;
        let word = (at.saturating_sub(7)..=at).find(|&at| is_build(&a[at..]) && is_build(&b[at..]));
        match word {
            Some(word) => at = word + 8,
            None => return false,
        }
    }
    true
}

/// Returns whether `linked`, which is at `start` in the program, is what `object` became. `is_same` tells whether a
/// relocation would write what is in a field. Both may have numbers of builds in them, each another.
fn is_linked_from(
    (linked, object): (&[u8], &[u8]),
    start: u64,
    builds: &[u64],
    relocations: &[Relocation],
    mut is_same: impl FnMut(&Relocation, LinkedField<'_>) -> bool,
) -> bool {
    let whole = (linked, object);
    let mut at = 0;
    for (index, relocation) in relocations.iter().enumerate() {
        let Some((kind, field)) = form(relocation.kind) else {
            return false;
        };
        let Ok(begin) = usize::try_from(relocation.offset) else {
            return false;
        };
        let end = begin.saturating_add(if kind == RelocationKind::None { 0 } else { field.len() });
        let (Some(linked_gap), Some(object_gap)) = (linked.get(at..begin), object.get(at..begin)) else {
            return false;
        };
        let is_relaxed = !is_same_but_for(builds, linked_gap, object_gap);
        if is_relaxed && !self::is_relaxed(relocation.kind, linked_gap, object_gap) {
            return false;
        }
        let (Some(linked), Some(object)) = (linked.get(begin..end), object.get(begin..end)) else {
            return false;
        };
        at = end;
        if kind == RelocationKind::None {
            continue;
        }
        let split = split_address(whole, start, relocations, index);
        let is_relaxed = is_relaxed || split.is_some_and(|split| split.is_relaxed);
        let linked = LinkedField {
            linked,
            object,
            place: start.wrapping_add(relocation.offset),
            split,
            is_relaxed,
        };
        if !linked.is_of_same_instruction(field) || !is_same(relocation, linked) {
            return false;
        }
    }
    linked.len() == object.len() && is_same_but_for(builds, &linked[at..], &object[at..])
}

impl Resolution<'_> {
    /// Returns the bytes of code or constants, of the image or of what was loaded near it.
    pub(crate) fn contents(&self, address: u64, len: u64) -> Option<Cow<'static, [u8]>> {
        if !self.session.is_constant(address, len) {
            return self.image.contents(address, len);
        }
        let mut copy = Vec::with_capacity(usize::try_from(len).ok()?);
        let is_read = read_process(address, len, |bytes| {
            copy.extend_from_slice(bytes);
            true
        });
        self.session.restore_overwritten(address, &mut copy);
        is_read.then_some(Cow::Owned(copy))
    }

    /// Returns whether the image has at an address what a section would be there.
    pub(crate) fn is_identical_at(&mut self, id: SectionId, address: u64) -> bool {
        self.is_identical_to_depth(id, address, DEPTH)
    }

    fn is_identical_to_depth(&mut self, id: SectionId, address: u64, depth: u32) -> bool {
        if let Some(&known) = self.identical.get(&(id, address)) {
            return known;
        }
        let object = self.object(id.object);
        let (Ok(section), Ok(relocations)) = (object.section(id.section), object.relocations(id.section)) else {
            return false;
        };
        if depth == 0 || section.data.len() as u64 != section.size {
            return false;
        }
        let Some(linked) = self.contents(address, section.size) else {
            return false;
        };
        // What comes back here, in a circle, does not tell them apart.
        self.identical.insert((id, address), true);
        let builds = &self.session.builds;
        let is_same = |relocation: &Relocation, field: LinkedField<'_>| {
            self.is_same_reference(id.object, relocation, field, depth)
        };
        let bytes = (&*linked, section.data);
        let relocations: Vec<Relocation> = relocations.iter().collect();
        let is_identical = is_linked_from(bytes, address, builds, &relocations, is_same);
        if !is_identical {
            // Some of what was found to be the same in a circle was so only because this was taken for the same.
            self.identical.clear();
            self.identical.insert((id, address), false);
        }
        is_identical
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loader::object::SymbolIndex;

    #[cfg(target_arch = "x86_64")]
    const WORD: u32 = 2;
    #[cfg(target_arch = "aarch64")]
    const WORD: u32 = 261;

    fn compare(old: &[u8], new: &[u8], kind: u32, fields: &[u64], is_same: bool, expected: bool) {
        let relocations = fields.iter().map(|&offset| Relocation {
            offset,
            kind,
            symbol: SymbolIndex(0),
            addend: 0,
        });
        let relocations: Vec<Relocation> = relocations.collect();
        let found = is_linked_from((old, new), 0x1000, &[], &relocations, |relocation, field| {
            assert_eq!(field.place, 0x1000 + relocation.offset);
            assert_eq!(field.linked, &old[relocation.offset as usize..][..4]);
            is_same
        });
        assert_eq!(found, expected, "{old:?} {new:?}");
    }

    fn check(old: &[u8], new: &[u8], fields: &[u64], expected: bool) {
        compare(old, new, WORD, fields, true, expected);
        compare(old, new, WORD, fields, false, expected && fields.is_empty());
    }

    #[test]
    fn fields_count_by_what_they_refer_to() {
        check(b"call1234ret", b"call0000ret", &[4], true);
        check(b"call1234ret", b"call0000ret", &[], false);
        check(b"jump1234ret", b"call0000ret", &[4], false);
        check(b"call1234re!", b"call0000ret", &[4], false);
        check(b"12345678", b"00000000", &[0, 4], true);
    }

    #[test]
    fn sizes_count() {
        check(b"abc", b"abcd", &[], false);
        check(b"abcd", b"abc", &[], false);
        check(b"", b"", &[], true);
    }

    #[test]
    fn fields_outside_or_in_disorder_are_different() {
        check(b"abcd", b"abcd", &[2], false);
        check(b"abcd", b"abcd", &[9], false);
        check(b"12345678", b"00000000", &[4, 0], false);
    }

    #[cfg(all(target_os = "linux", target_arch = "aarch64"))]
    #[test]
    fn an_address_in_two_instructions() {
        use object::elf::{R_AARCH64_ADD_ABS_LO12_NC, R_AARCH64_ADR_PREL_PG_HI21};
        let check = |linked: [u32; 2], addend: i64, expected: Option<u64>| {
            let code = |code: [u32; 2]| code.map(u32::to_le_bytes).concat();
            let (linked, object) = (code(linked), code([0x9000_0000, 0x9100_0000]));
            let relocation = |offset, kind: object::elf::RelocationType, addend| Relocation {
                offset,
                kind: kind.0,
                symbol: SymbolIndex(0),
                addend,
            };
            let relocations = [
                relocation(0, R_AARCH64_ADR_PREL_PG_HI21, 8),
                relocation(4, R_AARCH64_ADD_ABS_LO12_NC, addend),
            ];
            let mut found = Vec::new();
            let is_same = is_linked_from((&linked, &object), 0x1000, &[], &relocations, |_, field| {
                found.push(field.split.map(|split| split.value));
                true
            });
            let expected_of_both = if is_same {
                vec![expected; 2]
            } else {
                vec![expected; found.len()]
            };
            assert_eq!(found, expected_of_both, "{linked:x?}");
            is_same
        };
        assert!(check([0xb000_0000, 0x9100_4000], 8, Some(0x2010)));
        assert!(check([0xd503_201f, 0x1000_0080], 8, Some(0x1014)));
        // Each has but a part of an address.
        assert!(check([0xb000_0000, 0x9100_4000], 0, None));
        // Other registers.
        assert!(!check([0xb000_0001, 0x9100_4000], 8, None));
        assert!(!check([0xb000_0000, 0x9100_4001], 8, Some(0x2010)));
    }

    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    #[test]
    fn a_relaxed_entry() {
        use object::elf::{R_X86_64_GOTPCRELX, R_X86_64_REX_GOTPCRELX};
        let check = |old: &[u8], new: &[u8], kind: u32, expected| compare(old, new, kind, &[3], true, expected);
        let kind = R_X86_64_GOTPCRELX.0;
        check(b"!\x67\xe81234", b"!\xff\x150000", kind, true);
        check(b"?\x67\xe81234", b"!\xff\x150000", kind, false);
        check(b"!\x67\xe91234", b"!\xff\x150000", kind, false);
        let kind = R_X86_64_REX_GOTPCRELX.0;
        check(b"\x48\x8d\x051234", b"\x48\x8b\x050000", kind, true);
        check(b"\x48\x8d\x0d1234", b"\x48\x8b\x050000", kind, false);
        check(b"\x48\x8d\x051234", b"\x48\x8b\x050000", WORD, false);
    }
}
