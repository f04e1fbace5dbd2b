//! What the builds of a crate leave, each beside the others, and what they read.
//!
//! A program that runs needs what its own build left, though the crate was built again meanwhile. So each build has a
//! folder, by the number that is compiled into the program. The sources that it read are kept as copies, by their
//! content: a build writes only those that are not there yet. A build also removes what old ones left, unless a program
//! that runs holds it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::kept::FILES;
use crate::sorted::sort;
use crate::{Sources, TABLE, call_record, sources};

/// The name of the folder, in the folder of a crate, that has a folder for each build.
const BUILDS: &str = "builds";
/// The name of the file, in the folder of a build, that a program which needs the build holds.
const LOCK: &str = "lock";

/// So many builds stay, and these are the newest.
const MOST_BUILDS: usize = 12;
/// So many bytes of copies stay, not counting those of the newest build.
const MOST_BYTES: u64 = 256 << 20;

/// Returns a number for what a folder records: the call, what it read, and what the hooks capture.
///
/// # Errors
///
/// If one of the files cannot be read.
pub fn fingerprint(folder: &Path) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(folder.join(call_record::FILE))?.hash(&mut hasher);
    fs::read(folder.join(TABLE))?.hash(&mut hasher);
    fs::read(folder.join(sources::FILE))?.hash(&mut hasher);
    Ok(hasher.finish())
}

/// Returns whether an entry of the folder of a crate lasts from one build to the next.
pub fn lasts(entry: &str) -> bool {
    matches!(entry, BUILDS | FILES)
}

/// Returns the folder of a build; `unit` is that of the crate.
pub fn folder(unit: &Path, fingerprint: u64) -> PathBuf {
    unit.join(BUILDS).join(format!("{fingerprint:016x}"))
}

/// Leaves what a build is to leave, as `write` writes it into a folder, and returns the number of the build.
///
/// # Errors
///
/// If a file of it cannot be written.
pub fn leave(unit: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<u64> {
    let new = unit.join(BUILDS).join("new");
    let _ = fs::remove_dir_all(&new);
    fs::create_dir_all(&new)?;
    write(&new)?;
    let number = fingerprint(&new)?;
    let lasting = folder(unit, number);
    if lasting.exists() {
        // This build is the newest again, and a program may hold it.
        fs::remove_dir_all(&new)?;
    } else {
        fs::rename(&new, &lasting)?;
    }
    let lock = File::options().create(true).append(true).open(lasting.join(LOCK))?;
    lock.set_modified(SystemTime::now())?;
    // If nothing can be removed now, the next build removes it.
    let _ = prune(unit, number);
    Ok(number)
}

/// Holds a build: while the file is open, no other build removes it.
///
/// # Errors
///
/// If the build cannot be held: it is gone, or in a place where nothing can be written.
pub fn hold(build: &Path) -> io::Result<File> {
    let lock = File::open(build.join(LOCK))?;
    lock.try_lock_shared()?;
    Ok(lock)
}

/// Removes the builds that are too many, the oldest first, and the copies that no build needs any more.
fn prune(unit: &Path, newest: u64) -> io::Result<()> {
    let mut builds: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in fs::read_dir(unit.join(BUILDS))? {
        let path = entry?.path();
        let used = path.join(LOCK).metadata().and_then(|meta| meta.modified());
        builds.push((used.unwrap_or(SystemTime::UNIX_EPOCH), path));
    }
    sort(&mut builds);
    builds.reverse();
    let mut removed = false;
    let (mut needed, mut bytes) = (HashSet::new(), 0);
    let newest = folder(unit, newest);
    for (number, (_, build)) in builds.iter().enumerate() {
        let copies = Sources::read(build).map(|sources| sources.copies()).unwrap_or_default();
        let more: Vec<String> = copies.into_iter().filter(|copy| !needed.contains(copy)).collect();
        let size = |copy: &String| unit.join(FILES).join(copy).metadata().map_or(0, |meta| meta.len());
        let more_bytes: u64 = more.iter().map(size).sum();
        let fits = number < MOST_BUILDS && bytes + more_bytes <= MOST_BYTES;
        if *build == newest || fits || is_held(build) {
            bytes += if *build == newest { 0 } else { more_bytes };
            needed.extend(more);
        } else {
            fs::remove_dir_all(build)?;
            removed = true;
        }
    }
    if !removed {
        return Ok(());
    }
    for entry in fs::read_dir(unit.join(FILES))? {
        let entry = entry?;
        if !entry.file_name().to_str().is_some_and(|name| needed.contains(name)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Returns whether a program that runs holds a build.
fn is_held(build: &Path) -> bool {
    File::open(build.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::content::ContentHash;
    use crate::kept::{keep, kept};
    use crate::{CallRecord, Invocation};

    /// Builds a crate of one file that has this text, and returns the number of the build.
    fn build(unit: &Path, text: &str) -> u64 {
        let call = Invocation {
            program: "rustc".into(),
            args: vec!["main.rs".into(), text.into()],
            dir: unit.into(),
        };
        let sources = Sources::known(&[("main.rs", text)]);
        keep(unit, ContentHash::of(text.as_bytes()), text.as_bytes()).unwrap();
        let record = CallRecord { call, env: Vec::new() };
        let left = leave(unit, |folder| {
            fs::write(folder.join(TABLE), "")?;
            record.write(folder)?;
            sources.write(folder)
        });
        left.unwrap()
    }

    fn copies(unit: &Path) -> usize {
        fs::read_dir(unit.join(FILES)).unwrap().count()
    }

    #[test]
    fn builds_stay_for_as_long_as_they_are_few_or_held() {
        let unit = std::env::temp_dir().join(format!("hookable-builds-{}", std::process::id()));
        let first = build(&unit, "0");
        let held = hold(&folder(&unit, first)).unwrap();
        assert_eq!(build(&unit, "0"), first);
        let old = SystemTime::now() - Duration::from_secs(3600);
        let mut builds = vec![first];
        for number in 1..MOST_BUILDS as u64 + 3 {
            // Each build is made older than the ones that come.
            let lock = File::options()
                .append(true)
                .open(folder(&unit, *builds.last().unwrap()).join(LOCK));
            lock.unwrap().set_modified(old + Duration::from_secs(number)).unwrap();
            builds.push(build(&unit, &number.to_string()));
        }
        let is_there = |number: &u64| folder(&unit, *number).exists();
        let there: Vec<u64> = builds.iter().copied().filter(is_there).collect();
        assert_eq!(there.len(), MOST_BUILDS + 1);
        assert_eq!((there[0], &there[1..]), (first, &builds[3..]));
        assert_eq!(copies(&unit), MOST_BUILDS + 1);
        drop(held);
        build(&unit, "last");
        assert!(!is_there(&first));
        assert!(kept(&unit, ContentHash::of(b"0")).is_none());
        assert_eq!(kept(&unit, ContentHash::of(b"last")).as_deref(), Some(&b"last"[..]));
        fs::remove_dir_all(&unit).unwrap();
    }
}
