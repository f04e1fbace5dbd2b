//! The handlers of the signals that rustyline takes for itself. Its versions before 19 keep them for as long as there
//! is an editor; then Ctrl-C would be without effect while the program runs. So they are lent to it while a line is
//! edited.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

/// The handlers of the two signals that a line editor takes for itself, as they are now.
#[derive(Clone, Copy)]
struct Handlers([libc::sigaction; 2]);

const TAKEN: [libc::c_int; 2] = [libc::SIGINT, libc::SIGWINCH];

impl Handlers {
    fn now() -> Handlers {
        Handlers(TAKEN.map(|signal| {
            let mut found = MaybeUninit::<libc::sigaction>::zeroed();
            // SAFETY: a structure to write to; all zero is a valid one.
            unsafe {
                libc::sigaction(signal, std::ptr::null(), found.as_mut_ptr());
                found.assume_init()
            }
        }))
    }

    fn set(&self) {
        for (signal, action) in TAKEN.iter().zip(&self.0) {
            // SAFETY: what was set for this signal before.
            unsafe { libc::sigaction(*signal, action, std::ptr::null_mut()) };
        }
    }

    fn differ(&self, other: &Handlers) -> bool {
        (self.0.iter().zip(&other.0)).any(|(one, other)| one.sa_sigaction != other.sa_sigaction)
    }
}

/// What the editor had set when it last returned, if it had not put back what it found.
static EDITORS: Mutex<Option<Handlers>> = Mutex::new(None);

/// The editor has the signals while this lives.
pub(super) struct Lent {
    programs: Handlers,
}

impl Lent {
    pub(super) fn new() -> Lent {
        let programs = Handlers::now();
        if let Some(editors) = &*EDITORS.lock().unwrap_or_else(PoisonError::into_inner) {
            editors.set();
        }
        Lent { programs }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let now = Handlers::now();
        if now.differ(&self.programs) {
            *EDITORS.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
            self.programs.set();
        }
    }
}
