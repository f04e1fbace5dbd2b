//! A folder that looks like the one that rustc ran in, with one folder of sources replaced.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use hook_rustc::{Stamp, records};

use super::blank::blank;

/// What the file beside the mirror is about that tells which sources were copied.
const STAMPS: &str = "stamps";

/// Makes `mirror` look like `dir`: it gets links to all that is in there, except for the Rust files in and below
/// `sources`, a path relative to `dir`. Those are copied without their bodies, unless they are as they were when they
/// were copied last.
pub(super) fn update(dir: &Path, sources: &Path, mirror: &Path) -> io::Result<()> {
    let (mut dir, mut folder) = (dir.to_path_buf(), mirror.to_path_buf());
    for component in sources.components() {
        let Component::Normal(name) = component else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        link_all_but(&dir, &folder, &|entry| entry == name)?;
        (dir, folder) = (dir.join(name), folder.join(name));
    }
    let file = mirror.with_extension(STAMPS);
    // Without the stamps, each file is read and compared.
    let known = records::read_file(&file, STAMPS).unwrap_or_default();
    let mut copied = StrippedCopies {
        before: known.into_iter().collect(),
        now: Vec::new(),
    };
    copied.tree(&dir, &folder)?;
    records::write_file(&file, STAMPS, &copied.now)
}

/// The stamps of the sources, by which a source that nobody touched is known.
struct StrippedCopies {
    /// The stamps of the sources that were copied last time.
    before: BTreeMap<PathBuf, Stamp>,
    now: Vec<(PathBuf, Stamp)>,
}

impl StrippedCopies {
    fn tree(&mut self, dir: &Path, mirror: &Path) -> io::Result<()> {
        let is_copied = |name: &OsString| {
            let path = dir.join(name);
            path.symlink_metadata()
                .is_ok_and(|meta| meta.is_dir() || meta.is_file() && is_rust(&path))
        };
        for name in link_all_but(dir, mirror, &is_copied)? {
            let (source, copy) = (dir.join(&name), mirror.join(&name));
            if source.is_dir() {
                self.tree(&source, &copy)?;
            } else {
                self.file(source, &copy)?;
            }
        }
        Ok(())
    }

    /// Copies a source without its bodies. It is read unless its stamp says that it has the content that it had; and
    /// the copy is written only if it is another.
    fn file(&mut self, source: PathBuf, copy: &Path) -> io::Result<()> {
        let stamp = Stamp::of(&source.metadata()?)?;
        if !(self.before.get(&source) == Some(&stamp) && copy.is_file()) {
            let text = fs::read_to_string(&source)?;
            let stripped = blank(&text).unwrap_or(text);
            if !fs::read(copy).is_ok_and(|copied| copied == stripped.as_bytes()) {
                fs::write(copy, stripped)?;
            }
        }
        if stamp.is_settled() {
            self.now.push((source, stamp));
        }
        Ok(())
    }
}

/// Returns the size of the Rust files in and below a folder.
pub(super) fn size(dir: &Path) -> io::Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            size += self::size(&entry.path())?;
        } else if kind.is_file() && is_rust(&entry.path()) {
            size += entry.metadata()?.len();
        }
    }
    Ok(size)
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// Makes links to what is in a folder, except for what is to be copied, and returns the names of that.
fn link_all_but(dir: &Path, mirror: &Path, is_copied: &dyn Fn(&OsString) -> bool) -> io::Result<HashSet<OsString>> {
    fs::create_dir_all(mirror)?;
    let names = fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.file_name()));
    let names: HashSet<OsString> = names.collect::<io::Result<_>>()?;
    let (copied, linked): (HashSet<_>, HashSet<_>) = names.into_iter().partition(|name| is_copied(name));
    for entry in fs::read_dir(mirror)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        match kind {
            _ if kind.is_symlink() && linked.contains(&name) => {}
            _ if !kind.is_symlink() && copied.contains(&name) => {}
            _ if kind.is_dir() => fs::remove_dir_all(entry.path())?,
            _ => fs::remove_file(entry.path())?,
        }
    }
    for name in linked {
        match link(dir.join(&name), mirror.join(&name)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(copied)
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

    const LONG: &str = "fn f() { a(); b(); }\n";
    const BLANK: &str = "fn f() {loop{}     }\n";

    /// A crate with sources and another file, and a mirror of it.
    struct Mirrored {
        root: PathBuf,
    }

    impl Mirrored {
        fn new(name: &str) -> Mirrored {
            let root = std::env::temp_dir().join(format!("hookable-mirror-{name}-{}", std::process::id()));
            fs::create_dir_all(root.join("crate/src/deep")).unwrap();
            let mirrored = Mirrored { root };
            mirrored.write("Cargo.toml", "[package]");
            mirrored.write("src/lib.rs", LONG);
            mirrored.write("src/deep/mod.rs", LONG);
            mirrored.write("src/text.txt", LONG);
            mirrored
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.root.join("crate").join(name), text).unwrap();
        }

        fn update(&self) {
            let (dir, mirror) = (self.root.join("crate"), self.root.join("mirror"));
            update(&dir, Path::new("src"), &mirror).unwrap();
        }

        #[track_caller]
        fn has(&self, name: &str, text: &str) {
            assert_eq!(fs::read_to_string(self.root.join("mirror").join(name)).unwrap(), text);
        }
    }

    impl Drop for Mirrored {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.root);
        }
    }

    #[test]
    fn sources_are_copied_and_all_else_is_linked() {
        let mirrored = Mirrored::new("links");
        mirrored.update();
        mirrored.has("src/lib.rs", BLANK);
        mirrored.has("src/deep/mod.rs", BLANK);
        mirrored.has("src/text.txt", LONG);
        mirrored.has("Cargo.toml", "[package]");
        assert!(mirrored.root.join("mirror/src/text.txt").is_symlink());
        fs::remove_dir_all(mirrored.root.join("crate/src/deep")).unwrap();
        mirrored.update();
        assert!(!mirrored.root.join("mirror/src/deep").exists());
    }

    #[test]
    fn a_change_counts_whatever_the_times_say() {
        let mirrored = Mirrored::new("times");
        let source = mirrored.root.join("crate/src/lib.rs");
        let time = source.metadata().unwrap().modified().unwrap();
        mirrored.update();
        // As long as before, and with the time of before.
        mirrored.write("src/lib.rs", &LONG.replace("fn f", "fn g"));
        fs::File::options()
            .write(true)
            .open(&source)
            .unwrap()
            .set_modified(time)
            .unwrap();
        mirrored.update();
        mirrored.has("src/lib.rs", &BLANK.replace("fn f", "fn g"));
    }

    #[test]
    fn what_is_the_same_is_not_written_again() {
        let mirrored = Mirrored::new("same");
        mirrored.update();
        let copy = || mirrored.root.join("mirror/src/lib.rs").metadata().unwrap();
        let written = copy().modified().unwrap();
        mirrored.write("src/lib.rs", LONG);
        mirrored.update();
        assert_eq!(copy().modified().unwrap(), written);
        // Nor is it lost where the stamps are no whole file, or the copy is gone.
        fs::write(mirrored.root.join("mirror.stamps"), "hookable-records 1 st").unwrap();
        fs::remove_file(mirrored.root.join("mirror/src/lib.rs")).unwrap();
        mirrored.update();
        mirrored.has("src/lib.rs", BLANK);
    }
}
