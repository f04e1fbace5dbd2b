//! The socket that a program listens at, and the connections that it accepts there.

use std::fs::{self, Permissions};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::address::{self, Address};
use super::error::ListenError;
use super::sys;

/// A client that takes nothing for this long is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A socket that accepts connections.
pub(super) enum Listener {
    Unix(UnixListener, PathBuf),
    Tcp(TcpListener),
}

/// A connection of a client.
pub(super) enum Connection {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Listener {
    pub(super) fn bind(address: &Address) -> Result<Self, ListenError> {
        let path = match address {
            Address::Own => address::own()?,
            Address::Unix(path) => path.clone(),
            Address::Tcp(port) => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, *port));
                return listener.map(Listener::Tcp).map_err(|error| ListenError::Bind {
                    address: format!("port {port}"),
                    error,
                });
            }
        };
        let bound = free(&path).and_then(|()| bind(&path));
        let address = path.display().to_string();
        let listener = bound.map_err(|error| ListenError::Bind { address, error })?;
        Ok(Listener::Unix(listener, path))
    }

    /// Names the address, as a client is given it.
    pub(super) fn address(&self) -> String {
        match self {
            Listener::Unix(_, path) => path.display().to_string(),
            Listener::Tcp(listener) => {
                let port = listener.local_addr().map_or(0, |address| address.port());
                format!("tcp:{port}")
            }
        }
    }

    /// Returns the file of the socket, if it has one.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Listener::Unix(_, path) => Some(path),
            Listener::Tcp(_) => None,
        }
    }

    /// Returns whether a client has to know the token. On a Unix socket the system tells who it is.
    pub(super) fn needs_token(&self) -> bool {
        matches!(self, Listener::Tcp(_))
    }

    /// Waits for a connection of the user. Others are closed.
    pub(super) fn accept(&self) -> io::Result<Connection> {
        loop {
            let connection = match self {
                Listener::Unix(listener, _) => Connection::Unix(listener.accept()?.0),
                Listener::Tcp(listener) => Connection::Tcp(listener.accept()?.0),
            };
            if connection.is_of_user() && connection.limit().is_ok() {
                return Ok(connection);
            }
        }
    }
}

/// Removes a socket that a process left which has ended.
///
/// # Errors
///
/// This fails if another process listens there, and if the path is something else than a socket.
fn free(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(found) if !found.file_type().is_socket() => return Err(io::Error::other("a file of another kind is there")),
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(io::Error::other("another process listens there")),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
    }
}

/// Binds a socket that only the user can connect to. It gets its name when nobody else can use it any more, so that it
/// is never open to others.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    let unnamed = PathBuf::from(name);
    let listener = UnixListener::bind(&unnamed)?;
    let named =
        fs::set_permissions(&unnamed, Permissions::from_mode(0o600)).and_then(|()| fs::hard_link(&unnamed, path));
    let _ = fs::remove_file(&unnamed);
    named.map(|()| listener)
}

impl Connection {
    /// Returns whether the other end is the user, or root. Over TCP the token tells it.
    fn is_of_user(&self) -> bool {
        match self {
            Connection::Unix(stream) => {
                sys::peer(stream.as_fd()).is_ok_and(|(user, _)| user == 0 || user == sys::user())
            }
            Connection::Tcp(_) => true,
        }
    }

    /// Returns the number of the process at the other end, where it is known.
    pub(super) fn process(&self) -> Option<i32> {
        match self {
            Connection::Unix(stream) => sys::peer(stream.as_fd())
                .ok()
                .map(|(_, process)| process)
                .filter(|number| *number > 0),
            Connection::Tcp(_) => None,
        }
    }

    fn limit(&self) -> io::Result<()> {
        match self {
            Connection::Unix(stream) => stream.set_write_timeout(Some(PATIENCE)),
            Connection::Tcp(stream) => stream.set_write_timeout(Some(PATIENCE)),
        }
    }

    /// Has a read fail that waits for longer than this.
    pub(super) fn read_within(&self, time: Option<Duration>) -> io::Result<()> {
        match self {
            Connection::Unix(stream) => stream.set_read_timeout(time),
            Connection::Tcp(stream) => stream.set_read_timeout(time),
        }
    }

    pub(super) fn try_clone(&self) -> io::Result<Self> {
        Ok(match self {
            Connection::Unix(stream) => Connection::Unix(stream.try_clone()?),
            Connection::Tcp(stream) => Connection::Tcp(stream.try_clone()?),
        })
    }

    /// Returns whether the client has closed the connection. Over TCP one that sends nothing more is as good as gone.
    pub(super) fn is_gone(&self) -> bool {
        match self {
            Connection::Unix(stream) => sys::is_closed(stream.as_fd(), false),
            Connection::Tcp(stream) => sys::is_closed(stream.as_fd(), true),
        }
    }

    /// Ends the connection for all who have it.
    pub(super) fn end(&self) {
        let _ = match self {
            Connection::Unix(stream) => stream.shutdown(Shutdown::Both),
            Connection::Tcp(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Connection {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Connection::Unix(stream) => stream.read(bytes),
            Connection::Tcp(stream) => stream.read(bytes),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Connection::Unix(stream) => stream.write(bytes),
            Connection::Tcp(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(path: &Path, expected: &str) {
        let error = Listener::bind(&Address::Unix(path.to_owned()))
            .err()
            .map(|error| error.to_string());
        assert_eq!(
            error,
            Some(format!("failed to listen at {}: {expected}", path.display()))
        );
    }

    #[test]
    fn one_listener_at_a_path() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a");
        let first = Listener::bind(&Address::Unix(path.clone())).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        refused(&path, "another process listens there");
        drop(first);
        // The file of a socket stays when its process ends.
        let second = Listener::bind(&Address::Unix(path.clone())).unwrap();
        let client = UnixStream::connect(&path).unwrap();
        assert_eq!(
            second.accept().unwrap().process(),
            i32::try_from(std::process::id()).ok()
        );
        drop(client);
        let client = UnixStream::connect(&path).unwrap();
        let connection = second.accept().unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        assert!(!connection.is_gone());
        drop(client);
        assert!(connection.is_gone());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_socket_stays() {
        let temp = tempfile::tempdir().unwrap();
        let (file, link) = (temp.path().join("file"), temp.path().join("link"));
        fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        refused(&file, "a file of another kind is there");
        refused(&link, "a file of another kind is there");
        assert_eq!(fs::read_to_string(&file).unwrap(), "x");
        assert!(Listener::bind(&Address::Unix(temp.path().join("no/a"))).is_err());
    }
}
