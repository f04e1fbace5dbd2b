//! The one folder of this process for the lines it has compiled, gone when the process ends. What a process that was killed
//! left behind, the next one removes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

const PREFIX: &str = "hookable-";

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// The folder. Only its owner can enter it.
pub(super) fn folder() -> io::Result<PathBuf> {
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = FOLDER.get() {
        return Ok(folder.clone());
    }
    let within = std::env::temp_dir();
    sweep(&within);
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let made = tempfile::Builder::new().prefix(&prefix).tempdir_in(&within)?;
    let folder = made.path().to_owned();
    // `TempDir::keep` is younger than the tempfile that many lockfiles have, and what was there before it is deprecated.
    std::mem::forget(made);
    crate::live::at_exit(remove);
    Ok(FOLDER.get_or_init(|| folder).clone())
}

extern "C" fn remove() {
    if let Some(folder) = FOLDER.get() {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Removes the folders of processes that are no more. Those of other users refuse.
fn sweep(within: &Path) {
    for entry in fs::read_dir(within).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split_once('-'));
        let process = process.and_then(|(process, _)| process.parse::<u32>().ok());
        if process
            .is_some_and(|process| Path::new("/proc/self").exists() && !Path::new(&format!("/proc/{process}")).exists())
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
