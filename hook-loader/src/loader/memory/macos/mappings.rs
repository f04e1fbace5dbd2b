//! Which parts of the address space are taken.
#![allow(unsafe_code)]

use std::io;
use std::ops::Range;

use crate::loader::mach::{REGION_INFORMATION, RegionInformation, THIS_TASK, mach_vm_region};

/// Returns what is taken, in the order of the addresses.
pub(crate) fn mappings() -> io::Result<Vec<Range<u64>>> {
    let (mut taken, mut at) = (Vec::new(), 0_u64);
    loop {
        let (mut size, mut object) = (0, 0);
        let mut information = RegionInformation::default();
        let mut words = (size_of::<RegionInformation>() / size_of::<u32>()) as u32;
        // SAFETY: the kernel writes the numbers, and of the structure at most so many words. It looks at no memory at
        // the address.
        let failed = unsafe {
            mach_vm_region(
                THIS_TASK,
                &raw mut at,
                &raw mut size,
                REGION_INFORMATION,
                &raw mut information,
                &raw mut words,
                &raw mut object,
            )
        };
        let end = at.checked_add(size).filter(|end| failed == 0 && *end > at);
        let Some(end) = end else {
            // There is no region behind the last.
            return Ok(taken);
        };
        taken.push(at..end);
        at = end;
    }
}
