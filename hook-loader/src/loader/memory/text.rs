//! Code of the running program is written by way of the system, which needs no right to write for that: the pages stay
//! as they are, executable and not writable.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;

/// The memory of this process, as a file.
pub(crate) struct CodeWriter(File);

impl CodeWriter {
    pub(crate) fn open() -> io::Result<CodeWriter> {
        OpenOptions::new().write(true).open("/proc/self/mem").map(CodeWriter)
    }

    /// Writes bytes of code.
    ///
    /// # Safety
    ///
    /// No thread is about to execute any of the bytes, and whatever calls the code can go on with the new one.
    #[allow(unsafe_code)]
    pub(crate) unsafe fn write(&self, address: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, address)
    }
}
