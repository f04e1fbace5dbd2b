//! The text that is kept of a binding which cannot stay borrowed while the hook is open.

use super::Value;
use crate::format::{AnyWidth, Limit, Patience, Shown};
use crate::guard;
use crate::os::stack;

/// So much of a snapshot's text is kept.
const LIMIT: Limit = Limit {
    chars: 10_000,
    lines: 200,
};

/// A value's type and text, as they were when it was taken.
pub struct Snapshot {
    type_name: &'static str,
    text: AnyWidth,
}

impl Snapshot {
    pub(super) fn take(value: &dyn Value<'_>) -> Self {
        let text = || AnyWidth::new(value.into(), LIMIT, Patience::Record);
        Snapshot {
            type_name: value.type_name(),
            text: stack::with_room(|| guard::unhooked(text)),
        }
    }

    /// Gives the name of the type, as `std::any::type_name` has it.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// Gives the value on one line.
    pub(crate) fn line(&self) -> &Shown {
        self.text.line()
    }

    /// Gives the value on one line if that has at most `width` characters, else on several.
    pub(crate) fn fitting(&self, width: usize) -> Shown {
        self.text.fitting(width)
    }
}
