//! Which parts of the address space are taken.
#![allow(unsafe_code)]

use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;

use crate::loader::kernel32::{MEM_FREE, MemoryInformation, VirtualQuery};

/// Returns what is taken, in the order of the addresses.
pub(crate) fn mappings() -> io::Result<Vec<Range<u64>>> {
    let (mut taken, mut at) = (Vec::new(), 0_u64);
    while let Some(MemoryInformation { start, size, state, .. }) = information(at) {
        let (start, end) = (start as u64, (start as u64).saturating_add(size as u64));
        if end <= at {
            break;
        }
        if state != MEM_FREE {
            taken.push(start..end);
        }
        at = end;
    }
    Ok(taken)
}

/// Returns what is known of the pages from an address on; `None` behind the last of them.
pub(crate) fn information(address: u64) -> Option<MemoryInformation> {
    let mut found = MaybeUninit::<MemoryInformation>::uninit();
    let size = size_of::<MemoryInformation>();
    // SAFETY: the system writes one structure of this size, and looks at no memory at the address.
    let written = unsafe { VirtualQuery(address as *const _, found.as_mut_ptr(), size) };
    // SAFETY: the system has written the whole.
    (written == size).then(|| unsafe { found.assume_init() })
}
