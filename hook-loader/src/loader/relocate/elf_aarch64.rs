//! The relocation types of ELF for aarch64.

use object::elf::{self, RelocationType};

use super::RelocationKind;
use super::aarch64::Field;

/// Returns what a relocation of this type refers to, and how it is written; `None` if the type is not known.
pub(crate) fn form(kind: u32) -> Option<(RelocationKind, Field)> {
    data(RelocationType(kind))
        .or_else(|| code(RelocationType(kind)))
        .or_else(|| thread(RelocationType(kind)))
}

/// Returns the form of a relocation of data.
fn data(kind: RelocationType) -> Option<(RelocationKind, Field)> {
    Some(match kind {
        elf::R_AARCH64_NONE | elf::R_AARCH64_TLSDESC_CALL => (RelocationKind::None, Field::Absolute32),
        elf::R_AARCH64_ABS64 => (RelocationKind::Symbol, Field::Absolute64),
        elf::R_AARCH64_ABS32 => (RelocationKind::Symbol, Field::Absolute32),
        elf::R_AARCH64_PREL64 => (RelocationKind::Symbol, Field::PcRelative64),
        elf::R_AARCH64_PREL32 => (RelocationKind::Symbol, Field::PcRelative32),
        elf::R_AARCH64_PLT32 => (RelocationKind::Plt, Field::PcRelative32),
        elf::R_AARCH64_GOTPCREL32 => (RelocationKind::Got, Field::PcRelative32),
        _ => return None,
    })
}

/// Returns the form of a relocation of code that concerns no thread-local.
fn code(kind: RelocationType) -> Option<(RelocationKind, Field)> {
    Some(match kind {
        elf::R_AARCH64_CALL26 | elf::R_AARCH64_JUMP26 => (RelocationKind::Plt, Field::Branch),
        elf::R_AARCH64_CONDBR19 | elf::R_AARCH64_LD_PREL_LO19 => (RelocationKind::Symbol, Field::Immediate19),
        elf::R_AARCH64_TSTBR14 => (RelocationKind::Symbol, Field::TestBranch),
        elf::R_AARCH64_ADR_PREL_LO21 => (RelocationKind::Symbol, Field::Adr),
        elf::R_AARCH64_ADR_PREL_PG_HI21 | elf::R_AARCH64_ADR_PREL_PG_HI21_NC => (RelocationKind::Symbol, Field::Adrp),
        elf::R_AARCH64_ADD_ABS_LO12_NC | elf::R_AARCH64_LDST8_ABS_LO12_NC => (RelocationKind::Symbol, Field::Low12(0)),
        elf::R_AARCH64_LDST16_ABS_LO12_NC => (RelocationKind::Symbol, Field::Low12(1)),
        elf::R_AARCH64_LDST32_ABS_LO12_NC => (RelocationKind::Symbol, Field::Low12(2)),
        elf::R_AARCH64_LDST64_ABS_LO12_NC => (RelocationKind::Symbol, Field::Low12(3)),
        elf::R_AARCH64_LDST128_ABS_LO12_NC => (RelocationKind::Symbol, Field::Low12(4)),
        elf::R_AARCH64_MOVW_UABS_G0 => (RelocationKind::Symbol, Field::MoveWideTop(0)),
        elf::R_AARCH64_MOVW_UABS_G0_NC => (RelocationKind::Symbol, Field::MoveWide(0)),
        elf::R_AARCH64_MOVW_UABS_G1 => (RelocationKind::Symbol, Field::MoveWideTop(1)),
        elf::R_AARCH64_MOVW_UABS_G1_NC => (RelocationKind::Symbol, Field::MoveWide(1)),
        elf::R_AARCH64_MOVW_UABS_G2 => (RelocationKind::Symbol, Field::MoveWideTop(2)),
        elf::R_AARCH64_MOVW_UABS_G2_NC => (RelocationKind::Symbol, Field::MoveWide(2)),
        elf::R_AARCH64_MOVW_UABS_G3 => (RelocationKind::Symbol, Field::MoveWide(3)),
        elf::R_AARCH64_ADR_GOT_PAGE => (RelocationKind::Got, Field::Adrp),
        elf::R_AARCH64_LD64_GOT_LO12_NC => (RelocationKind::Got, Field::Low12(3)),
        elf::R_AARCH64_GOT_LD_PREL19 => (RelocationKind::Got, Field::Immediate19),
        _ => return None,
    })
}

/// Returns the form of a relocation of code for a thread-local.
fn thread(kind: RelocationType) -> Option<(RelocationKind, Field)> {
    use RelocationKind::{DtpOff, GotTpOff, TlsDesc, TlsGd, TlsLd, TpOff};
    Some(match kind {
        elf::R_AARCH64_TLSGD_ADR_PAGE21 => (TlsGd, Field::Adrp),
        elf::R_AARCH64_TLSGD_ADR_PREL21 => (TlsGd, Field::Adr),
        elf::R_AARCH64_TLSGD_ADD_LO12_NC => (TlsGd, Field::Low12(0)),
        elf::R_AARCH64_TLSLD_ADR_PAGE21 => (TlsLd, Field::Adrp),
        elf::R_AARCH64_TLSLD_ADR_PREL21 => (TlsLd, Field::Adr),
        elf::R_AARCH64_TLSLD_ADD_LO12_NC => (TlsLd, Field::Low12(0)),
        elf::R_AARCH64_TLSLD_ADD_DTPREL_HI12 => (DtpOff, Field::High12),
        elf::R_AARCH64_TLSLD_ADD_DTPREL_LO12 | elf::R_AARCH64_TLSLD_ADD_DTPREL_LO12_NC => (DtpOff, Field::Low12(0)),
        elf::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21 => (GotTpOff, Field::Adrp),
        elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC => (GotTpOff, Field::Low12(3)),
        elf::R_AARCH64_TLSIE_LD_GOTTPREL_PREL19 => (GotTpOff, Field::Immediate19),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G2 => (TpOff, Field::MoveWideTop(2)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G1 => (TpOff, Field::MoveWideTop(1)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G1_NC => (TpOff, Field::MoveWide(1)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G0 => (TpOff, Field::MoveWideTop(0)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G0_NC => (TpOff, Field::MoveWide(0)),
        elf::R_AARCH64_TLSLE_ADD_TPREL_HI12 => (TpOff, Field::High12),
        elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC | elf::R_AARCH64_TLSLE_LDST8_TPREL_LO12_NC => (TpOff, Field::Low12(0)),
        elf::R_AARCH64_TLSLE_LDST16_TPREL_LO12_NC => (TpOff, Field::Low12(1)),
        elf::R_AARCH64_TLSLE_LDST32_TPREL_LO12_NC => (TpOff, Field::Low12(2)),
        elf::R_AARCH64_TLSLE_LDST64_TPREL_LO12_NC => (TpOff, Field::Low12(3)),
        elf::R_AARCH64_TLSLE_LDST128_TPREL_LO12_NC => (TpOff, Field::Low12(4)),
        elf::R_AARCH64_TLSDESC_ADR_PAGE21 => (TlsDesc, Field::Adrp),
        elf::R_AARCH64_TLSDESC_ADR_PREL21 => (TlsDesc, Field::Adr),
        elf::R_AARCH64_TLSDESC_LD64_LO12 => (TlsDesc, Field::Low12(3)),
        elf::R_AARCH64_TLSDESC_LD_PREL19 => (TlsDesc, Field::Immediate19),
        elf::R_AARCH64_TLSDESC_ADD_LO12 => (TlsDesc, Field::Low12(0)),
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
    use super::super::OutOfRange;
    use super::super::aarch64::write;
    use super::*;

    fn check(kind: RelocationType, before: u32, value: u64, place: u64, expected: Result<u32, OutOfRange>) {
        let (_, field) = form(kind.0).expect("known");
        let mut code = before.to_le_bytes();
        let written = write(field, &mut code, value, place).map(|()| u32::from_le_bytes(code));
        assert_eq!(written, expected, "{kind:?}: {written:x?}");
    }

    #[test]
    fn branches() {
        check(elf::R_AARCH64_CALL26, 0x9400_0000, 0x1004, 0x1000, Ok(0x9400_0001));
        check(elf::R_AARCH64_CALL26, 0x9400_0000, 0x0ffc, 0x1000, Ok(0x97ff_ffff));
        check(elf::R_AARCH64_JUMP26, 0x1400_0000, 0x0800_0ffc, 0x1000, Ok(0x15ff_ffff));
        check(elf::R_AARCH64_JUMP26, 0x1400_0000, 0x0800_1000, 0x1000, Err(OutOfRange));
        check(elf::R_AARCH64_CALL26, 0x9400_0000, 0x1002, 0x1000, Err(OutOfRange));
        check(elf::R_AARCH64_CONDBR19, 0x5400_0000, 0x1008, 0x1000, Ok(0x5400_0040));
        check(elf::R_AARCH64_TSTBR14, 0x3600_0000, 0x0ff8, 0x1000, Ok(0x3607_ffc0));
    }

    #[test]
    fn pages() {
        check(
            elf::R_AARCH64_ADR_PREL_PG_HI21,
            0x9000_0000,
            0x1000,
            0x1fff,
            Ok(0x9000_0000),
        );
        check(
            elf::R_AARCH64_ADR_PREL_PG_HI21,
            0x9000_0000,
            0x2000,
            0x1fff,
            Ok(0xb000_0000),
        );
        check(
            elf::R_AARCH64_ADR_PREL_PG_HI21,
            0x9000_0000,
            0x0fff,
            0x1000,
            Ok(0xf0ff_ffe0),
        );
        check(
            elf::R_AARCH64_ADR_PREL_PG_HI21,
            0x9000_0000,
            0x1_0000_0000,
            0,
            Err(OutOfRange),
        );
        check(
            elf::R_AARCH64_ADR_GOT_PAGE,
            0x9000_0008,
            0x1_4000,
            0x1_0000,
            Ok(0x9000_0028),
        );
        check(
            elf::R_AARCH64_ADR_PREL_LO21,
            0x1000_0000,
            0x1005,
            0x1000,
            Ok(0x3000_0020),
        );
    }

    #[test]
    fn offsets_in_a_page() {
        check(elf::R_AARCH64_ADD_ABS_LO12_NC, 0x9100_0000, 0x5abc, 0, Ok(0x912a_f000));
        check(
            elf::R_AARCH64_LDST8_ABS_LO12_NC,
            0x3940_0000,
            0x1001,
            0,
            Ok(0x3940_0400),
        );
        check(
            elf::R_AARCH64_LDST64_ABS_LO12_NC,
            0xf940_0000,
            0x1ff8,
            0,
            Ok(0xf947_fc00),
        );
        check(
            elf::R_AARCH64_LDST64_ABS_LO12_NC,
            0xf940_0000,
            0x1ffc,
            0,
            Err(OutOfRange),
        );
        check(
            elf::R_AARCH64_LDST128_ABS_LO12_NC,
            0x3dc0_0000,
            0x1010,
            0,
            Ok(0x3dc0_0400),
        );
        check(elf::R_AARCH64_LD64_GOT_LO12_NC, 0xf940_0108, 0x4010, 0, Ok(0xf940_0908));
    }

    #[test]
    fn thread_locals() {
        check(
            elf::R_AARCH64_TLSLE_ADD_TPREL_HI12,
            0x9140_0000,
            0x3010,
            0,
            Ok(0x9140_0c00),
        );
        check(
            elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC,
            0x9100_0000,
            0x3010,
            0,
            Ok(0x9100_4000),
        );
        check(
            elf::R_AARCH64_TLSLE_ADD_TPREL_HI12,
            0x9140_0000,
            0x100_0000,
            0,
            Err(OutOfRange),
        );
        check(
            elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC,
            0xf940_0000,
            0x20,
            0,
            Ok(0xf940_1000),
        );
        check(
            elf::R_AARCH64_TLSDESC_LD64_LO12,
            0xf940_0001,
            0x4010,
            0,
            Ok(0xf940_0801),
        );
    }

    #[test]
    fn groups_of_sixteen_bits() {
        check(
            elf::R_AARCH64_MOVW_UABS_G0_NC,
            0xd280_0000,
            0x1234_5678,
            0,
            Ok(0xd28a_cf00),
        );
        check(
            elf::R_AARCH64_MOVW_UABS_G1,
            0xf2a0_0000,
            0x1234_5678,
            0,
            Ok(0xf2a2_4680),
        );
        check(elf::R_AARCH64_MOVW_UABS_G0, 0xd280_0000, 0x1_0000, 0, Err(OutOfRange));
    }

    #[test]
    fn words() {
        check(elf::R_AARCH64_PREL32, 0, 0x1000, 0x1004, Ok(0xffff_fffc));
        check(elf::R_AARCH64_ABS32, 0, 0xffff_fff0, 0, Ok(0xffff_fff0));
        check(elf::R_AARCH64_ABS32, 0, 0x1_0000_0000, 0, Err(OutOfRange));
        let mut code = [0; 8];
        assert_eq!(write(Field::Absolute64, &mut code, 0x0102_0304_0506_0708, 0), Ok(()));
        assert_eq!(code, [8, 7, 6, 5, 4, 3, 2, 1]);
    }
}
