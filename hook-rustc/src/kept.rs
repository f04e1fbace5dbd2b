//! Copies of the sources that the builds of a crate read, each named by its content.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::content::ContentHash;

/// The name of the folder of the copies, in the folder of a crate.
pub(crate) const FILES: &str = "files";
/// A file that is larger is not copied.
const LARGEST_FILE: u64 = 16 << 20;

/// Keeps a copy of a source in the folder of a crate.
pub(crate) fn keep(unit: &Path, content: ContentHash, bytes: &[u8]) -> io::Result<()> {
    let copy = copy_of(unit, content);
    if bytes.len() as u64 > LARGEST_FILE || copy.metadata().is_ok_and(|meta| meta.len() == bytes.len() as u64) {
        return Ok(());
    }
    fs::create_dir_all(unit.join(FILES))?;
    let new = copy.with_extension("new");
    fs::write(&new, bytes)?;
    fs::rename(new, copy)
}

/// Returns the copy of a source; `None` if there is none.
pub(crate) fn kept(unit: &Path, content: ContentHash) -> Option<Vec<u8>> {
    let bytes = fs::read(copy_of(unit, content)).ok()?;
    (ContentHash::of(&bytes) == content).then_some(bytes)
}

fn copy_of(unit: &Path, content: ContentHash) -> PathBuf {
    unit.join(FILES).join(content.name())
}
