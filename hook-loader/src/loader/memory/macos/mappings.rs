//! Which parts of the address space are taken.
#![allow(unsafe_code)]

use std::io;
use std::ops::Range;

/// What the system says of a region, of which only the size of all is needed here.
#[repr(C, packed(4))]
#[derive(Default)]
struct BasicInformation {
    rights: [i32; 2],
    inheritance: u32,
    is_shared: u32,
    is_reserved: u32,
    offset: u64,
    behaviour: i32,
    wired: u16,
}

const BASIC_INFORMATION: i32 = 9;

unsafe extern "C" {
    static mach_task_self_: u32;

    fn mach_vm_region(
        task: u32,
        address: *mut u64,
        size: *mut u64,
        flavor: i32,
        information: *mut BasicInformation,
        words: *mut u32,
        object: *mut u32,
    ) -> i32;
}

/// Returns what is taken, in the order of the addresses.
pub(crate) fn mappings() -> io::Result<Vec<Range<u64>>> {
    let (mut taken, mut at) = (Vec::new(), 0_u64);
    loop {
        let (mut size, mut object) = (0, 0);
        let mut information = BasicInformation::default();
        let mut words = (size_of::<BasicInformation>() / size_of::<u32>()) as u32;
        // SAFETY: the system writes the numbers, and of the structure at most so many words. It looks at no memory at
        // the address.
        let failed = unsafe {
            mach_vm_region(
                mach_task_self_,
                &raw mut at,
                &raw mut size,
                BASIC_INFORMATION,
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
