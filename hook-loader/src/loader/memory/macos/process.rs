//! The memory of this process, read by way of the kernel.
//!
//! What an image has in memory may go away while it is looked at: another thread can unload a library, or take the
//! right to read from some pages. A plain load would end the program then. The kernel's function returns an error where
//! it cannot read. A pipe, which does as much elsewhere, may have room for 512 bytes here, and would wait for a reader.
#![allow(unsafe_code)]

use crate::loader::mach::{THIS_TASK, mach_vm_read_overwrite};

/// So many bytes are read at once.
const CHUNK: usize = 4096;

/// Calls `each` with the `len` bytes from `address` on, a piece at a time, as long as it returns true. Returns whether
/// all could be read and all calls returned true.
pub(crate) fn read_process(address: u64, len: u64, mut each: impl FnMut(&[u8]) -> bool) -> bool {
    let Some(end) = address.checked_add(len) else {
        return false;
    };
    let mut at = address;
    let mut buffer = [0_u8; CHUNK];
    while at < end {
        let wanted = usize::try_from(end - at).map_or(CHUNK, |left| left.min(CHUNK));
        let mut read = 0;
        // SAFETY: the kernel checks the address, and writes at most as many bytes as the buffer has.
        let failed =
            unsafe { mach_vm_read_overwrite(THIS_TASK, at, wanted as u64, buffer.as_mut_ptr() as u64, &raw mut read) };
        if failed != 0 || read != wanted as u64 || !each(&buffer[..wanted]) {
            return false;
        }
        at += wanted as u64;
    }
    true
}
