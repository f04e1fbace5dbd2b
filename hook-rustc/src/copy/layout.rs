//! The folder of a copy: each file and folder from the root on, among links to what else there is.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::source_path::{enter, within};

/// What is to be in the copy, by paths from the root on.
#[derive(Default)]
pub(super) struct Layout {
    /// The folders; each comes behind the one that it is in.
    folders: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Layout {
    /// Adds a folder and those on the way to it, and returns its path without `..`.
    pub(super) fn folder(&mut self, path: &Path) -> PathBuf {
        let mut clean = PathBuf::new();
        for component in path.components() {
            enter(&mut clean, component);
            self.folders.insert(clean.clone());
        }
        clean
    }

    /// Adds the folders on the way to a source, and returns the path of the source without `..`.
    pub(super) fn folder_of(&mut self, path: &Path) -> io::Result<PathBuf> {
        match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => Ok(self.folder(folder).join(name)),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Adds a source, by its path without `..`.
    pub(super) fn source(&mut self, path: PathBuf, bytes: Vec<u8>) -> io::Result<()> {
        let other = self.files.insert(path, bytes.clone());
        // Through a link to a folder, one path may lead to two files.
        match other.is_some_and(|other| other != bytes) {
            true => Err(io::ErrorKind::AlreadyExists.into()),
            false => Ok(()),
        }
    }

    /// Makes the folders and files in the folder `root`. Folders that are `linked` get links to what else is in them.
    pub(super) fn make(&self, root: &Path, linked: &dyn Fn(&Path) -> bool) -> io::Result<()> {
        for path in &self.folders {
            let (folder, mut others) = (within(root, path), BTreeSet::new());
            // No link may stand on the way to what is written.
            if folder.symlink_metadata().is_ok_and(|meta| !meta.is_dir()) {
                fs::remove_file(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            if linked(path) {
                // The folder may be gone since the build.
                let entries = fs::read_dir(path).into_iter().flatten().flatten();
                others.extend(entries.map(|entry| entry.file_name()));
            }
            others.retain(|name| !self.has(&path.join(name)));
            self.clear(path, &folder, &others)?;
            for name in others {
                match link(path.join(&name), folder.join(&name)) {
                    Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                    _ => {}
                }
            }
        }
        for (path, bytes) in &self.files {
            let copy = within(root, path);
            if copy.symlink_metadata().is_ok_and(|meta| meta.is_symlink()) {
                fs::remove_file(&copy)?;
            }
            // A file that did not change is not written, for rustc would read it again.
            if fs::read(&copy).is_ok_and(|there| there == *bytes) {
                continue;
            }
            fs::write(copy, bytes)?;
        }
        Ok(())
    }

    /// Returns whether the copy has something of its own at a path.
    fn has(&self, path: &Path) -> bool {
        self.folders.contains(path) || self.files.contains_key(path)
    }

    /// Removes what is in a folder of the copy and should not be.
    fn clear(&self, path: &Path, folder: &Path, links: &BTreeSet<OsString>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            let stays = match kind.is_symlink() {
                true => links.contains(&name) && fs::read_link(entry.path()).is_ok_and(|to| to == path.join(&name)),
                false => self.has(&path.join(&name)),
            };
            match stays {
                true => {}
                false if kind.is_dir() => fs::remove_dir_all(entry.path())?,
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
use std::os::unix::fs::symlink as link;

/// Makes no link: Windows lets only some users make any. The copy has all that rustc itself read; a macro that reads
/// something else fails there, and then rustc compiles the sources themselves.
#[cfg(not(unix))]
fn link(_: PathBuf, _: PathBuf) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn layout(sources: &[(&Path, &str)]) -> io::Result<Layout> {
        let mut layout = Layout::default();
        for (path, text) in sources {
            let path = layout.folder_of(path)?;
            layout.source(path, text.as_bytes().to_vec())?;
        }
        Ok(layout)
    }

    #[test]
    fn a_copy_stands_among_links_and_nothing_is_written_through_one() {
        let folder = std::env::temp_dir().join(format!("hookable-copy-{}", std::process::id()));
        let (dir, root) = (folder.join("crate"), folder.join("copy"));
        let write = |path: &str, text: &str| {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let read = |path: &str| fs::read_to_string(within(&root, &dir.join(path))).unwrap_or_default();
        for path in ["src/main.rs", "src/deep/a.rs", "data/text"] {
            write(path, "now");
        }
        let linked = |path: &Path| path.starts_with(&dir);
        let (main, deep, text) = (
            dir.join("src/main.rs"),
            dir.join("src/x/../deep/a.rs"),
            dir.join("data/text"),
        );
        let make = |sources: &[(&Path, &str)]| layout(sources).unwrap().make(&root, &linked).unwrap();
        make(&[(&main, "then")]);
        assert_eq!((&*read("src/main.rs"), &*read("src/deep/a.rs")), ("then", "now"));
        // What was a link is a folder, then a link again.
        make(&[(&main, "then"), (&deep, "then"), (&text, "then")]);
        assert_eq!((&*read("src/deep/a.rs"), &*read("data/text")), ("then", "then"));
        assert_eq!(read("src/x/../main.rs"), "then");
        make(&[(&text, "later")]);
        assert_eq!((&*read("src/deep/a.rs"), &*read("data/text")), ("now", "later"));
        for path in ["src/main.rs", "src/deep/a.rs", "data/text"] {
            assert_eq!(fs::read_to_string(dir.join(path)).unwrap(), "now", "{path}");
        }
        // The sources may be gone, and the copy is whole.
        fs::remove_dir_all(&dir).unwrap();
        make(&[(&main, "then"), (&text, "then")]);
        assert_eq!((&*read("src/main.rs"), &*read("data/text")), ("then", "then"));
        assert!(layout(&[(&text, "a"), (&dir.join("src/../data/text"), "b")]).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
