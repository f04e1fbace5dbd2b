//! What the runtime leaves for the attribute when it wants a line compiled.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{CallRecord, records, struct_fields};

const FILE: &str = "wanted";
const LEFT: &str = "left";
/// The variable in the environment of a build of other sources that makes it unlike all others.
const RELOAD: &str = "HOOKABLE_RELOAD";

/// A request to compile a line into the slot of a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileRequest {
    /// The number of the hook, or that of the new build among those of this process.
    pub id: u64,
    /// The number of the build that the code belongs to.
    pub fingerprint: u64,
    /// The folder of the crate's record.
    pub folder: PathBuf,
    /// The folder that has the builds of the crate, the one of that number among them.
    pub unit: PathBuf,
    /// The folder that stands for the root of all files, where the sources are copies.
    pub root: Option<PathBuf>,
    /// The hooks whose slots have lines that the code with this slot came from.
    pub outer: Vec<u64>,
    /// This is set where no line is wanted but the crate itself, of other sources than those of that build: rustc is
    /// asked about them, as in a build. It is the folder for what the new build leaves.
    pub anew: Option<PathBuf>,
}

/// Returns the name of the variable by which the code of the slot with a line of the hook `id` is found.
pub fn slot_mark(id: u64) -> String {
    format!("__HOOKABLE_LINE_{id:x}")
}

impl CompileRequest {
    /// Returns the file of the line itself, in the folder of a session.
    pub fn line(session: &Path) -> PathBuf {
        session.join("line.rs")
    }

    /// Returns the files of lines that the code with the slot came from, in the order of their hooks.
    pub fn outer_line(session: &Path, number: usize) -> PathBuf {
        session.join(format!("outer{number}.rs"))
    }

    /// Returns the record of a build of other sources than those of `built`, which is unlike that of any other build.
    pub fn record_anew(&self, mut built: CallRecord) -> CallRecord {
        built.env.retain(|(name, _)| name != RELOAD);
        built.env.push((RELOAD.into(), self.id.to_string()));
        built
    }

    /// Notes in the folder for what a new build leaves which number that has.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn note_left(anew: &Path, number: u64) -> io::Result<()> {
        records::write_file(&anew.join(LEFT), LEFT, [&number])
    }

    /// Takes the number of the new build out of that folder; `None` if none was left.
    pub fn take_left(anew: &Path) -> Option<u64> {
        let file = anew.join(LEFT);
        let number = records::read_one(&file, LEFT).ok();
        let _ = fs::remove_file(file);
        number
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
    unit,
    root,
    outer,
    anew
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let session = std::env::temp_dir().join(format!("hookable-wanted-{}", std::process::id()));
        fs::create_dir_all(&session).unwrap();
        let wanted = CompileRequest {
            id: 7,
            fingerprint: u64::MAX,
            folder: "/target/debug/hookable/a b-01".into(),
            unit: "/tmp/a".into(),
            root: Some("/root of all".into()),
            outer: vec![1, 9],
            anew: Some("/tmp/b".into()),
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
