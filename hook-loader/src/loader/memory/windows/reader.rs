//! The call of the system that reads memory of this process. It returns an error where it cannot read all.
#![allow(unsafe_code)]

use crate::loader::kernel32::{GetCurrentProcess, ReadProcessMemory};

pub(super) struct MemoryReader;

impl MemoryReader {
    pub(super) fn new() -> Option<Self> {
        Some(MemoryReader)
    }

    /// Reads into the beginning of `buffer`. Returns how many bytes, or `None` where not all of them can be read.
    pub(super) fn read(&mut self, address: u64, buffer: &mut [u8]) -> Option<usize> {
        let mut read = 0;
        // SAFETY: the system checks the address, and writes at most as many bytes as the buffer has.
        let done = unsafe {
            ReadProcessMemory(
                GetCurrentProcess(),
                address as *const _,
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                &raw mut read,
            )
        };
        (done != 0).then_some(read)
    }
}
