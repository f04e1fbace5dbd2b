//! Thread-locals as macOS has them: each has a descriptor, an ordinary variable, of three words. Code calls the
//! function that the first word names, with the address of the descriptor. In a linked file that is a function of the
//! system's, which knows the thread-locals of images alone; so in loaded code it is one of ours.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering};

use super::processor;
use super::static_block::{address_of_block, copy_initial_values};

/// The first word of each descriptor refers to this.
pub(super) const GET_ADDRESS: &str = "_tlv_bootstrap";

/// The third word counts from here to the beginning of the static TLS block. On macOS, that is no part of a module.
static START_OF_BLOCK: AtomicU64 = AtomicU64::new(0);

#[repr(C)]
pub(super) struct Descriptor {
    function: usize,
    key: usize,
    offset: u64,
}

#[cfg(target_os = "linux")]
pub(super) fn set_start_of_block(offset: u64) {
    START_OF_BLOCK.store(offset, Ordering::Relaxed);
}

/// Returns the address of the function that goes into the first word.
pub(super) fn function_address() -> u64 {
    processor::THREAD_VARIABLE as usize as u64
}

/// Returns the address of a thread-local in this thread.
pub(super) unsafe extern "C" fn address_of_variable(descriptor: *const Descriptor) -> u64 {
    copy_initial_values();
    // SAFETY: loaded code passes a descriptor, which stays where it is.
    let offset = unsafe { (*descriptor).offset };
    let in_block = offset.wrapping_sub(START_OF_BLOCK.load(Ordering::Relaxed));
    address_of_block().wrapping_add(in_block)
}
