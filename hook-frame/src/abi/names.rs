//! The names in the compiled file of things that have other names in the typed line. Pure.

use std::borrow::Cow;

/// The name of `self` in a slot.
pub const RECEIVER: &str = "__hookable_self";
const PART: &str = "__hookable_part_";
const DOT: &str = "__dot__";

/// Returns the name of a field that is a place of its own.
pub fn part(name: &str) -> String {
    format!("{PART}{}", name.replace('.', DOT))
}

/// Returns a text with what was typed in place of what was written for it.
pub fn as_typed(text: &str) -> String {
    text.replace(RECEIVER, "self").replace(PART, "").replace(DOT, ".")
}

/// Returns the name of a local in a slot.
pub fn receiver(name: &str) -> Cow<'_, str> {
    match name {
        "self" => Cow::Borrowed(RECEIVER),
        name if name.contains('.') => Cow::Owned(part(name)),
        name => Cow::Borrowed(name),
    }
}
