//! The signal handlers that rustyline replaces. Its versions before 19 replace them for as long as the editor exists,
//! so Ctrl-C would have no effect while the program runs. So the editor's handlers are installed only while a line is
//! edited.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

/// The handlers of the two signals that a line editor replaces, at some moment.
#[derive(Clone, Copy)]
struct Handlers([libc::sigaction; 2]);

const TAKEN: [libc::c_int; 2] = [libc::SIGINT, libc::SIGWINCH];

impl Handlers {
    fn now() -> Handlers {
        Handlers(TAKEN.map(|signal| {
            let mut found = MaybeUninit::<libc::sigaction>::zeroed();
            // SAFETY: the pointer is to a structure that the call writes to, for which all zero is valid.
            unsafe {
                libc::sigaction(signal, std::ptr::null(), found.as_mut_ptr());
                found.assume_init()
            }
        }))
    }

    fn set(&self) {
        for (signal, action) in TAKEN.iter().zip(&self.0) {
            // SAFETY: these are handlers that were installed for this signal before.
            unsafe { libc::sigaction(*signal, action, std::ptr::null_mut()) };
        }
    }

    fn differ(&self, other: &Handlers) -> bool {
        (self.0.iter().zip(&other.0)).any(|(one, other)| one.sa_sigaction != other.sa_sigaction)
    }
}

/// The handlers of the editor, if it left them installed when it last returned.
static EDITORS: Mutex<Option<Handlers>> = Mutex::new(None);

/// A guard: the editor has the signals while it lives, and afterwards the program has them again.
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
