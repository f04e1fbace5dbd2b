//! What a line that was typed waits for. Whoever works for it says so here, and the console shows it.

use std::cell::Cell;
use std::fs;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

/// What a line waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The compiler.
    Rustc,
    /// The compiler, which has compiled no line of the crate before.
    FirstRustc,
    /// The loader.
    Loading,
    /// The program's own code, that the line calls.
    Running,
}

thread_local! {
    /// The line of this thread is followed.
    static FOLLOWED: Cell<bool> = const { Cell::new(false) };
}

/// What the line that is followed waits for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wait {
    pub(crate) phase: Phase,
    pub(crate) since: Instant,
    /// What this process had written before.
    before: Option<u64>,
}

impl Wait {
    /// How many bytes this process has written to anything since then, where the system tells.
    pub(crate) fn written(&self) -> Option<u64> {
        Some(written()?.saturating_sub(self.before?))
    }
}

fn now() -> MutexGuard<'static, Option<Wait>> {
    static NOW: Mutex<Option<Wait>> = Mutex::new(None);
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Is called before a line that is followed waits for something else.
static CHANGES: OnceLock<fn()> = OnceLock::new();

/// From now on `changes` is called before a line that is followed waits for something else.
pub(crate) fn on_change(changes: fn()) {
    let _ = CHANGES.set(changes);
}

/// From here on, the line of this thread waits for that, or for nothing.
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

/// What the line that is followed waits for.
pub(crate) fn wait() -> Option<Wait> {
    *now()
}

/// How many bytes this process has written to anything.
fn written() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/io").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("wchar: "))?;
    line.parse().ok()
}

/// While it lives, the line of this thread is followed.
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
