//! Code of the running program is written by way of the system, which needs no right to write for that: the pages stay
//! as they are, executable and not writable.
#![allow(unsafe_code)]

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;

use super::emulator::is_emulated;
use super::pages::page_size;

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
    pub(crate) unsafe fn write(&self, address: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, address)?;
        if is_emulated() {
            translate_anew(address, bytes.len())
        } else {
            Ok(())
        }
    }
}

/// Has an emulator translate code anew. It sees no write that the system makes, but it lets go of what it translated
/// where it is to make pages writable.
fn translate_anew(address: u64, len: usize) -> io::Result<()> {
    let start = address - address % page_size();
    let len = (address - start) as usize + len;
    let protect = |rights| {
        // SAFETY: these pages are of the program's code, and nothing of it but the emulator's view of them changes.
        if unsafe { libc::mprotect(start as *mut libc::c_void, len, rights) } == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    };
    protect(libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC)?;
    protect(libc::PROT_READ | libc::PROT_EXEC)
}
