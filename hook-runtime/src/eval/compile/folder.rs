//! A process has one folder for the lines that it compiles, and removes it as it ends. A folder that a killed process
//! left is removed by the next process.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use hook_rustc::temporary;

const PREFIX: &str = "hookable-";

/// The folder, with the numbers by which the system knows it. Others may be able to write to the folder around it, and
/// could put another of the same name in its place.
struct Made {
    path: PathBuf,
    identity: (u64, u64),
    /// The process that the folder belongs to. A forked child makes a folder of its own, and leaves its parent's alone.
    process: u32,
    /// A lock that is held as long as the process lives. It tells other processes so, for which the number of this
    /// process may mean nothing.
    _lock: File,
}

/// The file in a folder that its process holds the lock of.
const LOCK: &str = "lock";

static MADE: Mutex<Option<Made>> = Mutex::new(None);

/// Returns the folder, which only its owner can enter. It is in the system's folder for temporary files, or in `beside`
/// if it cannot be there. If it was removed, another is made.
pub(crate) fn folder(beside: &Path) -> io::Result<PathBuf> {
    let mut made = lock();
    if let Some(made) = &*made
        && made.is_there()
    {
        return Ok(made.path.clone());
    }
    // The path has to be UTF-8, because rustc is told it in a text.
    let temporary = std::path::absolute(std::env::temp_dir())
        .ok()
        .filter(|path| path.to_str().is_some());
    let new = match temporary.as_deref().map(Made::within) {
        Some(Ok(new)) => new,
        _ => Made::within(beside).map_err(|error| no_folder(&error, temporary.as_deref(), beside))?,
    };
    let path = new.path.clone();
    *made = Some(new);
    drop(made);
    static AT_EXIT: Once = Once::new();
    AT_EXIT.call_once(|| crate::os::exit::at_exit(remove));
    Ok(path)
}

/// Returns the error of which no folder can be made, with what to do about it.
fn no_folder(error: &io::Error, temporary: Option<&Path>, beside: &Path) -> io::Error {
    let variable = if cfg!(windows) { "TMP" } else { "TMPDIR" };
    let places = temporary
        .into_iter()
        .chain([beside])
        .map(|path| path.display().to_string());
    let places = places.collect::<Vec<_>>().join(" or ");
    let text = format!("{error}, in {places}: start the program with {variable} set to a folder that can be written");
    io::Error::new(error.kind(), text)
}

fn lock() -> MutexGuard<'static, Option<Made>> {
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Made {
    fn within(within: &Path) -> io::Result<Made> {
        sweep(within);
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let path = temporary::folder(within, &prefix)?;
        // The umask may have taken more than the rights of others.
        #[cfg(unix)]
        fs::set_permissions(&path, owner_only())?;
        let identity = identity(&path.symlink_metadata()?);
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock()?;
        Ok(Made {
            path,
            identity,
            process: std::process::id(),
            _lock: lock,
        })
    }

    /// Returns whether the folder belongs to this process and is still there.
    fn is_there(&self) -> bool {
        let found = self.path.symlink_metadata();
        self.process == std::process::id() && found.is_ok_and(|meta| meta.is_dir() && identity(&meta) == self.identity)
    }
}

extern "C" fn remove() {
    // If a thread is making a folder right now, the next process removes it.
    if let Ok(mut made) = MADE.try_lock()
        && let Some(Made { path, _lock: lock, .. }) = made.take_if(|made| made.is_there())
    {
        // Windows removes no file that somebody has open.
        drop(lock);
        let _ = fs::remove_dir_all(path);
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

/// Removes the folders of processes that have ended. The system does not permit that for those of other users.
fn sweep(within: &Path) {
    for entry in fs::read_dir(within).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split_once('-'));
        let is_ours = process.is_some_and(|(process, _)| process.parse::<u32>().is_ok());
        if is_ours && is_left(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Returns whether the process that made the folder has ended, so that nobody holds its lock. A folder without a lock
/// is just being made, or was left by a process that did not come so far.
fn is_left(folder: &Path) -> bool {
    let Ok(lock) = File::open(folder.join(LOCK)) else {
        let age = fs::symlink_metadata(folder).and_then(|meta| meta.modified());
        return age.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > UNFINISHED));
    };
    lock.try_lock().is_ok()
}

/// A folder that has been without its lock for longer than this was left by its process.
const UNFINISHED: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn where_no_folder_can_be_made() {
        let error = io::Error::from(io::ErrorKind::ReadOnlyFilesystem);
        let text = no_folder(&error, Some(Path::new("/tmp")), Path::new("/target")).to_string();
        assert!(
            text.ends_with(", in /tmp or /target: start the program with TMPDIR set to a folder that can be written")
        );
    }

    #[test]
    fn what_is_held_is_left_alone() {
        let within = tempfile::tempdir().unwrap();
        let other = |name: &str| {
            let path = within.path().join(name);
            fs::create_dir(&path).unwrap();
            (File::create(path.join(LOCK)).unwrap(), path)
        };
        // The numbers belong to no process here, as if they were those of another namespace.
        let (held, theirs) = other("hookable-4194999-a");
        held.try_lock().unwrap();
        let (_, left) = other("hookable-4194998-b");
        let unfinished = within.path().join("hookable-4194997-c");
        fs::create_dir(&unfinished).unwrap();
        let (_, foreign) = other("hookable-saved");
        let made = Made::within(within.path()).unwrap();
        assert!(theirs.exists() && !left.exists() && unfinished.exists() && foreign.exists());
        assert!(made.is_there());
        sweep(within.path());
        assert!(made.is_there());
        let parents = Made {
            process: made.process + 1,
            ..made
        };
        assert!(!parents.is_there());
    }
    #[cfg(target_os = "linux")]
    #[allow(unsafe_code)]
    #[test]
    fn a_forked_child_has_its_own() {
        let path = folder(Path::new("/nowhere")).unwrap();
        let in_child = |run: &dyn Fn() -> bool| {
            // SAFETY: the child runs what takes no lock that another thread of this test may have, and ends at once.
            unsafe {
                let child = libc::fork();
                if child == 0 {
                    libc::_exit(i32::from(!run()));
                }
                let mut status = 0;
                libc::waitpid(child, &mut status, 0);
                assert_eq!(status, 0);
            }
        };
        in_child(&|| {
            remove();
            true
        });
        assert!(path.exists());
        in_child(&|| {
            let own = folder(Path::new("/nowhere")).unwrap();
            let differs = own != path && own.exists();
            remove();
            differs && !own.exists()
        });
        assert_eq!(folder(Path::new("/nowhere")).unwrap(), path);
        remove();
        assert!(!path.exists());
    }
}
