//! Thread-locals where the system keeps them by numbers: each is an ordinary variable that holds its number, and gets
//! that when it is first used. So nothing here has anything to do, and an object that has others is refused.

use super::image::{Image, TlsModule};

/// This says how the process reaches thread-locals.
#[derive(Debug)]
pub(super) struct ThreadLocals;

/// There is no thread-local that has an address of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct TlsAddress {
    pub(super) module: TlsModule,
    pub(super) offset: u64,
    pub(super) is_lazy: bool,
}

/// There is none.
#[allow(dead_code)]
#[derive(Clone, Copy, Debug)]
pub(super) struct InitialValue {
    pub(super) offset: usize,
    pub(super) address: u64,
    pub(super) len: usize,
}

/// There is no room for others.
pub(super) const SIZE: usize = 0;
pub(super) const ALIGN: u64 = 1;

impl ThreadLocals {
    pub(super) fn of(_: &[&Image]) -> ThreadLocals {
        ThreadLocals
    }

    pub(super) fn in_block(&self, _: u64, _: bool) -> Option<TlsAddress> {
        None
    }

    pub(super) fn thread_pointer_offset(&self, address: TlsAddress) -> Option<u64> {
        match address.module {}
    }
}

/// Nobody has an initial value to add.
///
/// # Safety
///
/// It is never called.
#[allow(unsafe_code)]
pub(super) unsafe fn add_initial_value(_: InitialValue) {}

/// Returns `None`: no function of the system's is replaced.
pub(super) fn replacement(_: &str) -> Option<u64> {
    None
}

/// Returns `None`: there are no descriptors.
pub(super) fn descriptor_function(_: bool) -> Option<u64> {
    None
}
