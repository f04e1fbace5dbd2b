//! Code of the running program is not written here: nobody has tried whether that can be done without its pages being
//! writable and executable at once.

use std::io;

/// Nobody can have one.
pub(crate) enum CodeWriter {}

impl CodeWriter {
    pub(crate) fn open() -> io::Result<CodeWriter> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// # Safety
    ///
    /// It is never called.
    #[allow(unsafe_code)]
    pub(crate) unsafe fn write(&self, _: u64, _: &[u8]) -> io::Result<()> {
        match *self {}
    }
}
