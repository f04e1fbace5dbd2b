//! Ctrl-C while rustc compiles a line. It goes to all that share the terminal: rustc is to end, the program is not.
#![allow(unsafe_code)]

use super::EvaluateError;

/// Compiles; if that was interrupted, nothing came of it.
pub(super) fn spared<T>(compile: impl FnOnce() -> Result<T, EvaluateError>) -> Result<T, EvaluateError> {
    let watch = platform::Watch::new();
    let compiled = compile();
    if watch.was_interrupted() {
        return Err(EvaluateError::Interrupted);
    }
    compiled
}

#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
mod platform {
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::sync::atomic::{AtomicBool, Ordering};

    static INTERRUPTED: AtomicBool = AtomicBool::new(false);

    extern "C" fn note(_: libc::c_int) {
        INTERRUPTED.store(true, Ordering::Relaxed);
    }

    /// While it lives, the signal is noted. A handler, unlike ignoring, is not inherited by rustc.
    pub(super) struct Watch(libc::sigaction);

    impl Watch {
        pub(super) fn new() -> Watch {
            INTERRUPTED.store(false, Ordering::Relaxed);
            let mut before = MaybeUninit::uninit();
            // SAFETY: all zero is a valid `sigaction`, and both are of this type. The handler only stores to an atomic. The call
            // fails for no valid signal, so that it has written `before`.
            unsafe {
                let mut noted: libc::sigaction = std::mem::zeroed();
                noted.sa_sigaction = note as *const () as usize;
                noted.sa_flags = libc::SA_RESTART;
                libc::sigaction(libc::SIGINT, &noted, before.as_mut_ptr());
                Watch(before.assume_init())
            }
        }

        pub(super) fn was_interrupted(&self) -> bool {
            INTERRUPTED.load(Ordering::Relaxed)
        }
    }

    impl Drop for Watch {
        fn drop(&mut self) {
            // SAFETY: what the program itself had set.
            unsafe { libc::sigaction(libc::SIGINT, &self.0, ptr::null_mut()) };
        }
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64")))]
mod platform {
    pub(super) struct Watch;

    impl Watch {
        pub(super) fn new() -> Watch {
            Watch
        }

        pub(super) fn was_interrupted(&self) -> bool {
            false
        }
    }
}
