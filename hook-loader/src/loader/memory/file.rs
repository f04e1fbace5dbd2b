//! Files as bytes. They are mapped and not read, for an object of a large crate has hundreds of megabytes, of which a
//! line needs a few pages.
#![allow(unsafe_code)]

use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::{io, slice};

use memmap2::Mmap;

use crate::LoadError;

/// Maps a whole file.
///
/// # Errors
///
/// It returns [`LoadError::Read`] for a file that cannot be opened or mapped, or that is empty.
fn map_file(path: &Path) -> Result<Mmap, LoadError> {
    let map = || {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // SAFETY: the bytes must not change while they are borrowed. They are those of objects, archives and programs,
        // and what makes such files (rustc, cargo, linkers, installers) replaces them by new files, which the mapping
        // does not follow, rather than write into those that exist: another process may be running them.
        unsafe { Mmap::map(&file) }
    };
    map().map_err(|reason| LoadError::Read {
        path: path.into(),
        reason: reason.to_string(),
    })
}

/// Maps whole files. The errors are those of [`map_file`].
pub(crate) fn map_files(paths: &[PathBuf]) -> Result<Vec<Mmap>, LoadError> {
    paths.iter().map(|path| map_file(path)).collect()
}

/// Maps a whole file for as long as the process lives. The errors are those of [`map_file`].
pub(crate) fn leak_file(path: &Path) -> Result<&'static [u8], LoadError> {
    // Nothing would refer to a box of it, and a program that looks for leaks as it ends would report that one.
    let map = ManuallyDrop::new(map_file(path)?);
    // SAFETY: the mapping has this length, its bytes do not change (see `map_file`), and it is never removed.
    Ok(unsafe { slice::from_raw_parts(map.as_ptr(), map.len()) })
}
