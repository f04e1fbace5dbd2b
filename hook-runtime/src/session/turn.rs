//! Who has the terminal. One thread has it, from the opening of its hook to its end, and the others queue.
//!
//! What a line runs is the user's code, and that may wait for one of the queued threads: join it, or take a lock it holds. So
//! around each line the turn is lent. A queued thread takes a lent turn only after a grace, since most lines take no time and
//! the user should not find another frame after each; the lender waits until it has the turn back.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// How long a line runs before others may have the terminal.
const GRACE: Duration = Duration::from_millis(200);

static HOLDER: Mutex<Option<Holder>> = Mutex::new(None);
static CHANGED: Condvar = Condvar::new();

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

struct Holder {
    thread: ThreadId,
    lent: Option<Instant>,
}

/// The terminal is this thread's while it lives.
pub(super) struct Turn {
    /// How many hooks are open on this thread, this one included.
    pub(super) depth: usize,
}

impl Turn {
    /// Waits for the turn. A thread that has lent its own gets it at once.
    pub(super) fn take() -> Self {
        acquire();
        let depth = DEPTH.get() + 1;
        DEPTH.set(depth);
        Turn { depth }
    }

    /// Runs it with the turn lent.
    pub(super) fn lend(&self, run: &mut dyn FnMut()) {
        release(true);
        // Also when it panics the turn is this thread's again: whoever catches that goes on with the hook.
        struct Back;
        impl Drop for Back {
            fn drop(&mut self) {
                acquire();
            }
        }
        let _back = Back;
        run();
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        DEPTH.set(self.depth - 1);
        release(self.depth > 1);
    }
}

fn lock() -> MutexGuard<'static, Option<Holder>> {
    HOLDER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn acquire() {
    let thread = thread::current().id();
    let mut holder = lock();
    while let Some(Holder { thread: other, lent }) = &*holder {
        let remaining = match lent.map(|since| GRACE.saturating_sub(since.elapsed())) {
            _ if *other == thread => break,
            Some(Duration::ZERO) => break,
            remaining => remaining,
        };
        holder = match remaining {
            Some(grace) => {
                CHANGED
                    .wait_timeout(holder, grace)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0
            }
            None => CHANGED.wait(holder).unwrap_or_else(PoisonError::into_inner),
        };
    }
    *holder = Some(Holder { thread, lent: None });
}

fn release(lend: bool) {
    let thread = thread::current().id();
    *lock() = lend.then(|| Holder {
        thread,
        lent: Some(Instant::now()),
    });
    CHANGED.notify_all();
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// The turn is one for the process, and so is this test.
    #[test]
    fn queue_nest_and_lend() {
        let outer = Turn::take();
        assert_eq!(outer.depth, 1);
        outer.lend(&mut || assert_eq!(Turn::take().depth, 2));

        let (tell, told) = mpsc::channel();
        let queued = thread::spawn(move || {
            let turn = Turn::take();
            tell.send("queued").unwrap();
            drop(turn);
        });
        assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
        outer.lend(&mut || thread::sleep(Duration::from_millis(1)));
        assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
        // The line waits for the queued thread, and still ends.
        outer.lend(&mut || assert_eq!(told.recv_timeout(Duration::from_secs(10)), Ok("queued")));
        queued.join().unwrap();
        drop(outer);
        assert_eq!(Turn::take().depth, 1);
    }
}
