//! The relocation types of COFF for x86-64.

use object::pe::{self, RelocationType};

use super::RelocationKind;
use super::x86_64::Field;

/// Returns what a relocation of this type refers to, and how it is written; `None` if the type is not known.
///
/// Nothing tells a call from a use of a variable. What is out of reach is always a function, for variables of other
/// files are reached by way of an address in an import table, so each may go by an entry of a procedure linkage table.
pub(crate) fn form(kind: u32) -> Option<(RelocationKind, Field)> {
    Some(match RelocationType(u16::try_from(kind).ok()?) {
        pe::IMAGE_REL_AMD64_ABSOLUTE => (RelocationKind::None, Field::Absolute64),
        pe::IMAGE_REL_AMD64_ADDR64 => (RelocationKind::Symbol, Field::Absolute64),
        pe::IMAGE_REL_AMD64_ADDR32 => (RelocationKind::Symbol, Field::Unsigned32),
        // Debug information is full of these, but code has them for thread-locals alone.
        pe::IMAGE_REL_AMD64_SECREL => (RelocationKind::SecRel, Field::Unsigned32),
        pe::IMAGE_REL_AMD64_ADDR32NB => (RelocationKind::Plt, Field::BaseRelative32),
        pe::IMAGE_REL_AMD64_REL32
        | pe::IMAGE_REL_AMD64_REL32_1
        | pe::IMAGE_REL_AMD64_REL32_2
        | pe::IMAGE_REL_AMD64_REL32_3
        | pe::IMAGE_REL_AMD64_REL32_4
        | pe::IMAGE_REL_AMD64_REL32_5 => (RelocationKind::Plt, Field::PcRelative32),
        _ => return None,
    })
}

/// Returns `false`: linkers write fields of PE files, and leave instructions as they are.
pub(crate) fn is_relaxed(_: u32, _: &[u8], _: &[u8]) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::super::OutOfRange;
    use super::super::x86_64::write;
    use super::*;

    fn check(kind: RelocationType, value: u64, place: u64, expected: Result<&[u8], OutOfRange>) {
        let (_, field) = form(kind.0.into()).expect("known");
        let mut code = [0; 8];
        let written = write(field, &mut code, value, place).map(|()| &code[..field.len()]);
        assert_eq!(written, expected, "{kind:?}");
    }

    #[test]
    fn fields() {
        check(
            pe::IMAGE_REL_AMD64_ADDR64,
            0x1122_3344,
            0,
            Ok(&[0x44, 0x33, 0x22, 0x11, 0, 0, 0, 0]),
        );
        check(pe::IMAGE_REL_AMD64_ADDR32, 0x1_0000_0000, 0, Err(OutOfRange));
        check(pe::IMAGE_REL_AMD64_REL32, 0x1000, 0x1004, Ok(&[0xfc, 0xff, 0xff, 0xff]));
        check(pe::IMAGE_REL_AMD64_REL32_4, 0x8000_1000, 0x1000, Err(OutOfRange));
        check(pe::IMAGE_REL_AMD64_ADDR32NB, 0x8000_1000, 0x1000, Ok(&[0, 0, 0, 0x80]));
        check(pe::IMAGE_REL_AMD64_ADDR32NB, 0xfff, 0x1000, Err(OutOfRange));
    }

    #[test]
    fn what_only_debuggers_need_is_not_known() {
        for kind in [
            pe::IMAGE_REL_AMD64_SECTION,
            pe::IMAGE_REL_AMD64_SECREL7,
            pe::IMAGE_REL_AMD64_TOKEN,
        ] {
            assert_eq!(form(kind.0.into()), None);
        }
        assert_eq!(form(1 << 16), None);
    }
}
