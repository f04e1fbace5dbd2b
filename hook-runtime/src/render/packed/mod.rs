//! The text of `{:#?}` laid out to the width of a line: numbers and short words in rows, sequences of equally long rows
//! as grids, maps aligned. `Debug` writes one element a line, so that a hundred numbers would fill two screens.
//!
//! Only what has the form that std's builders give is laid out: if any line of a text has another, the text stays as it
//! is. Apart from spaces, newlines and the commas before closing brackets, what comes out is what went in.

mod layout;

use layout::Lines;

use super::tree::{self, Block};

/// A text that was laid out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) text: String,
    /// Something of the text that went in is not in it.
    pub(crate) cut: bool,
}

/// How much may be laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// In columns.
    pub(crate) width: usize,
    pub(crate) lines: usize,
    pub(crate) chars: usize,
    /// A string that takes many lines loses its middle.
    pub(crate) shorten: bool,
}

/// Lays out the text of a `{:#?}`. With `cut`, it is only the beginning of one. Gives `None` if it is to stay as it is.
pub(crate) fn packed(text: &str, cut: bool, room: Room) -> Option<Packed> {
    let root = tree::read(text, cut)?;
    let mut lines = Lines::new(room);
    lines.block(&root, 0, "");
    let laid_out = lines.finish(&root, cut);
    (laid_out.text != text).then_some(laid_out)
}

/// Gives how many elements a text of `{:#?}` has, if it is one of a sequence or a map.
fn count(root: &Block<'_>) -> Option<usize> {
    matches!(root.head, "[" | "{").then_some(root.items.len())
}

#[cfg(test)]
mod tests;
