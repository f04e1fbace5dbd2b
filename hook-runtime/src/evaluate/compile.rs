//! One crate's rustc, called again for each line.
//!
//! Nothing is linked: the objects are read where rustc keeps them for its next, incremental run. That folder stays in the
//! target folder, beside the record, so that only the first session of a crate begins cold. It has to be at the same place each
//! time, because rustc makes all code anew where its outputs go elsewhere; so one process has it, and what runs beside that, or
//! cannot write there, begins in its own folder.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use hook_rustc::{Diagnostic, Record, Wanted};

use super::error::EvaluateError;
use crate::capture::Recorded;
use crate::live::Archives;

/// A line of a crate of a million lines takes less.
const LIMIT: Duration = Duration::from_secs(600);

/// A crate with hooks in it, ready to be compiled again.
pub(super) struct Unit {
    record: Record,
    recorded: &'static Recorded,
    /// Where a line is, for rustc to read.
    folder: PathBuf,
    /// Where what rustc makes of it goes.
    made: PathBuf,
    /// Of that, where it stays for later processes.
    _lock: Option<File>,
    pub(super) archives: &'static Archives,
}

/// What rustc made of a line.
pub(super) enum Compiled {
    /// And what rustc remarked.
    Objects(Vec<PathBuf>, Vec<Diagnostic>),
    Rejected(Vec<Diagnostic>),
}

fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> EvaluateError {
    move |error| EvaluateError::Io { what, error }
}

impl Unit {
    /// The crate of a hook: one line at a time.
    pub(super) fn of(recorded: &'static Recorded) -> Result<MutexGuard<'static, Unit>, EvaluateError> {
        type Units = HashMap<&'static str, &'static Mutex<Unit>>;
        static UNITS: LazyLock<Mutex<Units>> = LazyLock::new(Mutex::default);
        let unit = match UNITS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(recorded.folder)
        {
            Entry::Occupied(unit) => *unit.get(),
            Entry::Vacant(vacant) => *vacant.insert(Box::leak(Box::new(Mutex::new(Unit::open(recorded)?)))),
        };
        Ok(unit.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn open(recorded: &'static Recorded) -> Result<Unit, EvaluateError> {
        let record = Record::read(Path::new(recorded.folder))?;
        if record.call.lto() {
            return Err(EvaluateError::Lto);
        }
        let name = Path::new(recorded.folder).file_name().unwrap_or_default();
        let folder = super::folder::folder()
            .map_err(io("make a folder for compiling"))?
            .join(name);
        fs::create_dir_all(folder.join("out")).map_err(io("make a folder for compiling"))?;
        let (made, lock) = match lasting(Path::new(recorded.folder)) {
            Ok((made, lock)) => (made, Some(lock)),
            Err(_) => (folder.clone(), None),
        };
        let archives = Archives::index(record.call.libraries());
        Ok(Unit {
            record,
            recorded,
            folder,
            made,
            _lock: lock,
            archives,
        })
    }

    /// Whether the program is still what the sources say.
    pub(super) fn is_current(&self) -> Result<(), EvaluateError> {
        if !hook_rustc::fingerprint(Path::new(self.recorded.folder)).is_ok_and(|now| now == self.recorded.fingerprint) {
            return Err(EvaluateError::Rebuilt);
        }
        let built = built();
        let changed = |path: &PathBuf| modified(path).is_ok_and(|modified| modified > built);
        match self.record.call.sources().into_iter().find(changed) {
            Some(path) => Err(EvaluateError::Changed(path)),
            None => Ok(()),
        }
    }

    /// Compiles the crate with this in the slot of a hook of it.
    pub(super) fn compile(&self, id: u64, line: &str) -> Result<Compiled, EvaluateError> {
        let wanted = Wanted {
            id,
            fingerprint: self.recorded.fingerprint,
            folder: self.recorded.folder.into(),
        };
        let written = fs::write(self.line(), line).and_then(|()| wanted.write(&self.folder));
        written.map_err(io("write the line to a file"))?;
        let outcome = hook_rustc::run(self.command(), LIMIT)?;
        if outcome.success {
            let _ = fs::write(self.made.join("last"), self.state(id));
            let objects = self.objects().map_err(io("find what rustc made"))?;
            return Ok(Compiled::Objects(objects, outcome.diagnostics));
        }
        let errors = || outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        // Not about a place in the sources: a disk that is full, say.
        let outside = |error: &Diagnostic| error.spans.is_empty() && error.code.is_empty();
        if errors().all(outside) {
            let first = errors().next().map(|error| error.message.as_str());
            let said = first.or_else(|| outcome.rest.lines().find(|line| !line.trim().is_empty()));
            let said = said.map_or_else(String::new, |said| format!(": {}", said.trim()));
            // Lest what it keeps there takes it down again.
            let _ = fs::remove_dir_all(self.made.join("incremental"));
            return Err(EvaluateError::Crashed(outcome.ended + &said));
        }
        Ok(Compiled::Rejected(outcome.diagnostics))
    }

    /// Whether a line of this hook was the last to be compiled, in this process or an earlier one of the same program.
    pub(super) fn is_warm(&self, id: u64) -> bool {
        fs::read_to_string(self.made.join("last")).is_ok_and(|last| last == self.state(id))
    }

    fn state(&self, id: u64) -> String {
        format!("{id} {} {:?}", self.recorded.fingerprint, built())
    }

    /// The file that a line is compiled from, as rustc names it.
    pub(super) fn line(&self) -> PathBuf {
        Wanted::line(&self.folder)
    }

    fn command(&self) -> Command {
        let mut command = self.record.call.line(&self.made);
        command.envs(self.record.env.iter().map(|(name, value)| (name, value)));
        command.env(hook_rustc::LINE, &self.folder);
        command
    }

    /// The objects of the last run.
    fn objects(&self) -> std::io::Result<Vec<PathBuf>> {
        let entries = |folder: &Path| -> std::io::Result<Vec<PathBuf>> {
            fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
        };
        let mut sessions = Vec::new();
        for unit in entries(&self.made.join("incremental"))? {
            let whole = |path: &PathBuf| path.is_dir() && !path.to_string_lossy().ends_with("-working");
            sessions.extend(entries(&unit)?.into_iter().filter(whole));
        }
        // Their names begin with the time, in a fixed number of digits.
        let last = sessions.into_iter().max().ok_or(std::io::ErrorKind::NotFound)?;
        let objects = entries(&last)?.into_iter();
        Ok(objects
            .filter(|path| path.extension().is_some_and(|kind| kind == "o"))
            .collect())
    }
}

fn modified(path: &Path) -> std::io::Result<SystemTime> {
    fs::metadata(path)?.modified()
}

/// When the program was built.
fn built() -> SystemTime {
    let exe = std::env::current_exe().and_then(|exe| modified(&exe));
    exe.unwrap_or_else(|_| SystemTime::now())
}

/// The folder that lasts, and its lock, held until the process ends.
fn lasting(recorded: &Path) -> std::io::Result<(PathBuf, File)> {
    let unit = recorded.file_name().unwrap_or_default();
    let made = recorded.with_file_name("lines").join(unit);
    fs::create_dir_all(made.join("out"))?;
    let lock = File::create(made.join("lock"))?;
    lock.try_lock()?;
    Ok((made, lock))
}
