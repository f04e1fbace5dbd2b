//! Which PDB a file says that it has. The linker writes that where the system loads it along with the file.

use std::path::{Path, PathBuf};

use super::pdb::PdbId;

/// A file names its PDB.
pub(crate) struct NamedPdb {
    pub(crate) id: PdbId,
    name: String,
}

impl NamedPdb {
    /// Returns the path of the PDB if it exists: beside the file, or where it was written.
    pub(crate) fn path_beside(&self, file: &Path) -> Option<PathBuf> {
        let name = self.name.rsplit(['/', '\\']).next().filter(|name| !name.is_empty())?;
        let known = [file.with_file_name(name), PathBuf::from(&self.name)];
        known.into_iter().find(|path| path.is_file())
    }
}

/// The table of directories has its entry for debuggers here, in the optional header.
const DEBUG_DIRECTORY: u32 = 112 + 6 * 8;
/// An entry of that directory has so many bytes, and this type where it names a PDB.
const ENTRY: u32 = 28;
const CODEVIEW: u32 = 2;
/// A PDB is named in this form.
const SIGNATURE: &[u8] = b"RSDS";
/// No path is longer.
const LONGEST: u32 = 1 << 16;

/// Returns what a file names. `read` returns so many bytes at an address, as the file counts them.
pub(crate) fn named_pdb(read: &dyn Fn(u32, u32) -> Option<Vec<u8>>) -> Option<NamedPdb> {
    let word = |address: u32| Some(u32::from_le_bytes(*read(address, 4)?.first_chunk()?));
    // The signature and the header of COFF are before the optional header.
    let optional = word(0x3c)?.checked_add(24)?;
    let directory = optional.checked_add(DEBUG_DIRECTORY)?;
    let (start, size) = (word(directory)?, word(directory.checked_add(4)?)?);
    for number in 0..(size / ENTRY).min(64) {
        let entry = start.checked_add(number * ENTRY)?;
        if word(entry.checked_add(12)?)? != CODEVIEW {
            continue;
        }
        let (len, at) = (word(entry.checked_add(16)?)?, word(entry.checked_add(20)?)?);
        let named = read(at, len.min(LONGEST))?;
        let named = named.strip_prefix(SIGNATURE)?;
        let (guid, age) = (*named.first_chunk()?, *named.get(16..)?.first_chunk()?);
        let name = named.get(20..)?;
        let name = name.split(|&byte| byte == 0).next()?;
        return Some(NamedPdb {
            id: PdbId {
                guid,
                age: u32::from_le_bytes(age),
            },
            // Some linkers write folders as the system has them, in no UTF-8. Beside the file, the last name counts.
            name: String::from_utf8_lossy(name).into_owned(),
        });
    }
    None
}
