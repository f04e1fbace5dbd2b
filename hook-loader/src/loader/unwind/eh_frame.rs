//! Finding the records of the functions in a section.
//!
//! Each FDE begins with the address of its function, so a relocation says whose it is. rustc gives each function a
//! section of its own, and writes the FDEs that share a CIE in the order of the functions. So the FDE of such a section
//! is found by bisection. Other compilers put many functions into one section, and their FDEs are not always together:
//! GCC moves unlikely code of each function to a second section. So all relocations are looked at where the FDEs that
//! were found are not for the whole section.

use super::record::{Cie, Fde};
use crate::LoadError;
use crate::loader::object::{Object, Relocation, Relocations, SectionIndex};

pub(crate) struct EhFrame<'o, 'd> {
    pub(super) object: &'o Object<'d>,
    pub(super) data: &'o [u8],
    pub(super) relocations: Relocations<'o>,
}

/// A function has an FDE, which builds on a CIE.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(super) cie: Record,
    pub(super) fde: Record,
    /// The code begins where this refers to.
    pub(crate) begin: Relocation,
    /// The records are for so many bytes of code.
    pub(crate) code_size: u64,
}

/// A record is some bytes of the table, and the relocations in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first_relocation: usize,
    pub(super) last_relocation: usize,
}

/// An FDE has the address of its function behind two words.
pub(super) const PC_BEGIN: usize = 8;

impl<'o, 'd> EhFrame<'o, 'd> {
    /// Returns the table of an object, which is empty if it has none.
    pub(crate) fn of(object: &'o Object<'d>) -> Result<EhFrame<'o, 'd>, LoadError> {
        let (data, relocations) = object.unwind_table()?;
        Ok(EhFrame {
            object,
            data,
            relocations,
        })
    }

    /// Returns the records of the functions in a section that has `size` bytes.
    pub(crate) fn frames_of(&self, code: SectionIndex, size: u64) -> Result<Vec<Frame>, LoadError> {
        if let Some(index) = self.bisect(code) {
            let frame = self.frame(index)?;
            if frame.code_size >= size {
                return Ok(vec![frame]);
            }
        }
        let all = (0..self.len()).filter(|&index| self.code(index) == Some(code));
        all.map(|index| self.frame(index)).collect()
    }

    fn bisect(&self, code: SectionIndex) -> Option<usize> {
        let mut low = 0;
        while let Some(index) = (low..self.len()).find(|&index| self.code(index).is_some()) {
            let (cie, _) = self.key(index)?;
            let found = self.lower_bound(index, (cie, code));
            if self.key(found) == Some((cie, code)) {
                return Some(found);
            }
            low = self.lower_bound(index, (cie, SectionIndex(u32::MAX))).max(index + 1);
        }
        None
    }

    /// Returns the first record from `low` on whose key is not less.
    fn lower_bound(&self, mut low: usize, key: (usize, SectionIndex)) -> usize {
        let mut high = self.len();
        while low < high {
            let middle = low + (high - low) / 2;
            match (low..=middle).rev().find_map(|index| Some((index, self.key(index)?))) {
                Some((index, found)) if found >= key => high = index,
                _ => low = middle + 1,
            }
        }
        high
    }

    /// Returns by what FDEs are in order: where their CIE is, and the section of the function.
    fn key(&self, index: usize) -> Option<(usize, SectionIndex)> {
        let code = self.code(index)?;
        let field = self.offset(index)?.checked_sub(PC_BEGIN - 4)?;
        Some((field.checked_sub(self.word(field)? as usize)?, code))
    }

    /// Returns the section of the function with whose address the relocation begins an FDE.
    fn code(&self, index: usize) -> Option<SectionIndex> {
        let section = self.object.section_of(self.relocations.get(index)?.symbol)?;
        self.object.is_code(section).then_some(section)
    }

    /// Returns the records that belong to the relocation that begins an FDE.
    fn frame(&self, index: usize) -> Result<Frame, LoadError> {
        let frame = || {
            let start = self.offset(index)?.checked_sub(PC_BEGIN)?;
            let fde = self.record(start, index)?;
            let back = self.word(start + 4)? as usize;
            let start = (start + 4).checked_sub(back)?;
            let cie = self.record(start, self.first_relocation_from(start))?;
            let Fde { begin, code_size } = Fde::read(self, fde, &Cie::read(self, cie)?)?;
            Some(Frame {
                cie,
                fde,
                begin,
                code_size,
            })
        };
        frame().ok_or_else(|| LoadError::Object("its unwinding table is malformed".into()))
    }

    fn record(&self, start: usize, first_relocation: usize) -> Option<Record> {
        let end = start.checked_add(4)?.checked_add(self.word(start)? as usize)?;
        let mut last_relocation = first_relocation;
        while self.offset(last_relocation).is_some_and(|offset| offset < end) {
            last_relocation += 1;
        }
        (end <= self.data.len()).then_some(Record {
            start,
            end,
            first_relocation,
            last_relocation,
        })
    }

    fn first_relocation_from(&self, start: usize) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.offset(middle).is_some_and(|offset| offset < start) {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    fn len(&self) -> usize {
        self.relocations.len()
    }

    fn offset(&self, index: usize) -> Option<usize> {
        usize::try_from(self.relocations.get(index)?.offset).ok()
    }

    fn word(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(*self.data.get(at..)?.first_chunk()?))
    }
}
