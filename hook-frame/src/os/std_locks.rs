//! The locks that std puts around standard output and standard error. Another thread of the program may hold one for
//! minutes, and std has no way to try it. So a thread of ours waits for it, and whoever asks waits for that thread,
//! but not for long.
//!
//! That thread answers all who asked before it had the lock. It ends when nobody has asked for a while, since there
//! are calls of the system that want a process of one thread.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Whoever asks waits for at most this long.
const PATIENCE: Duration = Duration::from_millis(100);

/// The thread ends when nobody has asked for so long.
const IDLE: Duration = Duration::from_secs(1);

/// One of the locks.
pub(super) struct StdLock {
    /// Takes the lock, and gives it back.
    take: fn(),
    waiter: Mutex<Option<Waiter>>,
}

/// The thread that waits for a lock.
struct Waiter {
    /// The process that the thread is in: a fork has no thread but the one that forked.
    process: u32,
    asks: Sender<Question>,
    /// The thread did not answer in time, so somebody has the lock since.
    is_stuck: bool,
}

/// Who asked gets an answer here once the lock was free.
type Question = Sender<()>;

/// An answer that is to come.
pub(super) struct Pending<'l> {
    lock: &'l StdLock,
    answer: Receiver<()>,
    begun: Instant,
}

impl StdLock {
    pub(super) const fn new(take: fn()) -> StdLock {
        StdLock {
            take,
            waiter: Mutex::new(None),
        }
    }

    fn waiter(&self) -> MutexGuard<'_, Option<Waiter>> {
        self.waiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the lock to be taken. Returns `None` if somebody has had it for long, or if no thread can be started.
    pub(super) fn ask(&'static self) -> Option<Pending<'static>> {
        let (question, answer) = mpsc::channel();
        let process = std::process::id();
        let mut waiter = self.waiter();
        let known = waiter.as_ref().filter(|known| known.process == process);
        if known.is_some_and(|known| known.is_stuck) {
            return None;
        }
        let refused = match known {
            Some(known) => known.asks.send(question).err().map(|refused| refused.0),
            None => Some(question),
        };
        if let Some(question) = refused {
            *waiter = Some(self.start(question, process)?);
        }
        Some(Pending {
            lock: self,
            answer,
            begun: Instant::now(),
        })
    }

    fn start(&'static self, question: Question, process: u32) -> Option<Waiter> {
        let (asks, asked) = mpsc::channel();
        asks.send(question).ok()?;
        let thread = thread::Builder::new().name("hookable-flush".into());
        thread.spawn(move || self.answer(&asked)).ok()?;
        Some(Waiter {
            process,
            asks,
            is_stuck: false,
        })
    }

    fn answer(&self, asked: &Receiver<Question>) {
        while let Some(first) = self.next(asked) {
            let others: Vec<Question> = asked.try_iter().collect();
            (self.take)();
            for who in [first].into_iter().chain(others) {
                let _ = who.send(());
            }
            if let Some(waiter) = &mut *self.waiter() {
                waiter.is_stuck = false;
            }
        }
    }

    /// Returns the next question. If there is none for a while, the thread is one that ends.
    fn next(&self, asked: &Receiver<Question>) -> Option<Question> {
        asked.recv_timeout(IDLE).ok().or_else(|| {
            let mut waiter = self.waiter();
            // While this is locked, nobody asks.
            let late = asked.try_recv().ok();
            if late.is_none() {
                *waiter = None;
            }
            late
        })
    }
}

impl Pending<'_> {
    /// Waits for the answer. Returns whether the lock was soon free.
    pub(super) fn wait(self) -> bool {
        let left = PATIENCE.saturating_sub(self.begun.elapsed());
        if self.answer.recv_timeout(left).is_ok() {
            return true;
        }
        let mut waiter = self.lock.waiter();
        // The thread answers before it locks this, so an answer that is not there yet is followed by `false` there.
        let is_free = self.answer.try_recv().is_ok();
        if let Some(waiter) = &mut *waiter {
            waiter.is_stuck |= !is_free;
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl StdLock {
        fn is_soon_taken(&'static self) -> bool {
            self.ask().is_some_and(Pending::wait)
        }
    }

    /// Makes a lock of the test's own, and what asks for it.
    macro_rules! lock {
        () => {{
            static OWN: Mutex<()> = Mutex::new(());
            static ASKED: StdLock = StdLock::new(|| drop(OWN.lock()));
            (&OWN, &ASKED)
        }};
    }

    #[test]
    fn a_lock_that_is_free_is_soon_taken() {
        let (_, asked) = lock!();
        assert!(asked.is_soon_taken() && asked.is_soon_taken());
    }

    #[test]
    fn whoever_asks_at_the_same_time_is_answered_too() {
        let (_, asked) = lock!();
        let ask = || (0..100).all(|_| asked.is_soon_taken());
        let threads: Vec<_> = (0..8).map(|_| thread::spawn(ask)).collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
    }

    #[test]
    fn a_lock_that_somebody_has_is_not_waited_for_twice() {
        let (own, asked) = lock!();
        let held = own.lock().unwrap();
        assert!(!asked.is_soon_taken());
        assert!(asked.ask().is_none());
        drop(held);
        while !asked.is_soon_taken() {
            thread::yield_now();
        }
    }

    #[test]
    fn the_thread_ends_and_is_started_again() {
        let (_, asked) = lock!();
        assert!(asked.is_soon_taken());
        while asked.waiter().is_some() {
            thread::sleep(IDLE / 10);
        }
        assert!(asked.is_soon_taken());
    }
}
