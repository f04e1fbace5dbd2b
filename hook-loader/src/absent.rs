//! Platforms for which there is no loader.

use std::convert::Infallible;
use std::path::PathBuf;

use super::{LoadError, LoadedSlot};

/// The running program. Never there on this platform.
pub struct Host(Infallible);

/// A function of the program. Never there on this platform.
#[derive(Clone, Copy)]
pub struct RunningSlot {
    /// Its mangled name.
    pub name: &'static str,
}

/// Rust libraries. Of no use on this platform.
pub struct Archives(());

impl Host {
    /// # Errors
    ///
    /// [`LoadError::Platform`].
    pub fn of_this_process() -> Result<&'static Host, LoadError> {
        Err(LoadError::Platform)
    }

    /// The function that begins at `address`.
    ///
    /// # Errors
    ///
    /// None on this platform, since there is no host.
    pub fn slot_at(&self, _: usize) -> Result<Option<RunningSlot>, LoadError> {
        match self.0 {}
    }
}

/// Does nothing: where nothing is compiled, nothing is left to be removed.
pub fn at_exit(_: extern "C" fn()) {}

impl Archives {
    /// Reads nothing.
    pub fn index(_: impl IntoIterator<Item = PathBuf>) -> &'static Archives {
        &Archives(())
    }
}

/// # Errors
///
/// [`LoadError::Platform`].
pub fn load(host: &Host, _: &[PathBuf], _: &Archives, _: &RunningSlot) -> Result<LoadedSlot, LoadError> {
    match host.0 {}
}
