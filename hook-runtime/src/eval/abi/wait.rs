//! A line that awaits: it is a future, and the thread at the hook polls it until it is ready.
//!
//! The hooked function's own runtime stays the current one as long as it has other threads that go on. Where the hook
//! holds the only thread that the runtime has, or where there is none, nothing that the line creates would ever be
//! woken; so such a line runs in a runtime beside that, on a thread of its own. The code of the line names that
//! runtime, for only its crate can.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::like::Pointee;
use super::line::{LineOutcome, RunningLine};
use super::run::{Ended, fits, run};
use crate::guard;
use crate::os::interrupt::InterruptWatch;
use crate::os::streams::Direct;

/// How long a wait is quiet.
const QUIET: Duration = Duration::from_secs(2);
/// How long Ctrl-C may take. It is long enough that a thread which waits is seen to wait, and another hook can open.
const NAP: Duration = Duration::from_millis(400);

/// What a line has to know of the runtime that its crate can name.
pub struct Runtime {
    /// How this thread is in one.
    pub within: fn() -> Within,
    /// Calls something on this thread, whose other tasks go on elsewhere meanwhile.
    pub blocking: fn(&mut dyn FnMut()),
    /// Calls something with the runtime beside as the current one.
    pub beside: fn(&mut dyn FnMut()),
}

/// How a thread is in a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// It has other threads, which go on.
    Several,
    /// This thread is all that it has.
    Single,
    /// There is none.
    Nothing,
}

impl Runtime {
    /// Where the crate can name none.
    pub const NONE: Runtime = Runtime {
        within: || Within::Nothing,
        blocking: |run| run(),
        beside: |run| run(),
    };
}

/// Runs a line that awaits.
pub fn run_waiting<F: Future>(runtime: &Runtime, line: F) -> Result<F::Output, Ended> {
    const { fits::<F::Output>() }
    let (mut line, mut value) = (Some(Box::pin(line)), None);
    let ran = run(|| {
        let ready = wait(runtime, &mut |context| {
            match line.as_mut().map(|line| line.as_mut().poll(context)) {
                Some(Poll::Ready(ready)) => value = Some(ready),
                Some(Poll::Pending) => return false,
                None => {}
            }
            true
        });
        // What the line has goes before its end is told, whether it came to that or not.
        line = None;
        ready
    });
    match (ran, value) {
        (Ok(_), Some(value)) => Ok(value),
        (Ok(_), None) => Err(Ended::interrupted()),
        (Err(ended), _) => Err(ended),
    }
}

impl RunningLine {
    /// Gives the type of what a line that awaits would give.
    pub fn type_of_output<F: Future>(&mut self, _: impl FnOnce() -> F) {
        self.outcome = LineOutcome::Type(std::any::type_name::<F::Output>());
    }

    /// Gives the type of the place that it ends with.
    pub fn type_of_output_place<V: ?Sized, F: Future<Output = Pointee<V>>>(&mut self, _: impl FnOnce() -> F) {
        self.outcome = LineOutcome::Type(std::any::type_name::<V>());
    }
}

/// Gives the runtime beside, of this process: a handle of it that is made once.
pub fn beside<H: Clone + Send + 'static>(make: impl FnOnce() -> Option<H>) -> Option<H> {
    let mut made = made();
    // A forked child has none of the threads of its parent.
    let current = made.as_ref().filter(|(process, _)| *process == std::process::id());
    let known = match current.map(|(_, handle)| handle.downcast_ref::<H>()) {
        Some(Some(handle)) => return Some(handle.clone()),
        // Made by another crate, which has another version of it.
        Some(None) => true,
        None => false,
    };
    let handle = make()?;
    if !known {
        *made = Some((std::process::id(), Box::new(handle.clone())));
    }
    Some(handle)
}

type Made = Option<(u32, Box<dyn Any + Send>)>;

#[inline(never)]
fn made() -> MutexGuard<'static, Made> {
    static MADE: Mutex<Made> = Mutex::new(None);
    MADE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has the functions in the program that have state, or lead to what has.
pub(super) fn linked_wait() {
    std::hint::black_box((made as fn() -> _, wait as fn(_, _) -> _));
}

/// Polls until that gives `true`; `false` if Ctrl-C came.
#[inline(never)]
fn wait(runtime: &Runtime, poll: &mut dyn FnMut(&mut Context<'_>) -> bool) -> bool {
    let within = guard::caught(runtime.within).unwrap_or(Within::Nothing);
    let (mut ready, began) = (false, Cell::new(false));
    let mut polled = || {
        began.set(true);
        ready = poll_to_end(poll, within);
    };
    if within == Within::Several {
        let blocked = panic::catch_unwind(AssertUnwindSafe(|| (runtime.blocking)(&mut polled)));
        match blocked {
            Ok(()) => return ready,
            Err(panic) if began.get() => panic::resume_unwind(panic),
            // In a set of tasks that are this thread's alone, a runtime refuses that; then the thread is the only one.
            Err(_) => {}
        }
    }
    (runtime.beside)(&mut polled);
    ready
}

/// Wakes a thread.
struct Signal {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

fn poll_to_end(poll: &mut dyn FnMut(&mut Context<'_>) -> bool, within: Within) -> bool {
    let signal = Arc::new(Signal {
        thread: thread::current(),
        woken: AtomicBool::new(false),
    });
    let waker = Waker::from(signal.clone());
    let mut context = Context::from_waker(&waker);
    let mut quiet_until = Some(Instant::now() + QUIET);
    while !poll(&mut context) {
        // While the user's code runs, Ctrl-C is the program's.
        let watch = InterruptWatch::new();
        while !signal.woken.swap(false, Ordering::Acquire) {
            let now = Instant::now();
            if quiet_until.is_some_and(|until| until <= now) {
                quiet_until = None;
                say(within);
            }
            let nap = quiet_until.map_or(NAP, |until| (until - now).min(NAP));
            thread::park_timeout(nap);
            if watch.was_interrupted() {
                return false;
            }
        }
    }
    true
}

/// Says that a wait goes on, and what it may be that keeps it from ending.
fn say(within: Within) {
    let why = match within {
        Within::Single => {
            ": this hook holds the only thread of the program's runtime, so its tasks, timers and sockets stand still until `:c`"
        }
        Within::Several | Within::Nothing => "",
    };
    let line = format!("hookable: the line still waits{why}; Ctrl-C ends the wait\n");
    // Where nobody listens, it waits all the same.
    let _ = std::io::Write::write_all(&mut Direct::err(), line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_future_is_polled_until_it_is_ready() {
        let (tell, told) = std::sync::mpsc::channel::<Waker>();
        let waker = thread::spawn(move || told.recv().unwrap().wake());
        let mut polls = 0;
        let line = std::future::poll_fn(|context| {
            polls += 1;
            if polls == 3 {
                return Poll::Ready(5);
            }
            match polls {
                1 => tell.send(context.waker().clone()).unwrap(),
                _ => context.waker().wake_by_ref(),
            }
            Poll::Pending
        });
        assert!(matches!(run_waiting(&Runtime::NONE, line), Ok(5)));
        waker.join().unwrap();
        assert_eq!(polls, 3);
    }

    #[test]
    fn a_runtime_that_refuses_to_block_leaves_it_to_the_one_beside() {
        let runtime = Runtime {
            within: || Within::Several,
            blocking: |_| panic!("refused"),
            beside: |run| run(),
        };
        assert!(matches!(run_waiting(&runtime, async { 5 }), Ok(5)));
        let panicked = run_waiting(&runtime, async { panic!("own") });
        let panic = panicked.map(|never: u8| never).err().and_then(Ended::panic);
        assert_eq!(panic.map(|panic| panic.message), Some("own".to_owned()));
    }

    #[test]
    fn a_handle_is_made_once() {
        assert_eq!(beside(|| Some(7_u8)), Some(7));
        assert_eq!(beside(|| Some(8_u8)), Some(7));
        assert_eq!(beside(|| Some("other")), Some("other"));
    }
}
