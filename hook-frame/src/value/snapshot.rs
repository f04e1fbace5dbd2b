//! A binding that cannot stay borrowed while the hook is open is kept as text.

use super::Value;
use crate::format::{AnyWidth, Limit, Patience, Shown};
use crate::guard;
use crate::os::stack;

/// Of each text no more than this is kept, since a snapshot is taken at every hit that opens.
const LIMIT: Limit = Limit {
    chars: 10_000,
    lines: 200,
};

/// Holds the type of a value, and the text that it had when the snapshot was taken.
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

    /// Returns the name of the type, as `std::any::type_name` has it.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// Returns the value on one line.
    pub fn line(&self) -> &Shown {
        self.text.line()
    }

    /// Returns the value on one line if that has at most `width` characters, else on several.
    pub fn fitting(&self, width: usize) -> Shown {
        self.text.fitting(width)
    }
}
