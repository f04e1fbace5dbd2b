//! While rustc compiles a line, or a line runs, or a value is being shown, Ctrl-C ends that work. The system sends the
//! signal to all processes of the terminal, and the program is not to end by it.
//!
//! A process has one handler for a signal. Several threads may work at once, so the first of them sets the handler, and
//! the last one sets the program's own again.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use platform::{InterruptWatch, end_program};

/// This counts the signals that came while there was a watch.
static NOTED: AtomicU64 = AtomicU64::new(0);
/// This is set by each signal that is noted, until somebody has looked which line it was meant for.
static PENDING: AtomicBool = AtomicBool::new(false);

/// Returns the number of signals that came while there was a watch.
pub fn noted() -> u64 {
    NOTED.load(Ordering::Relaxed)
}

/// Returns whether a line may have to end. It costs one load, so that a loop can ask at each turn.
pub fn is_pending() -> bool {
    PENDING.load(Ordering::Relaxed)
}

/// Notes whether a line may have to end.
pub(crate) fn set_pending(is_pending: bool) {
    PENDING.store(is_pending, Ordering::Relaxed);
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
mod platform {
    use std::ptr;
    use std::sync::atomic::Ordering;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::{NOTED, PENDING, noted};

    static WATCHES: Mutex<Watches> = Mutex::new(Watches { count: 0, before: None });

    struct Watches {
        /// This many watches exist.
        count: usize,
        /// While there are watches, this is the handler that the program had set.
        before: Option<libc::sigaction>,
    }

    extern "C" fn note(_: libc::c_int) {
        NOTED.fetch_add(1, Ordering::Relaxed);
        PENDING.store(true, Ordering::Relaxed);
    }

    /// Has the signal noted for as long as this value lives. The signal is handled rather than ignored, since a child
    /// process such as rustc would go on ignoring it.
    pub struct InterruptWatch {
        /// This is the number of signals that were noted before.
        noted: u64,
    }

    impl InterruptWatch {
        /// Begins to note the signal.
        pub fn new() -> InterruptWatch {
            let mut watches = watches();
            if watches.count == 0 {
                let mut noting = empty();
                noting.sa_sigaction = note as *const () as usize;
                noting.sa_flags = libc::SA_RESTART;
                watches.before = Some(exchange(Some(&noting)));
            }
            watches.count += 1;
            InterruptWatch { noted: noted() }
        }

        /// Returns whether the signal came since.
        pub fn was_interrupted(&self) -> bool {
            noted() != self.noted
        }
    }

    impl Drop for InterruptWatch {
        fn drop(&mut self) {
            let mut watches = watches();
            watches.count -= 1;
            if watches.count == 0
                && let Some(before) = watches.before.take()
                // The handler stays as it is if the program has set another meanwhile.
                && exchange(None).sa_sigaction == note as *const () as usize
            {
                exchange(Some(&before));
            }
        }
    }

    /// Ends the program as a Ctrl-C that it does not handle. Nothing of it is unwound.
    pub fn end_program() -> ! {
        let mut default = empty();
        default.sa_sigaction = libc::SIG_DFL;
        exchange(Some(&default));
        // SAFETY: the set is initialized before it is used, and the calls have no other preconditions.
        unsafe {
            let mut signals = empty_set();
            libc::sigaddset(&mut signals, libc::SIGINT);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, &signals, ptr::null_mut());
            libc::raise(libc::SIGINT);
            libc::_exit(128 + libc::SIGINT)
        }
    }

    fn empty_set() -> libc::sigset_t {
        // SAFETY: all zero is a valid set, which the call writes to.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            set
        }
    }

    fn watches() -> MutexGuard<'static, Watches> {
        WATCHES.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn empty() -> libc::sigaction {
        // SAFETY: all zero is a valid `sigaction`.
        unsafe { std::mem::zeroed() }
    }

    /// Returns the handler that is set. Sets `new` if there is one.
    fn exchange(new: Option<&libc::sigaction>) -> libc::sigaction {
        let mut before = empty();
        // SAFETY: the second argument is null or points to a `sigaction`. Its handler is `note`, which only changes two
        // atomics, or the default, or the program's own.
        unsafe { libc::sigaction(libc::SIGINT, new.map_or(ptr::null(), ptr::from_ref), &mut before) };
        before
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        extern "C" fn programs(_: libc::c_int) {}

        extern "C" fn other(_: libc::c_int) {}

        fn set(handler: extern "C" fn(libc::c_int)) {
            let mut action = empty();
            action.sa_sigaction = handler as *const () as usize;
            exchange(Some(&action));
        }

        fn is_set(handler: extern "C" fn(libc::c_int)) -> bool {
            exchange(None).sa_sigaction == handler as *const () as usize
        }

        /// Runs a check in a copy of the process, where no other thread has a watch, or notices the signal.
        #[track_caller]
        fn apart(check: fn()) {
            let mut watches = watches();
            // SAFETY: the child has one thread, and ends by `_exit` without returning to the test harness.
            let child = unsafe { libc::fork() };
            if child == 0 {
                *watches = Watches { count: 0, before: None };
                drop(watches);
                let failed = std::panic::catch_unwind(check).is_err();
                // SAFETY: nothing of the process is used afterwards.
                unsafe { libc::_exit(failed.into()) }
            }
            drop(watches);
            let mut status = 0;
            // SAFETY: `status` is an integer that may be written.
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert_eq!(status, 0, "the check failed; see its message");
        }

        /// One test checks all of this, since a process has one handler.
        #[test]
        fn the_last_gives_back_what_the_first_found() {
            apart(|| {
                set(programs);
                let (first, second) = (InterruptWatch::new(), InterruptWatch::new());
                // SAFETY: the signal is handled.
                unsafe { libc::raise(libc::SIGINT) };
                assert!(first.was_interrupted() && second.was_interrupted());
                assert!(!InterruptWatch::new().was_interrupted());
                drop(first);
                assert!(is_set(note));
                drop(second);
                assert!(is_set(programs));

                let watch = InterruptWatch::new();
                set(other);
                drop(watch);
                assert!(is_set(other));
            });
        }
    }
}

#[cfg(windows)]
#[path = "windows_interrupt.rs"]
mod platform;

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod platform {
    /// Ends the program at once.
    pub fn end_program() -> ! {
        std::process::exit(130)
    }

    /// Does nothing: no signal is noted on this system.
    pub struct InterruptWatch;

    impl InterruptWatch {
        /// Does nothing.
        pub fn new() -> InterruptWatch {
            InterruptWatch
        }

        /// Returns `false`.
        pub fn was_interrupted(&self) -> bool {
            false
        }
    }
}
