//! Where a program listens: a socket in a folder of the user's own, or a port of this machine.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::error::ListenError;

/// The address that `HOOKABLE=listen` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// A Unix socket in the user's folder for sockets, named by the number of the process.
    Own,
    /// A Unix socket at this path.
    Unix(PathBuf),
    /// A TCP port of the loopback interface. With port 0 the system chooses one.
    Tcp(u16),
}

impl Address {
    /// Reads what stands behind `listen=`, or nothing where `HOOKABLE` is `listen` alone.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, ListenError> {
        match text {
            None => Ok(Address::Own),
            Some("") => Err(ListenError::NoAddress),
            Some(text) => match text.strip_prefix("tcp:") {
                Some(port) => port
                    .parse()
                    .map(Address::Tcp)
                    .map_err(|_| ListenError::Port(port.to_owned())),
                None => Ok(Address::Unix(text.into())),
            },
        }
    }
}

/// Returns the path of this process's socket in the user's folder for sockets.
pub(super) fn own() -> Result<PathBuf, ListenError> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    let user = super::sys::user();
    let folder = folder(runtime.map(PathBuf::from), user);
    private(&folder, user).map_err(|error| ListenError::Folder {
        folder: folder.clone(),
        error,
    })?;
    Ok(folder.join(format!("{}.sock", std::process::id())))
}

/// Returns the user's folder for sockets.
fn folder(runtime: Option<PathBuf>, user: u32) -> PathBuf {
    match runtime.filter(|folder| folder.is_absolute()) {
        Some(folder) => folder.join("hookable"),
        None => PathBuf::from(format!("/tmp/hookable-{user}")),
    }
}

/// Makes the folder, unless it is there. Whoever else can write to it could put a socket of his own in the place of
/// this one, so it must be a real folder that is the user's alone.
fn private(folder: &Path, user: u32) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.uid() != user || found.mode() & 0o077 != 0 {
        return Err(io::Error::other(
            "it is not a folder of your own that nobody else may enter",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[track_caller]
    fn check(text: Option<&str>, expected: Result<Address, &str>) {
        assert_eq!(
            Address::parse(text).map_err(|error| error.to_string()),
            expected.map_err(str::to_owned)
        );
    }

    #[test]
    fn what_is_named() {
        check(None, Ok(Address::Own));
        check(Some("/run/a=b"), Ok(Address::Unix("/run/a=b".into())));
        check(Some("tcp:4000"), Ok(Address::Tcp(4000)));
        check(
            Some(""),
            Err("HOOKABLE=listen= names no socket: it is listen, listen=PATH or listen=tcp:PORT"),
        );
        check(Some("tcp:99999"), Err("99999 is no port: it is a number up to 65535"));
        check(Some("tcp:"), Err(" is no port: it is a number up to 65535"));
    }

    #[test]
    fn the_folder_is_the_users() {
        assert_eq!(folder(Some("/run/user/7".into()), 7), Path::new("/run/user/7/hookable"));
        assert_eq!(folder(Some("here".into()), 7), Path::new("/tmp/hookable-7"));
        assert_eq!(folder(None, 7), Path::new("/tmp/hookable-7"));
    }

    #[test]
    fn nobody_else_may_enter() {
        let temp = tempfile::tempdir().unwrap();
        let user = super::super::sys::user();
        let (good, open, link) = (
            temp.path().join("good"),
            temp.path().join("open"),
            temp.path().join("link"),
        );
        private(&good, user).unwrap();
        private(&good, user).unwrap();
        assert!(private(&good, user + 1).is_err());
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(private(&open, user).is_err());
        symlink(&good, &link).unwrap();
        assert!(private(&link, user).is_err());
        fs::write(temp.path().join("file"), "").unwrap();
        assert!(private(&temp.path().join("file"), user).is_err());
    }
}
