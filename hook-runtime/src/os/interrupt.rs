//! Ctrl-C while the console works for the user: while rustc compiles a line, or a value is being shown. It goes to
//! all that share the terminal; the work is to end, the program is not.
//!
//! The handler of a signal belongs to the process. Several threads may work at once, so it is put in place by the
//! first of them and given back by the last.
#![allow(unsafe_code)]

pub(crate) use platform::InterruptWatch;

#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
mod platform {
    use std::ptr;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// How often Ctrl-C came while somebody watched.
    static NOTED: AtomicU64 = AtomicU64::new(0);
    static WATCHES: Mutex<Watches> = Mutex::new(Watches { count: 0, before: None });

    struct Watches {
        /// How many there are.
        count: usize,
        /// What the program itself had set, while there are any.
        before: Option<libc::sigaction>,
    }

    extern "C" fn note(_: libc::c_int) {
        NOTED.fetch_add(1, Ordering::Relaxed);
    }

    /// While it lives, the signal is noted. A handler, unlike ignoring, is not inherited by rustc.
    pub(crate) struct InterruptWatch {
        /// What was noted before.
        noted: u64,
    }

    impl InterruptWatch {
        pub(crate) fn new() -> InterruptWatch {
            let mut watches = watches();
            if watches.count == 0 {
                let mut noted = empty();
                noted.sa_sigaction = note as *const () as usize;
                noted.sa_flags = libc::SA_RESTART;
                watches.before = Some(exchange(Some(&noted)));
            }
            watches.count += 1;
            InterruptWatch {
                noted: NOTED.load(Ordering::Relaxed),
            }
        }

        pub(crate) fn was_interrupted(&self) -> bool {
            NOTED.load(Ordering::Relaxed) != self.noted
        }
    }

    impl Drop for InterruptWatch {
        fn drop(&mut self) {
            let mut watches = watches();
            watches.count -= 1;
            if watches.count == 0
                && let Some(before) = watches.before.take()
                // Unless the program has set another meanwhile.
                && exchange(None).sa_sigaction == note as *const () as usize
            {
                exchange(Some(&before));
            }
        }
    }

    fn watches() -> MutexGuard<'static, Watches> {
        WATCHES.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn empty() -> libc::sigaction {
        // SAFETY: all zero is a valid `sigaction`.
        unsafe { std::mem::zeroed() }
    }

    /// Gives what is set, and sets another.
    fn exchange(new: Option<&libc::sigaction>) -> libc::sigaction {
        let mut before = empty();
        // SAFETY: null or one of this type. A handler is the one above, which only adds to an atomic, or what the
        // program had.
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

        /// The handler is one for the process, and so is this test.
        #[test]
        fn the_last_gives_back_what_the_first_found() {
            set(programs);
            let (first, second) = (InterruptWatch::new(), InterruptWatch::new());
            // SAFETY: a signal that is handled.
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
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64")))]
mod platform {
    pub(crate) struct InterruptWatch;

    impl InterruptWatch {
        pub(crate) fn new() -> InterruptWatch {
            InterruptWatch
        }

        pub(crate) fn was_interrupted(&self) -> bool {
            false
        }
    }
}
