//! The rounds: probe, lower, probe again.

use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hook_rustc::{Diagnostic, Invocation, Record, Sources};

use super::PROBE;
use super::calls;
use super::lower::{self, Progress, crash};
use super::strip_bodies;
use crate::probe::protocol::facts::{self, Facts};
use crate::probe::protocol::table::Table;

use crate::emit::Live;

/// More than most code needs: a capture can be lowered only so often.
const ROUNDS: usize = 20;
/// After so many, what rustc names at one hook is lowered at all of the function's.
const PATIENCE: usize = 12;
/// One round of a crate of a million lines takes less.
const LIMIT: Duration = Duration::from_secs(600);

/// What came of asking.
pub(super) enum Verdict {
    /// rustc accepts the captures that this leaves.
    Table(Box<Table>, Option<Live>),
    /// rustc does not accept the crate for a reason that is none of a capture's: mostly a mistake of the user's, which the
    /// outer rustc is about to report.
    Unusable(String),
}

/// Asks about as little of the crate as will do.
pub(super) fn ask(call: &Invocation) -> Result<Verdict, String> {
    let folder = Folder::open(call).map_err(|error| format!("failed to make a folder for it: {error}"))?;
    let least = strip_bodies::of(call, &folder.path);
    let asked = least.and_then(|least| match rounds(&least, &folder) {
        Ok(Asked::Foreign(_)) | Err(_) => None,
        asked => Some(asked),
    });
    match asked.unwrap_or_else(|| rounds(call, &folder))? {
        Asked::Table(table) => {
            let live = folder.record(call, &table);
            Ok(Verdict::Table(table, live))
        }
        Asked::Foreign(error) | Asked::Own(error) => Ok(Verdict::Unusable(format!(
            "nothing is captured, rustc reported: {error}"
        ))),
    }
}

/// What rustc came to about one set of sources.
enum Asked {
    Table(Box<Table>),
    Foreign(String),
    Own(String),
}

/// Asks until rustc is content, and leaves out what is still in doubt after many rounds.
fn rounds(call: &Invocation, folder: &Folder) -> Result<Asked, String> {
    let (mut table, mut facts) = (Table::default(), Facts::new());
    for round in 0..ROUNDS {
        let write = folder.clear().and_then(|()| table.write(&folder.path));
        write.map_err(|error| format!("failed to write to {}: {error}", folder.path.display()))?;
        let mut command = call.check(&folder.path);
        command.env(PROBE, &folder.path);
        let outcome = hook_rustc::run(command, LIMIT).map_err(|error| error.to_string())?;
        let unread = |error| format!("failed to read {}: {error}", folder.path.display());
        if calls::learn(&mut table.calls, &folder.path, &outcome.diagnostics).map_err(unread)? {
            continue;
        }
        // A settled function leaves none any more, but what is known of it holds.
        let new = facts::read(&folder.path).map_err(unread)?;
        facts.extend(new);
        let all = round >= PATIENCE;
        let progress = match outcome.complete {
            true => lower::lower(&mut table, &facts, &outcome.diagnostics, all),
            // What it did not come to, it did not approve.
            false => crash::lower(&mut table, &facts, &outcome, all)
                .ok_or_else(|| format!("it ended with {}", outcome.ended))?,
        };
        match progress {
            Progress::Lowered => {}
            Progress::Foreign(error) => return Ok(Asked::Foreign(error)),
            Progress::Own(error) => return Ok(Asked::Own(error)),
            Progress::Done if !outcome.success && !outcome.diagnostics.iter().any(Diagnostic::is_error) => {
                let line = outcome.rest.lines().next().unwrap_or("rustc failed without a word");
                return Err(line.to_string());
            }
            Progress::Done => return Ok(Asked::Table(Box::new(table))),
        }
    }
    table.refuse_unsettled(&facts);
    Ok(Asked::Table(Box::new(table)))
}

/// The probe's own folder, beside the folder that the crate is built into: one per unit, so that its incremental cache is
/// found again, and locked, so that no two builds share it.
struct Folder {
    path: PathBuf,
    /// Unlocks as it closes.
    _lock: File,
    /// Not to be found again.
    passing: bool,
}

impl Folder {
    fn open(call: &Invocation) -> std::io::Result<Folder> {
        let path = call.beside().join(call.unit());
        match fs::create_dir_all(&path).and_then(|()| Folder::lock(path, false)) {
            Ok(folder) => Ok(folder),
            Err(_) => Folder::lock(passing()?, true),
        }
    }

    fn lock(path: PathBuf, passing: bool) -> std::io::Result<Folder> {
        let lock = File::create(path.join("lock"))?;
        lock.try_lock()?;
        Ok(Folder {
            path,
            _lock: lock,
            passing,
        })
    }

    /// Keeps what it takes to run this call again with the same captures. None where it cannot be kept: the hooks work
    /// without.
    fn record(&self, call: &Invocation, table: &Table) -> Option<Live> {
        let record = Record::of(call, &self.path);
        let sources = Sources::of(call, &self.path).ok()?;
        let written = table.write(&self.path).and_then(|()| record.write(&self.path));
        let written = written.and_then(|()| sources.write(&self.path));
        written.ok().filter(|()| !self.passing)?;
        let fingerprint = hook_rustc::fingerprint(&self.path).ok()?;
        Some(Live {
            folder: self.path.clone(),
            fingerprint,
            lines: Vec::new(),
        })
    }

    /// Removes what the last round left.
    fn clear(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let lasts = entry.file_name() == "incremental" || entry.file_name() == strip_bodies::FOLDER;
            if entry.file_type()?.is_dir() && !lasts {
                fs::remove_dir_all(entry.path())?;
            } else if entry.path().extension().is_some_and(|kind| kind == "d") {
                fs::remove_file(entry.path())?;
            }
        }
        remove(&self.path.join(hook_rustc::TABLE))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.passing {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// A new folder among the system's temporary files, which only its owner can enter: rustc reads code from it. Its name is
/// nobody's guess, and what has it already is not taken.
fn passing() -> io::Result<PathBuf> {
    let within = std::env::temp_dir();
    let mut tries = 0;
    loop {
        let random = RandomState::new().hash_one(tries);
        let path = within.join(format!("hookable-ask-{random:016x}"));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 100 => tries += 1,
            made => return made.map(|()| path),
        }
    }
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
