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
            let process = GetCurrentProcess();
            let buffer = bytes.as_ptr().cast();
            let done = WriteProcessMemory(process, address as *mut _, buffer, bytes.len(), &raw mut written);
            FlushInstructionCache(process, address as *const _, bytes.len());
            done
        };
        match done != 0 && written == bytes.len() {
            true => Ok(()),
            false => Err(io::Error::last_os_error()),
        }
    }
}
