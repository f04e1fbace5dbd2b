//! Tests on Linux load objects for macOS, too. The numbers of Mach-O have this mark there.

use super::{Field, RelocationKind, elf, macho};

pub(crate) const MACH_O: u32 = 1 << 30;

pub(crate) fn form(kind: u32) -> Option<(RelocationKind, Field)> {
    match kind & MACH_O {
        0 => elf::form(kind),
        _ => macho::form(kind - MACH_O),
    }
}

pub(crate) fn is_relaxed(kind: u32, linked: &[u8], object: &[u8]) -> bool {
    match kind & MACH_O {
        0 => elf::is_relaxed(kind, linked, object),
        _ => macho::is_relaxed(kind - MACH_O, linked, object),
    }
}
