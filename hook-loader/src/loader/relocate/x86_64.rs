//! How x86-64 instructions hold a value. Their fields are plain little-endian numbers, so there are few kinds.

use super::{AddressPart, OutOfRange, SplitAddress, put};

/// A value is written down in one of these ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Absolute64,
    Unsigned32,
    Signed32,
    PcRelative32,
    PcRelative64,
    /// The distance from the lowest address of what is loaded at once. It is never negative.
    #[cfg_attr(unix, allow(dead_code))]
    BaseRelative32,
}

impl Field {
    /// Returns the number of bytes that the field covers.
    pub(crate) fn len(self) -> usize {
        match self {
            Field::Absolute64 | Field::PcRelative64 => 8,
            Field::Unsigned32 | Field::Signed32 | Field::PcRelative32 | Field::BaseRelative32 => 4,
        }
    }

    /// Returns whether an addend says nothing but where in a section the part is that is referred to. A distance is one
    /// from behind the field or the instruction, and the addend has that in it, too.
    pub(crate) fn has_plain_addend(self) -> bool {
        matches!(self, Field::Absolute64)
    }

    /// Returns whether the field holds a distance from its own place.
    pub(crate) fn is_pc_relative(self) -> bool {
        matches!(self, Field::PcRelative32 | Field::PcRelative64)
    }

    /// Returns whether the field holds a distance from the lowest address of what is loaded at once. That address is
    /// the place for it then.
    pub(crate) fn is_base_relative(self) -> bool {
        self == Field::BaseRelative32
    }
}

/// Writes `value`, of which the addend is already a part, into the field at the start of `code`, which will be at the
/// address `place`.
pub(crate) fn write(field: Field, code: &mut [u8], value: u64, place: u64) -> Result<(), OutOfRange> {
    let distance = value.wrapping_sub(place).cast_signed();
    match field {
        Field::Absolute64 => put(code, value.to_le_bytes()),
        Field::PcRelative64 => put(code, distance.to_le_bytes()),
        Field::Unsigned32 => put(code, u32::try_from(value).map_err(|_| OutOfRange)?.to_le_bytes()),
        Field::Signed32 => put(
            code,
            i32::try_from(value.cast_signed())
                .map_err(|_| OutOfRange)?
                .to_le_bytes(),
        ),
        Field::PcRelative32 => put(code, i32::try_from(distance).map_err(|_| OutOfRange)?.to_le_bytes()),
        Field::BaseRelative32 => put(code, u32::try_from(distance).map_err(|_| OutOfRange)?.to_le_bytes()),
    }
}

/// Returns what was written into a field at the address `place`, the addend included.
pub(crate) fn read(field: Field, code: &[u8], place: u64) -> Option<u64> {
    let word = || Some(i32::from_le_bytes(*code.first_chunk()?));
    let wide = || Some(u64::from_le_bytes(*code.first_chunk()?));
    Some(match field {
        Field::Absolute64 => wide()?,
        Field::PcRelative64 => place.wrapping_add(wide()?),
        Field::Unsigned32 => u64::from(word()?.cast_unsigned()),
        Field::Signed32 => i64::from(word()?).cast_unsigned(),
        Field::PcRelative32 => place.wrapping_add_signed(word()?.into()),
        Field::BaseRelative32 => place.wrapping_add(word()?.cast_unsigned().into()),
    })
}

/// Returns `None`: no field has only a part of an address.
pub(crate) fn part(_: Field) -> Option<AddressPart> {
    None
}

/// Returns `None`: no address is in two instructions.
pub(crate) fn read_split(_: (&[u8], u64), _: (&[u8], u64), _: &[u8]) -> Option<SplitAddress> {
    None
}

/// An entry of a procedure linkage table is known by so many bytes.
pub(crate) const PLT_ENTRY_HEAD: usize = 11;

/// Returns the address of the entry of the global offset table that the code at `place` jumps by, if the code is an
/// entry of a procedure linkage table.
pub(crate) fn got_entry_of_plt(code: &[u8], place: u64) -> Option<u64> {
    // `endbr64`, and `bnd` before the jump, are for processors that check where jumps lead.
    let rest = code.strip_prefix(&[0xf3, 0x0f, 0x1e, 0xfa]).unwrap_or(code);
    let rest = rest.strip_prefix(&[0xf2]).unwrap_or(rest);
    let field = rest.strip_prefix(&[0xff, 0x25])?;
    let end = place.wrapping_add((code.len() - field.len()) as u64 + 4);
    read(Field::PcRelative32, field, end)
}

/// A [`plt_entry`] has so many bytes.
pub(crate) const PLT_ENTRY_SIZE: usize = 16;

/// Returns code that jumps to `target` wherever that is: `jmp *0(%rip)`, and behind it the address.
pub(crate) fn plt_entry(target: u64) -> [u8; PLT_ENTRY_SIZE] {
    let mut code = [0xcc; PLT_ENTRY_SIZE];
    code[..6].copy_from_slice(&[0xff, 0x25, 0, 0, 0, 0]);
    code[6..14].copy_from_slice(&target.to_le_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn entries_of_a_plt_are_known() {
        assert_eq!(got_entry_of_plt(&[0xff, 0x25, 0, 1, 0, 0], 0x1000), Some(0x1106));
        assert_eq!(
            got_entry_of_plt(&[0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0, 1, 0, 0], 0x1000),
            Some(0x110b)
        );
        assert_eq!(got_entry_of_plt(&[0xe9, 0, 1, 0, 0], 0x1000), None);
        assert_eq!(got_entry_of_plt(&[0xff, 0x25, 0], 0x1000), None);
    }

    #[test]
    fn an_entry_jumps_to_its_address() {
        assert_eq!(
            plt_entry(0x0102_0304_0506_0708),
            [0xff, 0x25, 0, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0xcc, 0xcc]
        );
    }

    #[test]
    fn a_field_at_the_end_of_a_section_is_an_error() {
        assert_eq!(write(Field::Absolute64, &mut [0; 4], 1, 0), Err(OutOfRange));
    }
}
