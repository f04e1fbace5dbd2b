//! The names that things which were typed have in the file that is compiled. Pure.

use std::borrow::Cow;

/// `self` has this name in a slot.
pub(crate) const RECEIVER: &str = "__hookable_self";
const PART: &str = "__hookable_part_";
const DOT: &str = "__dot__";

/// Gives what a field is called that is a place of its own.
pub(crate) fn part(name: &str) -> String {
    format!("{PART}{}", name.replace('.', DOT))
}

/// Gives a text with what was typed in place of what was written for it.
pub(crate) fn as_typed(text: &str) -> String {
    text.replace(RECEIVER, "self").replace(PART, "").replace(DOT, ".")
}

/// Gives what a local is called in a slot.
pub(crate) fn receiver(name: &str) -> Cow<'_, str> {
    match name {
        "self" => Cow::Borrowed(RECEIVER),
        name if name.contains('.') => Cow::Owned(part(name)),
        name => Cow::Borrowed(name),
    }
}
