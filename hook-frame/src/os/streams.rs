//! Standard output and standard error are written here without the lock that std puts around each.
//!
//! One of the program's threads may hold that lock for minutes, and wait for the very thread that is at the hook. What
//! the program printed and std still buffers, such as a line without its end, is written out first, if nobody has the
//! lock.
#![allow(unsafe_code)]

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::std_locks::{Pending, StdLock};
use crate::settings;

/// Within this time after std's buffer was written out, it is not looked at again before each piece that is printed.
const RECENT: Duration = Duration::from_millis(20);

/// The time at which std's buffer was last written out.
static FLUSHED: Mutex<Option<Instant>> = Mutex::new(None);

const OUT: i32 = 1;

/// Writes to standard output or standard error.
#[derive(Clone, Copy)]
pub struct Direct {
    descriptor: i32,
}

impl Direct {
    /// Returns a writer to standard output.
    pub fn out() -> Self {
        Direct { descriptor: OUT }
    }

    /// Returns a writer to standard error.
    pub fn err() -> Self {
        Direct { descriptor: 2 }
    }
}

impl Write for Direct {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.descriptor == OUT {
            flush_program_again();
        }
        platform::write(self.descriptor, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Standard output, with what the program printed and std still buffers.
static STANDARD_OUTPUT: StdLock = StdLock::new(|| drop(io::stdout().flush()));
static STANDARD_ERROR: StdLock = StdLock::new(|| drop(io::stderr().lock()));

/// Writes out what the program printed to standard output and std still buffers. Returns whether nobody had the lock.
pub fn flush_program() -> bool {
    is_flushed(STANDARD_OUTPUT.ask())
}

fn is_flushed(pending: Option<Pending<'_>>) -> bool {
    let is_done = pending.is_some_and(Pending::wait);
    if is_done {
        *FLUSHED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
    is_done
}

/// Writes out what the program printed, unless that was done just now. While the console prints, the thread at the hook
/// prints nothing, and a flush costs two changes of threads.
pub fn flush_program_again() {
    let last = *FLUSHED.lock().unwrap_or_else(PoisonError::into_inner);
    if last.is_none_or(|last| last.elapsed() > RECENT) {
        flush_program();
    }
}

/// Returns whether anyone could print now: nobody has the lock of standard error, nor that of standard output.
pub fn is_free() -> bool {
    let Some(output) = STANDARD_OUTPUT.ask() else {
        return false;
    };
    let error = STANDARD_ERROR.ask();
    is_flushed(Some(output)) && error.is_some_and(Pending::wait)
}

/// Returns the columns of standard output, or 80 where it is no terminal.
pub fn standard_width() -> usize {
    let terminal = io::stdout().is_terminal().then(terminal_width).flatten();
    terminal.map_or(80, |width| usize::from(width).max(20))
}

#[cfg(unix)]
fn terminal_width() -> Option<u16> {
    let mut size = libc::winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    // SAFETY: the pointer is to one structure of the type that this request fills in.
    let asked = unsafe { libc::ioctl(OUT, libc::TIOCGWINSZ, &raw mut size) };
    (asked == 0 && size.ws_col > 0).then_some(size.ws_col)
}

#[cfg(not(unix))]
fn terminal_width() -> Option<u16> {
    terminal_size::terminal_size().map(|(width, _)| width.0)
}

#[cfg(windows)]
pub use super::windows_console::understands_escapes;

/// Returns `true`: all terminals but dumb ones understand escapes.
#[cfg(not(windows))]
pub fn understands_escapes() -> bool {
    true
}

/// Returns whether colours may be used where there is a terminal: the user says so, or else <https://no-color.org>. A
/// dumb terminal shows the characters of an escape.
pub fn colours_wanted() -> bool {
    let wanted = settings::colours();
    !is_dumb()
        && understands_escapes()
        && wanted.unwrap_or_else(|| std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
}

fn is_dumb() -> bool {
    std::env::var("TERM").is_ok_and(|term| term.eq_ignore_ascii_case("dumb"))
}

/// Returns whether characters beyond ASCII may be drawn: the locale is UTF-8, and the terminal is one that draws.
pub fn draws_unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    !is_dumb() && (locale.contains("utf-8") || locale.contains("utf8"))
}

pub use platform::{ready, without_signals};

#[cfg(target_os = "linux")]
mod platform {
    use std::fs::File;
    use std::io::{self, Write};
    use std::mem::{ManuallyDrop, MaybeUninit};
    use std::os::fd::{AsRawFd, FromRawFd};
    use std::ptr;

    /// Writes as `write(2)` does. It waits where the program has made the file non-blocking, and suppresses the signal
    /// of a closed pipe, by which a program that has set the default action again would end.
    pub(super) fn write(descriptor: i32, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the standard descriptors are the process's for its whole life, and this one is not closed here. If
        // the program has closed it, or opened something else under its number, writing fails or goes there, as std's
        // own would.
        let mut file = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
        without_signals(|| {
            loop {
                match file.write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => drop(ready(&file, 1000)),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    done => return done,
                }
            }
        })
    }

    /// Returns whether the file takes more within so many milliseconds.
    pub fn ready(file: &File, milliseconds: i32) -> bool {
        let mut poll = libc::pollfd {
            fd: file.as_raw_fd(),
            events: libc::POLLOUT,
            revents: 0,
        };
        // SAFETY: the pointer is to one structure of this type.
        unsafe { libc::poll(&mut poll, 1, milliseconds) > 0 }
    }

    /// Runs a write while the signals of a failed write are blocked on this thread, and consumes those that it caused.
    pub fn without_signals<R>(write: impl FnOnce() -> io::Result<R>) -> io::Result<R> {
        // SAFETY: sets of signals are written before they are read; the calls change this thread's mask only, and put
        // it back.
        unsafe {
            let (mut wanted, mut before, mut pending) = (zero(), zero(), zero());
            libc::sigemptyset(&mut wanted);
            libc::sigaddset(&mut wanted, libc::SIGPIPE);
            libc::sigaddset(&mut wanted, libc::SIGXFSZ);
            libc::pthread_sigmask(libc::SIG_BLOCK, &wanted, &mut before);
            // Only a signal that was blocked can be pending already.
            let signals = [libc::SIGPIPE, libc::SIGXFSZ];
            if signals.iter().any(|signal| libc::sigismember(&before, *signal) == 1) {
                libc::sigpending(&mut pending);
            }
            let result = write();
            let is_pending = |signal: &i32| libc::sigismember(&pending, *signal) == 1;
            if result.is_err() && !signals.iter().any(is_pending) {
                let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
                while libc::sigtimedwait(&wanted, ptr::null_mut(), &now) > 0 {}
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, &before, ptr::null_mut());
            result
        }
    }

    fn zero() -> libc::sigset_t {
        // SAFETY: the type is an array of integers.
        unsafe { MaybeUninit::zeroed().assume_init() }
    }
}

#[cfg(windows)]
#[path = "windows_streams.rs"]
mod platform;

#[cfg(not(any(target_os = "linux", windows)))]
mod platform {
    use std::io::{self, Write};

    pub(super) fn write(descriptor: i32, bytes: &[u8]) -> io::Result<usize> {
        match descriptor {
            1 => {
                let mut out = io::stdout().lock();
                out.write_all(bytes)?;
                out.flush()?;
            }
            _ => io::stderr().write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    /// Returns `false`: no file is opened here in a mode in which it could refuse a write.
    pub fn ready(_: &std::fs::File, _: i32) -> bool {
        false
    }

    /// Runs the write as it is.
    pub fn without_signals<R>(write: impl FnOnce() -> R) -> R {
        write()
    }
}
