//! Thread-locals where each has a descriptor, which is an ordinary variable.
//!
//! A thread-local of the program is its descriptor, found by its name. One that the program lacks gets room in the
//! static TLS block of each thread, a zeroed thread-local of this crate, and its descriptor names a function of ours.
//! Initial values are copied when a thread first asks for an address.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod static_block;
mod thread_variable;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
use self::aarch64 as processor;
pub(super) use self::static_block::{ALIGN, InitialValue, SIZE, add_initial_value};
#[cfg(target_arch = "x86_64")]
use self::x86_64 as processor;
use super::image::{Image, TlsModule};

/// This says how the process reaches thread-locals.
#[derive(Debug)]
pub(super) struct ThreadLocals;

/// A thread-local is at the same offset of the static TLS block in every thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TlsAddress {
    pub(super) module: TlsModule,
    pub(super) offset: u64,
    /// Its initial value is copied when a thread first asks for its address.
    pub(super) is_lazy: bool,
}

impl ThreadLocals {
    pub(super) fn of(_: &[&Image]) -> ThreadLocals {
        ThreadLocals
    }

    /// Returns the address of what is at `offset` in the static TLS block.
    pub(super) fn in_block(&self, offset: u64, is_lazy: bool) -> Option<TlsAddress> {
        Some(TlsAddress {
            module: TlsModule,
            offset,
            is_lazy,
        })
    }

    /// Returns `None`: code reaches nothing by its distance from the thread pointer.
    pub(super) fn thread_pointer_offset(&self, _: TlsAddress) -> Option<u64> {
        None
    }
}

/// Returns the address of a function that loaded code has in place of the system's.
pub(super) fn replacement(name: &str) -> Option<u64> {
    (name == thread_variable::GET_ADDRESS).then(thread_variable::function_address)
}

/// Returns `None`: there are no descriptors of this kind.
pub(super) fn descriptor_function(_: bool) -> Option<u64> {
    None
}
