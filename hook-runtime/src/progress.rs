//! A line that was typed may wait for the compiler, the loader or its own code. Each of these says here when it begins,
//! and the console shows which one it is.

use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

/// Names what a line waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// rustc compiles the line.
    Rustc,
    /// rustc compiles the first line of the crate, which takes longer than later ones.
    FirstRustc,
    /// rustc compiles crates anew, and the loader replaces functions.
    Replacing,
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
    /// Returns how many bytes this process has written to any file since the wait began, where the system tells.
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

/// This function is called each time that a line enters a phase.
static RUNS: OnceLock<fn(bool)> = OnceLock::new();

/// Has `runs` called from now on, with `true` as a line begins to run, and with `false` in any other phase and between
/// lines.
pub(crate) fn on_run(runs: fn(bool)) {
    let _ = RUNS.set(runs);
}

/// Notes that the line of this thread waits for this phase from now on, or for nothing.
pub(crate) fn enter(phase: Option<Phase>) {
    if let Some(runs) = RUNS.get() {
        runs(phase == Some(Phase::Running));
    }
    if FOLLOWED.get() {
        // Whoever shows the wait from another thread shows nothing any more once `changes` has returned.
        *now() = None;
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

/// Returns what the followed line waits for.
pub(crate) fn wait() -> Option<Wait> {
    *now()
}

/// Returns how many bytes the program has written to any file. What threads write that ask the compiler meanwhile is
/// not the program's.
fn written() -> Option<u64> {
    // Theirs are read first. So what they write in between counts as the program's, and not the other way round.
    let others = others().written();
    Some(written_by("/proc/self/io")?.saturating_sub(others))
}

fn written_by(path: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("wchar: "))?;
    line.parse().ok()
}

/// The threads that are none of the program's.
#[derive(Debug)]
struct OtherThreads {
    /// The files that tell what those that still run have written.
    running: Vec<String>,
    /// The number of bytes that those wrote that have ended.
    ended: u64,
}

impl OtherThreads {
    fn written(&self) -> u64 {
        let running = self.running.iter().filter_map(|path| written_by(path));
        self.ended + running.sum::<u64>()
    }
}

fn others() -> MutexGuard<'static, OtherThreads> {
    static OTHERS: Mutex<OtherThreads> = Mutex::new(OtherThreads {
        running: Vec::new(),
        ended: 0,
    });
    OTHERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A guard: what this thread writes while it lives is not what the program prints.
pub(crate) struct NotTheProgram(Option<String>);

impl NotTheProgram {
    pub(crate) fn new() -> NotTheProgram {
        let thread = fs::read_link("/proc/thread-self").ok();
        let path = thread.and_then(|thread| Some(format!("/proc/{}/io", thread.to_str()?)));
        others().running.extend(path.clone());
        NotTheProgram(path)
    }
}

/// The number of times that a process ended which asked the compiler something beside the line.
static ENDED: AtomicU64 = AtomicU64::new(0);

/// Notes that a process ended that is none of the program's. What it wrote counts as written by this one from now on.
pub(crate) fn process_ended() {
    ENDED.fetch_add(1, Ordering::Relaxed);
}

/// Returns how often that was noted.
pub(crate) fn processes_ended() -> u64 {
    ENDED.load(Ordering::Relaxed)
}

impl Drop for NotTheProgram {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let mut others = others();
            others.running.retain(|other| other != path);
            others.ended += written_by(path).unwrap_or(0);
        }
    }
}

/// Has the followed line wait for a phase for as long as this value lives.
pub(crate) struct Entered(());

impl Entered {
    pub(crate) fn new(phase: Phase) -> Entered {
        enter(Some(phase));
        Entered(())
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        enter(None);
    }
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn nothing_is_waited_for_while_that_changes() {
        static WAITED: Mutex<Vec<bool>> = Mutex::new(Vec::new());
        on_change(|| WAITED.lock().unwrap().push(wait().is_some()));
        let followed = Followed::new();
        drop(Entered::new(Phase::Rustc));
        drop(followed);
        assert_eq!(*WAITED.lock().unwrap(), [false; 3]);
    }

    #[test]
    fn what_another_thread_writes_is_not_the_programs() {
        let (written, is_written) = channel();
        let (over, is_over) = channel::<()>();
        let write = move || {
            let _here = NotTheProgram::new();
            let file = fs::OpenOptions::new().write(true).open("/dev/null");
            file.and_then(|mut file| file.write_all(&[0; 100_000])).unwrap();
            written.send(written_by("/proc/thread-self/io")).unwrap();
            let _ = is_over.recv();
        };
        let thread = thread::spawn(write);
        let wrote = is_written.recv().unwrap().unwrap();
        assert!(wrote >= 100_000);
        assert!(others().written() >= wrote);
        drop(over);
        thread.join().unwrap();
        assert!(others().written() >= wrote);
    }
}
