//! A function is gone through statement by statement, where hooks sleep before its statements.
//!
//! Each run of a body with such hooks has a [`BodyRun`]. `:next` gives that the number of a request, and a hook that
//! finds one there wakes. A request ends as soon as its thread stops anywhere.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// Stands for a run of a body in which hooks sleep before the statements. It is a local variable of the body.
pub struct BodyRun(AtomicU32);

/// Says whether hooks sleep in the body that a hook is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// None do.
    None,
    /// There is one before each statement, and this is none of them.
    Here,
    /// This is one of them.
    Sleeps,
}

/// The requests that have not ended, each with the thread that made it. An async function may go on on another one.
static REQUESTS: Mutex<Vec<(u32, ThreadId)>> = Mutex::new(Vec::new());

/// The threads that are to stop in the next call of a body with hooks that sleep.
static INTO: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());
/// This is set while there is such a thread. A call takes no lock unless it is.
static ANY_INTO: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The hook that resumes on this thread was asked for the next statement.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

fn into() -> MutexGuard<'static, Vec<ThreadId>> {
    INTO.lock().unwrap_or_else(PoisonError::into_inner)
}

fn requests() -> MutexGuard<'static, Vec<(u32, ThreadId)>> {
    REQUESTS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl BodyRun {
    /// Begins a run of a body.
    #[inline]
    pub fn enter() -> BodyRun {
        let call = BodyRun(AtomicU32::new(0));
        if ANY_INTO.load(Ordering::Relaxed) {
            call.step_into();
        }
        call
    }

    /// Returns whether the next statement of this run is to stop.
    #[inline]
    pub fn is_stepped(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0 && self.is_live()
    }

    /// Is called when a hook of this run resumes.
    pub fn resumed(&self) {
        if ASKED.try_with(Cell::take) == Ok(true) {
            self.request();
        }
    }

    #[cold]
    fn step_into(&self) {
        if into().contains(&thread::current().id()) {
            self.request();
        }
    }

    fn request(&self) {
        static LAST: AtomicU32 = AtomicU32::new(1);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        requests().push((number, thread::current().id()));
        self.0.store(number, Ordering::Relaxed);
    }

    #[cold]
    fn is_live(&self) -> bool {
        let number = self.0.load(Ordering::Relaxed);
        let is_live = requests().iter().any(|(live, _)| *live == number);
        if !is_live {
            self.0.store(0, Ordering::Relaxed);
        }
        is_live
    }
}

/// Calls the body of a function, to have what it returns. The body is a closure that can be called once, so it can give
/// away what it has.
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Asks for a stop at the next statement of the run that is stopped on this thread.
pub(crate) fn ask() {
    let _ = ASKED.try_with(|asked| asked.set(true));
}

/// Asks for a stop in the next call that this thread makes of a body with hooks that sleep.
pub(crate) fn ask_into() {
    into().push(thread::current().id());
    ANY_INTO.store(true, Ordering::Relaxed);
}

/// Forgets that the last hook of this thread was asked for the next statement, if its body was left instead.
pub(crate) fn opened() {
    let _ = ASKED.try_with(Cell::take);
}

/// Ends the requests of this thread, which has stopped.
pub(crate) fn stopped() {
    opened();
    let this = thread::current().id();
    requests().retain(|(_, thread)| *thread != this);
    let mut into = into();
    into.retain(|thread| *thread != this);
    ANY_INTO.store(!into.is_empty(), Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_ends_with_the_next_stop() {
        let (one, other) = (BodyRun::enter(), BodyRun::enter());
        assert!(!one.is_stepped());
        ask();
        one.resumed();
        other.resumed();
        assert!(one.is_stepped() && one.is_stepped() && !other.is_stepped());
        thread::spawn(stopped).join().unwrap();
        assert!(one.is_stepped());
        stopped();
        assert!(!one.is_stepped());
    }
}
