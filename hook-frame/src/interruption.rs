//! On a terminal, Ctrl-C is meant for the line that runs. A line may reach a hook at which another line is typed, and
//! then Ctrl-C is meant for the innermost one.
//!
//! The handler of the signal only counts. Whether a line was interrupted is told by comparing that count with the count
//! at its beginning.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use crate::os::interrupt::{self, InterruptWatch};

/// The lines that run and can be interrupted, the innermost last.
static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

struct Line {
    /// The number that the line has in the session, which its code knows.
    number: u64,
    thread: ThreadId,
    /// The number of the answer that the line is a part of.
    answer: u64,
    /// The signals up to this number do not concern the line.
    seen: u64,
    /// The moment at which it was first noticed that the line was interrupted.
    since: Option<Instant>,
    /// This many hooks are open that the line has reached, or waits for. While there is one, the user attends to that.
    hooks: usize,
}

/// An answer to what was typed, for which lines run.
#[derive(Clone, Copy)]
struct Answer {
    number: u64,
    /// The signals up to this number do not concern the next line.
    seen: u64,
}

thread_local! {
    /// This is the answer that this thread gives. There is none if lines are not interrupted.
    static ANSWER: Cell<Option<Answer>> = const { Cell::new(None) };
}

fn lines() -> MutexGuard<'static, Vec<Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Line {
    fn is_interrupted(&self) -> bool {
        self.hooks == 0 && (self.since.is_some() || interrupt::noted() > self.seen)
    }
}

/// A guard: while it lives, Ctrl-C ends the lines of this thread, and not the program.
pub struct Interruptible {
    before: Option<Answer>,
    /// The number of the answer that this thread gives meanwhile.
    pub answer: u64,
    _watch: InterruptWatch,
}

impl Interruptible {
    /// Begins to note Ctrl-C for this thread.
    pub fn new() -> Interruptible {
        static ANSWERS: AtomicU64 = AtomicU64::new(1);
        let watch = InterruptWatch::new();
        let number = ANSWERS.fetch_add(1, Ordering::Relaxed);
        let seen = interrupt::noted();
        Interruptible {
            before: ANSWER.replace(Some(Answer { number, seen })),
            answer: number,
            _watch: watch,
        }
    }
}

impl Drop for Interruptible {
    fn drop(&mut self) {
        ANSWER.set(self.before);
    }
}

/// A line of this thread that runs.
pub struct LineRuns(());

impl LineRuns {
    /// Notes that the line of that number runs, as long as the result lives. Returns `None` if it is not to be
    /// interrupted.
    pub fn begin(number: u64) -> Option<LineRuns> {
        let answer = ANSWER.get()?;
        lines().push(Line {
            number,
            thread: thread::current().id(),
            answer: answer.number,
            seen: answer.seen,
            since: None,
            hooks: 0,
        });
        Some(LineRuns(()))
    }
}

impl Drop for LineRuns {
    fn drop(&mut self) {
        let thread = thread::current().id();
        let mut lines = lines();
        if let Some(at) = lines.iter().rposition(|line| line.thread == thread) {
            lines.remove(at);
        }
        let seen = interrupt::noted();
        ANSWER.set(ANSWER.get().map(|answer| Answer { seen, ..answer }));
        if let Some(outer) = lines.last_mut() {
            outer.seen = seen;
        }
        interrupt::set_pending(lines.last().is_some_and(Line::is_interrupted));
    }
}

/// Returns whether the innermost line of this thread was interrupted. Returns `None` if no line can be.
pub(crate) fn is_interrupted() -> Option<bool> {
    let thread = thread::current().id();
    let lines = lines();
    let line = lines.iter().rfind(|line| line.thread == thread)?;
    Some(line.is_interrupted())
}

/// Returns whether the code of the line of that number, which this thread runs, has to end: the innermost line was
/// interrupted, and either it is that line, or this is its thread.
pub fn ends(number: u64) -> bool {
    let lines = lines();
    // A signal that comes from here on sets it again.
    interrupt::set_pending(false);
    let Some(line) = lines.last().filter(|line| line.is_interrupted()) else {
        return false;
    };
    interrupt::set_pending(true);
    line.number == number || line.thread == thread::current().id()
}

/// A line that was interrupted and runs all the same.
#[derive(Clone, Copy, Debug)]
pub struct Interrupted {
    /// The moment at which it was first seen to run on.
    pub since: Instant,
    /// The number of signals so far.
    pub signals: u64,
    /// The thread that it runs on.
    pub thread: ThreadId,
}

/// Returns the line of this answer, if it was interrupted, runs all the same, and is the innermost.
pub fn interrupted(answer: u64) -> Option<Interrupted> {
    let mut lines = lines();
    let line = lines.last_mut().filter(|line| line.answer == answer)?;
    line.is_interrupted().then(|| Interrupted {
        since: *line.since.get_or_insert_with(Instant::now),
        signals: interrupt::noted(),
        thread: line.thread,
    })
}

/// Takes back that the line of this answer was interrupted.
pub fn withdraw(answer: u64) {
    if let Some(line) = lines().iter_mut().rfind(|line| line.answer == answer) {
        (line.since, line.seen) = (None, interrupt::noted());
    }
}

/// A hook that is open while a line runs. Ctrl-C is not meant for that line meanwhile.
pub struct OpenHook {
    answer: Option<u64>,
}

impl OpenHook {
    /// Notes that a hook opened, within the innermost line if one runs.
    pub fn new() -> OpenHook {
        let mut lines = lines();
        let line = lines.last_mut();
        let answer = line.map(|line| {
            if line.is_interrupted() {
                line.since.get_or_insert_with(Instant::now);
            }
            line.hooks += 1;
            line.answer
        });
        OpenHook { answer }
    }
}

impl Drop for OpenHook {
    fn drop(&mut self) {
        let mut lines = lines();
        let line = lines.iter_mut().rfind(|line| Some(line.answer) == self.answer);
        if let Some(line) = line {
            line.hooks -= 1;
            line.seen = interrupt::noted();
        }
        interrupt::set_pending(lines.last().is_some_and(Line::is_interrupted));
    }
}
