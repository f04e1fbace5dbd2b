//! A run of rustc on the sources of the crate, which have to be what the program was built from.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hook_rustc::{CallRecord, Difference, RustcOutcome};

use super::open::is_there;
use super::{CrateCompiler, child, mangling};
use crate::eval::error::EvaluateError;
use crate::os::interrupt;

/// A run of rustc that takes longer than this for a line is ended. Even in a crate of a million lines it takes less.
pub(super) const LIMIT: Duration = Duration::from_secs(600);

impl CrateCompiler {
    /// Runs rustc, and has its diagnostics name the file of the line by its path, however rustc shortened that.
    pub(super) fn run_named(&self) -> Result<RustcOutcome, EvaluateError> {
        let line = self.line().to_string_lossy().into_owned();
        let shown = self.record.call.shown(&line);
        let mut outcome = self.run()?;
        for diagnostic in &mut outcome.diagnostics {
            diagnostic.rename(&shown, &line);
        }
        Ok(outcome)
    }

    /// Runs rustc on what the program was built from. It runs again if a source was written meanwhile and still has the
    /// same contents.
    fn run(&self) -> Result<RustcOutcome, EvaluateError> {
        let dir = &self.record.call.dir;
        loop {
            self.is_current()?;
            let noted = interrupt::noted();
            let outcome = self.run_rustc()?;
            // Whatever an interrupted rustc says, it is not about the line.
            if interrupt::noted() != noted {
                return Err(EvaluateError::Interrupted);
            }
            if !self
                .sources
                .touched(dir, &self.seen.borrow(), self.workspace().copied.borrow().as_ref())
            {
                self.is_current()?;
                return Ok(outcome);
            }
        }
    }

    /// Checks that rustc will read what the program was built from. The contents are compared, and not the times at
    /// which files were written.
    pub(super) fn is_current(&self) -> Result<(), EvaluateError> {
        is_there(&self.snapshot)?;
        let now = hook_rustc::fingerprint(&self.snapshot.build());
        if !now.is_ok_and(|now| now == self.snapshot.fingerprint) {
            return Err(EvaluateError::Rebuilt);
        }
        let (mut seen, mut copied) = (self.seen.borrow_mut(), self.workspace().copied.borrow_mut());
        let difference = self
            .sources
            .difference(&self.record.call.dir, &mut seen, copied.as_mut());
        match difference {
            None => Ok(()),
            Some(Difference::Source(path)) => Err(EvaluateError::Changed(path)),
            Some(Difference::Doubt(path)) => Err(EvaluateError::Doubt(path)),
            Some(Difference::Library(_)) => Err(EvaluateError::Libraries),
        }
    }

    pub(super) fn command(&self) -> Command {
        let workspace = self.workspace();
        let copied = workspace.copied.borrow();
        let record = copied.as_ref().map_or(&self.record, |copied| &copied.record);
        self.command_of(&record.with(&self.stand_ins.borrow()))
    }

    /// Returns the command for a call whose objects go where those of lines go.
    pub(super) fn command_of(&self, record: &CallRecord) -> Command {
        self.in_slot(record, &self.folder, record.call.line(&self.workspace().made))
    }

    /// Returns a call of rustc that only checks what the program was built from, with the line that is in a folder in
    /// its slot.
    pub(super) fn question_in(&self, folder: &Path, format: &str) -> Command {
        let copied = self.workspace().copied.borrow();
        let record = copied.as_ref().map_or(&self.record, |copied| &copied.record);
        let record = record.with(&self.stand_ins.borrow());
        self.in_slot(&record, folder, record.call.question(&self.workspace().made, format))
    }

    /// Returns a call with the environment of its record, for which a line is in a folder.
    pub(super) fn in_slot(&self, record: &CallRecord, folder: &Path, mut command: Command) -> Command {
        for (name, path) in &*self.named.borrow() {
            command.arg("--extern").arg(format!("{name}={}", path.display()));
        }
        command.envs(record.env.iter().map(|(name, value)| (name, value)));
        command.env(hook_rustc::LINE, folder);
        // The system's folder for temporary files may be full, or not writable.
        command.env("TMPDIR", &self.folder);
        mangling::keep(record, &mut command);
        child::prepare(&mut command);
        command
    }
}
