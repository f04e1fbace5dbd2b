//! Symbols of the shared libraries that the program is linked to, and the unwinder.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Where an image finds what it does not define itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Library {
    /// Of a library that is no part of the program from its start: it sees what the program sees, and what it brought along.
    handle: Option<usize>,
}

impl Library {
    pub(super) const OF_PROGRAM: Library = Library { handle: None };

    /// Of the library that was loaded from a file. It is not unloaded any more.
    pub(super) fn kept(path: &Path) -> Library {
        let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
        let handle = CString::new(path.as_os_str().as_bytes()).ok().map(|path| {
            // SAFETY: a string that ends in zero; what is loaded already runs nothing.
            unsafe { libc::dlopen(path.as_ptr(), flags) }
        });
        Library {
            handle: handle.filter(|handle| !handle.is_null()).map(|handle| handle as usize),
        }
    }

    /// Where `name` is. The system looks in the program first, then in what a library brought along; but of what is
    /// `of_rust`, the program may have a copy of its own, with variables of its own.
    pub(super) fn find(self, name: &str, of_rust: bool) -> Option<u64> {
        /// Names the program to `__cxa_thread_atexit_impl`. Loaded code is never unloaded, so any address will do.
        static DSO: u8 = 0;
        if name == "__dso_handle" {
            return Some(&raw const DSO as u64);
        }
        let Some(handle) = self.handle else {
            return symbol(libc::RTLD_DEFAULT, name);
        };
        let own = || symbol(handle as *mut libc::c_void, name);
        if of_rust { own() } else { symbol(libc::RTLD_DEFAULT, name).or_else(own) }
    }
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
pub fn at_exit(run: extern "C" fn()) {
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
