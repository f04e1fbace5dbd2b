//! The same commands where the debug information of callers is not read.

use super::super::error::ConsoleError;
use super::super::{Console, Outcome};
use super::Wanted;
#[cfg(target_os = "linux")]
use crate::frame::Frame;

/// Whether the variables of callers can be shown on this platform.
pub(crate) const ARE_CALLERS_SHOWN: bool = false;

/// A variable of a caller, as a client is told of it.
#[cfg(target_os = "linux")]
pub(crate) struct CallerVariable {
    pub(crate) name: String,
    pub(crate) type_name: String,
    pub(crate) value: String,
}

/// Says that there are none.
#[cfg(target_os = "linux")]
pub(crate) fn variables(_: &Frame<'_, '_>, _: usize) -> Result<Vec<CallerVariable>, ConsoleError> {
    Err(ConsoleError::NoCallers)
}

pub(super) fn up(_: &mut Console<'_, '_, '_>, _: &str) -> Outcome {
    Err(ConsoleError::NoCallers)
}

pub(super) fn down(_: &mut Console<'_, '_, '_>, _: &str) -> Outcome {
    Err(ConsoleError::NoCallers)
}

pub(super) fn frame(_: &mut Console<'_, '_, '_>, _: &str) -> Outcome {
    Err(ConsoleError::NoCallers)
}

/// Answers `:locals` if a caller is looked at, which is never so.
pub(super) fn locals(_: &mut Console<'_, '_, '_>, _: &str) -> Option<Outcome> {
    None
}

/// Returns the names that can be typed if a caller is looked at.
pub(in crate::console) fn names(_: &mut Console<'_, '_, '_>) -> Option<Vec<String>> {
    None
}

/// Answers `:where` if a caller is looked at.
pub(super) fn around(_: &mut Console<'_, '_, '_>, _: usize) -> Option<Outcome> {
    None
}

/// Answers a line of Rust if a caller is looked at.
pub(in crate::console) fn answer(_: &mut Console<'_, '_, '_>, _: &str, _: Wanted) -> Option<Outcome> {
    None
}
