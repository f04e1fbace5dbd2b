//! The unwinding table of what is loaded, put together from records of several objects.

use std::collections::HashMap;
use std::hash::Hash;

use super::eh_frame::{EhFrame, Frame, Record};
use crate::loader::object::Relocation;

/// A table is being made here. `Id` names the object that a record comes from.
pub(crate) struct UnwindTable<Id> {
    pub(crate) bytes: Vec<u8>,
    /// Relocations have their offset in the table.
    pub(crate) relocations: Vec<(Id, Relocation)>,
    cies: HashMap<(Id, usize), usize>,
}

impl<Id: Copy + Eq + Hash> UnwindTable<Id> {
    pub(crate) fn new() -> UnwindTable<Id> {
        UnwindTable {
            bytes: Vec::new(),
            relocations: Vec::new(),
            cies: HashMap::new(),
        }
    }

    /// Adds the FDE of a function in `object`, and the CIE that it builds on.
    pub(crate) fn add(&mut self, object: Id, table: &EhFrame<'_, '_>, frame: Frame) {
        let known = self.cies.get(&(object, frame.cie.start)).copied();
        let cie = known.unwrap_or_else(|| {
            let cie = self.copy(object, table, frame.cie);
            self.cies.insert((object, frame.cie.start), cie);
            cie
        });
        let fde = self.copy(object, table, frame.fde);
        let back = (fde + 4 - cie) as u32;
        self.bytes[fde + 4..fde + 8].copy_from_slice(&back.to_le_bytes());
    }

    fn copy(&mut self, object: Id, table: &EhFrame<'_, '_>, record: Record) -> usize {
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&table.data[record.start..record.end]);
        for index in record.first_relocation..record.last_relocation {
            if let Some(relocation) = table.relocations.get(index) {
                let offset = relocation.offset - record.start as u64 + at as u64;
                self.relocations.push((object, Relocation { offset, ..relocation }));
            }
        }
        at
    }

    /// Ends the table. Nothing may be added any more.
    pub(crate) fn close(&mut self) {
        self.bytes.extend_from_slice(&[0; 4]);
    }
}
