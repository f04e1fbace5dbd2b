//! The one folder of this process for the lines it has compiled, gone when the process ends. What a process that was killed
//! left behind, the next one removes.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

const PREFIX: &str = "hookable-";

/// The folder, and the numbers by which it is known: in a temporary folder that others can write to, one of the same name may
/// have come in its place.
struct Made {
    path: PathBuf,
    identity: (u64, u64),
}

static MADE: Mutex<Option<Made>> = Mutex::new(None);

/// The folder. Only its owner can enter it. It is in the system's folder for temporary files, or in `beside` where that cannot
/// serve; where it is gone, another is made.
pub(super) fn folder(beside: &Path) -> io::Result<PathBuf> {
    let mut made = lock();
    if let Some(made) = &*made
        && made.is_there()
    {
        return Ok(made.path.clone());
    }
    // rustc is told of it in a text.
    let temporary = std::path::absolute(std::env::temp_dir())
        .ok()
        .filter(|path| path.to_str().is_some());
    let new = match temporary.map(|within| Made::within(&within)) {
        Some(Ok(new)) => new,
        _ => Made::within(beside)?,
    };
    let path = new.path.clone();
    *made = Some(new);
    drop(made);
    static AT_EXIT: Once = Once::new();
    AT_EXIT.call_once(|| crate::live::at_exit(remove));
    Ok(path)
}

fn lock() -> MutexGuard<'static, Option<Made>> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Made {
    fn within(within: &Path) -> io::Result<Made> {
        sweep(within);
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        builder.permissions(owner_only());
        let made = builder.tempdir_in(within)?;
        let path = made.path().to_owned();
        // `TempDir::keep` is younger than the tempfile that many lockfiles have, and what was there before it is deprecated.
        std::mem::forget(made);
        // The umask may have taken more of it than others' rights.
        #[cfg(unix)]
        fs::set_permissions(&path, owner_only())?;
        let identity = identity(&path.symlink_metadata()?);
        Ok(Made { path, identity })
    }

    fn is_there(&self) -> bool {
        let found = self.path.symlink_metadata();
        found.is_ok_and(|meta| meta.is_dir() && identity(&meta) == self.identity)
    }
}

extern "C" fn remove() {
    // A thread that still makes one leaves it to the next process.
    if let Ok(made) = MADE.try_lock()
        && let Some(made) = &*made
        && made.is_there()
    {
        let _ = fs::remove_dir_all(&made.path);
    }
}

#[cfg(unix)]
fn owner_only() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o700)
}

#[cfg(unix)]
fn identity(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (meta.dev(), meta.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
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
