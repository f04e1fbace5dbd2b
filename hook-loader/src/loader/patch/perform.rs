//! A reload becomes visible: jumps are written, all at once, while no other thread runs.
#![allow(unsafe_code)]

use super::threads::{NotStopped, with_others_stopped};
use crate::loader::commit::Commit;
use crate::loader::memory::CodeWriter;
use crate::loader::process::{Patch, Session, Sessions, UndoReload, Versions};
use crate::{LoadError, Reload};

/// A reload of which all is in memory, and nothing is known to the program.
pub(super) struct Prepared {
    /// It is `None` if nothing leads to what differs.
    pub(super) commit: Option<Commit>,
    /// They are in the order of their addresses.
    pub(super) patches: Vec<Patch>,
    /// The functions that were loaded have these versions then.
    pub(super) versions: Vec<(Box<str>, Versions)>,
    pub(super) reload: Reload,
}

/// A thread is about to execute bytes that are to be written. It is let go on so many times.
const TRIES: u32 = 200;

impl Prepared {
    /// Makes the new functions part of the program.
    ///
    /// # Safety
    ///
    /// Callers of what is at the address of a patch can go on with what the jump leads to, and nothing of the code
    /// there leads into the bytes of the jump.
    pub(super) unsafe fn perform(self, sessions: &mut Sessions, session: &mut Session) -> Result<Reload, LoadError> {
        // New code has to be known to the unwinder before it runs.
        if let Some(commit) = self.commit {
            commit.commit(sessions, session);
        }
        // SAFETY: the caller says so.
        unsafe { write(&self.patches, |patch| (&patch.code, &patch.before)) }?;
        let mut undo = UndoReload::default();
        for patch in &self.patches {
            session.overwritten.entry(patch.address).or_insert(patch.before);
        }
        for (name, versions) in self.versions {
            let before = session.set_versions(&name, Some(versions));
            undo.versions.push((name, before));
        }
        undo.patches = self.patches;
        session.reloads.push(undo);
        Ok(self.reload)
    }
}

/// Takes back what the last reload did; `false` if there is none.
pub(super) fn undo(session: &mut Session) -> Result<bool, LoadError> {
    let Some(undo) = session.reloads.last() else {
        return Ok(false);
    };
    // SAFETY: the bytes are those that were there before the reload, so what calls them could go on with them then.
    // Nothing leads into a patch but a call, or else it would not have been made.
    unsafe { write(&undo.patches, |patch| (&patch.before, &patch.code)) }?;
    let undo = session.reloads.pop().unwrap_or_default();
    for (name, versions) in undo.versions {
        session.set_versions(&name, versions);
    }
    Ok(true)
}

/// Writes what `what` gives first for each patch. Where one cannot be written, all have again what it gives second.
///
/// # Safety
///
/// Callers can go on with what is written, and nothing leads into it but a call.
unsafe fn write(
    patches: &[Patch],
    what: impl Fn(&Patch) -> (&[u8; Patch::LEN], &[u8; Patch::LEN]),
) -> Result<(), LoadError> {
    if patches.is_empty() {
        return Ok(());
    }
    let failed = |error: std::io::Error| LoadError::Memory(error.to_string());
    let writer = CodeWriter::open().map_err(failed)?;
    for number in 0..TRIES {
        let is_within = |at: u64| {
            let before = patches.partition_point(|patch| patch.address < at);
            let patch = before.checked_sub(1).map(|before| &patches[before]);
            patch.is_some_and(|patch| at < patch.address + Patch::LEN as u64)
        };
        let written = with_others_stopped(|mut threads| {
            if Iterator::any(&mut threads, is_within) {
                return None;
            }
            for (number, patch) in patches.iter().enumerate() {
                // SAFETY: no thread is at these bytes; for all else the caller vouches.
                if let Err(error) = unsafe { writer.write(patch.address, what(patch).0) } {
                    for patch in &patches[..number] {
                        // SAFETY: as above; these bytes were there.
                        let _ = unsafe { writer.write(patch.address, what(patch).1) };
                    }
                    return Some(Err(error));
                }
            }
            Some(Ok(()))
        });
        match written.map_err(refused)? {
            Some(written) => return written.map_err(failed),
            None => std::thread::sleep(std::time::Duration::from_micros(50 * u64::from(number))),
        }
    }
    Err(LoadError::Busy)
}

fn refused(why: NotStopped) -> LoadError {
    match why {
        NotStopped::Thread(number) => {
            let name = std::fs::read_to_string(format!("/proc/self/task/{number}/comm")).unwrap_or_default();
            LoadError::Thread(format!("{} ({number})", name.trim_end()).trim_start().to_owned())
        }
        NotStopped::TooMany => LoadError::Memory("the program has too many threads".into()),
        #[cfg(target_os = "linux")]
        NotStopped::NoSignal => LoadError::Memory("the program uses all signals".into()),
        NotStopped::NoList => LoadError::Memory("the threads cannot be listed".into()),
    }
}
