//! The static TLS block of each thread, and the initial values in it.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::loader::image::{DynamicScope, TlsModule, program_thread_locals};

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct InitialValue {
    /// The variable begins here in the block.
    pub(crate) offset: usize,
    /// The value is at this address.
    pub(crate) address: u64,
    pub(crate) len: usize,
}

/// `__tls_get_addr` takes this.
#[repr(C)]
struct TlsIndex {
    module: usize,
    offset: usize,
}

type GetAddr = unsafe extern "C" fn(*const TlsIndex) -> *mut u8;

/// Returns the address of this thread's block.
pub(super) fn address_of_block() -> u64 {
    BLOCK.with(|block| block.bytes.get() as u64)
}

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
