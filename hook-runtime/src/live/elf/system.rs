//! Symbols of the shared libraries that the program is linked to, and the unwinder.
#![allow(unsafe_code)]

use std::ffi::CString;

/// Where a shared library has `name`.
pub(super) fn find(name: &str) -> Option<u64> {
    /// Names the program to `__cxa_thread_atexit_impl`. Loaded code is never unloaded, so any address will do.
    static DSO: u8 = 0;
    if name == "__dso_handle" {
        return Some(&raw const DSO as u64);
    }
    symbol(libc::RTLD_DEFAULT, name)
}

/// A function of the mathematical library. Rust programs are linked to it, but linkers leave it out where none is used.
pub(super) fn find_math(name: &str) -> Option<u64> {
    // SAFETY: a library whose loading runs nothing of consequence.
    let library = unsafe { libc::dlopen(c"libm.so.6".as_ptr(), libc::RTLD_LAZY) };
    if library.is_null() { None } else { symbol(library, name) }
}

fn symbol(library: *mut libc::c_void, name: &str) -> Option<u64> {
    let name = CString::new(name).ok()?;
    // SAFETY: an open library, or the default, and a string that ends in zero.
    let address = unsafe { libc::dlsym(library, name.as_ptr()) };
    (!address.is_null()).then_some(address as u64)
}

/// Has a function run as the process exits.
pub(crate) fn at_exit(run: extern "C" fn()) {
    // SAFETY: a function of this program, which is never unloaded.
    unsafe { libc::atexit(run) };
}

unsafe extern "C" {
    fn __register_frame(table: *const u8);
}

/// Tells the unwinder of loaded code.
///
/// # Safety
///
/// At `table` is a whole `.eh_frame` that ends in a zero length, relocated, and never given back.
pub(super) unsafe fn register_frames(table: u64) {
    // SAFETY: the caller's.
    unsafe { __register_frame(table as *const u8) };
}
