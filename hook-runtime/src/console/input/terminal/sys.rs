//! What the system knows of a terminal: how it treats keys and lines, its size, who is in front on it.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::PathBuf;
use std::time::Duration;

/// How a terminal treats what is typed and printed.
#[derive(Clone, Copy)]
pub(crate) struct Settings(libc::termios);

impl Settings {
    pub(crate) fn of(terminal: BorrowedFd<'_>) -> io::Result<Self> {
        let mut found = MaybeUninit::<libc::termios>::zeroed();
        // SAFETY: an open descriptor, and a structure to write to; all zero is a valid one.
        unsafe {
            checked(libc::tcgetattr(terminal.as_raw_fd(), found.as_mut_ptr()))?;
            Ok(Settings(found.assume_init()))
        }
    }

    /// Sets them, once all that was printed is out.
    pub(crate) fn set(&self, terminal: BorrowedFd<'_>) -> io::Result<()> {
        // SAFETY: an open descriptor, and settings that came from a terminal.
        checked(unsafe { libc::tcsetattr(terminal.as_raw_fd(), libc::TCSADRAIN, &self.0) })
    }

    /// Keys come one by one, as a full-screen program wants them.
    pub(crate) fn is_raw(&self) -> bool {
        self.0.c_lflag & libc::ICANON == 0
    }

    /// Tells whether processes behind others may print.
    pub(super) fn lets_print(&self) -> bool {
        self.0.c_lflag & libc::TOSTOP == 0
    }

    /// Gives settings for lines that are typed at a prompt: echoed, with Ctrl-C, and each printed line at the left
    /// margin.
    pub(crate) fn cooked(&self) -> Settings {
        let mut cooked = self.0;
        cooked.c_iflag |= libc::ICRNL | libc::BRKINT;
        cooked.c_iflag &= !(libc::INLCR | libc::IGNCR);
        cooked.c_oflag |= libc::OPOST | libc::ONLCR;
        cooked.c_lflag |= libc::ICANON | libc::ECHO | libc::ECHOE | libc::ECHOK | libc::ISIG | libc::IEXTEN;
        Settings(cooked)
    }

    /// Gives settings with which each key is read at once and nothing is echoed; no key is a signal. What is printed
    /// stays as it was.
    pub(crate) fn unbuffered(&self) -> Settings {
        let mut raw = self.0;
        raw.c_iflag &= !(libc::ICRNL | libc::IXON);
        raw.c_lflag &= !(libc::ICANON | libc::ECHO | libc::ISIG | libc::IEXTEN);
        raw.c_cc[libc::VMIN] = 1;
        raw.c_cc[libc::VTIME] = 0;
        Settings(raw)
    }
}

impl PartialEq for Settings {
    fn eq(&self, other: &Settings) -> bool {
        let words = |of: &libc::termios| (of.c_iflag, of.c_oflag, of.c_cflag, of.c_lflag);
        words(&self.0) == words(&other.0) && self.0.c_cc == other.0.c_cc
    }
}

/// Gives columns and rows, where they are known.
pub(crate) fn size(terminal: BorrowedFd<'_>) -> Option<(u16, u16)> {
    let size = winsize(terminal)?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

fn winsize(terminal: BorrowedFd<'_>) -> Option<libc::winsize> {
    let mut found = MaybeUninit::<libc::winsize>::zeroed();
    // SAFETY: an open descriptor, and the structure that this request writes to; all zero is a valid one.
    unsafe {
        checked(libc::ioctl(terminal.as_raw_fd(), libc::TIOCGWINSZ, found.as_mut_ptr())).ok()?;
        Some(found.assume_init())
    }
}

/// Tells the kernel another number of rows, and so all programs on the terminal that its size has changed.
pub(crate) fn set_rows(terminal: BorrowedFd<'_>, rows: u16) {
    if let Some(mut size) = winsize(terminal) {
        size.ws_row = rows;
        // SAFETY: an open descriptor, and the structure that this request reads.
        unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSWINSZ, &size) };
    }
}

/// Tells this process that the size of its terminal has changed.
pub(crate) fn tell_of_resize() {
    // SAFETY: a signal that is ignored where the program does not handle it.
    unsafe { libc::kill(libc::getpid(), libc::SIGWINCH) };
}

/// What Ctrl-C does on the terminal that this process is in front on: an interrupt for all of its group.
pub(crate) fn interrupt() {
    // SAFETY: a signal to the own group.
    unsafe { libc::kill(0, libc::SIGINT) };
}

/// Tells whether another process group has the terminal. To read from it then would stop this process.
pub(crate) fn is_behind(terminal: BorrowedFd<'_>) -> bool {
    // SAFETY: an open descriptor. It fails where this is not the terminal that controls this process, and then
    // nothing stops.
    let (front, own) = unsafe { (libc::tcgetpgrp(terminal.as_raw_fd()), libc::getpgrp()) };
    front > 0 && front != own
}

/// Waits for something to read.
pub(crate) fn is_readable(terminal: BorrowedFd<'_>, wait: Duration) -> bool {
    let mut poll = libc::pollfd {
        fd: terminal.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: one structure of this type.
    unsafe { libc::poll(&mut poll, 1, wait) > 0 && poll.revents & libc::POLLIN != 0 }
}

/// Gives the name of a terminal, as `tty` prints it.
pub(crate) fn name(terminal: BorrowedFd<'_>) -> Option<PathBuf> {
    let mut name = [0u8; 256];
    // SAFETY: an open descriptor, and a buffer of that length; where it succeeds, the name in it ends with a zero.
    let failed = unsafe { libc::ttyname_r(terminal.as_raw_fd(), name.as_mut_ptr().cast(), name.len()) } != 0;
    let name = CStr::from_bytes_until_nul(&name).ok()?.to_str().ok()?;
    (!failed).then(|| PathBuf::from(name))
}

fn checked(result: libc::c_int) -> io::Result<()> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
