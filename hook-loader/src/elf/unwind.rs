//! Unwinding tables: without them a panic in a line could not leave it, and would abort the program.
//!
//! An object has one `.eh_frame` for all its functions: records that say how to unwind (a CIE, shared) and where (an
//! FDE, one a function). Only those of the functions that are loaded may be registered, since the others have no
//! address. So the records are taken apart here and put together anew, with their relocations, and the zero that ends
//! the table.

//!
//! Compilers write the records that share a common one together, and these in the order of the functions. So a
//! function's record is found by bisection, and only if it is not (few functions have none) by looking at all.

use std::collections::HashMap;

use object::LittleEndian as LE;
use object::elf::Rela64;

use super::object::{Object, Relocation};
use crate::LoadError;

/// The records of one object.
pub(super) struct Frames<'o, 'd> {
    object: &'o Object<'d>,
    data: &'d [u8],
    relocations: &'d [Rela64<LE>],
}

/// The record of a function, and the common one that it builds on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    common: Record,
    function: Record,
}

/// Bytes of `.eh_frame`, and the relocations in them.
#[derive(Clone, Copy, Debug)]
struct Record {
    start: usize,
    end: usize,
    first: usize,
    last: usize,
}

/// From the start of a function's record to the address of the function.
const BEGIN: usize = 8;

impl<'o, 'd> Frames<'o, 'd> {
    pub(super) fn of(object: &'o Object<'d>) -> Result<Frames<'o, 'd>, LoadError> {
        match object.frames() {
            None => Ok(Frames {
                object,
                data: &[],
                relocations: &[],
            }),
            Some(section) => {
                let data = object.section(section)?.data;
                Ok(Frames {
                    object,
                    data,
                    relocations: object.relocations(section)?,
                })
            }
        }
    }

    /// The records of the functions in a section.
    pub(super) fn within(&self, code: u32) -> Result<Vec<Frame>, LoadError> {
        let all = 0..self.relocations.len();
        let Some(found) = self
            .bisect(code)
            .or_else(|| all.clone().find(|&index| self.code(index) == Some(code)))
        else {
            return Ok(Vec::new());
        };
        let near = |index: &usize| self.code(*index).is_none_or(|other| other == code);
        let before = (0..found)
            .rev()
            .take_while(near)
            .filter(|&index| self.code(index).is_some());
        let after = (found..all.end)
            .take_while(near)
            .filter(|&index| self.code(index).is_some());
        before.chain(after).map(|index| self.frame(index)).collect()
    }

    fn bisect(&self, code: u32) -> Option<usize> {
        let mut low = 0;
        while let Some(index) = (low..self.relocations.len()).find(|&index| self.code(index).is_some()) {
            let (common, _) = self.key(index)?;
            let found = self.lower_bound(index, (common, code));
            if self.key(found) == Some((common, code)) {
                return Some(found);
            }
            low = self.lower_bound(index, (common, u32::MAX));
        }
        None
    }

    /// The first record from `low` on whose key is not less.
    fn lower_bound(&self, mut low: usize, key: (usize, u32)) -> usize {
        let mut high = self.relocations.len();
        while low < high {
            let middle = low + (high - low) / 2;
            match (low..=middle).rev().find_map(|index| Some((index, self.key(index)?))) {
                Some((index, found)) if found >= key => high = index,
                _ => low = middle + 1,
            }
        }
        high
    }

    /// By what records are in order: where their common one is, and the section of the function.
    fn key(&self, index: usize) -> Option<(usize, u32)> {
        let code = self.code(index)?;
        let field = self.offset(index)?.checked_sub(4)?;
        Some((field.checked_sub(word(self.data, field)? as usize)?, code))
    }

    /// The section of the function with whose address the relocation begins a record.
    fn code(&self, index: usize) -> Option<u32> {
        let symbol = (self.relocations.get(index)?.r_info.get(LE) >> 32) as usize;
        let section = self.object.section_of(symbol);
        self.object.is_code(section).then_some(section)
    }

    fn frame(&self, index: usize) -> Result<Frame, LoadError> {
        let frame = || {
            let start = self.offset(index)?.checked_sub(BEGIN)?;
            let function = self.record(start, index)?;
            let back = word(self.data, start + 4)? as usize;
            let start = (start + 4).checked_sub(back)?;
            let common = self.record(
                start,
                self.relocations
                    .partition_point(|raw| raw.r_offset.get(LE) < start as u64),
            )?;
            (back != 0).then_some(Frame { common, function })
        };
        frame().ok_or_else(|| LoadError::Object("its unwinding table is malformed".into()))
    }

    fn record(&self, start: usize, first: usize) -> Option<Record> {
        let end = start + 4 + word(self.data, start)? as usize;
        let mut last = first;
        while self.offset(last).is_some_and(|offset| offset < end) {
            last += 1;
        }
        (end <= self.data.len()).then_some(Record {
            start,
            end,
            first,
            last,
        })
    }

    fn offset(&self, index: usize) -> Option<usize> {
        Some(self.relocations.get(index)?.r_offset.get(LE) as usize)
    }
}

/// A table in the making. Relocations are by the object they come from, with their offset in the table.
#[derive(Default)]
pub(super) struct Table {
    pub(super) bytes: Vec<u8>,
    pub(super) relocations: Vec<(usize, Relocation)>,
    commons: HashMap<(usize, usize), usize>,
}

impl Table {
    /// Adds the record of a function of `object`, which the caller calls `unit`, and the common one that it builds on.
    pub(super) fn add(&mut self, unit: usize, frames: &Frames<'_, '_>, frame: Frame) {
        let known = self.commons.get(&(unit, frame.common.start)).copied();
        let common = known.unwrap_or_else(|| {
            let common = self.copy(unit, frames, frame.common);
            self.commons.insert((unit, frame.common.start), common);
            common
        });
        let function = self.copy(unit, frames, frame.function);
        let back = (function + 4 - common) as u32;
        self.bytes[function + 4..function + 8].copy_from_slice(&back.to_le_bytes());
    }

    fn copy(&mut self, unit: usize, frames: &Frames<'_, '_>, record: Record) -> usize {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&frames.data[record.start..record.end]);
        for raw in &frames.relocations[record.first..record.last] {
            let relocation = Relocation::read(raw);
            let offset = relocation.offset.wrapping_sub(record.start as u64) + at as u64;
            self.relocations.push((unit, Relocation { offset, ..relocation }));
        }
        at
    }

    /// Ends the table. Nothing may be added any more.
    pub(super) fn close(&mut self) {
        self.bytes.extend_from_slice(&[0; 4]);
    }
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}
