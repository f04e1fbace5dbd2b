//! The unwinding tables of COFF: an entry of three addresses for each function.
//!
//! They say where the function begins, where it ends, and where the rest is told, in a section of its own, which is
//! loaded along with the function. An object has one table for all functions, or one for each. The system finds an
//! entry by bisection, so entries are in the order of their functions: functions are taken in the order in which they
//! will be in memory, and those of one section are put in order here.

use crate::LoadError;
use crate::loader::object::coff::{Object, UnwindEntry};
use crate::loader::object::{Definition, Relocation, SectionIndex};
use crate::loader::relocate::RelocationKind;
use crate::loader::relocate::coff_x86_64::form;

/// An entry has so many bytes, and as many relocations as addresses.
const ENTRY: usize = 12;

pub(crate) struct Pdata<'o, 'd> {
    object: &'o Object<'d>,
}

/// A function has an entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The code begins where this refers to.
    pub(crate) begin: Relocation,
    /// The entry is for so many bytes of code.
    pub(crate) code_size: u64,
    /// That code is here in its section.
    start: u64,
    end: Relocation,
    rest: Relocation,
}

/// A table is being made here. `Id` names the object that an entry comes from.
pub(crate) struct UnwindTable<Id> {
    pub(crate) bytes: Vec<u8>,
    /// Relocations have their offset in the table.
    pub(crate) relocations: Vec<(Id, Relocation)>,
}

impl<'o, 'd> Pdata<'o, 'd> {
    /// Returns the tables of an object.
    pub(crate) fn of(object: &'o Object<'d>) -> Result<Pdata<'o, 'd>, LoadError> {
        Ok(Pdata { object })
    }

    /// Returns the entries of the functions in a section, in the order of the functions.
    pub(crate) fn frames_of(&self, code: SectionIndex, _: u64) -> Result<Vec<Frame>, LoadError> {
        let malformed = || LoadError::Object("its unwinding table is malformed".into());
        let entries = self.object.unwind_entries(code);
        let mut frames = Vec::with_capacity(entries.len());
        for &entry in entries {
            frames.push(self.frame(entry)?.ok_or_else(malformed)?);
        }
        frames.sort_by_key(|frame| frame.start);
        Ok(frames)
    }

    /// Reads an entry; `None` if it is malformed.
    fn frame(&self, entry: UnwindEntry) -> Result<Option<Frame>, LoadError> {
        let relocations = self.object.relocations(entry.table)?;
        let address = |number: usize| {
            let relocation = relocations.get(entry.first_relocation + number)?;
            let start = u64::try_from(entry.first_relocation / 3 * ENTRY + number * 4).ok()?;
            let is_address = form(relocation.kind).is_some_and(|(kind, field)| {
                kind == RelocationKind::Plt && field.is_base_relative() && relocation.offset == start
            });
            is_address.then_some(relocation)
        };
        let (Some(begin), Some(end), Some(rest)) = (address(0), address(1), address(2)) else {
            return Ok(None);
        };
        let is_one_function = self.object.section_of(begin.symbol) == self.object.section_of(end.symbol);
        let (Some(start), Some(stop)) = (self.offset(begin)?, self.offset(end)?) else {
            return Ok(None);
        };
        let code_size = stop.checked_sub(start).filter(|_| is_one_function);
        Ok(code_size.map(|code_size| Frame {
            begin,
            code_size,
            start,
            end,
            rest,
        }))
    }

    /// Returns the offset in its section of what a relocation refers to.
    fn offset(&self, relocation: Relocation) -> Result<Option<u64>, LoadError> {
        Ok(match self.object.symbol(relocation.symbol)?.definition {
            Definition::Section { offset, .. } => offset.checked_add_signed(relocation.addend),
            _ => None,
        })
    }
}

impl<Id: Copy> UnwindTable<Id> {
    pub(crate) fn new() -> UnwindTable<Id> {
        UnwindTable {
            bytes: Vec::new(),
            relocations: Vec::new(),
        }
    }

    /// Adds the entry of a function in `object`. The functions come in the order of their addresses.
    pub(crate) fn add(&mut self, object: Id, _: &Pdata<'_, '_>, frame: Frame) {
        let start = self.bytes.len() as u64;
        self.bytes.extend_from_slice(&[0; ENTRY]);
        for (number, relocation) in (0..).zip([frame.begin, frame.end, frame.rest]) {
            let offset = start + number * 4;
            self.relocations.push((object, Relocation { offset, ..relocation }));
        }
    }

    /// Ends the table. Nothing may be added any more.
    pub(crate) fn close(&mut self) {}
}
