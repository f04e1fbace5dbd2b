//! Files as bytes. They are read whole: a file that is mapped cannot be replaced, and cargo would fail to build the
//! program again while a hook is open.

use std::path::{Path, PathBuf};

use crate::LoadError;

/// Reads a whole file.
///
/// # Errors
///
/// It returns [`LoadError::Read`] for a file that cannot be read, or that is empty.
fn read_file(path: &Path) -> Result<Vec<u8>, LoadError> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string());
    let bytes = bytes.and_then(|bytes| match bytes.is_empty() {
        true => Err("the file is empty".to_owned()),
        false => Ok(bytes),
    });
    bytes.map_err(|reason| LoadError::Read {
        path: path.into(),
        reason,
    })
}

/// Reads whole files. The errors are those of [`read_file`].
pub(crate) fn map_files(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, LoadError> {
    paths.iter().map(|path| read_file(path)).collect()
}

/// Reads a whole file for as long as the process lives. The errors are those of [`read_file`].
pub(crate) fn leak_file(path: &Path) -> Result<&'static [u8], LoadError> {
    read_file(path).map(|bytes| &*bytes.leak())
}
