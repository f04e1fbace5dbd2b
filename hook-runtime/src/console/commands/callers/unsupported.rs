//! The same commands where the debug information of callers is not read.

use super::super::error::ConsoleError;
use super::super::{Console, Outcome};

/// What is wanted of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Wanted {
    Value,
    Full,
    Type,
    Both,
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
