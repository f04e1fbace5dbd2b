//! Whether a section of an object is, byte for byte, the thing of the same name in the running program.
//!
//! Code that depends on the line keeps its name: the slot is found by it. Names alone would call the old code, so a
//! function (or constant) of the program is taken only if its bytes are those of the new one, apart from what
//! relocations write. Where an optimizer gave a function another interface, or a linker rewrote instructions, bytes
//! differ, and the new code is loaded: more work, never wrong, as neither functions nor constants hold state.

use super::object::Relocation;
use super::relocate::machine;

/// `old` is from the running program, `new` from the object.
pub(super) fn is_twin(old: &[u8], new: &[u8], relocations: impl Iterator<Item = Relocation>) -> bool {
    let mut at = 0;
    for relocation in relocations {
        let Some((_, field)) = machine::form(relocation.kind) else {
            return false;
        };
        let start = relocation.offset as usize;
        if start < at || start > new.len() || old.get(at..start) != new.get(at..start) {
            return false;
        }
        at = start + field.len();
    }
    old.len() == new.len() && at <= new.len() && old[at..] == new[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "x86_64")]
    const WORD: u32 = 2;
    #[cfg(target_arch = "aarch64")]
    const WORD: u32 = 261;

    fn check(old: &[u8], new: &[u8], fields: &[u64], expected: bool) {
        let relocations = fields.iter().map(|&offset| Relocation {
            offset,
            kind: WORD,
            symbol: 0,
            addend: 0,
        });
        assert_eq!(is_twin(old, new, relocations), expected, "{old:?} {new:?}");
    }

    #[test]
    fn fields_do_not_count() {
        check(b"call1234ret", b"call0000ret", &[4], true);
        check(b"call1234ret", b"call0000ret", &[], false);
        check(b"jump1234ret", b"call0000ret", &[4], false);
        check(b"call1234re!", b"call0000ret", &[4], false);
        check(b"12345678", b"00000000", &[0, 4], true);
    }

    #[test]
    fn sizes_do() {
        check(b"abc", b"abcd", &[], false);
        check(b"abcd", b"abc", &[], false);
        check(b"", b"", &[], true);
    }

    #[test]
    fn fields_outside_or_in_disorder_are_no_twin() {
        check(b"abcd", b"abcd", &[2], false);
        check(b"abcd", b"abcd", &[9], false);
        check(b"12345678", b"00000000", &[4, 0], false);
    }
}
