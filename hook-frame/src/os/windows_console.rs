//! A console of Windows understands escapes where a program asked for that, and shows them as characters otherwise.
#![allow(unsafe_code)]

use std::ffi::c_void;

/// The streams that may go to a console: standard output and standard error.
const STREAMS: [u32; 2] = [(-11_i32).cast_unsigned(), (-12_i32).cast_unsigned()];
/// The mode in which escapes are understood.
const ESCAPES: u32 = 0x4;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetStdHandle(stream: u32) -> *mut c_void;
    fn GetConsoleMode(console: *mut c_void, mode: *mut u32) -> i32;
    fn SetConsoleMode(console: *mut c_void, mode: u32) -> i32;
}

/// Has the console understand escapes for as long as this value lives.
pub struct Escapes {
    console: Console,
}

#[derive(Clone, Copy)]
struct Console {
    handle: *mut c_void,
    mode: u32,
}

impl Escapes {
    /// Asks for it; `None` where there is no console, or where that is so already, or cannot be.
    pub fn understood() -> Option<Escapes> {
        let console = console().filter(|console| console.mode & ESCAPES == 0)?;
        set(console, console.mode | ESCAPES).then_some(Escapes { console })
    }
}

impl Drop for Escapes {
    fn drop(&mut self) {
        set(self.console, self.console.mode);
    }
}

/// Returns whether escapes are understood. Where there is no console, a terminal is one that understands them.
pub fn understands_escapes() -> bool {
    console().is_none_or(|console| console.mode & ESCAPES != 0)
}

/// Returns the console that a standard stream goes to.
fn console() -> Option<Console> {
    STREAMS.into_iter().find_map(|stream| {
        let mut mode = 0;
        // SAFETY: the system checks the handle, and writes a number where it is that of a console.
        let (handle, found) = unsafe {
            let handle = GetStdHandle(stream);
            (handle, GetConsoleMode(handle, &raw mut mode))
        };
        (found != 0).then_some(Console { handle, mode })
    })
}

fn set(console: Console, mode: u32) -> bool {
    // SAFETY: the system checks the handle and the mode.
    unsafe { SetConsoleMode(console.handle, mode) != 0 }
}
