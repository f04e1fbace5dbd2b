//! The input that a line is compiled with: the places of the frame, the values that the session keeps, and the place of
//! the hook. Pure.

pub(crate) use hook_frame::session::kept::{LAST, RESULTS};

use super::nest::{BesideItems, Nest};
use super::piece::Spot;
use super::sight::VisiblePlace;

/// A value kept by `let`.
pub(crate) struct KeptValue<'v> {
    pub(crate) name: &'v str,
    /// The number of the line that made the value.
    pub(crate) line: u64,
    /// The name under which that line kept it.
    pub(crate) kept_as: &'v str,
    pub(crate) source: ValueSource,
}

/// The place where the value of a `let` is while no line uses it, and the way in which a line gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueSource {
    /// The line takes the value, and puts it back.
    Kept,
    /// A line that is running has the value and only reads it, so this line gets a reference.
    Lent,
    /// The value borrows from the frame. The line takes it, and puts it back.
    Held,
    /// The value borrows from the frame and is itself borrowed, so the line gets a reference.
    Pinned,
}

impl ValueSource {
    /// Returns whether the line has a reference to the value.
    pub(crate) fn is_reference(self) -> bool {
        matches!(self, ValueSource::Lent | ValueSource::Pinned)
    }

    /// Returns whether the value borrows from the frame.
    pub(crate) fn is_held(self) -> bool {
        matches!(self, ValueSource::Held | ValueSource::Pinned)
    }
}

/// All that a line is compiled with besides its text.
pub(crate) struct CompileInput<'s> {
    pub(crate) places: &'s [VisiblePlace<'s>],
    pub(crate) nest: Nest<'s>,
    pub(crate) values: Vec<KeptValue<'s>>,
    /// The crate of the hook.
    pub(crate) krate: &'s str,
    pub(crate) spot: Spot<'s>,
    /// The type that the function returns, as `std::any::type_name` gives it, if a line can return from it.
    pub(crate) returns: Option<&'static str>,
    /// The name by which the crate can name tokio, if it can.
    pub(crate) tokio: Option<&'s str>,
    /// The code that shows the value by its parts, if that is wanted.
    pub(crate) parts: PartsCode<'s>,
}

/// The code that shows a value by its parts.
#[derive(Clone, Copy, Default)]
pub(crate) struct PartsCode<'s> {
    /// The code of a closure that shows the value.
    pub(crate) show: &'s str,
    /// The code that keeps a function for all values of the type, if the type has a name.
    pub(crate) learn: Option<&'s str>,
    /// The code that stands beside the types that the session defined.
    pub(crate) items: Option<&'s BesideItems>,
}

/// The purpose for which a line was typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The line runs, and its value is shown.
    Run,
    /// The line runs, and all of its value is shown.
    Full,
    /// The line runs, and its value is not kept.
    Aside,
    /// The line runs, and all the text of its value is wanted. The value is not kept.
    Text,
    /// Only the type of the line is wanted.
    Type,
    /// The kept values that the line names are captured, as the places of a frame are.
    Capture,
    /// The line is a place, whose value is shown by its parts.
    Parts {
        /// Whether all parts are shown.
        full: bool,
        /// The type of the value, as `std::any::type_name` gives it.
        ty: &'static str,
    },
    /// The line brings functions that show values of a type.
    Learn {
        /// The type, as `std::any::type_name` gives it.
        ty: &'static str,
    },
}

impl Purpose {
    /// Returns whether all of the line runs.
    pub(crate) fn runs(self) -> bool {
        matches!(
            self,
            Purpose::Run | Purpose::Full | Purpose::Aside | Purpose::Text | Purpose::Learn { .. }
        )
    }
}
