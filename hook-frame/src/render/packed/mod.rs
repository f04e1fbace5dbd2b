//! The text of `{:#?}` is laid out to the width of a line: numbers and short words stand in rows, sequences of equally
//! long rows in columns, and the values of maps are aligned. `Debug` writes one element a line, so that a hundred
//! numbers would fill two screens. What is within a value and fits on a line stands on one, as rustfmt has it.
//!
//! A text is laid out only if each of its lines has the form that std's builders give. Only spaces, newlines and the
//! commas before closing brackets are changed.

mod layout;

use layout::Lines;

use super::tree::{self, Block};

/// Holds a text that was laid out.
#[derive(Debug, PartialEq, Eq)]
pub struct Packed {
    /// The text, in lines.
    pub text: String,
    /// Something of the original text is left out.
    pub cut: bool,
}

/// Says how much may be laid out.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// The width is in columns.
    pub width: usize,
    /// The number of lines.
    pub lines: usize,
    /// The number of characters.
    pub chars: usize,
    /// The middle of a string that takes many lines is left out.
    pub(crate) shorten: bool,
    /// A value that is nested deeper than this, and does not fit on its line, is folded.
    pub depth: usize,
}

/// Lays out the text of a `{:#?}`, or with `cut` the beginning of one. Returns `None` if the text is to stay as it is.
pub fn packed(text: &str, cut: bool, room: Room) -> Option<Packed> {
    let root = tree::read(text, cut)?;
    let mut lines = Lines::new(room);
    lines.block(&root, 0, 1, ("", ""));
    let laid_out = lines.finish(&root, cut);
    (laid_out.text != text).then_some(laid_out)
}

/// Returns how many elements a text of `{:#?}` has, if it is that of a sequence or a map.
fn count(root: &Block<'_>) -> Option<usize> {
    matches!(root.head, "[" | "{").then_some(root.items.len())
}

#[cfg(test)]
mod tests;
