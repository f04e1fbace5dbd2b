//! A line that was typed may wait for the compiler, the loader or its own code. Each of these says here when it begins,
//! and the console shows which one it is.

use std::cell::Cell;
use std::fs;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

/// Names what a line waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// rustc compiles the line.
    Rustc,
    /// rustc compiles the first line of the crate, which takes longer than later ones.
    FirstRustc,
    /// The loader loads the compiled line.
    Loading,
    /// The line itself runs, and the program's code that it calls.
    Running,
}

thread_local! {
    /// This is true while the console shows what the line of this thread waits for.
    static FOLLOWED: Cell<bool> = const { Cell::new(false) };
}

/// Describes what the followed line waits for, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    pub(crate) phase: Phase,
    pub(crate) since: Instant,
    /// This is the number of bytes that the process had written when the wait began.
    before: Option<u64>,
}

impl Wait {
    /// Gives how many bytes this process has written to any file since the wait began, where the system tells.
    pub(crate) fn written(&self) -> Option<u64> {
        Some(written()?.saturating_sub(self.before?))
    }
}

fn now() -> MutexGuard<'static, Option<Wait>> {
    static NOW: Mutex<Option<Wait>> = Mutex::new(None);
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// This function is called before the followed line waits for something else.
static CHANGES: OnceLock<fn()> = OnceLock::new();

/// Has `changes` called from now on, each time before the followed line waits for something else.
pub(crate) fn on_change(changes: fn()) {
    let _ = CHANGES.set(changes);
}

/// Notes that the line of this thread waits for this phase from now on, or for nothing.
pub(crate) fn enter(phase: Option<Phase>) {
    if FOLLOWED.get() {
        if let Some(changes) = CHANGES.get() {
            changes();
        }
        let wait = phase.map(|phase| Wait {
            phase,
            before: written(),
            since: Instant::now(),
        });
        *now() = wait;
    }
}

/// Gives what the followed line waits for.
pub(crate) fn wait() -> Option<Wait> {
    *now()
}

/// Gives how many bytes this process has written to any file.
fn written() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/io").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("wchar: "))?;
    line.parse().ok()
}

/// Has the line of this thread followed for as long as this value lives.
pub(crate) struct Followed(());

impl Followed {
    pub(crate) fn new() -> Followed {
        FOLLOWED.set(true);
        Followed(())
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        enter(None);
        FOLLOWED.set(false);
    }
}
