//! The sources as a build read them, in a folder of their own, from which lines are compiled.
//!
//! The folder stands for the root of all files, so that each source has the path in it that it has on the machine, and
//! relative paths lead where they did. Beside the sources stand links to what else there is, for a macro may read it.
//! rustc is told to leave the folder out of all names, so what it makes has the names of the build.
//!
//! A source that the crate names from the root on is not found in that folder: it is named by `OUT_DIR` or
//! `CARGO_MANIFEST_DIR`. As long as it is what it was, it is read where it is; from then on the variable names the
//! copy.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::content::ContentHash;
use crate::invocation::within;
use crate::{CallRecord, kept};

/// The variables by which crates name files from the root on.
const FOLDERS: [&str; 2] = ["OUT_DIR", "CARGO_MANIFEST_DIR"];

/// The copy that lines of a build are compiled from.
#[derive(Debug)]
pub struct Copied {
    /// The call on the copy, and its environment.
    pub record: CallRecord,
    /// The folder that the copy is in.
    pub root: PathBuf,
    /// The folder of the crate, which has the copies.
    unit: PathBuf,
    /// The sources, by their paths on the machine.
    files: BTreeMap<PathBuf, ContentHash>,
    /// The sources that have additions now.
    amended: Vec<PathBuf>,
    /// How the copy serves each source, by the source's position in the list of what was read.
    served: Vec<Served>,
}

/// How the copy serves a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Served {
    /// The source is read from the copy.
    Yes,
    /// The source is read where it is, until this variable names the copy.
    By(&'static str),
    No,
}

impl Copied {
    /// Makes the copy in the folder `root`, or brings it up to date, of sources by their paths and contents; `unit` is
    /// the folder of the crate.
    pub(crate) fn make<'a>(
        record: &CallRecord,
        unit: &Path,
        root: &Path,
        sources: impl Iterator<Item = (&'a Path, Option<ContentHash>)>,
    ) -> io::Result<Copied> {
        let dir = &record.call.dir;
        let named = |name: &&'static str| {
            let value = record.env.iter().find(|(other, _)| other == name);
            value.map(|(_, value)| (PathBuf::from(value), *name))
        };
        let folders: Vec<(PathBuf, &str)> = FOLDERS.iter().filter_map(named).collect();
        let input = record.call.input().filter(|input| input.is_absolute());
        let input = input.as_deref().and_then(Path::parent);
        let mut layout = Layout::default();
        layout.folder(dir);
        let (mut served, mut files) = (Vec::new(), BTreeMap::new());
        for (path, content) in sources {
            let bytes = content.and_then(|content| kept::kept(unit, content));
            let by = folders.iter().find(|(folder, _)| path.starts_with(folder));
            served.push(match (bytes, by) {
                (None, _) => Served::No,
                (Some(bytes), _) => {
                    let path_in_copy = layout.source(&dir.join(path), bytes)?;
                    files.extend(content.map(|content| (path_in_copy, content)));
                    match by {
                        Some((_, name)) => Served::By(name),
                        None if path.is_relative() || input.is_some_and(|input| path.starts_with(input)) => Served::Yes,
                        None => Served::No,
                    }
                }
            });
        }
        layout.make(root, &|path| {
            path.starts_with(dir) || folders.iter().any(|(folder, _)| path.starts_with(folder))
        })?;
        let record = CallRecord {
            call: record.call.within(root),
            env: record.env.clone(),
        };
        Ok(Copied {
            record,
            root: root.to_path_buf(),
            unit: unit.to_path_buf(),
            files,
            amended: Vec::new(),
            served,
        })
    }

    /// Tells whether the copy is in this folder, and still there.
    pub fn is_in(&self, root: &Path) -> bool {
        self.root == root && self.record.call.dir.is_dir()
    }

    /// Gives the path at which the copy has a source, if it has it.
    pub fn at(&self, path: &Path) -> PathBuf {
        within(&self.root, path)
    }

    /// The sources that are Rust, with their paths on the machine, as they were built.
    pub fn texts(&self) -> Vec<(String, String)> {
        let rust = self
            .files
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|kind| kind == "rs"));
        let text = |(path, content): (&PathBuf, &ContentHash)| {
            let text = String::from_utf8(kept::kept(&self.unit, *content)?).ok()?;
            Some((path.to_str()?.to_owned(), text))
        };
        rust.filter_map(text).collect()
    }

    /// Writes sources with additions at places in their texts, which are in order; all other sources are as they were
    /// built.
    ///
    /// # Errors
    ///
    /// If a source cannot be written.
    pub fn amend(&mut self, additions: &HashMap<String, Vec<(usize, String)>>) -> io::Result<()> {
        let paths = additions.keys().map(PathBuf::from);
        let all: BTreeSet<PathBuf> = paths.chain(std::mem::take(&mut self.amended)).collect();
        for path in all {
            let bytes = self
                .files
                .get(&path)
                .and_then(|content| kept::kept(&self.unit, *content));
            let Some(bytes) = bytes else { continue };
            let (mut text, mut copied) = (Vec::with_capacity(bytes.len()), 0);
            for (at, addition) in path.to_str().and_then(|path| additions.get(path)).into_iter().flatten() {
                text.extend_from_slice(&bytes[copied..*at]);
                text.extend_from_slice(addition.as_bytes());
                copied = *at;
            }
            text.extend_from_slice(&bytes[copied..]);
            if text != bytes {
                self.amended.push(path.clone());
            }
            let copy = self.at(&path);
            if fs::read(&copy)? != text {
                fs::write(copy, text)?;
            }
        }
        Ok(())
    }

    /// Tells whether the source at this position is read from the copy.
    pub(crate) fn serves(&self, position: usize) -> bool {
        self.served.get(position) == Some(&Served::Yes)
    }

    /// Has the source at this position be read from the copy from now on, and tells whether that is possible.
    pub(crate) fn redirect(&mut self, position: usize) -> bool {
        let Some(Served::By(name)) = self.served.get(position).copied() else {
            return false;
        };
        for (_, folder) in self.record.env.iter_mut().filter(|(other, _)| other == name) {
            *folder = within(&self.root, Path::new(folder)).to_string_lossy().into_owned();
        }
        for served in self.served.iter_mut().filter(|served| **served == Served::By(name)) {
            *served = Served::Yes;
        }
        true
    }
}

/// What is to be in the copy, by paths from the root on.
#[derive(Default)]
struct Layout {
    /// The folders; each comes behind the one that it is in.
    folders: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Layout {
    /// Adds a folder and those on the way to it, and gives its path without `..`.
    fn folder(&mut self, path: &Path) -> PathBuf {
        let mut clean = PathBuf::new();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => drop(clean.pop()),
                component => clean.push(component),
            }
            self.folders.insert(clean.clone());
        }
        clean
    }

    /// A source; its path without `..`.
    fn source(&mut self, path: &Path, bytes: Vec<u8>) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let path = self.folder(folder).join(name);
        let other = self.files.insert(path.clone(), bytes.clone());
        // Through a link to a folder, one path may lead to two files.
        match other.is_some_and(|other| other != bytes) {
            true => Err(io::ErrorKind::AlreadyExists.into()),
            false => Ok(path),
        }
    }

    /// Makes the folders and files in the folder `root`. Folders that are `linked` get links to what else is in them.
    fn make(&self, root: &Path, linked: &dyn Fn(&Path) -> bool) -> io::Result<()> {
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

    /// Tells whether the copy has something of its own at a path.
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

#[cfg(not(unix))]
fn link(_: PathBuf, _: PathBuf) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn layout(sources: &[(&Path, &str)]) -> io::Result<Layout> {
        let mut layout = Layout::default();
        for (path, text) in sources {
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
