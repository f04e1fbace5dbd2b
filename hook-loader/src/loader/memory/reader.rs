//! The call of the system that reads memory of this process. The system call `write` returns an error where it cannot
//! read, so the bytes take the way through a pipe. AddressSanitizer has a function `write` of its own, which ends the
//! program where the bytes are none that its variables have, so the system is called without it.
#![allow(unsafe_code)]

use std::io::{PipeReader, PipeWriter, Read as _};
use std::os::fd::AsRawFd as _;

/// The two ends of a pipe, which is empty between two calls. An empty pipe takes 4096 bytes without waiting, however
/// small the system made it.
pub(super) struct MemoryReader(PipeReader, PipeWriter);

impl MemoryReader {
    pub(super) fn new() -> Option<Self> {
        let (reader, writer) = std::io::pipe().ok()?;
        Some(MemoryReader(reader, writer))
    }

    /// Reads up to 4096 bytes into the beginning of `buffer`. Returns how many, or `None` where none can be read.
    pub(super) fn read(&mut self, address: u64, buffer: &mut [u8]) -> Option<usize> {
        // SAFETY: the system checks the address, and returns an error or a smaller number where it cannot read. Memory
        // that another thread writes meanwhile gives some bytes or others, as with any `write`.
        let written = unsafe { libc::syscall(libc::SYS_write, self.1.as_raw_fd(), address, buffer.len()) };
        let written = usize::try_from(written).ok()?;
        self.0.read_exact(buffer.get_mut(..written)?).ok()?;
        Some(written)
    }
}
