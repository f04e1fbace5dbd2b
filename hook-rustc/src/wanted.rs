//! What the runtime leaves for the attribute when it wants a line compiled.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const FILE: &str = "wanted";

/// The slot that a line goes into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// A number for the hook.
    pub id: u64,
    /// Of what the folder records.
    pub fingerprint: u64,
    /// The folder of the crate's record.
    pub folder: PathBuf,
    /// The hooks whose slots have lines that the code with this slot came from.
    pub outer: Vec<u64>,
}

impl Wanted {
    /// The file of the line itself, in the folder of a session.
    pub fn line(session: &Path) -> PathBuf {
        session.join("line.rs")
    }

    /// The files of lines that the code with the slot came from, in the order of their hooks.
    pub fn outer_line(session: &Path, number: usize) -> PathBuf {
        session.join(format!("outer{number}.rs"))
    }

    /// Leaves it in the folder of a session.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, session: &Path) -> io::Result<()> {
        let Wanted {
            id,
            fingerprint,
            folder,
            outer,
        } = self;
        let outer: String = outer.iter().map(|id| format!("{id}\n")).collect();
        fs::write(
            session.join(FILE),
            format!("{id}\n{fingerprint}\n{}\n{outer}", folder.display()),
        )
    }

    /// Reads it back.
    ///
    /// # Errors
    ///
    /// If the file is not there, or not whole.
    pub fn read(session: &Path) -> io::Result<Wanted> {
        let text = fs::read_to_string(session.join(FILE))?;
        let mut lines = text.lines();
        let bad = || io::Error::other("the file is not whole");
        let mut number = || lines.next()?.parse::<u64>().ok();
        let (id, fingerprint) = (number().ok_or_else(bad)?, number().ok_or_else(bad)?);
        let folder = lines.next().ok_or_else(bad)?.into();
        let outer = lines.map(|line| line.parse::<u64>().map_err(|_| bad()));
        Ok(Wanted {
            id,
            fingerprint,
            folder,
            outer: outer.collect::<io::Result<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written() {
        let session = std::env::temp_dir().join(format!("hookable-wanted-{}", std::process::id()));
        fs::create_dir_all(&session).unwrap();
        let wanted = Wanted {
            id: 7,
            fingerprint: u64::MAX,
            folder: "/target/debug/hookable/a b-01".into(),
            outer: vec![1, 9],
        };
        wanted.write(&session).unwrap();
        let read = Wanted::read(&session);
        fs::write(session.join(FILE), "7\n").unwrap();
        let broken = Wanted::read(&session);
        fs::remove_dir_all(&session).unwrap();
        assert_eq!(read.unwrap(), wanted);
        assert_eq!(broken.unwrap_err().to_string(), "the file is not whole");
    }
}
