//! The standard streams on Windows, by their handles. A console takes text of the system's own encoding, and anything
//! else takes bytes.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fs::File;
use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::os::windows::io::FromRawHandle as _;
use std::ptr;

/// So many bytes go to a console at once.
const PIECE: usize = 4096;
/// The handle of a stream that could not be asked for.
const INVALID: usize = usize::MAX;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GetStdHandle(stream: u32) -> *mut c_void;
    fn GetConsoleMode(console: *mut c_void, mode: *mut u32) -> i32;
    fn WriteConsoleW(
        console: *mut c_void,
        text: *const u16,
        len: u32,
        written: *mut u32,
        reserved: *const c_void,
    ) -> i32;
}

/// Writes to standard output or standard error. A program without one loses what it writes, as with std.
pub(super) fn write(descriptor: i32, bytes: &[u8]) -> io::Result<usize> {
    let stream = match descriptor {
        super::OUT => -11_i32,
        _ => -12_i32,
    };
    let mut mode = 0;
    // SAFETY: the system checks the handle, and writes a number where it is that of a console.
    let (handle, is_console) = unsafe {
        let handle = GetStdHandle(stream.cast_unsigned());
        (handle, GetConsoleMode(handle, &raw mut mode) != 0)
    };
    if handle.is_null() || handle.addr() == INVALID {
        return Ok(bytes.len());
    }
    if is_console {
        return write_console(handle, bytes);
    }
    // SAFETY: the handle is the process's for its whole life, and is not closed here. If the program has closed it,
    // writing fails.
    ManuallyDrop::new(unsafe { File::from_raw_handle(handle) }).write(bytes)
}

/// Writes the first piece of a text, and returns how many bytes it has.
fn write_console(handle: *mut c_void, bytes: &[u8]) -> io::Result<usize> {
    let piece = &bytes[..bytes.len().min(PIECE)];
    // A character that the piece cuts is left for the next one. What is no text at all is shown as such.
    let whole = match str::from_utf8(piece) {
        Ok(_) => piece.len(),
        Err(error) if error.valid_up_to() > 0 => error.valid_up_to(),
        Err(error) => error.error_len().unwrap_or(piece.len()),
    };
    let text: Vec<u16> = String::from_utf8_lossy(&piece[..whole]).encode_utf16().collect();
    let mut at = 0;
    while at < text.len() {
        let (rest, mut written) = (&text[at..], 0);
        // SAFETY: the pointer and the length are those of the text, and the system writes a number.
        let done = unsafe { WriteConsoleW(handle, rest.as_ptr(), rest.len() as u32, &raw mut written, ptr::null()) };
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
        at += (written as usize).max(1);
    }
    Ok(whole)
}

/// Returns `false`: no file is opened here in a mode in which it could refuse a write.
pub fn ready(_: &File, _: i32) -> bool {
    false
}

/// Runs the write as it is.
pub fn without_signals<R>(write: impl FnOnce() -> R) -> R {
    write()
}
