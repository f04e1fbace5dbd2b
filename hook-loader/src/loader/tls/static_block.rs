//! The static TLS block of each thread, and the initial values in it.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// The block has so many bytes in each thread.
pub(crate) const SIZE: usize = 2048;
/// No new thread-local may be aligned to more.
pub(crate) const ALIGN: u64 = 64;

#[repr(C, align(64))]
struct StaticTlsBlock {
    bytes: UnsafeCell<[u8; SIZE]>,
    /// This thread has copied so many of [`INITIAL_VALUES`].
    copied: UnsafeCell<usize>,
}

thread_local! {
    static BLOCK: StaticTlsBlock = const {
        StaticTlsBlock { bytes: UnsafeCell::new([0; SIZE]), copied: UnsafeCell::new(0) }
    };
}

/// The initial values are in the order of loading. `COUNT` is how many there are.
static INITIAL_VALUES: Mutex<Vec<InitialValue>> = Mutex::new(Vec::new());
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// A thread-local in the block holds this at first.
#[cfg_attr(target_env = "msvc", allow(dead_code))]
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitialValue {
    /// The variable begins here in the block.
    pub(crate) offset: usize,
    /// The value is at this address.
    pub(crate) address: u64,
    pub(crate) len: usize,
}

/// Returns the address of this thread's block.
pub(super) fn address_of_block() -> u64 {
    BLOCK.with(|block| block.bytes.get() as u64)
}

/// Has every thread copy an initial value, when it next asks for the address of a lazy thread-local.
///
/// # Safety
///
/// The value is readable and constant from now on, for ever. The variable lies in the block, it was given to nobody
/// else, and no code that knows it has run yet.
pub(crate) unsafe fn add_initial_value(value: InitialValue) {
    let mut values = INITIAL_VALUES.lock().unwrap_or_else(PoisonError::into_inner);
    values.push(value);
    COUNT.store(values.len(), Ordering::Release);
}

/// Copies the initial values that this thread has not copied yet.
#[cfg_attr(target_env = "msvc", allow(dead_code))]
pub(super) extern "C" fn copy_initial_values() {
    BLOCK.with(|block| {
        // SAFETY: only this thread has access, and nothing below comes back here.
        let copied = unsafe { &mut *block.copied.get() };
        if *copied == COUNT.load(Ordering::Acquire) {
            return;
        }
        let values = INITIAL_VALUES.lock().unwrap_or_else(PoisonError::into_inner);
        for &InitialValue { offset, address, len } in &values[*copied..] {
            let bytes = block.bytes.get().cast::<u8>();
            // SAFETY: whoever added the value vouched for it, for the offset and for the length.
            unsafe { bytes.add(offset).copy_from(address as *const u8, len) };
        }
        *copied = values.len();
    });
}
