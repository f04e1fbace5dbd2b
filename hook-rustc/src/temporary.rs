//! New files and folders of which nobody can guess the name: what is there already is not taken, whoever made it.

use std::fs::{DirBuilder, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

/// So many names are tried.
const TRIES: u64 = 100;

/// Makes a folder that only its owner can enter, with a name that begins with `prefix`.
///
/// # Errors
///
/// If it cannot be made.
pub fn folder(within: &Path, prefix: &str) -> io::Result<PathBuf> {
    let builder = DirBuilder::new();
    #[cfg(unix)]
    let builder = {
        let mut builder = builder;
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
    };
    new(within, prefix, &mut |path| builder.create(path))
}

/// A file that is removed unless it is kept.
#[derive(Debug)]
pub struct TemporaryFile {
    /// The file, open to be written.
    pub file: File,
    path: PathBuf,
}

impl TemporaryFile {
    /// Makes a file with a name that begins with `prefix`. The umask decides who may read it.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn within(folder: &Path, prefix: &str) -> io::Result<TemporaryFile> {
        let mut made = None;
        let path = new(folder, prefix, &mut |path| {
            made = Some(File::create_new(path)?);
            Ok(())
        })?;
        let file = made.ok_or(io::ErrorKind::NotFound)?;
        Ok(TemporaryFile { file, path })
    }

    /// Returns the file another name, and takes it from whatever has it.
    ///
    /// # Errors
    ///
    /// If it cannot be renamed. The file is removed then.
    pub fn keep(self, name: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, name)
    }
}

impl Drop for TemporaryFile {
    /// Removes the file. One that was kept does not have its first name any more.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn new(within: &Path, prefix: &str, make: &mut dyn FnMut(&Path) -> io::Result<()>) -> io::Result<PathBuf> {
    let random = RandomState::new();
    let mut tries = 0;
    loop {
        let path = within.join(format!("{prefix}{:016x}", random.hash_one(tries)));
        match make(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < TRIES => tries += 1,
            made => return made.map(|()| path),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_folder_is_new_and_its_owners() {
        let outer = folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let (a, b) = (folder(&outer, "a-").unwrap(), folder(&outer, "a-").unwrap());
        assert!(a != b && a.is_dir() && b.is_dir());
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&a.metadata().unwrap().permissions());
            assert_eq!(mode & 0o077, 0);
        }
        let error = folder(&outer.join("none"), "a-").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        fs::remove_dir_all(outer).unwrap();
    }

    #[test]
    fn a_file_is_kept_or_removed() {
        let outer = folder(&std::env::temp_dir(), "hookable-test-").unwrap();
        let names = || fs::read_dir(&outer).unwrap().count();
        let kept = outer.join("kept");
        fs::write(&kept, "before").unwrap();
        let mut new = TemporaryFile::within(&outer, ".new-").unwrap();
        assert_eq!(names(), 2);
        new.file.write_all(b"after").unwrap();
        new.keep(&kept).unwrap();
        assert_eq!((names(), fs::read_to_string(&kept).unwrap()), (1, "after".to_owned()));
        drop(TemporaryFile::within(&outer, ".new-").unwrap());
        let lost = TemporaryFile::within(&outer, ".new-").unwrap();
        assert!(lost.keep(&outer.join("none/kept")).is_err());
        assert_eq!(names(), 1);
        fs::remove_dir_all(outer).unwrap();
    }

    #[test]
    fn what_is_there_already_is_not_taken() {
        let mut tried = Vec::new();
        let path = new(Path::new("/w"), "p-", &mut |path| {
            tried.push(path.to_owned());
            match tried.len() {
                3 => Ok(()),
                _ => Err(io::ErrorKind::AlreadyExists.into()),
            }
        });
        assert_eq!(path.unwrap(), tried[2]);
        assert!(tried[0] != tried[1] && tried.len() == 3);
        let error = new(Path::new("/w"), "p-", &mut |_| Err(io::ErrorKind::AlreadyExists.into()));
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
