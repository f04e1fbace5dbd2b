//! What the runtime leaves for the attribute when it wants a line compiled.

use std::io;
use std::path::{Path, PathBuf};

use crate::{records, struct_fields};

const FILE: &str = "wanted";

/// A request to compile a line into the slot of a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileRequest {
    /// The number of the hook.
    pub id: u64,
    /// The fingerprint of what the folder records.
    pub fingerprint: u64,
    /// The folder of the crate's record.
    pub folder: PathBuf,
    /// The folder that stands for the root of all files, where the sources are copies.
    pub root: Option<PathBuf>,
    /// The hooks whose slots have lines that the code with this slot came from.
    pub outer: Vec<u64>,
}

impl CompileRequest {
    /// Gives the file of the line itself, in the folder of a session.
    pub fn line(session: &Path) -> PathBuf {
        session.join("line.rs")
    }

    /// Gives the files of lines that the code with the slot came from, in the order of their hooks.
    pub fn outer_line(session: &Path, number: usize) -> PathBuf {
        session.join(format!("outer{number}.rs"))
    }

    /// Leaves the request in the folder of a session.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, session: &Path) -> io::Result<()> {
        records::write_file(&session.join(FILE), FILE, [self])
    }

    /// Reads the request back.
    ///
    /// # Errors
    ///
    /// If the file is not there, or not whole.
    pub fn read(session: &Path) -> io::Result<CompileRequest> {
        records::read_one(&session.join(FILE), FILE)
    }
}

struct_fields!(CompileRequest {
    id,
    fingerprint,
    folder,
    root,
    outer
});

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let session = std::env::temp_dir().join(format!("hookable-wanted-{}", std::process::id()));
        fs::create_dir_all(&session).unwrap();
        let wanted = CompileRequest {
            id: 7,
            fingerprint: u64::MAX,
            folder: "/target/debug/hookable/a b-01".into(),
            root: Some("/root of all".into()),
            outer: vec![1, 9],
        };
        wanted.write(&session).unwrap();
        let read = CompileRequest::read(&session);
        fs::write(session.join(FILE), "7\n").unwrap();
        let broken = CompileRequest::read(&session);
        fs::remove_dir_all(&session).unwrap();
        assert_eq!(read.unwrap(), wanted);
        assert_eq!(broken.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
