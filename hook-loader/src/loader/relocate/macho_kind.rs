//! The numbers that kinds of relocations of Mach-O have here. Each is made of the processor's type, the size of the
//! field (as a power of two), whether it holds a distance, and what only the instruction or the section around it
//! tells.

use object::macho::RelocationType;

pub(crate) const LENGTH: u32 = 1 << 4;
pub(crate) const PC_RELATIVE: u32 = 1 << 6;
/// The number behind it is multiplied by this: by what power of two an instruction multiplies its field.
#[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
pub(crate) const SCALE: u32 = 1 << 8;
/// The field of a descriptor of a thread-local that holds where that is.
pub(crate) const THREAD_LOCAL: u32 = 1 << 12;
/// It belongs to the next relocation and has no meaning of its own.
pub(crate) const NONE: u32 = 1 << 13;

/// Returns the number of a relocation whose field has so many bytes.
pub(crate) const fn of(kind: RelocationType, bytes: u32, is_pc_relative: bool) -> u32 {
    let pc_relative = if is_pc_relative { PC_RELATIVE } else { 0 };
    kind.0 as u32 | (bytes.trailing_zeros() * LENGTH) | pc_relative
}
