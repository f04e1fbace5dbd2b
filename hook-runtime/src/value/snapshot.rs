//! What is kept of a binding that cannot stay borrowed while the hook is open.

use super::Value;
use crate::format;
use crate::format::Patience;
use crate::format::Shown;
use crate::guard;
use crate::os::stack;
use crate::render::Limit;

/// How much of a snapshot's text is kept.
const LIMIT: Limit = Limit {
    chars: 10_000,
    lines: 200,
};

/// A value's type and text, as they were when it was taken.
pub struct Snapshot {
    type_name: &'static str,
    line: Shown,
    pretty: Option<Shown>,
}

impl Snapshot {
    pub(super) fn take(value: &dyn Value<'_>) -> Self {
        stack::with_room(|| guard::unhooked(|| Self::shown_now(value)))
    }

    fn shown_now(value: &dyn Value<'_>) -> Self {
        let width = crate::console::width();
        let line = format::compact(value, LIMIT, Patience::Record);
        let fits = match &line {
            Shown::Text { text, .. } => text.chars().count() <= width && !text.contains('\n'),
            Shown::Opaque | Shown::Failed(_) => true,
        };
        Snapshot {
            type_name: value.type_name(),
            pretty: (!fits).then(|| format::fitting(value, width, LIMIT, Patience::Record)),
            line,
        }
    }

    /// As `std::any::type_name` gave it.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The value on one line.
    pub(crate) fn line(&self) -> &Shown {
        &self.line
    }

    /// The value as the console prints it.
    pub(crate) fn shown(&self) -> &Shown {
        self.pretty.as_ref().unwrap_or(&self.line)
    }
}
