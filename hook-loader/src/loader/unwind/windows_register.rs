//! The call that makes unwinding tables known.
#![allow(unsafe_code)]

use super::PlacedTable;
use crate::loader::kernel32::RtlAddFunctionTable;

/// An entry has so many bytes.
const ENTRY: u64 = 12;

/// Tells the unwinder how to leave loaded code.
///
/// # Safety
///
/// The table is whole and relocated, and its entries are in the order of their addresses, which count from its base.
/// They are for loaded code alone. It is never written or given back.
pub(crate) unsafe fn register_frames(table: PlacedTable) {
    let entries = u32::try_from(table.size / ENTRY).unwrap_or(0);
    // SAFETY: the caller vouches for the table.
    unsafe { RtlAddFunctionTable(table.address as *const _, entries, table.base) };
}
