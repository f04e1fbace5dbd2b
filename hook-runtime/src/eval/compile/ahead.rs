//! rustc is started for a line while that is still typed.
//!
//! It starts, loads the crates that are named and parses the sources, and then the attribute in it waits to be told
//! which line it is. If the line is to be compiled by the same call, from the same sources, that call goes on; else it
//! is killed, and another one is made as if there had been none. What was started runs at no time at which nothing is
//! typed: it is killed where the hook resumes.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hook_rustc::waiting::WaitingCall;
use hook_rustc::{RustcError, RustcOutcome, SeenFiles};

use super::CrateCompiler;
use super::run::LIMIT;
use crate::os::{interrupt, streams};

/// All that decides what a call of rustc does, but for the line.
#[derive(PartialEq)]
struct CallKey {
    program: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, Option<OsString>)>,
    dir: Option<PathBuf>,
    /// The version of the copy of the sources, if there is one.
    copied: Option<u64>,
    /// What the sources and the libraries were when it was looked last.
    seen: SeenFiles,
}

#[derive(Default)]
struct State {
    /// Something is being typed.
    is_typed: bool,
    started: Option<(CallKey, WaitingCall)>,
}

static STATE: Mutex<State> = Mutex::new(State {
    is_typed: false,
    started: None,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes that something is being typed at a hook, so that rustc may be started.
pub(crate) fn typed() {
    state().is_typed = true;
}

/// Returns whether the line is still typed for which rustc may be started.
pub(crate) fn is_typed() -> bool {
    state().is_typed
}

/// Ends what was started, since nothing more is typed at the hook.
pub(crate) fn end() {
    let before = std::mem::take(&mut *state());
    drop(before);
}

impl CrateCompiler {
    /// Starts rustc for a line, unless it is started already.
    pub(crate) fn start_ahead(&self) {
        self.clear_beside();
        if self.ready().is_err() || self.amend().is_err() || self.is_current().is_err() {
            // The line says what is wrong.
            return;
        }
        let command = self.command();
        let key = self.key(&command);
        let is_new = state().started.as_ref().is_none_or(|(started, _)| *started != key);
        if !is_new || !is_typed() {
            return;
        }
        // An older one gives its memory back first. No lock is held meanwhile, for the program may fork.
        let older = state().started.take();
        drop(older);
        let Ok(call) = WaitingCall::start(command) else {
            return;
        };
        let mut state = state();
        if state.is_typed {
            state.started = Some((key, call));
        }
    }

    /// Runs the call for a line: the one that was started for it, or else this one.
    pub(super) fn run_ahead(&self, command: Command) -> Result<RustcOutcome, RustcError> {
        let State { started, .. } = std::mem::take(&mut *state());
        let mut call = match started {
            Some((key, call)) if key == self.key(&command) => call,
            other => {
                drop(other);
                return hook_rustc::run(command, LIMIT);
            }
        };
        let noted = interrupt::noted();
        if streams::without_signals(|| call.go_on()).is_ok() {
            let outcome = call.run_to_end(LIMIT)?;
            // It may have been killed while it waited, for the memory that it had.
            if !outcome.killed || interrupt::noted() != noted {
                return Ok(outcome);
            }
        }
        hook_rustc::run(command, LIMIT)
    }

    fn key(&self, command: &Command) -> CallKey {
        let variables = command.get_envs();
        CallKey {
            program: command.get_program().into(),
            arguments: command.get_args().map(Into::into).collect(),
            variables: variables
                .map(|(name, value)| (name.into(), value.map(Into::into)))
                .collect(),
            dir: command.get_current_dir().map(Into::into),
            copied: self.workspace().copied.borrow().as_ref().map(|copied| copied.version()),
            seen: self.seen.borrow().clone(),
        }
    }
}
