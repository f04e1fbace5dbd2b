//! The user's `Debug` and `Display` run in a copy of the process.
//!
//! They may wait for a lock that this very thread holds, never end, use up the stack, or abort. In a copy none of that
//! happens to the program. The copy has the same memory and the same thread-locals, and only text comes back from it.
//! If no text comes in time, the copy is ended, and a reason is shown in the place of the value. `process` says how
//! that is done, and why the program sees nothing of it.
//!
//! Types that cannot do harm (`plain`) are formatted in the process itself. So are all where there can be no copy,
//! which is the case on other systems and in a very large process; there a value that nests too deeply for the stack is
//! broken off where it writes its text.

mod plain;
mod process;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use process::is_copy;
use process::{Event, ProcessCopy};

use crate::format::Shown;
use crate::guard;
use crate::os::interrupt::InterruptWatch;
use crate::os::stack;

/// Takes a part of a value's text, and tells whether it takes more.
pub(crate) type Pieces<'p> = &'p mut dyn FnMut(&str) -> bool;

/// Describes a value that is to be formatted.
pub struct Job<'j> {
    /// This is the name of its type, if that tells what code its formatting runs.
    pub type_name: Option<&'j str>,
    /// This formats the value. The text that it hands on in pieces is not in its result.
    pub run: &'j dyn Fn(Pieces<'_>) -> Shown,
}

/// Says how long the formatting of a value may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// The program waits for the value.
    Record,
    /// The user waits, and did not ask for the value.
    Unasked,
    /// The user waits, and may press Ctrl-C.
    Prompt,
    /// The user asked for all of the value, however long that takes.
    Endless,
}

/// A copy that is in one wait for a lock for this long is given up, since the thread that would release the lock is not
/// in the copy.
const STUCK: Duration = Duration::from_millis(50);
/// A value is tried in so many copies, since another thread may have held the lock just when a copy was made.
const TRIES: u32 = 4;

/// The formatting of these types did not end at an earlier hit.
static HANGING: Mutex<Option<HashSet<String>>> = Mutex::new(None);

impl Patience {
    fn limit(self) -> Duration {
        match self {
            Patience::Record => Duration::from_secs(2),
            Patience::Unasked => Duration::from_secs(1),
            Patience::Prompt => Duration::from_secs(10),
            Patience::Endless => Duration::MAX,
        }
    }
}

/// Breaks off the formatting of a value that has reached its limit, if this is a copy of the process.
pub(super) fn leave() {
    if is_copy() && !guard::is_aborting() {
        std::panic::resume_unwind(Box::new(()));
    }
}

/// Formats one value.
pub fn one(type_name: Option<&str>, patience: Patience, run: &dyn Fn() -> Shown) -> Shown {
    let job = Job {
        type_name,
        run: &|_| run(),
    };
    let shown = all(&[job], patience, &mut |_| true).pop();
    shown.unwrap_or(Shown::Opaque)
}

/// Formats values in order. `pieces` takes the text that they hand on in pieces.
pub fn all(jobs: &[Job<'_>], patience: Patience, pieces: Pieces<'_>) -> Vec<Shown> {
    let mut shown: Vec<Option<Shown>> = jobs
        .iter()
        .map(|job| {
            if is_copy() || job.type_name.is_some_and(plain::is_plain) {
                return Some((job.run)(pieces));
            }
            let unasked = matches!(patience, Patience::Record | Patience::Unasked);
            let hangs = unasked && job.type_name.is_some_and(|name| hanging(|types| types.contains(name)));
            hangs.then(|| Shown::Failed("not formatted again: it did not end at an earlier hit".to_owned()))
        })
        .collect();
    // Ctrl-C is the program's own where there is no prompt.
    let watch = (patience != Patience::Record).then(InterruptWatch::new);
    let mut tries = 0;
    while let Some(first) = shown.iter().position(Option::is_none) {
        let left: Vec<usize> = (first..jobs.len()).filter(|index| shown[*index].is_none()).collect();
        let copy = ProcessCopy::start(|out| {
            for index in &left {
                let done = (jobs[*index].run)(&mut |piece| {
                    out.piece(piece);
                    true
                });
                out.done(&done);
            }
        });
        let Some(mut copy) = copy else {
            for index in left {
                if patience == Patience::Unasked {
                    shown[index] = Some(Shown::Failed(
                        "not formatted unasked: it cannot be done apart".to_owned(),
                    ));
                    continue;
                }
                shown[index] = Some(stack::on_large(|| (jobs[index].run)(pieces)));
            }
            break;
        };
        let mut left = left.into_iter().peekable();
        let mut told = false;
        let why = loop {
            let Some(index) = left.peek() else { break None };
            match next(&mut copy, patience, watch.as_ref(), pieces) {
                Ok(done) => {
                    shown[*index] = Some(done);
                    (tries, told) = (0, true);
                    left.next();
                }
                Err(why) => break Some((*index, why)),
            }
        };
        let Some((index, why)) = why else { break };
        tries += 1;
        match why {
            // A copy ends after it has told of a panic that cannot be caught; the next one formats the rest.
            Why::Ended(0) if told => {}
            Why::Stuck if tries < TRIES => std::thread::sleep(Duration::from_millis(1 << (2 * tries))),
            why => {
                tries = 0;
                if matches!(why, Why::Late(_)) {
                    jobs[index]
                        .type_name
                        .map(|name| hanging(|types| types.insert(name.to_owned())));
                }
                shown[index] = Some(Shown::Failed(why.to_string()));
                // A user who interrupts one value does not want the others either.
                if matches!(why, Why::Interrupted) {
                    let interrupted = || Shown::Failed(Why::Interrupted.to_string());
                    shown
                        .iter_mut()
                        .filter(|shown| shown.is_none())
                        .for_each(|shown| *shown = Some(interrupted()));
                }
            }
        }
    }
    shown.into_iter().map(|shown| shown.unwrap_or(Shown::Opaque)).collect()
}

fn hanging<R>(with: impl FnOnce(&mut HashSet<String>) -> R) -> R {
    let mut types = HANGING.lock().unwrap_or_else(PoisonError::into_inner);
    with(types.get_or_insert_default())
}

/// Says why a value has no text.
#[derive(Debug, thiserror::Error)]
enum Why {
    #[error("to format it waits for a lock that is held, or for another thread")]
    Stuck,
    #[error("to format it did not end within {0} s")]
    Late(u64),
    #[error("to format it used up the stack, or touched memory that is not there (SIGSEGV)")]
    Fault,
    #[error("to format it aborts")]
    Abort,
    #[error("to format it ended in signal {0}")]
    Signal(i32),
    #[error("to format it ended the process, with code {0}")]
    Ended(i32),
    #[error("interrupted")]
    Interrupted,
}

/// Waits for the next value that the copy formats.
fn next(
    copy: &mut ProcessCopy,
    patience: Patience,
    watch: Option<&InterruptWatch>,
    pieces: Pieces<'_>,
) -> Result<Shown, Why> {
    let mut since = Instant::now();
    let mut stuck: Option<(Instant, u64)> = None;
    loop {
        match copy.next() {
            Event::Done(shown) => return Ok(shown),
            Event::Piece(text) => {
                if !pieces(&text) {
                    return Ok(Shown::Opaque);
                }
                since = Instant::now();
            }
            Event::Exit(code) => return Err(Why::Ended(code)),
            Event::Signal(_) if watch.is_some_and(InterruptWatch::was_interrupted) => return Err(Why::Interrupted),
            Event::Signal(process::FAULT) => return Err(Why::Fault),
            Event::Signal(process::ABORT) => return Err(Why::Abort),
            Event::Signal(signal) => return Err(Why::Signal(signal)),
            Event::Nothing => {}
        }
        if watch.is_some_and(InterruptWatch::was_interrupted) {
            return Err(Why::Interrupted);
        }
        let now = Instant::now();
        if now - since > patience.limit() {
            return Err(Why::Late(patience.limit().as_secs()));
        }
        stuck = match (copy.waits(), stuck) {
            (Some(wait), Some((since, same))) if wait == same => {
                if now - since > STUCK {
                    return Err(Why::Stuck);
                }
                stuck
            }
            (wait, _) => wait.map(|wait| (now, wait)),
        };
    }
}

#[cfg(test)]
mod tests;
