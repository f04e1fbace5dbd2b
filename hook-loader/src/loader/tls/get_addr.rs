//! `__tls_get_addr`, the system's and the one that loaded code calls.
#![allow(unsafe_code)]

use std::sync::OnceLock;

use super::static_block::copy_initial_values;
use crate::loader::image::{DynamicScope, TlsModule, program_thread_locals};

/// `__tls_get_addr` takes this.
#[repr(C)]
struct TlsIndex {
    module: usize,
    offset: usize,
}

type GetAddr = unsafe extern "C" fn(*const TlsIndex) -> *mut u8;

/// Returns the system's `__tls_get_addr`. It is not named at build time, for a program that is linked to no shared
/// library has none.
fn system_get_addr() -> Option<GetAddr> {
    static FOUND: OnceLock<Option<GetAddr>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let found = DynamicScope::OF_PROGRAM.find("__tls_get_addr", false)?;
        // SAFETY: the function of this name has this type on all platforms that have it.
        Some(unsafe { std::mem::transmute::<usize, GetAddr>(found as usize) })
    })
}

/// Returns where this thread has the thread-locals of a module.
pub(super) fn start(module: TlsModule) -> u64 {
    let index = TlsIndex {
        module: module.number(),
        offset: 0,
    };
    match system_get_addr() {
        // SAFETY: the number is from the system, and images that `TlsAddress` names are not unloaded.
        Some(get_addr) => unsafe { get_addr(&index) as u64 },
        // It is the only module there is, which each thread has from its start.
        None => program_thread_locals(),
    }
}

/// Loaded code calls this as `__tls_get_addr`.
unsafe extern "C" fn get_addr(index: *const TlsIndex) -> *mut u8 {
    copy_initial_values();
    match system_get_addr() {
        // SAFETY: the caller passes what the system's function takes.
        Some(get_addr) => unsafe { get_addr(index) },
        // SAFETY: the loader wrote the index, and the offset is within the thread-locals of the program.
        None => unsafe { (program_thread_locals() as *mut u8).add((*index).offset) },
    }
}

pub(super) fn get_addr_address() -> u64 {
    get_addr as GetAddr as usize as u64
}
