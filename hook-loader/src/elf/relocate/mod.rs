//! Relocations, split in two: *what* is referred to ([`Source`]) and *how* it is written down ([`Field`]).
//!
//! A machine says both for each of its relocation numbers (`form`), and writes a field (`write`); both are plain
//! functions on numbers and bytes, and both machines are compiled, and tested, on both. Everything else in the loader
//! is shared.

#[cfg(any(test, target_arch = "aarch64"))]
#[cfg_attr(not(target_arch = "aarch64"), allow(dead_code))]
pub(super) mod aarch64;
#[cfg(any(test, target_arch = "x86_64"))]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(super) mod x86_64;

#[cfg(target_arch = "aarch64")]
pub(super) use aarch64 as machine;
#[cfg(target_arch = "x86_64")]
pub(super) use x86_64 as machine;

/// What a relocation refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// Nothing: the relocation is only a hint to linkers.
    Hint,
    /// The symbol.
    Symbol,
    /// The symbol, or where that is too far a stub that jumps to it.
    Callee,
    /// A word with the address of the symbol.
    Pointer,
    /// A word with the distance of the thread-local from the thread pointer.
    ThreadPointer,
    /// Two words, the module and the place in it: what `__tls_get_addr` takes.
    ThreadLocal,
    /// The same with place zero: the start of the module's thread-locals.
    ThreadModule,
    /// Two words, a function and its argument: a TLS descriptor.
    ThreadDescriptor,
    /// The distance of the thread-local from the thread pointer.
    FromThreadPointer,
    /// The distance of the thread-local from the start of its module's.
    FromModule,
}

/// The value does not fit into its field.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooFar;

fn put<const N: usize>(field: &mut [u8], bytes: [u8; N]) -> Result<(), TooFar> {
    field.get_mut(..N).ok_or(TooFar)?.copy_from_slice(&bytes);
    Ok(())
}
