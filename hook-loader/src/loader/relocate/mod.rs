//! Relocations, split in two: *what* is referred to ([`RelocationKind`]) and *how* it is written down ([`Field`]).
//!
//! An ABI says both for each number of a relocation type. A table for each format and processor, such as `elf_x86_64`,
//! reads those numbers ([`form`]); the processor's own file, which no object format concerns, writes fields into
//! instructions and reads them back. All are plain functions on numbers and bytes, so both processors and all formats
//! are compiled and tested on Linux.
//!
//! Linkers rewrite code where what a relocation refers to turned out to be near ("relaxation"), and make entries of a
//! procedure linkage table where it turned out to be in another file. Whoever compares an object with a program must
//! see through both: [`is_relaxed`] and [`got_entry_of_plt`].

#[cfg(any(test, target_arch = "aarch64"))]
#[cfg_attr(not(all(target_os = "linux", target_arch = "aarch64")), allow(dead_code))]
mod aarch64;
#[cfg(any(test, windows))]
#[cfg_attr(not(windows), allow(dead_code))]
pub(super) mod coff_x86_64;
#[cfg(all(test, target_os = "linux"))]
mod either;
#[cfg(all(target_os = "linux", any(test, target_arch = "aarch64")))]
#[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
mod elf_aarch64;
#[cfg(all(target_os = "linux", any(test, target_arch = "x86_64")))]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod elf_x86_64;
#[cfg(any(all(test, unix), all(target_os = "macos", target_arch = "aarch64")))]
#[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
mod macho_aarch64;
#[cfg(any(all(test, unix), target_os = "macos"))]
pub(super) mod macho_kind;
#[cfg(any(all(test, unix), all(target_os = "macos", target_arch = "x86_64")))]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
mod macho_x86_64;
#[cfg(any(test, target_arch = "x86_64"))]
#[cfg_attr(not(all(target_os = "linux", target_arch = "x86_64")), allow(dead_code))]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(super) use aarch64::{
    Field, PLT_ENTRY_HEAD, PLT_ENTRY_SIZE, got_entry_of_plt, part, plt_entry, read, read_split, write,
};
#[cfg(windows)]
pub(super) use coff_x86_64::{form, is_relaxed};
#[cfg(all(test, target_os = "linux"))]
pub(super) use either::{MACH_O, form, is_relaxed};
#[cfg(all(not(test), target_os = "linux"))]
pub(super) use elf::{form, is_relaxed};
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
use elf_aarch64 as elf;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use elf_x86_64 as elf;
#[cfg(target_os = "macos")]
pub(super) use macho::{form, is_relaxed};
#[cfg(all(any(all(test, unix), target_os = "macos"), target_arch = "aarch64"))]
use macho_aarch64 as macho;
#[cfg(all(any(all(test, unix), target_os = "macos"), target_arch = "x86_64"))]
use macho_x86_64 as macho;
#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::{
    Field, PLT_ENTRY_HEAD, PLT_ENTRY_SIZE, got_entry_of_plt, part, plt_entry, read, read_split, write,
};

/// A relocation refers to one of these. The names are those of the ELF psABI, which has more of them than others, and
/// of the PE format.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum RelocationKind {
    /// Nothing: the relocation is only a hint to linkers.
    None,
    /// The symbol itself.
    Symbol,
    /// The symbol, or where that is too far an entry of the procedure linkage table, which jumps to it.
    Plt,
    /// An entry of the global offset table with the address of the symbol.
    Got,
    /// An entry of the table with the distance of the thread-local from the thread pointer (model "initial exec").
    GotTpOff,
    /// Two entries, the module and the offset in it: what `__tls_get_addr` takes (model "general dynamic").
    TlsGd,
    /// The same with offset zero: the start of the module's thread-locals (model "local dynamic").
    TlsLd,
    /// Two entries, a function and its argument: a TLS descriptor.
    TlsDesc,
    /// The distance of the thread-local from the thread pointer (model "local exec").
    TpOff,
    /// The distance of the thread-local from the start of its module's.
    DtpOff,
    /// The distance of the thread-local from the start of its image's. Code has the number of the image from elsewhere.
    #[cfg_attr(not(windows), allow(dead_code))]
    SecRel,
}

/// A field may have only one of these of an address.
#[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressPart {
    Page,
    Rest,
}

/// An address that two instructions have together.
#[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SplitAddress {
    /// The addend is a part of it.
    pub(super) value: u64,
    /// The instructions are others than those of the object.
    pub(super) is_relaxed: bool,
}

/// The value does not fit into its field, or the field does not lie within its section.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutOfRange;

/// Returns the address of a symbol that linkers define themselves. `_GLOBAL_OFFSET_TABLE_` is said to be at zero: the
/// program's own would be too far, and whatever is reached from there has its distance added to it again.
pub(super) fn linker_defined(name: &str) -> Option<u64> {
    (name == "_GLOBAL_OFFSET_TABLE_").then_some(0)
}

fn put<const N: usize>(field: &mut [u8], bytes: [u8; N]) -> Result<(), OutOfRange> {
    field.get_mut(..N).ok_or(OutOfRange)?.copy_from_slice(&bytes);
    Ok(())
}
