//! The call that makes unwinding tables known.
#![allow(unsafe_code)]

use super::PlacedTable;

unsafe extern "C" {
    fn __register_frame(table: *const u8);
}

/// Tells the unwinder how to leave loaded code.
///
/// # Safety
///
/// The table is a whole `.eh_frame`, relocated, which ends in a zero length. Its records can be read and are for
/// loaded code alone. It is never written or given back.
pub(crate) unsafe fn register_frames(table: PlacedTable) {
    // SAFETY: the caller vouches for the table.
    unsafe { __register_frame(table.address as *const u8) };
}
