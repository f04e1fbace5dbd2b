//! Ctrl-C in a console of Windows. The system calls handlers on a thread of its own, the last that was set first, until
//! one says that it has taken care.
#![allow(unsafe_code)]

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{NOTED, PENDING, noted};

/// This many watches exist.
static WATCHES: Mutex<usize> = Mutex::new(0);

/// The event of Ctrl-C, among those that a handler is told.
const CTRL_C: u32 = 0;
/// The exit code of a program that Ctrl-C has ended.
const ENDED_BY_CTRL_C: i32 = 0xc000_013a_u32.cast_signed();

#[link(name = "kernel32")]
unsafe extern "system" {
    fn SetConsoleCtrlHandler(handler: Option<unsafe extern "system" fn(u32) -> i32>, is_added: i32) -> i32;
}

/// Notes a Ctrl-C, and leaves all else to the program.
unsafe extern "system" fn note(event: u32) -> i32 {
    if event != CTRL_C {
        return 0;
    }
    NOTED.fetch_add(1, Ordering::Relaxed);
    PENDING.store(true, Ordering::Relaxed);
    1
}

/// Has Ctrl-C noted for as long as this value lives.
pub struct InterruptWatch {
    /// This is the number of events that were noted before.
    noted: u64,
}

impl InterruptWatch {
    /// Begins to note Ctrl-C.
    pub fn new() -> InterruptWatch {
        let mut watches = watches();
        if *watches == 0 {
            set(true);
        }
        *watches += 1;
        InterruptWatch { noted: noted() }
    }

    /// Returns whether Ctrl-C was pressed since.
    pub fn was_interrupted(&self) -> bool {
        noted() != self.noted
    }
}

impl Drop for InterruptWatch {
    fn drop(&mut self) {
        let mut watches = watches();
        *watches -= 1;
        if *watches == 0 {
            set(false);
        }
    }
}

fn watches() -> MutexGuard<'static, usize> {
    WATCHES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the handler before those of the program, or takes it away again. It fails where there is no console, and then
/// there is no Ctrl-C.
fn set(is_added: bool) {
    // SAFETY: the handler only changes two atomics, and is there as long as the program.
    unsafe { SetConsoleCtrlHandler(Some(note), is_added.into()) };
}

/// Ends the program as a Ctrl-C that it does not handle.
pub fn end_program() -> ! {
    std::process::exit(ENDED_BY_CTRL_C)
}
