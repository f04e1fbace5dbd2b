//! aarch64. A field is some bits of a 32-bit instruction; the other bits stay as they are.

use object::elf::{self, RelocationType};

use super::{Source, TooFar, put};

/// How a value is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Word64,
    /// Signed or unsigned.
    Word32,
    Relative64,
    Relative32,
    /// `adrp`: the distance in pages of 4 KiB.
    Page,
    /// `adr`.
    Near,
    /// `ldr` of a literal, `b.cond`, `cbz`.
    Literal,
    /// `tbz`.
    Test,
    /// `b`, `bl`.
    Branch,
    /// The low twelve bits, scaled by the size of what is loaded or stored (as a power of two).
    Low12(u8),
    /// Bits 12 to 23 of a value that has no more.
    High12,
    /// `movz`, `movk`: one of the four groups of sixteen bits.
    Move(u8),
    /// The same for the highest group of a value, which must have no bits above.
    MoveTop(u8),
}

impl Field {
    /// Bytes covered.
    pub(crate) fn len(self) -> usize {
        match self {
            Field::Word64 | Field::Relative64 => 8,
            _ => 4,
        }
    }
}

pub(crate) fn form(kind: u32) -> Option<(Source, Field)> {
    data(RelocationType(kind))
        .or_else(|| code(RelocationType(kind)))
        .or_else(|| thread(RelocationType(kind)))
}

fn data(kind: RelocationType) -> Option<(Source, Field)> {
    Some(match kind {
        elf::R_AARCH64_NONE | elf::R_AARCH64_TLSDESC_CALL => (Source::Hint, Field::Word32),
        elf::R_AARCH64_ABS64 => (Source::Symbol, Field::Word64),
        elf::R_AARCH64_ABS32 => (Source::Symbol, Field::Word32),
        elf::R_AARCH64_PREL64 => (Source::Symbol, Field::Relative64),
        elf::R_AARCH64_PREL32 => (Source::Symbol, Field::Relative32),
        elf::R_AARCH64_PLT32 => (Source::Callee, Field::Relative32),
        elf::R_AARCH64_GOTPCREL32 => (Source::Pointer, Field::Relative32),
        _ => return None,
    })
}

fn code(kind: RelocationType) -> Option<(Source, Field)> {
    Some(match kind {
        elf::R_AARCH64_CALL26 | elf::R_AARCH64_JUMP26 => (Source::Callee, Field::Branch),
        elf::R_AARCH64_CONDBR19 | elf::R_AARCH64_LD_PREL_LO19 => (Source::Symbol, Field::Literal),
        elf::R_AARCH64_TSTBR14 => (Source::Symbol, Field::Test),
        elf::R_AARCH64_ADR_PREL_LO21 => (Source::Symbol, Field::Near),
        elf::R_AARCH64_ADR_PREL_PG_HI21 | elf::R_AARCH64_ADR_PREL_PG_HI21_NC => (Source::Symbol, Field::Page),
        elf::R_AARCH64_ADD_ABS_LO12_NC | elf::R_AARCH64_LDST8_ABS_LO12_NC => (Source::Symbol, Field::Low12(0)),
        elf::R_AARCH64_LDST16_ABS_LO12_NC => (Source::Symbol, Field::Low12(1)),
        elf::R_AARCH64_LDST32_ABS_LO12_NC => (Source::Symbol, Field::Low12(2)),
        elf::R_AARCH64_LDST64_ABS_LO12_NC => (Source::Symbol, Field::Low12(3)),
        elf::R_AARCH64_LDST128_ABS_LO12_NC => (Source::Symbol, Field::Low12(4)),
        elf::R_AARCH64_MOVW_UABS_G0 => (Source::Symbol, Field::MoveTop(0)),
        elf::R_AARCH64_MOVW_UABS_G0_NC => (Source::Symbol, Field::Move(0)),
        elf::R_AARCH64_MOVW_UABS_G1 => (Source::Symbol, Field::MoveTop(1)),
        elf::R_AARCH64_MOVW_UABS_G1_NC => (Source::Symbol, Field::Move(1)),
        elf::R_AARCH64_MOVW_UABS_G2 => (Source::Symbol, Field::MoveTop(2)),
        elf::R_AARCH64_MOVW_UABS_G2_NC => (Source::Symbol, Field::Move(2)),
        elf::R_AARCH64_MOVW_UABS_G3 => (Source::Symbol, Field::Move(3)),
        elf::R_AARCH64_ADR_GOT_PAGE => (Source::Pointer, Field::Page),
        elf::R_AARCH64_LD64_GOT_LO12_NC => (Source::Pointer, Field::Low12(3)),
        elf::R_AARCH64_GOT_LD_PREL19 => (Source::Pointer, Field::Literal),
        _ => return None,
    })
}

fn thread(kind: RelocationType) -> Option<(Source, Field)> {
    use Source::{FromModule, FromThreadPointer, ThreadDescriptor, ThreadLocal, ThreadModule, ThreadPointer};
    Some(match kind {
        elf::R_AARCH64_TLSGD_ADR_PAGE21 => (ThreadLocal, Field::Page),
        elf::R_AARCH64_TLSGD_ADR_PREL21 => (ThreadLocal, Field::Near),
        elf::R_AARCH64_TLSGD_ADD_LO12_NC => (ThreadLocal, Field::Low12(0)),
        elf::R_AARCH64_TLSLD_ADR_PAGE21 => (ThreadModule, Field::Page),
        elf::R_AARCH64_TLSLD_ADR_PREL21 => (ThreadModule, Field::Near),
        elf::R_AARCH64_TLSLD_ADD_LO12_NC => (ThreadModule, Field::Low12(0)),
        elf::R_AARCH64_TLSLD_ADD_DTPREL_HI12 => (FromModule, Field::High12),
        elf::R_AARCH64_TLSLD_ADD_DTPREL_LO12 | elf::R_AARCH64_TLSLD_ADD_DTPREL_LO12_NC => (FromModule, Field::Low12(0)),
        elf::R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21 => (ThreadPointer, Field::Page),
        elf::R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC => (ThreadPointer, Field::Low12(3)),
        elf::R_AARCH64_TLSIE_LD_GOTTPREL_PREL19 => (ThreadPointer, Field::Literal),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G2 => (FromThreadPointer, Field::MoveTop(2)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G1 => (FromThreadPointer, Field::MoveTop(1)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G1_NC => (FromThreadPointer, Field::Move(1)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G0 => (FromThreadPointer, Field::MoveTop(0)),
        elf::R_AARCH64_TLSLE_MOVW_TPREL_G0_NC => (FromThreadPointer, Field::Move(0)),
        elf::R_AARCH64_TLSLE_ADD_TPREL_HI12 => (FromThreadPointer, Field::High12),
        elf::R_AARCH64_TLSLE_ADD_TPREL_LO12_NC | elf::R_AARCH64_TLSLE_LDST8_TPREL_LO12_NC => {
            (FromThreadPointer, Field::Low12(0))
        }
        elf::R_AARCH64_TLSLE_LDST16_TPREL_LO12_NC => (FromThreadPointer, Field::Low12(1)),
        elf::R_AARCH64_TLSLE_LDST32_TPREL_LO12_NC => (FromThreadPointer, Field::Low12(2)),
        elf::R_AARCH64_TLSLE_LDST64_TPREL_LO12_NC => (FromThreadPointer, Field::Low12(3)),
        elf::R_AARCH64_TLSLE_LDST128_TPREL_LO12_NC => (FromThreadPointer, Field::Low12(4)),
        elf::R_AARCH64_TLSDESC_ADR_PAGE21 => (ThreadDescriptor, Field::Page),
        elf::R_AARCH64_TLSDESC_ADR_PREL21 => (ThreadDescriptor, Field::Near),
        elf::R_AARCH64_TLSDESC_LD64_LO12 => (ThreadDescriptor, Field::Low12(3)),
        elf::R_AARCH64_TLSDESC_LD_PREL19 => (ThreadDescriptor, Field::Literal),
        elf::R_AARCH64_TLSDESC_ADD_LO12 => (ThreadDescriptor, Field::Low12(0)),
        _ => return None,
    })
}

/// What was written into a field at `place`, the addend included; `None` if that does not tell: instructions have only a part
/// of it.
pub(crate) fn read(field: Field, code: &[u8], place: u64) -> Option<u64> {
    let wide = || Some(u64::from_le_bytes(*code.first_chunk()?));
    match field {
        Field::Word64 => wide(),
        Field::Relative64 => Some(place.wrapping_add(wide()?)),
        Field::Relative32 => {
            let distance = i32::from_le_bytes(*code.first_chunk()?);
            Some(place.wrapping_add_signed(distance.into()))
        }
        _ => None,
    }
}

/// The word by which code jumps, if it is the stub that a linker makes for a function of another library. Not told here.
pub(crate) fn jumps_by(_: &[u8], _: u64) -> Option<u64> {
    None
}

/// Whether the code before a field differs only in that the linker had no need of a word between it and what it refers to.
pub(crate) fn is_direct(_: u32, _: &[u8], _: &[u8]) -> bool {
    false
}

/// Writes `value`, of which the addend is already a part, into the field that begins `code` and will run at `place`.
pub(crate) fn write(field: Field, code: &mut [u8], value: u64, place: u64) -> Result<(), TooFar> {
    let distance = value.wrapping_sub(place).cast_signed();
    match field {
        Field::Word64 => put(code, value.to_le_bytes()),
        Field::Word32 => {
            let fits = u32::try_from(value).is_ok() || i32::try_from(value.cast_signed()).is_ok();
            if fits {
                put(code, (value as u32).to_le_bytes())
            } else {
                Err(TooFar)
            }
        }
        Field::Relative64 => put(code, distance.to_le_bytes()),
        Field::Relative32 => put(code, i32::try_from(distance).map_err(|_| TooFar)?.to_le_bytes()),
        Field::Page => {
            let pages = signed((value & !0xfff).wrapping_sub(place & !0xfff).cast_signed() >> 12, 21)?;
            adr(code, pages)
        }
        Field::Near => adr(code, signed(distance, 21)?),
        Field::Literal => bits(code, 5, 19, signed(instructions(distance)?, 19)?),
        Field::Test => bits(code, 5, 14, signed(instructions(distance)?, 14)?),
        Field::Branch => bits(code, 0, 26, signed(instructions(distance)?, 26)?),
        Field::Low12(scale) => {
            let low = value as u32 & 0xfff;
            if low & ((1 << scale) - 1) == 0 {
                bits(code, 10, 12, low >> scale)
            } else {
                Err(TooFar)
            }
        }
        Field::High12 if value >> 24 == 0 => bits(code, 10, 12, (value >> 12) as u32),
        Field::MoveTop(group) if value >> (16 * group) > 0xffff => Err(TooFar),
        Field::Move(group) | Field::MoveTop(group) => bits(code, 5, 16, (value >> (16 * group)) as u32),
        Field::High12 => Err(TooFar),
    }
}

/// `value`, if it is a number of `width` bits in two's complement.
fn signed(value: i64, width: u32) -> Result<u32, TooFar> {
    let spare = 64 - width;
    if (value << spare) >> spare == value {
        Ok(value as u32)
    } else {
        Err(TooFar)
    }
}

fn instructions(distance: i64) -> Result<i64, TooFar> {
    if distance & 3 == 0 {
        Ok(distance >> 2)
    } else {
        Err(TooFar)
    }
}

/// Replaces `width` bits of the instruction from bit `low` on.
fn bits(code: &mut [u8], low: u32, width: u32, value: u32) -> Result<(), TooFar> {
    let mask = ((1u32 << width) - 1) << low;
    let old = u32::from_le_bytes(*code.first_chunk().ok_or(TooFar)?);
    put(code, (old & !mask | (value << low) & mask).to_le_bytes())
}

fn adr(code: &mut [u8], value: u32) -> Result<(), TooFar> {
    bits(code, 29, 2, value)?;
    bits(code, 5, 19, value >> 2)
}

/// Bytes of a [`stub`].
pub(crate) const STUB: usize = 16;

/// `ldr x16, 8; br x16`, then the address.
pub(crate) fn stub(target: u64) -> [u8; STUB] {
    let mut code = [0; STUB];
    code[..4].copy_from_slice(&0x5800_0050u32.to_le_bytes());
    code[4..8].copy_from_slice(&0xd61f_0200u32.to_le_bytes());
    code[8..].copy_from_slice(&target.to_le_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: RelocationType, before: u32, value: u64, place: u64, expected: Result<u32, TooFar>) {
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
        check(elf::R_AARCH64_JUMP26, 0x1400_0000, 0x0800_1000, 0x1000, Err(TooFar));
        check(elf::R_AARCH64_CALL26, 0x9400_0000, 0x1002, 0x1000, Err(TooFar));
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
            Err(TooFar),
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
        check(elf::R_AARCH64_LDST64_ABS_LO12_NC, 0xf940_0000, 0x1ffc, 0, Err(TooFar));
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
            Err(TooFar),
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
        check(elf::R_AARCH64_MOVW_UABS_G0, 0xd280_0000, 0x1_0000, 0, Err(TooFar));
    }

    #[test]
    fn words() {
        check(elf::R_AARCH64_PREL32, 0, 0x1000, 0x1004, Ok(0xffff_fffc));
        check(elf::R_AARCH64_ABS32, 0, 0xffff_fff0, 0, Ok(0xffff_fff0));
        check(elf::R_AARCH64_ABS32, 0, 0x1_0000_0000, 0, Err(TooFar));
        let mut code = [0; 8];
        assert_eq!(write(Field::Word64, &mut code, 0x0102_0304_0506_0708, 0), Ok(()));
        assert_eq!(code, [8, 7, 6, 5, 4, 3, 2, 1]);
    }

    #[test]
    fn a_stub_jumps_to_its_address() {
        assert_eq!(
            stub(0x0102_0304_0506_0708),
            [0x50, 0, 0, 0x58, 0, 2, 0x1f, 0xd6, 8, 7, 6, 5, 4, 3, 2, 1]
        );
    }
}
