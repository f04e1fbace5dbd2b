//! What the system's own loader finds by name.
#![allow(unsafe_code)]

use std::ffi::{CString, c_void};
use std::ptr;

use super::loaded::modules;
use crate::loader::kernel32::{
    GetModuleHandleExW, GetModuleHandleW, GetProcAddress, MODULE_AT_ADDRESS_AND_PINNED, Module, PAGE_EXECUTE_ANY,
};
use crate::loader::memory::information;

/// An image finds in the libraries of the process what it does not define itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DynamicScope(());

impl DynamicScope {
    pub(crate) const OF_PROGRAM: DynamicScope = DynamicScope(());

    /// Returns that of the library that is loaded at an address, and keeps it from being unloaded.
    pub(crate) fn of_library(address: u64) -> DynamicScope {
        pin(address);
        DynamicScope(())
    }

    /// Returns the address of a function. Only functions can be called by way of another address, so a variable is not
    /// found by its name alone.
    pub(crate) fn find(self, name: &str, _of_rust: bool) -> Option<u64> {
        find(name).filter(|found| is_code(found.address))?.pinned()
    }

    /// Returns the address of a function or of a variable.
    pub(crate) fn find_import(self, name: &str) -> Option<u64> {
        find(name)?.pinned()
    }
}

/// Returns the address of a function of the mathematical library, which is a part of the C library here.
pub(crate) fn find_math_function(name: &str) -> Option<u64> {
    let library = match cfg!(target_env = "msvc") {
        true => "ucrtbase.dll\0",
        false => "msvcrt.dll\0",
    };
    let library: Vec<u16> = library.encode_utf16().collect();
    // SAFETY: the name ends in zero.
    let module = unsafe { GetModuleHandleW(library.as_ptr()) };
    Export::of(module, CString::new(name).ok()?)?.pinned()
}

/// A module says that what it exports by a name is here, or in another module that it names.
struct Export {
    module: Module,
    name: CString,
    address: u64,
}

impl Export {
    fn of(module: Module, name: CString) -> Option<Export> {
        let address = exported(module, &name)?;
        Some(Export { module, name, address })
    }

    /// Keeps what is there from being unloaded, since loaded code will refer to it. Returns the address, unless it was
    /// unloaded just before.
    fn pinned(self) -> Option<u64> {
        let is_there = pin(self.address) && exported(self.module, &self.name) == Some(self.address);
        is_there.then_some(self.address)
    }
}

fn find(name: &str) -> Option<Export> {
    let name = CString::new(name).ok()?;
    modules()
        .into_iter()
        .find_map(|module| Export::of(module, name.clone()))
}

/// Returns what a module exports; nothing where there is no such module.
fn exported(module: Module, name: &CString) -> Option<u64> {
    if module.is_null() {
        return None;
    }
    // SAFETY: the name ends in zero; the system checks whether the module is loaded.
    let address: *const c_void = unsafe { GetProcAddress(module, name.as_ptr()) };
    (!address.is_null()).then_some(address as u64)
}

/// Keeps the module at an address from being unloaded. Returns whether there is one.
fn pin(address: u64) -> bool {
    let mut module = ptr::null_mut();
    // SAFETY: the address only names a module, and the system writes the module.
    unsafe { GetModuleHandleExW(MODULE_AT_ADDRESS_AND_PINNED, address as *const u16, &raw mut module) != 0 }
}

fn is_code(address: u64) -> bool {
    information(address).is_some_and(|information| information.protection & PAGE_EXECUTE_ANY != 0)
}
