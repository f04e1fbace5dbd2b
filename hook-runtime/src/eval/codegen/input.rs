//! A line is compiled with this: the places of the frame, the values that the session keeps, and where the hook
//! stands. Pure.

use super::nest::Nest;
use super::piece::Spot;
use super::sight::Named;

/// The last value has this name at the prompt.
pub(crate) const LAST: &str = "it";

/// A value kept by `let`.
pub(crate) struct KeptValue<'v> {
    pub(crate) name: &'v str,
    /// The line that made it.
    pub(crate) line: u64,
    /// A line that is running has it, and only reads it.
    pub(crate) lent: bool,
}

/// All that a line is compiled with besides its text.
pub(crate) struct CompileInput<'s> {
    pub(crate) places: &'s [Named<'s>],
    pub(crate) nest: Nest<'s>,
    pub(crate) values: Vec<KeptValue<'s>>,
    /// The crate of the hook.
    pub(crate) krate: &'s str,
    pub(crate) spot: Spot<'s>,
    /// What the crate calls tokio, where it can name it.
    pub(crate) tokio: Option<&'s str>,
    /// A closure that shows the value by its parts, where that is wanted.
    pub(crate) parts: &'s str,
}

/// The purpose for which a line was typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It runs.
    Run,
    /// It runs, and all of its value is shown.
    Full,
    /// It runs, and its value is not kept.
    Aside,
    /// It runs, and all the text of its value is wanted, which is not kept.
    Text,
    /// Only its type is wanted.
    Type,
    /// The kept values that it names are wanted, as the places of a frame are captured.
    Capture,
    /// It is a place, and what is there is shown by its parts.
    Parts {
        /// All of them.
        full: bool,
        /// The type of the value, as `std::any::type_name` gives it.
        ty: &'static str,
    },
}
