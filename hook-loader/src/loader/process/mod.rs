//! The running program, as loaded code sees it.

mod session;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

pub(super) use self::session::{LoadedVariable, Patch, Placement, Session, Sessions, UndoReload, Version, Versions};
use super::image::{DynamicScope, Image, images};
use super::tls::{ThreadLocals, TlsAddress};
use crate::{LoadError, MACOS_LINES, MSVC_LINES, symbol_path};

/// A host knows the symbols of this process, and what has been loaded into it.
pub struct Host {
    /// These were loaded when that was last asked for, the program itself first. Libraries come and go.
    images: Mutex<Vec<&'static Image>>,
    pub(super) thread_locals: ThreadLocals,
    sessions: Mutex<Sessions>,
}

/// A slot is a function of the program that can be loaded anew.
#[derive(Clone, Copy)]
pub struct RunningSlot {
    /// This is its mangled name. Where the optimizer made one function out of several equal ones, it is any of their
    /// names.
    pub name: &'static str,
    /// The slot is in this file, the program or a library, or was loaded near it. What a line refers to is that file's
    /// before anybody else's, as it is for the code around the slot.
    pub(super) image: &'static Image,
}

/// A file that the program runs code of: its own, or that of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFile {
    /// The path, to be named in messages.
    pub path: PathBuf,
    /// The bytes of the file. They stay mapped.
    pub data: &'static [u8],
    /// This is added to an address of the file to get the one in memory, in 64 bits and without carry.
    pub bias: u64,
}

/// A variable of the program or of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningVariable {
    /// The address that it is at.
    pub address: usize,
    /// Its size in bytes, as the symbol table says it.
    pub size: usize,
    /// The address of some function of the same file, by which [`Host::slot_at`] finds that file. It is named by the
    /// scheme that the variable is named by.
    pub function: usize,
}

impl Host {
    /// Returns this process. Symbol tables are read when they are needed, which takes some milliseconds for a large
    /// program; so ask for a slot in the background, before a line is typed.
    ///
    /// # Errors
    ///
    /// It returns [`LoadError::Platform`] if the system does not tell what is loaded, and on macOS, and
    /// with msvc, [`LoadError::Untried`] unless the user wants to try it.
    pub fn of_this_process() -> Result<&'static Host, LoadError> {
        let untried = [
            (cfg!(target_os = "macos"), MACOS_LINES),
            (cfg!(target_env = "msvc"), MSVC_LINES),
        ];
        for (_, variable) in untried.into_iter().filter(|(is_here, _)| *is_here) {
            if std::env::var_os(variable).is_none_or(|value| value != "1") {
                return Err(LoadError::Untried { variable });
            }
        }
        static HOST: OnceLock<Option<Host>> = OnceLock::new();
        let read = || {
            let images = images(&[]);
            let thread_locals = ThreadLocals::of(&images);
            let is_known = !images.is_empty();
            is_known.then(|| Host {
                images: Mutex::new(images),
                thread_locals,
                sessions: Mutex::default(),
            })
        };
        HOST.get_or_init(read).as_ref().ok_or(LoadError::Platform)
    }

    /// Finds the function that begins at `address`, in the program, in one of its shared libraries, or in code that was
    /// loaded. It returns `None` if no function begins there, whatever is at that address.
    ///
    /// # Errors
    ///
    /// It returns [`LoadError::Stripped`] if the file around the address has no symbol table, [`LoadError::Replaced`]
    /// if the file was built again, and [`LoadError::Read`] if it cannot be read.
    pub fn slot_at(&self, address: usize) -> Result<Option<RunningSlot>, LoadError> {
        let address = address as u64;
        let images = self.images();
        let sessions = self.sessions();
        for &image in &images {
            if let Some(name) = sessions.function_at(image, address) {
                return Ok(Some(RunningSlot { name, image }));
            }
        }
        drop(sessions);
        let Some(image) = images.into_iter().find(|image| image.holds(address)) else {
            return Ok(None);
        };
        image.read_symbols()?;
        let name = image.functions_at(address).next();
        Ok(name.map(|name| RunningSlot { name, image }))
    }

    /// Finds the file that has the code at `address`. It returns `None` if that is in no file, as what was loaded from
    /// an object is not.
    ///
    /// # Errors
    ///
    /// They are those of [`Host::slot_at`].
    pub fn file_at(&self, address: usize) -> Result<Option<CodeFile>, LoadError> {
        let images = self.images();
        let Some(image) = images.iter().find(|image| image.holds(address as u64)) else {
            return Ok(None);
        };
        let (data, bias) = image.file()?;
        let path = image.path();
        Ok(Some(CodeFile { path, data, bias }))
    }

    /// Returns the path of the function that was loaded whose code is at an address, which no backtrace names. It
    /// returns `None` for code that was not loaded.
    pub fn loaded_function(&self, address: usize) -> Option<String> {
        self.sessions().function_around(address as u64).and_then(symbol_path)
    }

    /// Returns whether an address is in a file that the system has loaded: the program, or a library.
    pub fn is_in_file(&self, address: usize) -> bool {
        self.images().iter().any(|image| image.holds(address as u64))
    }

    /// Finds the variables of the program and its libraries whose mangled names contain `part`. Files without symbols
    /// have none. A library that has one is not unloaded any more.
    pub fn variables(&self, part: &str) -> Vec<RunningVariable> {
        let images = self.images().into_iter().filter(|image| image.read_symbols().is_ok());
        let all = images.map(|image| (image, image.variables(part)));
        let kept = all.filter(|(image, found)| !found.is_empty() && self.keep(image).is_ok());
        let found = kept.flat_map(|(_, found)| found);
        let variable = |(address, size, function)| RunningVariable {
            address: address as usize,
            size: size as usize,
            function: function as usize,
        };
        found.map(variable).collect()
    }

    /// Returns the last names in the paths of the functions whose mangled names have `part` in them, each with whether
    /// any object could call one of that name: how a private function is called, the optimizer decides.
    pub fn shared_functions(&self, part: &str) -> HashMap<String, bool> {
        let images = self.images().into_iter().filter(|image| image.read_symbols().is_ok());
        let mut found = HashMap::new();
        for (name, is_shared) in images.flat_map(|image| image.shared_functions(part)) {
            if let Some(path) = symbol_path(name) {
                *found.entry(last_name(&path)).or_default() |= is_shared;
            }
        }
        found
    }

    /// Returns all images that are loaded now.
    fn images(&self) -> Vec<&'static Image> {
        let mut known = self.images.lock().unwrap_or_else(PoisonError::into_inner);
        *known = images(&known);
        known.clone()
    }

    /// Returns where an image finds what it does not define, or an error if it was unloaded. It is not unloaded any
    /// more then.
    pub(super) fn keep(&self, image: &'static Image) -> Result<DynamicScope, LoadError> {
        let scope = image.scope();
        let is_loaded = self.images().iter().any(|loaded| std::ptr::eq(*loaded, image));
        is_loaded.then_some(scope).ok_or_else(|| LoadError::Read {
            path: image.path(),
            reason: "the program has unloaded it".into(),
        })
    }

    /// Finds a thread-local that some image defines for others. Symbols are read for that.
    pub(super) fn find_thread_local(&self, name: &str) -> Option<TlsAddress> {
        let images = self.images().into_iter();
        let mut images = images.filter(|image| image.tls_module().is_some() && image.read_symbols().is_ok());
        images.find_map(|image| {
            let symbol = image
                .find(name)
                .find(|symbol| !symbol.is_local && symbol.tls_module.is_some())?;
            self.keep(image).ok()?;
            Some(TlsAddress {
                module: symbol.tls_module?,
                offset: symbol.value,
                is_lazy: false,
            })
        })
    }

    /// Returns what earlier lines left behind. It is held while a line is loaded, so that one is loaded at a time.
    pub(super) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn last_name(path: &str) -> String {
    path.rsplit("::").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_by_its_first_address_alone() {
        let host = Host::of_this_process().expect("a host");
        let function = a_function_is_found_by_its_first_address_alone as fn() as usize;
        let slot = host.slot_at(function).expect("symbols").expect("a function");
        assert!(slot.name.contains("a_function_is_found_by_its_first_address_alone"));
        let variable = 0_u8;
        for address in [
            0,
            1,
            function + 1,
            (&raw const variable).addr(),
            usize::MAX - 1,
            usize::MAX,
        ] {
            assert!(host.slot_at(address).expect("symbols").is_none(), "{address:#x}");
        }
    }
}
