//! A line that awaits is a future, which the thread at the hook polls until it is ready.
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

use super::run::{Ended, fits, run};
use crate::guard;
use crate::interruption;
use crate::os::interrupt::InterruptWatch;
use crate::os::streams::Direct;

/// A wait that is longer than this is told to the user.
const QUIET: Duration = Duration::from_secs(2);
/// The thread looks for Ctrl-C this often. The time is long enough for others to see that the thread waits, so that
/// another hook can open.
const NAP: Duration = Duration::from_millis(400);

/// What a line has to know of the runtime that its crate can name.
pub struct Runtime {
    /// Tells how this thread belongs to a runtime.
    pub within: fn() -> Within,
    /// Calls something on this thread, whose other tasks go on elsewhere meanwhile.
    pub blocking: fn(&mut dyn FnMut()),
    /// Calls something with the runtime that was made beside the program's own as the current one.
    pub beside: fn(&mut dyn FnMut()),
}

/// The way in which a thread belongs to a runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// The runtime has other threads, which go on.
    Several,
    /// The runtime has no thread but this.
    Single,
    /// The thread belongs to no runtime.
    Nothing,
}

impl Runtime {
    /// Stands for the runtime if the crate cannot name one.
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
        // The values of the line are dropped before its outcome is told, also if Ctrl-C ended it.
        line = None;
        ready
    });
    match (ran, value) {
        (Ok(_), Some(value)) => Ok(value),
        (Ok(_), None) => Err(Ended::interrupted()),
        (Err(ended), _) => Err(ended),
    }
}

/// Returns a handle of the runtime that this process has beside the program's own. It is made once.
pub fn beside<H: Clone + Send + 'static>(make: impl FnOnce() -> Option<H>) -> Option<H> {
    let mut made = made();
    // A forked child has none of the threads of its parent.
    let current = made.as_ref().filter(|(process, _)| *process == std::process::id());
    let known = match current.map(|(_, handle)| handle.downcast_ref::<H>()) {
        Some(Some(handle)) => return Some(handle.clone()),
        // Another crate made it, which has another version of the runtime.
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

/// Makes the linker keep the functions that use statics.
pub(super) fn linked_wait() {
    std::hint::black_box((made as fn() -> _, wait as fn(_, _) -> _));
}

/// Polls until `poll` gives `true`. Returns `false` if Ctrl-C came before that.
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
            // A runtime refuses that in a set of tasks that belong to this thread alone, which then is like a runtime's
            // only thread.
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
        // In a script, Ctrl-C is the program's own while the user's code runs.
        let watch = InterruptWatch::new();
        while !signal.woken.swap(false, Ordering::Acquire) {
            let now = Instant::now();
            if quiet_until.is_some_and(|until| until <= now) {
                quiet_until = None;
                say(within);
            }
            let nap = quiet_until.map_or(NAP, |until| (until - now).min(NAP));
            thread::park_timeout(nap);
            if interruption::is_interrupted().unwrap_or_else(|| watch.was_interrupted()) {
                return false;
            }
        }
    }
    true
}

/// Tells the user that a wait goes on, and what may keep it from ending.
fn say(within: Within) {
    let why = match within {
        Within::Single => {
            ": this hook holds the only thread of the program's runtime, so its tasks, timers and sockets stand still until `:c`"
        }
        Within::Several | Within::Nothing => "",
    };
    let line = format!("hookable: the line still waits{why}; Ctrl-C ends the wait\n");
    // If the message cannot be printed, the wait goes on all the same.
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
