//! The relocation types of Mach-O for x86-64.

use object::macho;

use super::RelocationKind;
use super::macho_kind::{self as kind, of};
use super::x86_64::Field;

/// Returns what a relocation of this type refers to, and how it is written; `None` if the type is not known.
pub(crate) fn form(kind: u32) -> Option<(RelocationKind, Field)> {
    const ADDRESS: u32 = of(macho::X86_64_RELOC_UNSIGNED, 8, false);
    const SHORT_ADDRESS: u32 = of(macho::X86_64_RELOC_UNSIGNED, 4, false);
    const THREAD_LOCAL: u32 = ADDRESS | kind::THREAD_LOCAL;
    const SIGNED: u32 = of(macho::X86_64_RELOC_SIGNED, 4, true);
    const SIGNED_1: u32 = of(macho::X86_64_RELOC_SIGNED_1, 4, true);
    const SIGNED_2: u32 = of(macho::X86_64_RELOC_SIGNED_2, 4, true);
    const SIGNED_4: u32 = of(macho::X86_64_RELOC_SIGNED_4, 4, true);
    const BRANCH: u32 = of(macho::X86_64_RELOC_BRANCH, 4, true);
    const GOT_LOAD: u32 = of(macho::X86_64_RELOC_GOT_LOAD, 4, true);
    const GOT: u32 = of(macho::X86_64_RELOC_GOT, 4, true);
    const TLV: u32 = of(macho::X86_64_RELOC_TLV, 4, true);
    const DISTANCE: u32 = of(macho::X86_64_RELOC_SUBTRACTOR, 8, false);
    const SHORT_DISTANCE: u32 = of(macho::X86_64_RELOC_SUBTRACTOR, 4, false);
    Some(match kind {
        kind::NONE => (RelocationKind::None, Field::Absolute64),
        ADDRESS => (RelocationKind::Symbol, Field::Absolute64),
        SHORT_ADDRESS => (RelocationKind::Symbol, Field::Unsigned32),
        THREAD_LOCAL => (RelocationKind::DtpOff, Field::Absolute64),
        SIGNED | SIGNED_1 | SIGNED_2 | SIGNED_4 => (RelocationKind::Symbol, Field::PcRelative32),
        BRANCH => (RelocationKind::Plt, Field::PcRelative32),
        // The address of a thread-local is that of its descriptor.
        GOT_LOAD | GOT | TLV => (RelocationKind::Got, Field::PcRelative32),
        DISTANCE => (RelocationKind::Symbol, Field::PcRelative64),
        SHORT_DISTANCE => (RelocationKind::Symbol, Field::PcRelative32),
        _ => return None,
    })
}

/// Returns whether the code before a field differs from the object's only in that the linker had no need of an entry of
/// the global offset table: `mov entry` became `lea`. The field is at the same place.
pub(crate) fn is_relaxed(kind: u32, linked: &[u8], object: &[u8]) -> bool {
    let may_be = kind == of(macho::X86_64_RELOC_GOT_LOAD, 4, true) || kind == of(macho::X86_64_RELOC_TLV, 4, true);
    let (Some((linked, [a, b])), Some((object, [c, d]))) = (linked.split_last_chunk(), object.split_last_chunk())
    else {
        return false;
    };
    may_be && linked == object && (*a, *c) == (0x8d, 0x8b) && b == d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loads_of_entries_are_relaxed() {
        let load = of(macho::X86_64_RELOC_GOT_LOAD, 4, true);
        for (kind, linked, object, expected) in [
            (load, b"!\x8d\x05", b"!\x8b\x05", true),
            (load, b"?\x8d\x05", b"!\x8b\x05", false),
            (load, b"!\x8d\x0d", b"!\x8b\x05", false),
            (of(macho::X86_64_RELOC_GOT, 4, true), b"!\x8d\x05", b"!\x8b\x05", false),
        ] {
            assert_eq!(is_relaxed(kind, linked, object), expected, "{kind} {linked:?}");
        }
        assert!(!is_relaxed(load, b"", b""));
    }

    #[test]
    fn what_is_written_in_no_such_field_is_not_known() {
        for kind in [
            of(macho::X86_64_RELOC_UNSIGNED, 2, false),
            of(macho::X86_64_RELOC_UNSIGNED, 8, true),
            of(macho::X86_64_RELOC_BRANCH, 1, true),
            of(macho::X86_64_RELOC_GOT_LOAD, 4, false),
            of(macho::X86_64_RELOC_SUBTRACTOR, 4, true),
            15,
            u32::MAX,
        ] {
            assert_eq!(form(kind), None, "{kind:#x}");
        }
    }
}
