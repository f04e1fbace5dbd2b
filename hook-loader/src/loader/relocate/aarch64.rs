//! How aarch64 instructions hold a value. A field is some bits of a 32-bit instruction; the other bits stay as they
//! are.

use super::{OutOfRange, put};

/// A value is written down in one of these ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Absolute64,
    /// Signed or unsigned.
    Absolute32,
    PcRelative64,
    PcRelative32,
    /// `adrp`: the distance in pages of 4 KiB.
    Adrp,
    /// `adr`: the distance in bytes.
    Adr,
    /// `ldr` of a literal, `b.cond` and `cbz`: the distance in instructions, 19 bits.
    Immediate19,
    /// `tbz`: the distance in instructions, 14 bits.
    TestBranch,
    /// `b` and `bl`: the distance in instructions, 26 bits.
    Branch,
    /// The low twelve bits, scaled by the size of what is loaded or stored (as a power of two).
    Low12(u8),
    /// Bits 12 to 23 of a value that has no more.
    High12,
    /// `movz` and `movk`: one of the four groups of sixteen bits.
    MoveWide(u8),
    /// The same for the highest group of a value, which must have no bits above.
    MoveWideTop(u8),
}

impl Field {
    /// Returns the number of bytes that the field covers.
    pub(crate) fn len(self) -> usize {
        match self {
            Field::Absolute64 | Field::PcRelative64 => 8,
            _ => 4,
        }
    }

    /// Returns whether an addend says nothing but where in a section the part is that is referred to. In code it
    /// says nothing else, since a distance is one from the instruction itself.
    pub(crate) fn has_plain_addend(self) -> bool {
        !self.is_pc_relative()
    }

    /// Returns whether the field holds a plain distance from its own place.
    pub(crate) fn is_pc_relative(self) -> bool {
        matches!(self, Field::PcRelative32 | Field::PcRelative64)
    }

    /// Returns `false`: ELF has no such field.
    pub(crate) fn is_base_relative(self) -> bool {
        false
    }
}

/// Returns what was written into a field at the address `place`, the addend included; `None` for a field in an
/// instruction, which has only a part of the value.
pub(crate) fn read(field: Field, code: &[u8], place: u64) -> Option<u64> {
    let wide = || Some(u64::from_le_bytes(*code.first_chunk()?));
    match field {
        Field::Absolute64 => wide(),
        Field::PcRelative64 => Some(place.wrapping_add(wide()?)),
        Field::PcRelative32 => {
            let distance = i32::from_le_bytes(*code.first_chunk()?);
            Some(place.wrapping_add_signed(distance.into()))
        }
        _ => None,
    }
}

/// Writes `value`, of which the addend is already a part, into the field at the start of `code`, which will be at the
/// address `place`.
pub(crate) fn write(field: Field, code: &mut [u8], value: u64, place: u64) -> Result<(), OutOfRange> {
    let distance = value.wrapping_sub(place).cast_signed();
    match field {
        Field::Absolute64 => put(code, value.to_le_bytes()),
        Field::Absolute32 => {
            let fits = u32::try_from(value).is_ok() || i32::try_from(value.cast_signed()).is_ok();
            if fits {
                put(code, (value as u32).to_le_bytes())
            } else {
                Err(OutOfRange)
            }
        }
        Field::PcRelative64 => put(code, distance.to_le_bytes()),
        Field::PcRelative32 => put(code, i32::try_from(distance).map_err(|_| OutOfRange)?.to_le_bytes()),
        Field::Adrp => {
            let pages = signed((value & !0xfff).wrapping_sub(place & !0xfff).cast_signed() >> 12, 21)?;
            adr(code, pages)
        }
        Field::Adr => adr(code, signed(distance, 21)?),
        Field::Immediate19 => bits(code, 5, 19, signed(instructions(distance)?, 19)?),
        Field::TestBranch => bits(code, 5, 14, signed(instructions(distance)?, 14)?),
        Field::Branch => bits(code, 0, 26, signed(instructions(distance)?, 26)?),
        Field::Low12(scale) => {
            let low = value as u32 & 0xfff;
            if low & ((1 << scale) - 1) == 0 {
                bits(code, 10, 12, low >> scale)
            } else {
                Err(OutOfRange)
            }
        }
        Field::High12 if value >> 24 == 0 => bits(code, 10, 12, (value >> 12) as u32),
        Field::MoveWideTop(group) if value >> (16 * group) > 0xffff => Err(OutOfRange),
        Field::MoveWide(group) | Field::MoveWideTop(group) => bits(code, 5, 16, (value >> (16 * group)) as u32),
        Field::High12 => Err(OutOfRange),
    }
}

/// Returns `value` if it is a number of `width` bits in two's complement.
fn signed(value: i64, width: u32) -> Result<u32, OutOfRange> {
    let spare = 64 - width;
    if (value << spare) >> spare == value {
        Ok(value as u32)
    } else {
        Err(OutOfRange)
    }
}

/// Returns a distance counted in instructions.
fn instructions(distance: i64) -> Result<i64, OutOfRange> {
    if distance & 3 == 0 {
        Ok(distance >> 2)
    } else {
        Err(OutOfRange)
    }
}

/// Replaces `width` bits of the instruction from bit `low` on.
fn bits(code: &mut [u8], low: u32, width: u32, value: u32) -> Result<(), OutOfRange> {
    let mask = ((1u32 << width) - 1) << low;
    let old = u32::from_le_bytes(*code.first_chunk().ok_or(OutOfRange)?);
    put(code, (old & !mask | (value << low) & mask).to_le_bytes())
}

/// Writes the 21 bits of `adr` and `adrp`, which are in two places.
fn adr(code: &mut [u8], value: u32) -> Result<(), OutOfRange> {
    bits(code, 29, 2, value)?;
    bits(code, 5, 19, value >> 2)
}

/// Returns the address of the entry of the global offset table that code jumps by, if the code is an entry of a
/// procedure linkage table. Here it is never told, so that a call through one counts as different.
pub(crate) fn got_entry_of_plt(_: &[u8], _: u64) -> Option<u64> {
    None
}

/// A [`plt_entry`] has so many bytes.
pub(crate) const PLT_ENTRY_SIZE: usize = 16;

/// Returns code that jumps to `target` wherever that is: `ldr x16, 8; br x16`, and behind it the address.
pub(crate) fn plt_entry(target: u64) -> [u8; PLT_ENTRY_SIZE] {
    let mut code = [0; PLT_ENTRY_SIZE];
    code[..4].copy_from_slice(&0x5800_0050u32.to_le_bytes());
    code[4..8].copy_from_slice(&0xd61f_0200u32.to_le_bytes());
    code[8..].copy_from_slice(&target.to_le_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn an_entry_jumps_to_its_address() {
        assert_eq!(
            plt_entry(0x0102_0304_0506_0708),
            [0x50, 0, 0, 0x58, 0, 2, 0x1f, 0xd6, 8, 7, 6, 5, 4, 3, 2, 1]
        );
    }

    #[test]
    fn a_field_at_the_end_of_a_section_is_an_error() {
        let fields = [
            Field::Absolute64,
            Field::Absolute32,
            Field::PcRelative32,
            Field::Adrp,
            Field::Branch,
            Field::Low12(0),
            Field::MoveWide(0),
        ];
        for field in fields {
            assert_eq!(write(field, &mut [0; 3], 0, 0), Err(OutOfRange), "{field:?}");
        }
    }
}
