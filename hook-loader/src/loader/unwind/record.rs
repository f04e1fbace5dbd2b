//! The checks of what the unwinder reads as a table is registered.
//!
//! A CIE names in its augmentation what else is in the records: `R` the encoding of the addresses in FDEs, `P` a
//! personality function, `L` the encoding of the address of what that function reads, and marks without data.
//! Relocations may only write where addresses are expected, so that what was checked here is what the unwinder sees.

use super::eh_frame::{EhFrame, PC_BEGIN, Record};
use crate::loader::object::{Definition, PointerEncoding, Relocation};
use crate::loader::relocate::{RelocationKind, form};

/// A field is absent whose encoding is this, `DW_EH_PE_omit`.
const OMITTED: u8 = 0xff;
/// An encoding has this bit, `DW_EH_PE_indirect`, if the field leads to the address.
const INDIRECT: u8 = 0x80;

/// A CIE says how its FDEs hold addresses.
pub(super) struct Cie {
    address: PointerEncoding,
    has_augmentation: bool,
    /// FDEs have the address of what the personality function reads.
    data: Option<PointerEncoding>,
}

/// An FDE says for which code it is.
pub(super) struct Fde {
    /// The code begins where this refers to.
    pub(super) begin: Relocation,
    /// The FDE is for so many bytes of code.
    pub(super) code_size: u64,
}

/// A reader takes bytes from the front.
struct Reader<'d> {
    data: &'d [u8],
    at: usize,
    end: usize,
}

impl Cie {
    /// Reads a CIE; `None` if it is malformed, or of a kind that no compiler for Linux writes.
    pub(super) fn read(table: &EhFrame<'_, '_>, record: Record) -> Option<Cie> {
        let mut reader = Reader::of(table.data, record);
        if reader.word()? != 0 {
            return None;
        }
        let version = reader.byte()?;
        let augmentation = reader.text()?;
        reader.leb128()?;
        reader.leb128()?;
        match version {
            1 => _ = reader.byte()?,
            3 => reader.leb128()?,
            _ => return None,
        }
        let mut cie = Cie {
            address: PointerEncoding::of(0)?,
            has_augmentation: false,
            data: None,
        };
        // Relocations write into this range only.
        let (mut personality, mut is_indirect) = (0..0, false);
        match augmentation {
            [] => {}
            [b'z', parts @ ..] => {
                cie.has_augmentation = true;
                let len = reader.length()?;
                reader.end = reader.at.checked_add(len).filter(|end| *end <= record.end)?;
                for part in parts {
                    match part {
                        b'R' => cie.address = PointerEncoding::of(reader.byte()?)?,
                        b'L' => {
                            cie.data = match reader.byte()? {
                                OMITTED => None,
                                encoding => Some(PointerEncoding::of(encoding)?),
                            };
                        }
                        b'P' => {
                            let byte = reader.byte()?;
                            is_indirect = byte & INDIRECT != 0;
                            let encoding = PointerEncoding::of(byte & !INDIRECT)?;
                            personality = reader.at..reader.at + encoding.size;
                            reader.skip(encoding.size)?;
                        }
                        b'S' | b'B' | b'G' => {}
                        _ => return None,
                    }
                }
            }
            _ => return None,
        }
        let is_within = |relocation: &Relocation| {
            let range = written(relocation);
            range.is_some_and(|range| personality.start <= range.start && range.end <= personality.end)
        };
        if !relocations(table, record).all(|relocation| is_within(&relocation)) {
            return None;
        }
        let leads = |relocation| leads_to_address(table, relocation, &personality);
        (!is_indirect || relocations(table, record).any(leads)).then_some(cie)
    }
}

/// Returns whether a relocation has a whole field lead to a place from which an address can be read.
fn leads_to_address(table: &EhFrame<'_, '_>, relocation: Relocation, range: &std::ops::Range<usize>) -> bool {
    if written(&relocation).as_ref() != Some(range) {
        return false;
    }
    let Some((kind, _)) = form(relocation.kind).filter(|(_, field)| field.is_pc_relative()) else {
        return false;
    };
    let within = |at: u64, size: u64| at.checked_add(size_of::<u64>() as u64).is_some_and(|end| end <= size);
    match kind {
        RelocationKind::Got => relocation.addend == 0,
        RelocationKind::Symbol => {
            let symbol = table.object.symbol(relocation.symbol);
            let Ok(Definition::Section { index, offset }) = symbol.map(|symbol| symbol.definition) else {
                return false;
            };
            let at = offset.checked_add_signed(relocation.addend);
            let section = table.object.section(index);
            section.is_ok_and(|section| at.is_some_and(|at| within(at, section.size)))
        }
        _ => false,
    }
}

impl Fde {
    /// Reads an FDE; `None` if it is malformed.
    pub(super) fn read(table: &EhFrame<'_, '_>, record: Record, cie: &Cie) -> Option<Fde> {
        let mut reader = Reader::of(table.data, record);
        reader.word()?;
        reader.skip(cie.address.size)?;
        // It is signed for the unwinder, if addresses are.
        let code_size = reader.number(cie.address.size).filter(|size| *size < 1 << 31)?;
        if cie.has_augmentation {
            let len = reader.length()?;
            reader.at.checked_add(len).filter(|end| *end <= record.end)?;
            if cie.data.is_some_and(|encoding| len < encoding.size) {
                return None;
            }
        }
        let mut relocations = relocations(table, record);
        let first = relocations.next()?;
        let (kind, field) = form(first.kind)?;
        let begins = first.offset == (record.start + PC_BEGIN) as u64
            && kind == RelocationKind::Symbol
            && field.len() == cie.address.size
            && field.is_pc_relative() == cie.address.is_pc_relative;
        let is_behind = |relocation: Relocation| {
            written(&relocation).is_some_and(|range| reader.at <= range.start && range.end <= record.end)
        };
        (begins && relocations.all(is_behind)).then_some(Fde {
            begin: first,
            code_size,
        })
    }
}

/// Returns the relocations that write into a record.
fn relocations<'o>(table: &EhFrame<'o, '_>, record: Record) -> impl Iterator<Item = Relocation> + use<'o> {
    let all = table.relocations;
    (record.first_relocation..record.last_relocation).filter_map(move |index| all.get(index))
}

/// Returns the bytes that a relocation writes.
fn written(relocation: &Relocation) -> Option<std::ops::Range<usize>> {
    let (kind, field) = form(relocation.kind)?;
    let start = usize::try_from(relocation.offset).ok()?;
    let len = if kind == RelocationKind::None { 0 } else { field.len() };
    Some(start..start.checked_add(len)?)
}

impl<'d> Reader<'d> {
    /// Begins behind the length of a record.
    fn of(data: &'d [u8], record: Record) -> Reader<'d> {
        Reader {
            data,
            at: record.start + 4,
            end: record.end,
        }
    }

    fn skip(&mut self, len: usize) -> Option<&'d [u8]> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.end)?;
        let bytes = self.data.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.skip(1)?.first().copied()
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.skip(4)?.first_chunk()?))
    }

    /// Reads an unsigned number of four or eight bytes.
    fn number(&mut self, size: usize) -> Option<u64> {
        let bytes = self.skip(size)?;
        match bytes.first_chunk() {
            Some(wide) => Some(u64::from_le_bytes(*wide)),
            None => Some(u32::from_le_bytes(*bytes.first_chunk()?).into()),
        }
    }

    /// Reads a text that ends in zero.
    fn text(&mut self) -> Option<&'d [u8]> {
        let rest = self.data.get(self.at..self.end)?;
        let len = rest.iter().position(|&byte| byte == 0)?;
        self.skip(len + 1)?.get(..len)
    }

    /// Passes over a number of any length.
    fn leb128(&mut self) -> Option<()> {
        while self.byte()? & 0x80 != 0 {}
        Some(())
    }

    /// Reads a length, for which two bytes are enough.
    fn length(&mut self) -> Option<usize> {
        match self.byte()? {
            low @ 0..0x80 => Some(low.into()),
            low => match self.byte()? {
                high @ 0..0x80 => Some(usize::from(low & 0x7f) | usize::from(high) << 7),
                _ => None,
            },
        }
    }
}
