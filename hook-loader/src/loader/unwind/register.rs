//! The call that makes unwinding tables known.
//!
//! Of the two unwinders that programs have, GCC's takes a whole `.eh_frame` at a time and LLVM's one FDE, under the
//! same name. LLVM's, which programs for musl have, ignores what begins with a CIE. So it is tried out once which one
//! it is. On macOS it is LLVM's.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;

use super::PlacedTable;

unsafe extern "C" {
    fn __register_frame(table: *const u8);
    fn _Unwind_Find_FDE(address: *const c_void, bases: *mut [*const c_void; 3]) -> *const c_void;
}

/// Tells the unwinder how to leave loaded code.
///
/// # Safety
///
/// The table is a whole `.eh_frame`, relocated, which ends in a zero length. Its records can be read and are for
/// loaded code alone. It is never written or given back.
pub(crate) unsafe fn register_frames(table: PlacedTable) {
    static TAKES_TABLES: OnceLock<bool> = OnceLock::new();
    let start = table.address as *const u8;
    if cfg!(not(target_os = "macos")) && *TAKES_TABLES.get_or_init(takes_tables) {
        // SAFETY: the caller vouches for the table.
        unsafe { __register_frame(start) };
        return;
    }
    let mut record = start;
    // SAFETY: the caller vouches for the table, so each record begins with its length and with what tells an FDE from
    // a CIE, and the last one has the length zero.
    unsafe {
        loop {
            let len = record.cast::<u32>().read_unaligned() as usize;
            if len == 0 {
                return;
            }
            if record.add(4).cast::<u32>().read_unaligned() != 0 {
                __register_frame(record);
            }
            record = record.add(4 + len);
        }
    }
}

/// A table with one FDE. Absolute addresses stand in it.
#[repr(C)]
struct Trial {
    cie_len: u32,
    cie_id: u32,
    /// The version, no augmentation, the factors of code and data, the register of the return address, and a rule.
    cie: [u8; 8],
    fde_len: u32,
    back_to_cie: u32,
    start: u64,
    size: u64,
    no_rules: u32,
    end: u32,
}

/// Returns whether the unwinder takes a whole table: whether it finds the FDE of one. The table is for an address at
/// which there is no code, and stays registered.
fn takes_tables() -> bool {
    let trial = Box::leak(Box::new(Trial {
        cie_len: 12,
        cie_id: 0,
        cie: [1, 0, 1, 0x78, 16, 0x0c, 7, 8],
        fde_len: 24,
        back_to_cie: 20,
        start: 0,
        size: 1,
        no_rules: 0,
        end: 0,
    }));
    let address = ptr::from_ref(trial).cast::<c_void>();
    trial.start = address as u64;
    let mut bases = [ptr::null(); 3];
    // SAFETY: the table is whole and is never written or given back, and the unwinder writes three addresses.
    unsafe {
        __register_frame(address.cast());
        !_Unwind_Find_FDE(address, &raw mut bases).is_null()
    }
}
