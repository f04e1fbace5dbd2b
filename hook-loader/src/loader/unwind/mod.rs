//! Unwinding tables: without them a panic in a line could not leave it, and would abort the program.
//!
//! An ELF object has one `.eh_frame` for all its functions. Its records say how to unwind (a CIE, which functions
//! share) and where (an FDE for each function). Only those of the functions that are loaded may be registered, since
//! the others have no address. So the records are taken apart here (`eh_frame`), checked (`record`), and put together
//! anew with their relocations and the zero that ends a table (`table`).
//!
//! The unwinder trusts what is registered. While registering it reads of each CIE how addresses are encoded, and of
//! each FDE the addresses that it is for; the rest it reads only when it unwinds a frame at one of those addresses. So
//! registering is sound if the records can be read to that point, and are for nothing but the code of the line.

mod eh_frame;
mod record;
mod register;
mod table;

pub(super) use eh_frame::EhFrame;
pub(super) use register::register_frames;
pub(super) use table::UnwindTable;
