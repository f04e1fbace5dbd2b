//! A folder that looks like the one that rustc ran in, with one folder of sources replaced.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
#[cfg(not(unix))]
use std::path::PathBuf;
use std::path::{Component, Path};

use super::blank::blank;

/// Makes `mirror` look like `dir`: links to all that is in there, but for the Rust files in and below `sources`, a path
/// relative to it. What was made earlier is kept where the file did not change.
pub(super) fn update(dir: &Path, sources: &Path, mirror: &Path) -> io::Result<()> {
    let (mut dir, mut mirror) = (dir.to_path_buf(), mirror.to_path_buf());
    for component in sources.components() {
        let Component::Normal(name) = component else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        folder(&dir, &mirror, &|entry| entry == name)?;
        (dir, mirror) = (dir.join(name), mirror.join(name));
    }
    tree(&dir, &mirror)
}

/// The size of the Rust files in and below a folder.
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

fn tree(dir: &Path, mirror: &Path) -> io::Result<()> {
    let own = |name: &OsString| {
        let path = dir.join(name);
        path.symlink_metadata()
            .is_ok_and(|meta| meta.is_dir() || meta.is_file() && is_rust(&path))
    };
    for name in folder(dir, mirror, &own)? {
        let (source, copy) = (dir.join(&name), mirror.join(&name));
        if source.is_dir() {
            tree(&source, &copy)?;
        } else {
            file(&source, &copy)?;
        }
    }
    Ok(())
}

/// Links to what is in a folder, and tells the names of its `own`, of which nothing is done.
fn folder(dir: &Path, mirror: &Path, own: &dyn Fn(&OsString) -> bool) -> io::Result<HashSet<OsString>> {
    fs::create_dir_all(mirror)?;
    let names = fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.file_name()));
    let names: HashSet<OsString> = names.collect::<io::Result<_>>()?;
    let (own, linked): (HashSet<_>, HashSet<_>) = names.into_iter().partition(|name| own(name));
    for entry in fs::read_dir(mirror)? {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        match kind {
            _ if kind.is_symlink() && linked.contains(&name) => {}
            _ if !kind.is_symlink() && own.contains(&name) => {}
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
    Ok(own)
}

#[cfg(unix)]
use std::os::unix::fs::symlink as link;

#[cfg(not(unix))]
fn link(_: PathBuf, _: PathBuf) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A Rust file of another is as old as that.
fn file(source: &Path, copy: &Path) -> io::Result<()> {
    let modified = source.metadata()?.modified()?;
    if copy
        .metadata()
        .and_then(|meta| meta.modified())
        .is_ok_and(|copied| copied == modified)
    {
        return Ok(());
    }
    let text = fs::read_to_string(source)?;
    fs::write(copy, blank(&text).unwrap_or(text))?;
    File::options().write(true).open(copy)?.set_modified(modified)
}
