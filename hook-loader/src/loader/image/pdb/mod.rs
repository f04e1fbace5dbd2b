//! The symbols of a program that was linked for msvc, which stand in a file beside it, its PDB.
//!
//! Those that other objects may refer to are there by the names that linkers know. What is private has only the name
//! that the debug information of its object gives it, such as `one::main::COUNT`.

mod msf;

use self::msf::Msf;
use crate::loader::object::codeview::{Record, half, records, word};

/// The linker writes this into the program and into its PDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PdbId {
    pub(crate) guid: [u8; 16],
    /// What is linked again into the same PDB has the next number.
    pub(crate) age: u32,
}

/// A PDB was read as far as its symbols are concerned.
pub(crate) struct Pdb {
    pub(crate) id: PdbId,
    /// Symbols of all objects, and their records of what is not private.
    shared: Vec<u8>,
    /// Records of each object.
    modules: Vec<Vec<u8>>,
}

/// These streams have fixed numbers.
const INFO: usize = 1;
const DEBUG_INFO: usize = 3;
/// The header of the stream with the list of objects has so many bytes, as each entry has before its names.
const HEADER: usize = 64;
/// An object without records has no stream, which this number says.
const NONE: u16 = 0xffff;
/// The records of an object begin behind a word that says which version they are of.
const SIGNATURE: usize = 4;

impl Pdb {
    /// Reads the streams that have symbols; `None` if the file is no PDB, or is damaged.
    pub(crate) fn parse(data: &[u8]) -> Option<Pdb> {
        let msf = Msf::parse(data)?;
        let guid = *msf.stream(INFO)?.get(12..)?.first_chunk()?;
        let info = msf.stream(DEBUG_INFO)?;
        let age = word(&info, 8)?;
        let shared = msf.stream(half(&info, 20)?.into())?;
        let size = word(&info, 24)? as usize;
        let list = info.get(HEADER..HEADER.checked_add(size)?)?;
        let (mut modules, mut at, mut all) = (Vec::new(), 0, 0);
        while at < list.len() {
            let (stream, size) = (half(list, at + 34)?, word(list, at + 36)? as usize);
            if stream != NONE {
                let mut records = msf.stream(stream.into())?;
                if size < SIGNATURE || size > records.len() {
                    return None;
                }
                // Each has a stream of its own, and all of them are in the file.
                all += records.len();
                if all > data.len() {
                    return None;
                }
                records.truncate(size);
                records.drain(..SIGNATURE);
                modules.push(records);
            }
            at = end_of_entry(list, at)?;
        }
        Some(Pdb {
            id: PdbId { guid, age },
            shared,
            modules,
        })
    }

    /// Returns what all records say.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        let shared = std::iter::once(&self.shared);
        shared.chain(&self.modules).flat_map(|bytes| records(bytes))
    }
}

/// Returns where the next entry of the list of objects begins. The fixed part has two names behind it.
fn end_of_entry(list: &[u8], start: usize) -> Option<usize> {
    let mut at = start + HEADER;
    for _ in 0..2 {
        let name = list.get(at..)?;
        at += name.iter().position(|&byte| byte == 0)? + 1;
    }
    Some(at.next_multiple_of(4))
}
