//! The call of the kernel that reads memory of this process. It returns an error where it cannot read all. A pipe,
//! which does as much elsewhere, may have room for 512 bytes here, and would wait for a reader.
#![allow(unsafe_code)]

use crate::loader::mach::{THIS_TASK, mach_vm_read_overwrite};

pub(super) struct MemoryReader;

impl MemoryReader {
    pub(super) fn new() -> Option<Self> {
        Some(MemoryReader)
    }

    /// Reads into the beginning of `buffer`. Returns how many bytes, or `None` where not all of them can be read.
    pub(super) fn read(&mut self, address: u64, buffer: &mut [u8]) -> Option<usize> {
        let mut read = 0;
        // SAFETY: the kernel checks the address, and writes at most as many bytes as the buffer has.
        let failed = unsafe {
            mach_vm_read_overwrite(
                THIS_TASK,
                address,
                buffer.len() as u64,
                buffer.as_mut_ptr() as u64,
                &raw mut read,
            )
        };
        usize::try_from(read).ok().filter(|_| failed == 0)
    }
}
