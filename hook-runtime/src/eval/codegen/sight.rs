//! A line sees each place of the frame in one of several ways. Pure.
//!
//! A small place that can be written is moved into the line and put back. A place that can only be read stays where it
//! is, because a `Cell` in it has an address, and so does a large one, because it would overflow the stack. The line
//! has a reference to such a place. A macro, `line` in the crate of the attribute, makes each mention a dereference, so
//! that the mention has the type of the place itself.

pub(crate) use hook_frame::session::held::SCALAR;

use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::parse::names::receiver;

/// A place of more bytes than this is not moved into a line.
const LARGE: usize = 4096;

/// The use that a line makes of places, as far as rustc's errors told it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The large places that the line writes, by position.
    pub(crate) written: Vec<usize>,
    /// The places that cannot be copied as far as the function around the line knows.
    pub(crate) uncopied: Vec<usize>,
    /// The line has a reference to each place that can only be read, or a copy of it if it is `Copy`, and no mention
    /// is rewritten.
    pub(crate) referred: bool,
    /// The line has a shared reference to these places, because a held value borrows from them.
    pub(crate) frozen: Vec<usize>,
    /// The line has a unique reference to these places, because what it holds may write to them.
    pub(crate) reborrowed: Vec<usize>,
    /// The line does not have these places, because a held value may write to them.
    pub(crate) withheld: Vec<usize>,
    /// The line has a reference to these held values, because others borrow from them.
    pub(crate) pinned: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// The line has the value while it runs.
    Moved,
    /// The line has a copy.
    Copied,
    /// The line has a reference, and each mention is a dereference.
    Shared,
    /// The line has a reference that it may write through, and each mention is a dereference.
    Exclusive,
    /// The line has a reference, or a copy, and no mention is rewritten.
    Referred,
}

impl Sight {
    pub(crate) fn writes(self) -> bool {
        matches!(self, Sight::Moved | Sight::Exclusive)
    }
}

/// A captured place, in the order of the frame's list: last first.
#[derive(Clone)]
pub(crate) struct VisiblePlace<'n> {
    pub(crate) name: &'n str,
    pub(crate) writable: bool,
    /// Whether the place keeps its value, and only what that value points at can be written.
    pub(crate) fixed: bool,
    /// The reason for which the place cannot be written, if it cannot.
    pub(crate) reason: &'static str,
    /// Whether a binding in an inner scope has the same name.
    pub(crate) shadowed: bool,
    /// Whether the place is a const parameter, which a line can name itself.
    pub(crate) constant: bool,
    /// The name of the place's type, as `std::any::type_name` gives it.
    pub(crate) type_name: &'static str,
    /// The size of the place in bytes.
    pub(crate) size: usize,
}

impl VisiblePlace<'_> {
    /// Tells how a line sees the place.
    pub(crate) fn sight(&self, index: usize, seen: &Seen) -> Sight {
        match self.writable {
            true if seen.reborrowed.contains(&index) => Sight::Exclusive,
            _ if seen.frozen.contains(&index) => Sight::Shared,
            true if self.size <= LARGE => Sight::Moved,
            true if seen.written.contains(&index) => Sight::Exclusive,
            true => Sight::Shared,
            false if SCALAR.contains(&self.type_name) && !seen.uncopied.contains(&index) => Sight::Copied,
            false if seen.referred && self.size <= LARGE => Sight::Referred,
            false => Sight::Shared,
        }
    }

    /// Writes how the place is given to the line, and whether its value is kept for `:undo`.
    pub(crate) fn given(&self, out: &mut Written, index: usize, seen: &Seen, saved: bool) {
        let sight = self.sight(index, seen);
        let by_reference = matches!(sight, Sight::Shared | Sight::Exclusive);
        let saved = saved && sight.writes();
        if !by_reference && !saved {
            return;
        }
        let name = receiver(self.name);
        if by_reference {
            out.references.push(name.to_string());
        }
        let (by_reference, way) = match (by_reference, self.type_name.starts_with("&mut ")) {
            (true, false) => ("ref ", ""),
            (true, true) => ("ref ", "through "),
            (false, false) => ("", "save "),
            (false, true) => ("", "through "),
        };
        out.push(&format!(" ({by_reference}{way}{name}"));
        if saved {
            out.push(" ");
            out.piece_of(&index.to_string(), Piece::Save(index));
        }
        out.push(")");
    }

    /// Writes the declaration of the place under its name.
    pub(crate) fn take(&self, out: &mut Written, index: usize, seen: &Seen) {
        let name = receiver(self.name);
        let place = format!("&__hookable_place{index}");
        match self.sight(index, seen) {
            Sight::Moved => {
                let mutable = if self.fixed { "" } else { "mut " };
                out.piece_of(&format!("let {mutable}{name}"), Piece::Place(index));
                out.push(&format!(
                    " = unsafe {{ __hookable_private::CapturedPlace::take({place}) }};\n"
                ));
            }
            Sight::Copied => {
                let copied = format!("let {name} = *__hookable_private::CapturedPlace::shared({place});\n");
                out.piece_of(&copied, Piece::Copied(index));
            }
            Sight::Shared => out.push(&format!(
                "let {name} = __hookable_private::CapturedPlace::shared({place});\n"
            )),
            Sight::Exclusive => out.push(&format!(
                "let {name} = unsafe {{ __hookable_private::CapturedPlace::exclusive({place}) }};\n"
            )),
            Sight::Referred => out.push(&format!("let {name} = (&{place}).__hookable_view();\n")),
        }
    }

    /// Writes what puts back the value that the line had.
    pub(crate) fn put(&self, out: &mut Written, index: usize, seen: &Seen) {
        if self.sight(index, seen) == Sight::Moved {
            let name = receiver(self.name);
            out.push(&format!(
                "unsafe {{ __hookable_private::CapturedPlace::put(&__hookable_place{index}, {name}) }};\n"
            ));
        }
    }
}
