//! The system calls for sockets and pseudo-terminals.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::PathBuf;
use std::ptr;

use crate::os::call::checked;

/// Returns the number of the user that this process acts for.
pub(super) fn user() -> u32 {
    // SAFETY: the call has no arguments and cannot fail.
    unsafe { libc::geteuid() }
}

/// Returns the user and the process at the other end of a Unix socket, as they were when it connected.
pub(super) fn peer(socket: BorrowedFd<'_>) -> io::Result<(u32, i32)> {
    let mut found = libc::ucred { pid: 0, uid: 0, gid: 0 };
    let mut size = libc::socklen_t::try_from(size_of_val(&found)).unwrap_or(0);
    // SAFETY: the descriptor is open, and the call writes at most `size` bytes to the structure, which is that long.
    checked(unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut found).cast(),
            &mut size,
        )
    })?;
    Ok((found.uid, found.pid))
}

/// The two ends of a pseudo-terminal.
pub(super) struct PseudoTerminal {
    /// What is written here is typed at the terminal, and what is printed to the terminal is read here.
    pub(super) master: File,
    /// The path of the terminal itself.
    pub(super) path: PathBuf,
}

impl PseudoTerminal {
    pub(super) fn open() -> io::Result<Self> {
        // SAFETY: the call has no pointers. What it gives is a descriptor that nobody else owns, or negative.
        let number = unsafe { libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC) };
        checked(number)?;
        // SAFETY: the descriptor is open, and nobody else owns it.
        let master = unsafe { OwnedFd::from_raw_fd(number) };
        let mut name = [0_u8; 128];
        // SAFETY: the descriptor is that of a pseudo-terminal's master, and the buffer has the length that is given.
        unsafe {
            checked(libc::grantpt(number))?;
            checked(libc::unlockpt(number))?;
            let failed = libc::ptsname_r(number, name.as_mut_ptr().cast(), name.len());
            if failed != 0 {
                return Err(io::Error::from_raw_os_error(failed));
            }
        }
        let name = CStr::from_bytes_until_nul(&name).map_err(io::Error::other)?;
        let path = PathBuf::from(String::from_utf8_lossy(name.to_bytes()).into_owned());
        Ok(PseudoTerminal {
            master: master.into(),
            path,
        })
    }

    /// Sets the size of the terminal.
    pub(super) fn resize(&self, columns: u16, rows: u16) {
        let size = libc::winsize {
            ws_row: rows,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: the descriptor is open, and the structure is the one that this request reads.
        unsafe { libc::ioctl(self.master.as_raw_fd(), libc::TIOCSWINSZ, &size) };
    }
}

/// Interrupts the line that runs. A watch handles the signal while there is one; see `os/interrupt.rs`.
pub(super) fn interrupt() {
    // SAFETY: the signal is sent to the own process.
    unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
}

/// Has a function called when the process ends by `exit`.
pub(super) fn at_exit(run: extern "C" fn()) {
    // SAFETY: the function has no arguments, and it stays in memory as long as this code does.
    unsafe { libc::atexit(run) };
}

/// Returns another descriptor of the open file that has this number.
pub(super) fn duplicate(descriptor: i32) -> io::Result<OwnedFd> {
    // SAFETY: the call has no pointers, and fails if the number is that of no file.
    let other = unsafe { libc::fcntl(descriptor, libc::F_DUPFD_CLOEXEC, 3) };
    checked(other)?;
    // SAFETY: the descriptor was just made, and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(other) })
}

/// Has the number of a standard stream stand for another open file.
pub(super) fn replace(stream: i32, with: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the call has no pointers. The standard streams are nobody's own: each write finds what the number stands
    // for.
    checked(unsafe { libc::dup2(with.as_raw_fd(), stream) })
}

/// Returns whether a number stands for the same pipe as a descriptor.
pub(super) fn is_same(number: i32, descriptor: BorrowedFd<'_>) -> bool {
    let identity = |number: i32| {
        let mut found = MaybeUninit::<libc::stat>::uninit();
        // SAFETY: the structure is the one that the call fills in, and it is read only where the call did so.
        (unsafe { libc::fstat(number, found.as_mut_ptr()) } == 0).then(|| {
            // SAFETY: as above.
            let found = unsafe { found.assume_init() };
            (found.st_dev, found.st_ino)
        })
    };
    identity(number).is_some_and(|own| Some(own) == identity(descriptor.as_raw_fd()))
}

/// Returns whether there is something to read.
pub(super) fn is_readable(descriptor: BorrowedFd<'_>) -> bool {
    polled(descriptor, 0) == Some(true)
}

/// Waits until there is something to read. Returns `false` if that can never be.
pub(super) fn wait_readable(descriptor: BorrowedFd<'_>) -> bool {
    loop {
        match polled(descriptor, -1) {
            Some(false) => {}
            found => return found.is_some(),
        }
    }
}

/// Returns whether the other end of a socket is closed, or with `half` that it sends nothing more.
pub(super) fn is_closed(socket: BorrowedFd<'_>, half: bool) -> bool {
    let mut poll = libc::pollfd {
        fd: socket.as_raw_fd(),
        events: if half { libc::POLLRDHUP } else { 0 },
        revents: 0,
    };
    // SAFETY: the pointer is to one structure of this type.
    unsafe { libc::poll(&mut poll, 1, 0) > 0 }
}

/// Returns whether there is something to read within so many milliseconds, or `None` if nothing is written there any
/// more.
fn polled(descriptor: BorrowedFd<'_>, milliseconds: i32) -> Option<bool> {
    let mut poll = libc::pollfd {
        fd: descriptor.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: the pointer is to one structure of this type.
    let count = unsafe { libc::poll(&mut poll, 1, milliseconds) };
    match (count, poll.revents & libc::POLLIN) {
        (1.., 0) => None,
        (1.., _) => Some(true),
        _ => Some(false),
    }
}

/// Has a function called before `abort` ends the process, unless the program handles that signal itself.
pub(super) fn before_abort(run: extern "C" fn(i32)) {
    if handler_of_abort() == libc::SIG_DFL {
        handle_abort(run as libc::sighandler_t);
    }
}

/// Has the function no longer called.
pub(super) fn no_longer_before_abort(run: extern "C" fn(i32)) {
    if handler_of_abort() == run as libc::sighandler_t {
        handle_abort(libc::SIG_DFL);
    }
}

fn handler_of_abort() -> libc::sighandler_t {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the pointer is to one structure of this type, for which all bits zero are a value.
    unsafe {
        libc::sigaction(libc::SIGABRT, ptr::null(), action.as_mut_ptr());
        action.assume_init().sa_sigaction
    }
}

fn handle_abort(handler: libc::sighandler_t) {
    // SAFETY: all bits zero are a value of the structure, which has no flags then and an empty mask. The handler is the
    // default, or a function that takes the number of a signal and calls only what a signal may call.
    unsafe {
        let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
        action.sa_sigaction = handler;
        libc::sigaction(libc::SIGABRT, &action, ptr::null_mut());
    }
}

/// Ends the process as `abort` does, from within the handler of its signal.
pub(super) fn end_by_abort() {
    handle_abort(libc::SIG_DFL);
    // SAFETY: the signal is sent to the own thread. It is held back until the handler returns, and then ends the
    // process.
    unsafe { libc::raise(libc::SIGABRT) };
}
