//! Unwinding tables: without them a panic in a line could not leave it, and would abort the program.
//!
//! An ELF object has one `.eh_frame` for all its functions. Its records say how to unwind (a CIE, which functions
//! share) and where (an FDE for each function). Only those of the functions that are loaded may be registered, since
//! the others have no address. So the records are taken apart here (`eh_frame`), checked (`record`), and put together
//! anew with their relocations and the zero that ends a table (`table`).
//!
//! The unwinder trusts what is registered. While registering it reads of each CIE how addresses are encoded, and of
//! each FDE the addresses that it is for. LLVM's reads more than that: where a CIE says that it leads to the address of
//! the personality function, that address, and the field of an FDE with the address of what that function reads. The
//! rest is read only when a frame at one of those addresses is unwound. So registering is sound if all this can be
//! read, and if the records are for nothing but the code of the line.
//!
//! COFF has entries of three addresses in their stead (`pdata`), of which the same is true.

#[cfg(unix)]
mod eh_frame;
#[cfg(any(test, windows))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod pdata;
#[cfg(unix)]
mod record;
#[cfg_attr(windows, path = "windows_register.rs")]
mod register;
#[cfg(unix)]
mod table;

#[cfg(unix)]
pub(super) use eh_frame::EhFrame as ObjectFrames;
#[cfg(windows)]
pub(super) use pdata::{Pdata as ObjectFrames, UnwindTable};
pub(super) use register::register_frames;
#[cfg(unix)]
pub(super) use table::UnwindTable;

/// A table is in memory.
#[cfg_attr(unix, allow(dead_code))]
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedTable {
    pub(super) address: u64,
    pub(super) size: u64,
    /// Its distances count from here.
    pub(super) base: u64,
}
