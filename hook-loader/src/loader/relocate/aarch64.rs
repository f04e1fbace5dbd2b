//! How aarch64 instructions hold a value. A field is some bits of a 32-bit instruction; the other bits stay as they
//! are.

use super::{AddressPart, OutOfRange, SplitAddress, put};

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

/// Returns what was written into a field at the address `place`, the addend included; `None` for a field that has only
/// a part of the value.
pub(crate) fn read(field: Field, code: &[u8], place: u64) -> Option<u64> {
    let wide = || Some(u64::from_le_bytes(*code.first_chunk()?));
    let distance = |distance: i64| Some(place.wrapping_add_signed(distance));
    match field {
        Field::Absolute64 => wide(),
        Field::PcRelative64 => Some(place.wrapping_add(wide()?)),
        Field::PcRelative32 => distance(instruction(code)?.cast_signed().into()),
        Field::Adr => distance(adr_distance(instruction(code)?)),
        Field::Immediate19 => distance(number(instruction(code)?, 5, 19) << 2),
        Field::TestBranch => distance(number(instruction(code)?, 5, 14) << 2),
        Field::Branch => distance(number(instruction(code)?, 0, 26) << 2),
        _ => None,
    }
}

/// Returns which part of an address a field has, if that is all that it has.
pub(crate) fn part(field: Field) -> Option<AddressPart> {
    match field {
        Field::Adrp => Some(AddressPart::Page),
        Field::Low12(_) => Some(AddressPart::Rest),
        _ => None,
    }
}

/// Returns the address of which one instruction has the page, and another the rest; both are given with their places.
/// `object` is the second one as it is in the object.
///
/// Linkers make `adrp` and `ldr` of an entry of the global offset table `adrp` and `add`, and where the address is near
/// enough, they make either pair a `nop` and an `adr`.
pub(crate) fn read_split(page: (&[u8], u64), rest: (&[u8], u64), object: &[u8]) -> Option<SplitAddress> {
    const NOP: u32 = 0xd503_201f;
    let ((page, page_place), (rest, rest_place)) = ((instruction(page.0)?, page.1), (instruction(rest.0)?, rest.1));
    let object = instruction(object)?;
    let is_add = |code: u32| code & 0xffc0_0000 == 0x9100_0000;
    // The registers are in the low bits, that which the address goes to in the lowest.
    let has_same = |bits: u32| rest & bits == object & bits;
    if page == NOP && rest & 0x9f00_0000 == 0x1000_0000 {
        return has_same(0x1f).then(|| SplitAddress {
            value: rest_place.wrapping_add_signed(adr_distance(rest)),
            is_relaxed: true,
        });
    }
    if page & 0x9f00_0000 != 0x9000_0000 {
        return None;
    }
    let low = u64::from((rest >> 10) & 0xfff);
    let low = match rest {
        _ if is_add(rest) => low,
        _ if rest & 0x3b00_0000 == 0x3900_0000 => low << transferred(rest),
        _ => return None,
    };
    let page = (page_place & !0xfff).wrapping_add_signed(adr_distance(page) << 12);
    Some(SplitAddress {
        value: page.wrapping_add(low),
        is_relaxed: is_add(rest) && !is_add(object) && has_same(0x3ff),
    })
}

fn instruction(code: &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*code.first_chunk()?))
}

/// Returns the size of what an instruction loads or stores, as a power of two.
fn transferred(code: u32) -> u32 {
    let is_of_sixteen_bytes = code & 0x0480_0000 == 0x0480_0000;
    if is_of_sixteen_bytes { 4 } else { code >> 30 }
}

/// Returns the number of `width` bits, in two's complement, that an instruction has from bit `low` on.
fn number(code: u32, low: u32, width: u32) -> i64 {
    let spare = 32 - width;
    i64::from(((code >> low) << spare).cast_signed() >> spare)
}

/// Returns the 21 bits of `adr` and `adrp`, which are in two places.
fn adr_distance(code: u32) -> i64 {
    number(code, 5, 19) << 2 | i64::from((code >> 29) & 3)
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

/// An entry of a procedure linkage table is known by so many bytes.
pub(crate) const PLT_ENTRY_HEAD: usize = 12;

/// Returns the address of the entry of the global offset table that the code at `place` jumps by, if the code is an
/// entry of a procedure linkage table: `adrp x16`, `ldr x17`.
pub(crate) fn got_entry_of_plt(code: &[u8], place: u64) -> Option<u64> {
    const BTI: [u8; 4] = 0xd503_245f_u32.to_le_bytes();
    let rest = code.strip_prefix(&BTI).unwrap_or(code);
    let place = place.wrapping_add((code.len() - rest.len()) as u64);
    let (page, low) = (rest.get(..4)?, rest.get(4..8)?);
    let registers = (instruction(page)? & 0x1f, instruction(low)? & 0xffc0_03ff);
    let split = read_split((page, place), (low, place.wrapping_add(4)), low)?;
    (registers == (16, 0xf940_0211)).then_some(split.value)
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

    fn code(instruction: u32) -> [u8; 4] {
        instruction.to_le_bytes()
    }

    #[test]
    fn what_is_written_is_read() {
        let check = |field, instruction: u32, value| {
            let mut code = code(instruction);
            write(field, &mut code, value, 0x5000).expect("it fits");
            assert_eq!(read(field, &code, 0x5000), Some(value), "{field:?}");
        };
        for value in [0x5000, 0x5004, 0x4ffc, 0x1004, 0x9000] {
            check(Field::Branch, 0x9400_0000, value);
            check(Field::Immediate19, 0x5800_0001, value);
            check(Field::TestBranch, 0x3600_0002, value);
            check(Field::Adr, 0x1000_0003, value);
            check(Field::Adr, 0x1000_0003, value + 1);
        }
        assert_eq!(read(Field::Adrp, &code(0x9000_0000), 0), None);
        assert_eq!(read(Field::Low12(0), &code(0x9100_0000), 0), None);
        assert_eq!(read(Field::Branch, &[0; 3], 0), None);
    }

    #[test]
    fn an_address_in_two_instructions() {
        const ADRP: u32 = 0x9000_0001;
        let check = |field: Field, instruction: u32, value: u64, place: u64| {
            let (mut page, mut rest) = (code(ADRP), code(instruction));
            write(Field::Adrp, &mut page, value, place).expect("it fits");
            write(field, &mut rest, value, place + 4).expect("it fits");
            let found = read_split((&page, place), (&rest, place + 4), &code(instruction));
            let expected = SplitAddress {
                value,
                is_relaxed: false,
            };
            assert_eq!(found, Some(expected), "{instruction:x}");
        };
        // add, ldrb, ldrh, ldr of 4 and of 8 bytes, str, ldr of 8 and of 16 bytes to a register of vectors.
        for (instruction, scale) in [
            (0x9100_0021, 0),
            (0x3940_0021, 0),
            (0x7940_0021, 1),
            (0xb940_0021, 2),
            (0xf940_0021, 3),
            (0xf900_0021, 3),
            (0xfd40_0021, 3),
            (0x3dc0_0021, 4),
        ] {
            for (value, place) in [(0x12340, 0x5ffc), (0x1ff0, 0x1_5000), (0x5550, 0x5550)] {
                check(Field::Low12(scale), instruction, value, place);
            }
        }
        assert_eq!(
            read_split((&code(ADRP), 0), (&code(0xb400_0021), 4), &code(0xb400_0021)),
            None
        );
        assert_eq!(
            read_split((&code(0x1400_0000), 0), (&code(0x9100_0021), 4), &code(0x9100_0021)),
            None
        );
    }

    #[test]
    fn linkers_write_shorter_code() {
        let check = |page: u32, rest: u32, object: u32, expected: Option<(u64, bool)>| {
            let found = read_split((&code(page), 0x1000), (&code(rest), 0x1004), &code(object));
            let found = found.map(|found| (found.value, found.is_relaxed));
            assert_eq!(found, expected, "{page:x} {rest:x} {object:x}");
        };
        // adrp x0, ldr x0, [x0]; adrp x0, add x0, x0
        check(0xb000_0000, 0x9100_4000, 0xf940_0000, Some((0x2010, true)));
        check(0xb000_0000, 0x9100_4001, 0xf940_0000, Some((0x2010, false)));
        check(0xb000_0000, 0x9100_4000, 0x9100_0000, Some((0x2010, false)));
        // nop, adr x0
        check(0xd503_201f, 0x1000_0080, 0x9100_0000, Some((0x1014, true)));
        check(0xd503_201f, 0x1000_0080, 0xf940_0000, Some((0x1014, true)));
        check(0xd503_201f, 0x1000_0081, 0x9100_0000, None);
        check(0xd503_201f, 0x9100_0000, 0x9100_0000, None);
    }

    #[test]
    fn entries_of_a_plt_are_known() {
        let check = |entry: &[u32], expected| {
            let bytes: Vec<u8> = entry.iter().flat_map(|instruction| code(*instruction)).collect();
            assert_eq!(got_entry_of_plt(&bytes, 0x1000), expected, "{entry:x?}");
        };
        check(&[0xb000_0010, 0xf940_0611, 0x9100_2210], Some(0x2008));
        check(&[0xd503_245f, 0xb000_0010, 0xf940_0611], Some(0x2008));
        check(&[0xb000_0010, 0xf940_0612, 0x9100_2210], None);
        check(&[0xb000_0011, 0xf940_0611, 0x9100_2210], None);
        check(&[0x9400_0010, 0xf940_0611, 0x9100_2210], None);
        check(&[0xb000_0010], None);
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
