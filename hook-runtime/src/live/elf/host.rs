//! The running program, as loaded code sees it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock};

use super::archive::Placed;
use super::image::{HostSymbol, Image, images};
use super::memory::Arena;
use super::tls::ThreadLocals;
use crate::live::LoadError;

/// The symbols of this process, and what has been loaded into it.
pub struct Host {
    images: Vec<Image>,
    pub(super) threads: ThreadLocals,
    session: Mutex<Session>,
}

/// What earlier lines left behind.
#[derive(Default)]
pub(super) struct Session {
    /// By index of the image that they are near.
    pub(super) arenas: HashMap<usize, Arena>,
    /// Variables that the program does not have, by name: a later line that has them too means the same ones.
    pub(super) variables: HashMap<Box<str>, Variable>,
    /// Bytes of the reserve that are given away.
    pub(super) reserved: u64,
    /// Where loaded functions begin.
    functions: HashMap<u64, &'static str>,
}

/// A variable of an earlier line. Another of the same name is the same one if it also begins the same.
#[derive(PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) placed: Placed,
    pub(super) size: u64,
    pub(super) initially: Box<[u8]>,
}

impl Host {
    /// Reads the symbol table of the running program; later calls return at once what the first one found. Some
    /// milliseconds for a large program, so call it in the background before it is needed.
    ///
    /// # Errors
    ///
    /// [`LoadError::Stripped`] if there is no symbol table, [`LoadError::Read`] if the file of the program cannot be
    /// read.
    pub fn of_this_process() -> Result<&'static Host, LoadError> {
        static HOST: OnceLock<Result<Host, LoadError>> = OnceLock::new();
        let read = || {
            let images = images();
            images.first().ok_or(LoadError::Platform)?.read_symbols()?;
            let threads = ThreadLocals::of(&images);
            Ok(Host {
                images,
                threads,
                session: Mutex::default(),
            })
        };
        HOST.get_or_init(read).as_ref().map_err(LoadError::clone)
    }

    /// The mangled name of the function that begins at `address`, in the program, in one of its shared libraries, or in
    /// code that was loaded.
    ///
    /// Where the optimizer made one function out of several equal ones, any of their names.
    pub fn symbol_at(&self, address: usize) -> Option<&'static str> {
        let address = address as u64;
        if let Some(name) = self.session().functions.get(&address) {
            return Some(name);
        }
        let image = self.images.iter().find(|image| image.holds(address))?;
        image.read_symbols().ok()?;
        image.functions_at(address).next()
    }

    /// The definition of `name`, and the index of its image. Only in files whose symbols were asked for: the program,
    /// and the library of a slot.
    pub(super) fn find(&self, name: &str) -> Option<(usize, HostSymbol)> {
        self.images.iter().enumerate().find_map(|(index, image)| {
            let mut found = image.find(name);
            let first = found.next()?;
            let global = if first.local {
                found.find(|symbol| !symbol.local)
            } else {
                None
            };
            Some((index, global.unwrap_or(first)))
        })
    }

    /// Whether `name` is that of several variables, each local to some object.
    pub(super) fn is_ambiguous(&self, name: &str) -> bool {
        let mut found = self.images.iter().flat_map(|image| image.find(name));
        found
            .next()
            .is_some_and(|first| found.any(|other| other.value != first.value))
    }

    /// A thread-local of any library, whose symbols are read for that: module and place.
    pub(super) fn find_thread_local(&self, name: &str) -> Option<(usize, u64)> {
        let libraries = self
            .images
            .iter()
            .filter(|image| image.tls_module != 0 && image.read_symbols().is_ok());
        libraries
            .flat_map(|image| image.find(name))
            .find_map(|symbol| Some((symbol.tls_module?, symbol.value)))
    }

    pub(super) fn image(&self, index: usize) -> &Image {
        &self.images[index]
    }

    /// Held while loading: one line at a time.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Session {
    pub(super) fn add_function(&mut self, address: u64, name: &str) {
        self.functions
            .entry(address)
            .or_insert_with(|| Box::leak(name.to_owned().into_boxed_str()));
    }
}
