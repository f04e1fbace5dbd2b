//! The objects of a line are read from where rustc keeps them for its next, incremental run.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::CrateCompiler;

impl CrateCompiler {
    /// Returns the folder in which the last run left its objects.
    pub(super) fn newest(&self) -> Option<PathBuf> {
        let units = entries(&self.workspace().made.join("incremental")).unwrap_or_default();
        let sessions = units.iter().flat_map(|unit| entries(unit).unwrap_or_default());
        let whole = sessions.filter(|path| path.is_dir() && !path.to_string_lossy().ends_with("-working"));
        // The names of these folders begin with the time in a fixed number of digits, so the last is the greatest.
        whole.max()
    }
}

pub(super) fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

pub(super) fn objects(session: &Path) -> io::Result<Vec<PathBuf>> {
    let objects = entries(session)?.into_iter();
    Ok(objects
        .filter(|path| path.extension().is_some_and(|kind| kind == "o"))
        .collect())
}
