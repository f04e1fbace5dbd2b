//! Code of the running program is written by way of the system. It gives the pages the right to be written for that
//! moment, in which all other threads are stopped, and then the rights that they had.
#![allow(unsafe_code)]

use std::io;

use crate::loader::kernel32::{FlushInstructionCache, GetCurrentProcess, WriteProcessMemory};

/// The memory of this process, to write code to.
pub(crate) struct CodeWriter(());

impl CodeWriter {
    pub(crate) fn open() -> io::Result<CodeWriter> {
        Ok(CodeWriter(()))
    }

    /// Writes bytes of code.
    ///
    /// # Safety
    ///
    /// No thread is about to execute any of the bytes, and whatever calls the code can go on with the new one.
    pub(crate) unsafe fn write(&self, address: u64, bytes: &[u8]) -> io::Result<()> {
        let mut written = 0;
        // SAFETY: the system checks the address; for what happens to the code there, the caller vouches.
        let done = unsafe {
            let buffer = bytes.as_ptr().cast();
            WriteProcessMemory(
                GetCurrentProcess(),
                address as *mut _,
                buffer,
                bytes.len(),
                &raw mut written,
            )
        };
        // The next call of the system forgets the reason.
        let error = io::Error::last_os_error();
        // SAFETY: the call only makes the processor read the instructions again.
        unsafe { FlushInstructionCache(GetCurrentProcess(), address as *const _, bytes.len()) };
        match done != 0 && written == bytes.len() {
            true => Ok(()),
            false => Err(error),
        }
    }
}
