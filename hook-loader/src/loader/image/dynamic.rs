//! What the system's own linker finds by name.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// An image finds in the libraries of its scope what it does not define itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DynamicScope {
    /// A library that is no part of the program from its start sees what the program sees, and what it brought along.
    library: Option<usize>,
}

impl DynamicScope {
    pub(crate) const OF_PROGRAM: DynamicScope = DynamicScope { library: None };

    /// Returns that of the library that was loaded from a file, and keeps it from being unloaded.
    pub(super) fn of_library(path: &Path) -> DynamicScope {
        let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
        let library = CString::new(path.as_os_str().as_bytes()).ok().map(|path| {
            // SAFETY: the string ends in zero, and with RTLD_NOLOAD nothing is loaded, so nothing runs.
            unsafe { libc::dlopen(path.as_ptr(), flags) }
        });
        DynamicScope {
            library: library
                .filter(|library| !library.is_null())
                .map(|library| library as usize),
        }
    }

    /// Returns the address of `name`. The system looks in the program first, then in what a library brought along; but
    /// of what is `of_rust`, the program may have a copy of its own, with variables of its own.
    pub(crate) fn find(self, name: &str, of_rust: bool) -> Option<u64> {
        /// It names the program to `__cxa_thread_atexit_impl`. Loaded code stays, so any address of the program will
        /// do.
        static DSO: u8 = 0;
        if name == "__dso_handle" {
            return Some(&raw const DSO as u64);
        }
        let Some(library) = self.library else {
            return symbol(libc::RTLD_DEFAULT, name);
        };
        let own = || symbol(library as *mut libc::c_void, name);
        match of_rust {
            true => own(),
            false => symbol(libc::RTLD_DEFAULT, name).or_else(own),
        }
    }

    /// Returns `None`: there are no import tables whose entries have names.
    pub(crate) fn find_import(self, _: &str) -> Option<u64> {
        None
    }
}

/// Returns the address of a function of the mathematical library. Rust programs are linked to it, but linkers leave it
/// out where nothing of it is used.
pub(crate) fn find_math_function(name: &str) -> Option<u64> {
    if cfg!(target_os = "macos") {
        // The one library of the system has them.
        return None;
    }
    // SAFETY: the library belongs to the C library, and loading it runs nothing of consequence.
    let library = unsafe { libc::dlopen(c"libm.so.6".as_ptr(), libc::RTLD_LAZY) };
    if library.is_null() { None } else { symbol(library, name) }
}

fn symbol(library: *mut libc::c_void, name: &str) -> Option<u64> {
    let name = CString::new(name).ok()?;
    // SAFETY: the library is open (or the default), and stays so; the string ends in zero.
    let address = unsafe { libc::dlsym(library, name.as_ptr()) };
    (!address.is_null()).then_some(address as u64)
}
