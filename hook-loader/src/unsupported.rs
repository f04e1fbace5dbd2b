//! The same functions for platforms that have no loader.

use std::convert::Infallible;
use std::path::PathBuf;

use crate::{LoadError, LoadedSlot, Reload, ReloadRules, SlotCode};

/// A host knows the symbols of this process, and what has been loaded into it. There is none on this platform.
pub struct Host(Infallible);

/// A slot is a function of the program that can be loaded anew. There is none on this platform.
#[derive(Clone, Copy)]
pub struct RunningSlot {
    /// This is its mangled name.
    pub name: &'static str,
    _never: Infallible,
}

/// Archives are Rust libraries. They are of no use on this platform, and are not read.
pub struct Archives(());

/// A file that the program runs code of. There is none on this platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFile {
    /// The path.
    pub path: PathBuf,
    /// The bytes of the file.
    pub data: &'static [u8],
    /// This is added to an address of the file to get the one in memory.
    pub bias: u64,
    _never: Infallible,
}

/// A variable of the program or of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningVariable {
    /// The address that it is at.
    pub address: usize,
    /// Its size in bytes.
    pub size: usize,
    /// The address of some function of the same file.
    pub function: usize,
}

impl Host {
    /// Returns an error, since this platform has no loader.
    ///
    /// # Errors
    ///
    /// It returns [`LoadError::Platform`].
    pub fn of_this_process() -> Result<&'static Host, LoadError> {
        Err(LoadError::Platform)
    }

    /// Finds the function that begins at `address`.
    ///
    /// # Errors
    ///
    /// It is never called on this platform, since there is no host.
    pub fn slot_at(&self, _: usize) -> Result<Option<RunningSlot>, LoadError> {
        match self.0 {}
    }

    /// Finds the file that has code.
    ///
    /// # Errors
    ///
    /// It is never called on this platform, since there is no host.
    pub fn file_at(&self, _: usize) -> Result<Option<CodeFile>, LoadError> {
        match self.0 {}
    }

    /// Finds the function whose code is at an address.
    pub fn loaded_function(&self, _: usize) -> Option<String> {
        match self.0 {}
    }

    /// Looks for an address in the files of the process.
    pub fn is_in_file(&self, _: usize) -> bool {
        match self.0 {}
    }
}

impl Host {
    /// Finds variables.
    pub fn variables(&self, _: &str) -> Vec<RunningVariable> {
        match self.0 {}
    }

    /// Finds the names of functions.
    pub fn shared_functions(&self, _: &str) -> std::collections::HashMap<String, bool> {
        match self.0 {}
    }
}

impl Archives {
    /// Reads nothing.
    pub fn index_with(_: impl IntoIterator<Item = PathBuf>, _: Option<PathBuf>) -> &'static Archives {
        &Archives(())
    }

    /// Reads nothing.
    pub fn index(_: impl IntoIterator<Item = PathBuf>) -> &'static Archives {
        &Archives(())
    }
}

/// Loads a function anew.
///
/// # Errors
///
/// It is never called on this platform, since there is no host.
pub fn load(
    host: &Host,
    _: &[PathBuf],
    _: &Archives,
    _: &RunningSlot,
    _: SlotCode<'_>,
) -> Result<LoadedSlot, LoadError> {
    match host.0 {}
}

/// Replaces functions of the program.
///
/// # Errors
///
/// It is never called on this platform, since there is no host.
///
/// # Safety
///
/// It is never called.
#[allow(unsafe_code)]
pub unsafe fn reload(
    host: &Host,
    _: &RunningSlot,
    _: (&[PathBuf], &[PathBuf]),
    _: &Archives,
    _: &ReloadRules<'_>,
) -> Result<Reload, LoadError> {
    match host.0 {}
}

/// Takes back a reload.
///
/// # Errors
///
/// It is never called on this platform, since there is no host.
pub fn undo_reload(host: &Host, _: &RunningSlot) -> Result<bool, LoadError> {
    match host.0 {}
}

/// Reads nothing.
pub fn read_memory(_: usize, _: usize) -> Option<Vec<u8>> {
    None
}
