//! What rustc writes for make: which files it read, and which environment variables.

use std::fs;
use std::path::Path;

/// Returns what rustc wrote for make about all that it read.
pub(crate) fn dep_info(folder: &Path) -> String {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "d"));
    files.filter_map(|path| fs::read_to_string(path).ok()).collect()
}
