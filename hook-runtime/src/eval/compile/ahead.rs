//! rustc is started for a line while that is still typed.
//!
//! It starts, loads the crates that are named and parses the sources, and then the attribute in it waits to be told
//! which line it is. If the line is to be compiled by the same call, from the same sources, that call goes on; else
//! it is killed, and another one is made as if there had been none. One that waits for nothing any more is killed
//! where the hook resumes.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use hook_rustc::waiting::WaitingCall;
use hook_rustc::{RustcError, RustcOutcome, SeenFiles};

use super::CrateCompiler;
use super::run::LIMIT;
use crate::os::{interrupt, streams};

/// How long a busy compiler is left alone before it is asked for again, and how many times that is done for a line.
const INTERVAL: Duration = Duration::from_millis(5);
const TRIES: u32 = 1000;

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
    /// The openings of hooks at which lines are typed.
    open: Vec<u64>,
    /// The opening at which a line is being typed.
    typed: Option<u64>,
    /// rustc was started for that line, or could not be.
    is_served: bool,
    started: Option<(CallKey, WaitingCall)>,
}

static STATE: Mutex<State> = Mutex::new(State {
    open: Vec::new(),
    typed: None,
    is_served: false,
    started: None,
});
static CHANGED: Condvar = Condvar::new();

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn is_typed_at(&self, opening: u64) -> bool {
        self.typed == Some(opening)
    }

    /// Returns what was started, for which nothing more is typed.
    fn end_line(&mut self) -> Option<(CallKey, WaitingCall)> {
        self.typed = None;
        self.started.take()
    }
}

/// Notes that lines are typed at an opening of a hook from now on.
pub(crate) fn open(opening: u64) {
    state().open.push(opening);
}

/// Notes that a line is being typed, so that rustc may be started.
pub(crate) fn typed(opening: u64) {
    let mut state = state();
    (state.typed, state.is_served) = (Some(opening), false);
    CHANGED.notify_all();
}

/// Ends what was started, since nothing more is typed at an opening.
pub(crate) fn end(opening: u64) {
    let mut state = state();
    state.open.retain(|other| *other != opening);
    let started = state.end_line();
    CHANGED.notify_all();
    drop(state);
    drop(started);
}

/// Has rustc started for each line that is typed at an opening of a hook, until that ends. `compiler` returns the
/// crate's compiler, turned to the hook, if it serves no one else at the moment.
///
/// The thread that edits lines may have descriptors of its own, and so have all that it makes. So this runs on a thread
/// that the hook's own thread made.
pub(crate) fn serve(opening: u64, compiler: impl Fn() -> Option<MutexGuard<'static, CrateCompiler>>) {
    let mut tries = 0;
    loop {
        let mut now = state();
        while now.open.contains(&opening) && (!now.is_typed_at(opening) || now.is_served) {
            now = CHANGED.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
        if !now.open.contains(&opening) {
            return;
        }
        drop(now);
        tries += 1;
        match compiler() {
            None if tries < TRIES => thread::sleep(INTERVAL),
            compiler => {
                compiler.iter().for_each(|compiler| compiler.start_ahead(opening));
                state().is_served = true;
                tries = 0;
            }
        }
    }
}

impl CrateCompiler {
    /// Starts rustc for a line that is typed at this opening, unless it is started already.
    fn start_ahead(&self, opening: u64) {
        self.clear_beside();
        if self.ready().is_err() || self.amend().is_err() || self.is_current().is_err() {
            // The line says what is wrong.
            return;
        }
        let command = self.command();
        let key = self.key(&command);
        let is_new = state().started.as_ref().is_none_or(|(started, _)| *started != key);
        if !is_new {
            return;
        }
        // An older one gives its memory back first. No lock is held meanwhile, for the program may fork.
        let older = state().started.take();
        drop(older);
        let Ok(call) = WaitingCall::start(command) else {
            return;
        };
        let mut state = state();
        if state.is_typed_at(opening) {
            state.started = Some((key, call));
        }
    }

    /// Runs the call for a line: the one that was started for it, or else this one.
    pub(super) fn run_ahead(&self, command: Command) -> Result<RustcOutcome, RustcError> {
        let started = state().end_line();
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
