//! Finds the programs of the user that listen.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use crate::client::arguments::Program;
use crate::client::connection::Connection;
use crate::client::error::AttachError;

/// A program that listens at a socket in the user's folder.
pub(crate) struct Listening {
    pub(crate) process: u32,
    pub(crate) socket: PathBuf,
}

/// Connects to a program.
pub(crate) fn connect(program: &Program, token: Option<String>) -> Result<Connection, AttachError> {
    match program {
        Program::Socket(path) => Connection::at_socket(path),
        Program::Port(port) => Connection::at_port(*port, token),
        Program::Process(number) => {
            let all = listening()?;
            let found = all.iter().find(|program| program.process == *number);
            let found = found.ok_or(AttachError::NoProcess(*number))?;
            Connection::at_socket(found.socket.as_os_str())
        }
        Program::Only => match &listening()?[..] {
            [] => Err(AttachError::NoProgram),
            [one] => Connection::at_socket(one.socket.as_os_str()),
            several => Err(AttachError::Several(table(several))),
        },
    }
}

/// Returns the programs that listen, by their process. Sockets of programs that have ended are removed.
pub(crate) fn listening() -> Result<Vec<Listening>, AttachError> {
    let folder = folder();
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(AttachError::Folder { folder, error }),
        Ok(entries) => entries,
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_suffix(".sock")?.parse().ok());
        let (Some(process), socket) = (process, entry.path()) else {
            continue;
        };
        match UnixStream::connect(&socket) {
            Ok(_) => found.push(Listening { process, socket }),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => remove(&socket),
            Err(_) => {}
        }
    }
    found.sort_by_key(|program| program.process);
    Ok(found)
}

/// Removes the socket of a program that was killed. If that fails, it is tried again the next time.
fn remove(socket: &PathBuf) {
    let _: io::Result<()> = fs::remove_file(socket);
}

/// Returns the folder in which programs of the user listen.
fn folder() -> PathBuf {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    match runtime.filter(|folder| folder.is_absolute()) {
        Some(folder) => folder.join("hookable"),
        None => PathBuf::from(format!("/tmp/hookable-{}", rustix::process::geteuid().as_raw())),
    }
}

/// Returns a line for each program: its process, its name, and where it is stopped.
pub(crate) fn table(programs: &[Listening]) -> String {
    let row = |program: &Listening| {
        let state = Connection::at_socket(program.socket.as_os_str()).and_then(|mut connection| connection.state());
        let (name, place) = match &state {
            Ok(state) => {
                let site = &state.value["stop"]["site"];
                let name = state.value["program"].as_str().unwrap_or_default();
                let place = site["file"]
                    .as_str()
                    .map(|file| format!("stopped at {file}:{}", site["line"]));
                (name.to_owned(), place.unwrap_or("runs".to_owned()))
            }
            Err(error) => (String::new(), error.to_string()),
        };
        format!("{:>8}  {place}  {name}", program.process)
    };
    programs.iter().map(row).collect::<Vec<_>>().join("\n")
}
