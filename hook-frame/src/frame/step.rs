//! A function is gone through statement by statement, where hooks sleep before its statements.
//!
//! Each run of a body with such hooks has a [`BodyRun`]. `:next` gives that the number of a request, and a hook that
//! finds one there wakes. If the run ends first, the request passes to the runs around it: those that had begun on the
//! thread before. A request ends as soon as its thread stops anywhere, or ends.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::Site;

/// Stands for a run of a body in which hooks sleep before the statements. It is a local variable of the body, and has
/// the number of the request that was made in it, or that had passed to the runs around when it began.
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

/// What threads were asked for that have not stopped since.
struct Asked {
    /// The next statement of a run. An async function may go on on another thread.
    runs: Vec<(u32, Request, ThreadId)>,
    /// The next statement of a run that had begun when the one of this request ended.
    around: Vec<(u32, ThreadId)>,
    /// The first statement of the next run.
    into: Vec<ThreadId>,
}

/// What is asked for at a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The next statement of the run, or of one around it.
    Next,
    /// The same, past the statement that the run comes to first if that is on this line: it is stopped before that
    /// already, at a planted hook.
    Past(u32),
    /// The next statement of a run around it.
    Out,
}

static ASKED: Mutex<Asked> = Mutex::new(Asked {
    runs: Vec::new(),
    around: Vec::new(),
    into: Vec::new(),
});
/// This is set while a thread was asked for something. No hook that sleeps takes a lock unless it is.
static ANY: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// The hook that resumes on this thread was asked for this.
    static HERE: Cell<Option<Request>> = const { Cell::new(None) };
    /// A thread that ends has no next statement.
    static ENDS: EndOfThread = EndOfThread(thread::current().id());
}

struct EndOfThread(ThreadId);

impl Drop for EndOfThread {
    fn drop(&mut self) {
        forget(self.0);
    }
}

fn asked() -> MutexGuard<'static, Asked> {
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Asked {
    fn note(&self) {
        let is_any = !self.runs.is_empty() || !self.around.is_empty() || !self.into.is_empty();
        ANY.store(is_any, Ordering::Relaxed);
    }
}

/// Forgets what a thread was asked for.
fn forget(this: ThreadId) {
    let mut asked = asked();
    asked.runs.retain(|(_, _, thread)| *thread != this);
    asked.around.retain(|(_, thread)| *thread != this);
    asked.into.retain(|thread| *thread != this);
    asked.note();
}

impl BodyRun {
    /// Begins a run of a body.
    #[inline]
    pub fn enter() -> BodyRun {
        let call = BodyRun(AtomicU32::new(0));
        if ANY.load(Ordering::Relaxed) {
            call.begins();
        }
        call
    }

    /// Returns whether the statement of a hook that sleeps, the next of this run, is to stop.
    #[inline]
    pub fn is_stepped(&self, site: &Site) -> bool {
        ANY.load(Ordering::Relaxed) && self.is_asked_for(site.line)
    }

    /// Is called when a hook of this run resumes.
    pub fn resumed(&self) {
        if let Ok(Some(request)) = HERE.try_with(Cell::take) {
            self.request(request);
        }
    }

    #[cold]
    fn begins(&self) {
        let this = thread::current().id();
        let asked = asked();
        let is_entered = asked.into.contains(&this);
        let around = asked.around.iter().find(|(_, thread)| *thread == this);
        let around = around.map_or(0, |(number, _)| *number);
        drop(asked);
        match is_entered {
            true => self.request(Request::Next),
            false => self.0.store(around, Ordering::Relaxed),
        }
    }

    fn request(&self, request: Request) {
        static LAST: AtomicU32 = AtomicU32::new(1);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let mut asked = asked();
        asked.runs.push((number, request, thread::current().id()));
        asked.note();
        self.0.store(number, Ordering::Relaxed);
        let _ = ENDS.try_with(|_| ());
    }

    #[cold]
    fn is_asked_for(&self, line: u32) -> bool {
        let number = self.0.load(Ordering::Relaxed);
        let mut asked = asked();
        match asked.runs.iter_mut().find(|(live, ..)| *live == number) {
            Some((_, Request::Out, _)) => false,
            Some((_, Request::Next, _)) => true,
            Some((_, request @ Request::Past(_), _)) => {
                std::mem::replace(request, Request::Next) != Request::Past(line)
            }
            None => {
                let this = thread::current().id();
                let mut around = asked.around.iter();
                around.any(|(ended, thread)| *thread == this && *ended != number)
            }
        }
    }

    /// Passes the request of this run, which ends, to the runs around it.
    #[cold]
    fn ends(&self) {
        let number = self.0.load(Ordering::Relaxed);
        let mut asked = asked();
        if asked.runs.extract_if(.., |(live, ..)| *live == number).count() > 0 {
            asked.around.push((number, thread::current().id()));
            let _ = ENDS.try_with(|_| ());
        }
    }
}

impl Drop for BodyRun {
    #[inline]
    fn drop(&mut self) {
        if *self.0.get_mut() != 0 && ANY.load(Ordering::Relaxed) {
            self.ends();
        }
    }
}

/// Calls the body of a function, to have what it returns. The body is a closure that can be called once, so it can give
/// away what it has.
pub fn call<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Asks for a stop in the run that is stopped on this thread, or in one around it.
pub fn ask(request: Request) {
    let _ = HERE.try_with(|here| here.set(Some(request)));
}

/// Asks for a stop in the next call that this thread makes of a body with hooks that sleep.
pub fn ask_into() {
    let mut asked = asked();
    asked.into.push(thread::current().id());
    asked.note();
    let _ = ENDS.try_with(|_| ());
}

/// Forgets what the last hook of this thread was asked for, if its body was left instead.
pub fn opened() {
    let _ = HERE.try_with(Cell::take);
}

/// Ends the requests of this thread, which has stopped.
pub fn stopped() {
    opened();
    forget(thread::current().id());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(of: &BodyRun, request: Request) {
        ask(request);
        of.resumed();
    }

    fn stops(run: &BodyRun) -> bool {
        run.is_asked_for(1)
    }

    #[test]
    fn a_request_ends_with_the_next_stop() {
        let (one, other) = (BodyRun::enter(), BodyRun::enter());
        assert!(!stops(&one));
        request(&one, Request::Next);
        other.resumed();
        assert!(stops(&one) && stops(&one) && !stops(&other));
        thread::spawn(stopped).join().unwrap();
        assert!(stops(&one));
        stopped();
        assert!(!stops(&one));
    }

    #[test]
    fn a_request_passes_to_the_runs_around() {
        let (outer, inner) = (BodyRun::enter(), BodyRun::enter());
        request(&inner, Request::Next);
        assert!(!stops(&outer));
        drop(inner);
        let later = BodyRun::enter();
        assert!(!stops(&later) && stops(&outer));
        drop(later);
        assert!(stops(&outer));
        assert!(!thread::scope(|scope| scope.spawn(|| stops(&outer)).join().unwrap()));
        // What began meanwhile may be around a later one.
        let later = BodyRun::enter();
        stopped();
        assert!(!stops(&outer));
        let inner = BodyRun::enter();
        request(&inner, Request::Next);
        drop(inner);
        assert!(stops(&later));
        stopped();
    }

    #[test]
    fn the_statement_of_a_planted_hook_is_passed_once() {
        let run = BodyRun::enter();
        request(&run, Request::Past(1));
        assert!(!stops(&run) && stops(&run));
        request(&run, Request::Past(2));
        assert!(stops(&run));
        stopped();
    }

    #[test]
    fn the_run_that_is_to_be_left_does_not_stop() {
        let (outer, inner) = (BodyRun::enter(), BodyRun::enter());
        request(&inner, Request::Out);
        assert!(!stops(&inner) && !stops(&outer));
        drop(inner);
        assert!(stops(&outer));
        stopped();
    }

    #[test]
    fn a_thread_that_ends_was_asked_for_nothing() {
        let ended = thread::spawn(|| {
            request(&BodyRun::enter(), Request::Next);
            thread::current().id()
        });
        let ended = ended.join().unwrap();
        assert!(!asked().around.iter().any(|(_, thread)| *thread == ended));
    }
}
