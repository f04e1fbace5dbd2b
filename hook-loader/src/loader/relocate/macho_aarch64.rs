//! The relocation types of Mach-O for aarch64.

use object::macho;

use super::RelocationKind;
use super::aarch64::Field;
use super::macho_kind::{self as kind, of};

/// Returns what a relocation of this type refers to, and how it is written; `None` if the type is not known.
pub(crate) fn form(kind: u32) -> Option<(RelocationKind, Field)> {
    const ADDRESS: u32 = of(macho::ARM64_RELOC_UNSIGNED, 8, false);
    const SHORT_ADDRESS: u32 = of(macho::ARM64_RELOC_UNSIGNED, 4, false);
    const THREAD_LOCAL: u32 = ADDRESS | kind::THREAD_LOCAL;
    const DISTANCE: u32 = of(macho::ARM64_RELOC_SUBTRACTOR, 8, false);
    const SHORT_DISTANCE: u32 = of(macho::ARM64_RELOC_SUBTRACTOR, 4, false);
    const BRANCH: u32 = of(macho::ARM64_RELOC_BRANCH26, 4, true);
    const PAGE: u32 = of(macho::ARM64_RELOC_PAGE21, 4, true);
    const GOT_PAGE: u32 = of(macho::ARM64_RELOC_GOT_LOAD_PAGE21, 4, true);
    const TLV_PAGE: u32 = of(macho::ARM64_RELOC_TLVP_LOAD_PAGE21, 4, true);
    const OFFSET: u32 = of(macho::ARM64_RELOC_PAGEOFF12, 4, false);
    const GOT_OFFSET: u32 = of(macho::ARM64_RELOC_GOT_LOAD_PAGEOFF12, 4, false);
    const TLV_OFFSET: u32 = of(macho::ARM64_RELOC_TLVP_LOAD_PAGEOFF12, 4, false);
    const GOT_DISTANCE: u32 = of(macho::ARM64_RELOC_POINTER_TO_GOT, 4, true);
    const GOT_ADDRESS: u32 = of(macho::ARM64_RELOC_POINTER_TO_GOT, 8, false);
    let scale = (kind / kind::SCALE % 8) as u8;
    let in_instruction = match kind - u32::from(scale) * kind::SCALE {
        OFFSET => Some(RelocationKind::Symbol),
        // The address of a thread-local is that of its descriptor.
        GOT_OFFSET | TLV_OFFSET => Some(RelocationKind::Got),
        _ => None,
    };
    if let Some(what) = in_instruction {
        return Some((what, Field::Low12(scale)));
    }
    Some(match kind {
        kind::NONE => (RelocationKind::None, Field::Absolute64),
        ADDRESS => (RelocationKind::Symbol, Field::Absolute64),
        SHORT_ADDRESS => (RelocationKind::Symbol, Field::Absolute32),
        THREAD_LOCAL => (RelocationKind::DtpOff, Field::Absolute64),
        DISTANCE => (RelocationKind::Symbol, Field::PcRelative64),
        SHORT_DISTANCE => (RelocationKind::Symbol, Field::PcRelative32),
        BRANCH => (RelocationKind::Plt, Field::Branch),
        PAGE => (RelocationKind::Symbol, Field::Adrp),
        GOT_PAGE | TLV_PAGE => (RelocationKind::Got, Field::Adrp),
        GOT_DISTANCE => (RelocationKind::Got, Field::PcRelative32),
        GOT_ADDRESS => (RelocationKind::Got, Field::Absolute64),
        _ => return None,
    })
}

/// Returns whether the code before a field differs from the object's only by relaxation. Here it is never told, so that
/// relaxed code counts as different.
pub(crate) fn is_relaxed(_: u32, _: &[u8], _: &[u8]) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_say_of_their_fields() {
        let offset = of(macho::ARM64_RELOC_PAGEOFF12, 4, false);
        for scale in 0..=4 {
            let expected = (RelocationKind::Symbol, Field::Low12(scale));
            assert_eq!(form(offset + u32::from(scale) * kind::SCALE), Some(expected));
        }
        let entry = of(macho::ARM64_RELOC_GOT_LOAD_PAGEOFF12, 4, false) + 3 * kind::SCALE;
        assert_eq!(form(entry), Some((RelocationKind::Got, Field::Low12(3))));
    }

    #[test]
    fn what_is_written_in_no_such_field_is_not_known() {
        for kind in [
            of(macho::ARM64_RELOC_UNSIGNED, 8, true),
            of(macho::ARM64_RELOC_BRANCH26, 4, false),
            of(macho::ARM64_RELOC_BRANCH26, 4, true) + kind::SCALE,
            of(macho::ARM64_RELOC_SUBTRACTOR, 8, true),
            of(macho::ARM64_RELOC_ADDEND, 4, false),
            15,
            u32::MAX,
        ] {
            assert_eq!(form(kind), None, "{kind:#x}");
        }
    }
}
