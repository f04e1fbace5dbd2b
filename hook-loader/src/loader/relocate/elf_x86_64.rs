//! The relocation types of ELF for x86-64.

use object::elf::{self, RelocationType};

use super::RelocationKind;
use super::x86_64::Field;

/// Returns what a relocation of this type refers to, and how it is written; `None` if the type is not known.
pub(crate) fn form(kind: u32) -> Option<(RelocationKind, Field)> {
    Some(match RelocationType(kind) {
        elf::R_X86_64_NONE | elf::R_X86_64_TLSDESC_CALL => (RelocationKind::None, Field::Absolute64),
        elf::R_X86_64_64 => (RelocationKind::Symbol, Field::Absolute64),
        elf::R_X86_64_32 => (RelocationKind::Symbol, Field::Unsigned32),
        elf::R_X86_64_32S => (RelocationKind::Symbol, Field::Signed32),
        elf::R_X86_64_PC32 => (RelocationKind::Symbol, Field::PcRelative32),
        elf::R_X86_64_PC64 => (RelocationKind::Symbol, Field::PcRelative64),
        elf::R_X86_64_PLT32 => (RelocationKind::Plt, Field::PcRelative32),
        // Code of the large model adds these to the start of a table, which is said to be at zero.
        elf::R_X86_64_GOTPC64 => (RelocationKind::Symbol, Field::PcRelative64),
        elf::R_X86_64_GOTOFF64 => (RelocationKind::Symbol, Field::Absolute64),
        elf::R_X86_64_PLTOFF64 => (RelocationKind::Plt, Field::Absolute64),
        elf::R_X86_64_GOT64 => (RelocationKind::Got, Field::Absolute64),
        elf::R_X86_64_GOTPCREL
        | elf::R_X86_64_GOTPCRELX
        | elf::R_X86_64_REX_GOTPCRELX
        | elf::R_X86_64_CODE_4_GOTPCRELX => (RelocationKind::Got, Field::PcRelative32),
        elf::R_X86_64_GOTPCREL64 => (RelocationKind::Got, Field::PcRelative64),
        elf::R_X86_64_GOTTPOFF | elf::R_X86_64_CODE_4_GOTTPOFF => (RelocationKind::GotTpOff, Field::PcRelative32),
        elf::R_X86_64_TLSGD => (RelocationKind::TlsGd, Field::PcRelative32),
        elf::R_X86_64_TLSLD => (RelocationKind::TlsLd, Field::PcRelative32),
        elf::R_X86_64_GOTPC32_TLSDESC | elf::R_X86_64_CODE_4_GOTPC32_TLSDESC => {
            (RelocationKind::TlsDesc, Field::PcRelative32)
        }
        elf::R_X86_64_TPOFF32 => (RelocationKind::TpOff, Field::Signed32),
        elf::R_X86_64_TPOFF64 => (RelocationKind::TpOff, Field::Absolute64),
        elf::R_X86_64_DTPOFF32 => (RelocationKind::DtpOff, Field::Signed32),
        elf::R_X86_64_DTPOFF64 => (RelocationKind::DtpOff, Field::Absolute64),
        _ => return None,
    })
}

/// Returns whether the code before a field differs from the object's only in that the linker had no need of an entry of
/// the global offset table: `call *entry` became `call`, and `mov entry` became `lea`. The field is at the same place.
pub(crate) fn is_relaxed(kind: u32, linked: &[u8], object: &[u8]) -> bool {
    let may_be = matches!(
        RelocationType(kind),
        elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX
    );
    let (Some((linked, [a, b])), Some((object, [c, d]))) = (linked.split_last_chunk(), object.split_last_chunk())
    else {
        return false;
    };
    let call = (*a, *b, *c, *d) == (0x67, 0xe8, 0xff, 0x15);
    let load = (*a, *c) == (0x8d, 0x8b) && b == d;
    may_be && linked == object && (call || load)
}

#[cfg(test)]
mod tests {
    use super::super::OutOfRange;
    use super::super::x86_64::{read, write};
    use super::*;

    fn check(kind: RelocationType, value: u64, place: u64, expected: Result<&[u8], OutOfRange>) {
        let (_, field) = form(kind.0).expect("known");
        let mut code = [0; 8];
        let written = write(field, &mut code, value, place).map(|()| &code[..field.len()]);
        assert_eq!(written, expected, "{kind:?}");
    }

    #[test]
    fn fields() {
        check(
            elf::R_X86_64_64,
            0x1122_3344_5566_7788,
            0,
            Ok(&[0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]),
        );
        check(elf::R_X86_64_PC32, 0x1000, 0x1004, Ok(&[0xfc, 0xff, 0xff, 0xff]));
        check(elf::R_X86_64_PLT32, 0x2000, 0x1000, Ok(&[0, 0x10, 0, 0]));
        check(elf::R_X86_64_PC32, 0x8000_1000, 0x1000, Err(OutOfRange));
        check(elf::R_X86_64_PC32, 0x1000, 0x8000_1000, Ok(&[0, 0, 0, 0x80]));
        check(
            elf::R_X86_64_PC64,
            0x1000,
            0x1008,
            Ok(&[0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        );
        check(elf::R_X86_64_32, 0xffff_fff0, 0, Ok(&[0xf0, 0xff, 0xff, 0xff]));
        check(elf::R_X86_64_32, 0x1_0000_0000, 0, Err(OutOfRange));
        check(elf::R_X86_64_32S, -16i64 as u64, 0, Ok(&[0xf0, 0xff, 0xff, 0xff]));
        check(elf::R_X86_64_32S, 0x8000_0000, 0, Err(OutOfRange));
        check(
            elf::R_X86_64_TPOFF32,
            -8i64 as u64,
            0x5555_0000_0000,
            Ok(&[0xf8, 0xff, 0xff, 0xff]),
        );
        check(elf::R_X86_64_DTPOFF32, 0x30, 0x5555_0000_0000, Ok(&[0x30, 0, 0, 0]));
    }

    #[test]
    fn what_is_written_is_read() {
        for kind in [
            elf::R_X86_64_64,
            elf::R_X86_64_PC32,
            elf::R_X86_64_PC64,
            elf::R_X86_64_32,
            elf::R_X86_64_32S,
        ] {
            let (_, field) = form(kind.0).expect("known");
            let mut code = [0; 8];
            write(field, &mut code, 0x1234, 0x5678).expect("it fits");
            assert_eq!(read(field, &code, 0x5678), Some(0x1234), "{kind:?}");
            assert_eq!(read(field, &code[..2], 0), None);
        }
    }

    #[test]
    fn kinds() {
        let kind_of = |kind: RelocationType| form(kind.0).map(|(kind, _)| kind);
        assert_eq!(kind_of(elf::R_X86_64_PLT32), Some(RelocationKind::Plt));
        assert_eq!(kind_of(elf::R_X86_64_GOTPCREL), Some(RelocationKind::Got));
        assert_eq!(kind_of(elf::R_X86_64_TLSGD), Some(RelocationKind::TlsGd));
        assert_eq!(kind_of(elf::R_X86_64_TLSLD), Some(RelocationKind::TlsLd));
        assert_eq!(kind_of(elf::R_X86_64_GOTTPOFF), Some(RelocationKind::GotTpOff));
        assert_eq!(kind_of(elf::R_X86_64_COPY), None);
    }
}
