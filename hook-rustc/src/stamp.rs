//! What the system tells of a file without reading it, by which a file that nobody touched is known again.

use std::fs::Metadata;
use std::io;
use std::time::{Duration, SystemTime};

use crate::struct_fields;

/// The size of a file, which file it is, and when its entry was changed last: its content, its name or its times. No
/// program can set that last time. On Windows it is when the content was written last, which a program can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    size: u64,
    inode: u64,
    /// Seconds and nanoseconds since 1970.
    changed: (u64, u64),
}

struct_fields!(Stamp { size, inode, changed });

/// Two writes within so short a time may leave the same time of the last change.
const TICK: Duration = Duration::from_secs(2);

impl Stamp {
    /// Takes the stamp of a file.
    ///
    /// # Errors
    ///
    /// If the system does not tell when the file was changed.
    pub fn of(meta: &Metadata) -> io::Result<Stamp> {
        let since = changed(meta)?
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        Ok(Stamp {
            size: meta.len(),
            inode: inode(meta),
            changed: (since.as_secs(), since.subsec_nanos().into()),
        })
    }

    /// Returns whether the last change is so long ago that any later one leaves another stamp.
    pub fn is_settled(&self) -> bool {
        let changed = Duration::from_secs(self.changed.0) + TICK;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        now.is_ok_and(|now| changed < now)
    }
}

/// Tells when a file's entry was changed last: its content, its name or its times.
#[cfg(unix)]
pub(crate) fn changed(meta: &Metadata) -> io::Result<SystemTime> {
    use std::os::unix::fs::MetadataExt as _;
    let (seconds, nanoseconds) = (meta.ctime(), meta.ctime_nsec());
    let since = Duration::new(seconds.try_into().unwrap_or(0), nanoseconds.try_into().unwrap_or(0));
    Ok(SystemTime::UNIX_EPOCH + since)
}

#[cfg(not(unix))]
pub(crate) fn changed(meta: &Metadata) -> io::Result<SystemTime> {
    meta.modified()
}

#[cfg(unix)]
fn inode(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_was_just_written_is_not_settled() {
        let file = std::env::temp_dir().join(format!("hookable-stamp-{}", std::process::id()));
        fs::write(&file, "a").unwrap();
        let stamp = Stamp::of(&file.metadata().unwrap()).unwrap();
        fs::write(&file, "ab").unwrap();
        let other = Stamp::of(&file.metadata().unwrap()).unwrap();
        fs::remove_file(&file).unwrap();
        assert!(!stamp.is_settled() && stamp != other);
        let long_ago = Stamp {
            changed: (1, 0),
            ..stamp
        };
        assert!(long_ago.is_settled());
    }
}
