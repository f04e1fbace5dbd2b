//! The system calls for sockets and pseudo-terminals.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::path::PathBuf;

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

fn checked(result: libc::c_int) -> io::Result<()> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
