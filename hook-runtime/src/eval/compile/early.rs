//! What the lines of a hook have in common is compiled before the first of them is typed.
//!
//! A line that comes meanwhile can wait for the end of that run, and is compiled quickly then; or the run is ended, and
//! the line is compiled in about the time that the run would have taken. The second is better as long as the run is
//! younger than the time that a quick line takes.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hook_rustc::{RustcError, RustcOutcome};

use super::run::LIMIT;
use super::{Compiled, CrateCompiler};
use crate::eval::error::EvaluateError;

/// This is taken for the time of a quick line where none has been compiled yet.
const QUICK: Duration = Duration::from_millis(200);
const INTERVAL: Duration = Duration::from_millis(5);

/// The number of lines that wait for a compiler.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// A guard: a line waits for a compiler while it lives.
pub(crate) struct WaitingLine(());

impl WaitingLine {
    pub(crate) fn new() -> WaitingLine {
        WAITING.fetch_add(1, Ordering::Relaxed);
        WaitingLine(())
    }
}

impl Drop for WaitingLine {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What is known of the runs of a compiler.
#[derive(Default)]
pub(super) struct Early {
    /// The run is one before the first line.
    is_early: Cell<bool>,
    /// The time that the quickest run for a line took.
    quick: Cell<Option<Duration>>,
}

impl CrateCompiler {
    /// Compiles what the lines of a hook have in common, unless a line comes meanwhile.
    pub(crate) fn compile_early(&self, id: u64, line: &str) -> Result<Compiled, EvaluateError> {
        self.early.is_early.set(true);
        let compiled = self.compile(id, line, &[]);
        self.early.is_early.set(false);
        compiled
    }

    /// Runs rustc for a line, or for what comes before it.
    pub(super) fn run_rustc(&self) -> Result<RustcOutcome, RustcError> {
        let (command, start) = (self.command(), Instant::now());
        if self.early.is_early.get() {
            let young = self.early.quick.get().unwrap_or(QUICK);
            let wanted = || WAITING.load(Ordering::Relaxed) == 0 || start.elapsed() > young;
            return hook_rustc::run_while(command, LIMIT, INTERVAL, &wanted);
        }
        let outcome = self.run_ahead(command);
        let quick = self.early.quick.get().unwrap_or(Duration::MAX);
        self.early.quick.set(Some(quick.min(start.elapsed())));
        outcome
    }
}
