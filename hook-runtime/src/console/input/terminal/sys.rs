//! The system calls for terminals: their settings, their size, and the process group in the foreground.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::PathBuf;
use std::time::Duration;

use crate::os::call::checked;

/// The settings of a terminal: how it treats what is typed and printed.
#[derive(Clone, Copy)]
pub(crate) struct Settings(libc::termios);

impl Settings {
    pub(crate) fn of(terminal: BorrowedFd<'_>) -> io::Result<Self> {
        let mut found = MaybeUninit::<libc::termios>::zeroed();
        // SAFETY: the descriptor is open, and the structure is written to; all zero is valid for it.
        unsafe {
            checked(libc::tcgetattr(terminal.as_raw_fd(), found.as_mut_ptr()))?;
            Ok(Settings(found.assume_init()))
        }
    }

    /// Applies the settings, after all that was printed has been sent.
    pub(crate) fn set(&self, terminal: BorrowedFd<'_>) -> io::Result<()> {
        // SAFETY: the descriptor is open, and the settings came from a terminal.
        checked(unsafe { libc::tcsetattr(terminal.as_raw_fd(), libc::TCSADRAIN, &self.0) })
    }

    /// Returns whether keys are read one by one, as in a full-screen program.
    pub(crate) fn is_raw(&self) -> bool {
        self.0.c_lflag & libc::ICANON == 0
    }

    /// Returns whether background processes may print.
    pub(super) fn lets_print(&self) -> bool {
        self.0.c_lflag & libc::TOSTOP == 0
    }

    /// Returns the settings for lines that are typed at a prompt. They are echoed, Ctrl-C sends a signal, and each
    /// printed line begins at the left margin.
    pub(crate) fn cooked(&self) -> Settings {
        let mut cooked = self.0;
        cooked.c_iflag |= libc::ICRNL | libc::BRKINT;
        cooked.c_iflag &= !(libc::INLCR | libc::IGNCR);
        cooked.c_oflag |= libc::OPOST | libc::ONLCR;
        cooked.c_lflag |= libc::ICANON | libc::ECHO | libc::ECHOE | libc::ECHOK | libc::ISIG | libc::IEXTEN;
        Settings(cooked)
    }

    /// Returns the settings for reading each key at once. Nothing is echoed, and no key sends a signal. The treatment
    /// of printed text does not change.
    pub(crate) fn unbuffered(&self) -> Settings {
        let mut raw = self.0;
        raw.c_iflag &= !(libc::ICRNL | libc::IXON);
        raw.c_lflag &= !(libc::ICANON | libc::ECHO | libc::ISIG | libc::IEXTEN);
        raw.c_cc[libc::VMIN] = 1;
        raw.c_cc[libc::VTIME] = 0;
        Settings(raw)
    }
}

impl Settings {
    /// Returns the settings for reading each key at once, while Ctrl-C still sends a signal. Nothing is echoed.
    pub(crate) fn by_key(&self) -> Settings {
        let mut keys = self.0;
        keys.c_lflag &= !(libc::ICANON | libc::ECHO);
        keys.c_cc[libc::VMIN] = 1;
        keys.c_cc[libc::VTIME] = 0;
        Settings(keys)
    }
}

impl PartialEq for Settings {
    fn eq(&self, other: &Settings) -> bool {
        let words = |of: &libc::termios| (of.c_iflag, of.c_oflag, of.c_cflag, of.c_lflag);
        words(&self.0) == words(&other.0) && self.0.c_cc == other.0.c_cc
    }
}

/// Returns the numbers of columns and rows, if they are known.
pub(crate) fn size(terminal: BorrowedFd<'_>) -> Option<(u16, u16)> {
    let size = winsize(terminal)?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

fn winsize(terminal: BorrowedFd<'_>) -> Option<libc::winsize> {
    let mut found = MaybeUninit::<libc::winsize>::zeroed();
    // SAFETY: the descriptor is open, and the structure is the one that this request writes to; all zero is valid for
    // it.
    unsafe {
        checked(libc::ioctl(terminal.as_raw_fd(), libc::TIOCGWINSZ, found.as_mut_ptr())).ok()?;
        Some(found.assume_init())
    }
}

/// Sets the number of rows in the kernel, which tells all programs on the terminal that its size has changed.
pub(crate) fn set_rows(terminal: BorrowedFd<'_>, rows: u16) {
    if let Some(mut size) = winsize(terminal) {
        size.ws_row = rows;
        // SAFETY: the descriptor is open, and the structure is the one that this request reads.
        unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSWINSZ, &size) };
    }
}

/// Tells this process that the size of its terminal has changed.
pub(crate) fn tell_of_resize() {
    // SAFETY: the signal is sent to the own process, and is ignored if the program does not handle it.
    unsafe { libc::kill(libc::getpid(), libc::SIGWINCH) };
}

/// Interrupts this process. Others of its group were not started from the terminal that Ctrl-C was typed at.
pub(crate) fn interrupt() {
    // SAFETY: the signal is sent to the own process.
    unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
}

/// Returns whether another process group is in the foreground of the terminal. Reading would stop this process then.
pub(crate) fn is_behind(terminal: BorrowedFd<'_>) -> bool {
    // SAFETY: the descriptor is open. The call fails if this terminal does not control the process, and then reading
    // stops nothing.
    let (front, own) = unsafe { (libc::tcgetpgrp(terminal.as_raw_fd()), libc::getpgrp()) };
    front > 0 && front != own
}

/// What a process has a lock for on a terminal: the byte of the device that is locked.
#[derive(Clone, Copy)]
pub(super) enum Lock {
    /// A console that is open.
    Open,
    /// The lines of that console, from the first one on, except while one runs.
    Line,
}

/// What a request is to make of a lock. The constants of systems are of several types.
#[cfg(target_os = "linux")]
const LOCKED: libc::c_short = libc::F_WRLCK as libc::c_short;
#[cfg(not(target_os = "linux"))]
const LOCKED: libc::c_short = libc::F_WRLCK;
#[cfg(target_os = "linux")]
const UNLOCKED: libc::c_short = libc::F_UNLCK as libc::c_short;
#[cfg(not(target_os = "linux"))]
const UNLOCKED: libc::c_short = libc::F_UNLCK;

impl Lock {
    fn request(self, kind: libc::c_short) -> libc::flock {
        // SAFETY: all zero is valid for the structure.
        let mut request: libc::flock = unsafe { MaybeUninit::zeroed().assume_init() };
        request.l_type = kind;
        request.l_whence = libc::SEEK_SET as libc::c_short;
        request.l_start = self as libc::off_t;
        request.l_len = 1;
        request
    }
}

/// Takes a lock for this process, and returns whether it could.
pub(super) fn lock(terminal: &File, lock: Lock) -> bool {
    let request = lock.request(LOCKED);
    // SAFETY: the descriptor is open, and the structure is the one that this command reads.
    unsafe { libc::fcntl(terminal.as_raw_fd(), libc::F_SETLK, &request) == 0 }
}

/// Gives a lock up.
pub(super) fn unlock(terminal: &File, lock: Lock) {
    let request = lock.request(UNLOCKED);
    // SAFETY: as for taking it.
    unsafe { libc::fcntl(terminal.as_raw_fd(), libc::F_SETLK, &request) };
}

/// Returns the process that has a lock, if it is another than this one, and the system can tell.
pub(super) fn lock_holder(terminal: &File, lock: Lock) -> Option<libc::pid_t> {
    let mut request = lock.request(LOCKED);
    // SAFETY: the descriptor is open, and the structure is the one that this command reads and writes.
    let done = unsafe { libc::fcntl(terminal.as_raw_fd(), libc::F_GETLK, &mut request) } == 0;
    (done && request.l_type != UNLOCKED && request.l_pid > 0).then_some(request.l_pid)
}

/// Returns whether a process is of the group in the foreground of the terminal.
pub(super) fn is_in_front(terminal: &File, process: libc::pid_t) -> bool {
    // SAFETY: the descriptor is open, and the calls fail for what is no terminal or no process.
    let (front, group) = unsafe { (libc::tcgetpgrp(terminal.as_raw_fd()), libc::getpgid(process)) };
    front > 0 && front == group
}

/// Waits until there is something to read, or the time is over. Tells which.
pub(crate) fn is_readable(terminal: BorrowedFd<'_>, wait: Duration) -> bool {
    let mut poll = libc::pollfd {
        fd: terminal.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
    // SAFETY: the pointer is to one structure of this type.
    unsafe { libc::poll(&mut poll, 1, wait) > 0 && poll.revents & libc::POLLIN != 0 }
}

/// Returns the path of a terminal, as `tty` prints it.
pub(crate) fn name(terminal: BorrowedFd<'_>) -> Option<PathBuf> {
    let mut name = [0u8; 256];
    // SAFETY: the descriptor is open and the buffer has that length. On success the name in it ends with a zero byte.
    let failed = unsafe { libc::ttyname_r(terminal.as_raw_fd(), name.as_mut_ptr().cast(), name.len()) } != 0;
    let name = CStr::from_bytes_until_nul(&name).ok()?.to_str().ok()?;
    (!failed).then(|| PathBuf::from(name))
}
