//! The fallbacks with which a line is put into its slot, and the spelling of the line with them. Pure.

use crate::eval::codegen::piece::{Spelling, Spot};
use crate::eval::codegen::runtime::Runtime;
use crate::eval::codegen::sight::Seen;

/// The spelling of a `?` in code that never runs.
const NEVER: &str = ".__hookable_try().unwrap_or_else(|_| loop {})";
const TRY: &str = ".__hookable_try()?";
/// The spelling of a `?` of Rust's own.
const PLAIN: &str = "?";
/// The spelling of a `return`: it shows its value, leaves that for the function to return, and ends the line.
const RETURNS: [&str; 2] = [
    "return { let __hookable_value = __hookable_private::CapturedPlace::returned(&__hookable_return, ",
    "); (&&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line); \
     __hookable_private::RunningLine::returns(__hookable_line, &__hookable_return, __hookable_value); \
     __hookable_private::Result::Err(__hookable_private::ended()) }",
];
const RETURNS_NEVER: [&str; 2] = [
    "{ __hookable_private::CapturedPlace::returned(&__hookable_return, ",
    "); loop {} }",
];

/// All that is given up, or done in another way, as a line is put into its slot, because not every line permits
/// everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fallbacks {
    /// The value of the line is not kept as [`LAST`](super::input::LAST), because it borrows.
    pub(crate) borrows: bool,
    /// What the line binds may borrow from the frame, and is held until the hook goes on.
    pub(crate) holds: bool,
    /// The held values that end before the line runs.
    pub(crate) ended: Vec<u64>,
    /// The line moves these kept values, and they are not put back.
    pub(crate) moved: Vec<String>,
    /// The line binds these names and moves their values itself, so none of them is kept.
    pub(crate) unkept: Vec<String>,
    /// It is not asked whether values are `Send`, because rustc does not know that yet.
    pub(crate) unsent: bool,
    /// The types of the places are written down, because rustc would infer them only further down in the program.
    pub(crate) typed: bool,
    /// The types of these places, by position, are not written down all the same.
    pub(crate) nameless: Vec<usize>,
    pub(crate) tries: Tries,
    /// A string literal becomes a `String`, because it is written into one.
    pub(crate) owned: bool,
    pub(crate) seen: Seen,
    /// Nothing is kept of these places for `:undo`.
    pub(crate) unsaved: Vec<usize>,
    /// No copy is made of these kept values, because rustc does not know yet whether that is possible, as for an
    /// `async` block.
    pub(crate) kept_uncopied: Vec<String>,
    /// The value of the line is shown where it is: it is too large to be moved, or borrows from what the line made.
    pub(crate) in_place: bool,
    /// A macro returns an `Err`, which the function is to return.
    pub(crate) returns: bool,
    /// The line is a future, which the thread waits for.
    pub(crate) awaits: bool,
    pub(crate) runtime: Runtime,
    /// The line has no safepoints: it is evaluated often and its time matters, or rustc permits none in it.
    pub(crate) unstopped: bool,
    /// The types of these kept values, by the line that made each and its name, cannot be named here. The line is
    /// compiled without them.
    pub(crate) unnameable: Vec<(u64, String)>,
    /// The type of the value cannot be named here, so nothing is kept that shows other values of it.
    pub(crate) unlearned: bool,
}

/// The `?` that are written so that any error ends the line. The others are Rust's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tries {
    /// They are those outside of macros, because a macro may make text of its arguments.
    #[default]
    Outside,
    All,
    None,
}

impl<'s> Spelling<'s> {
    /// Returns the spelling in the line.
    pub(crate) fn of(spot: Spot<'s>, fallbacks: &Fallbacks) -> Spelling<'s> {
        let (attempt, in_macro) = match fallbacks.tries {
            Tries::Outside => (TRY, PLAIN),
            Tries::All => (TRY, TRY),
            Tries::None => (PLAIN, PLAIN),
        };
        Spelling {
            attempt,
            in_macro,
            owned: fallbacks.owned,
            returns: RETURNS,
            safepoints: !fallbacks.unstopped,
            spot,
            modules: 0,
        }
    }

    /// Returns the spelling in code that never runs.
    pub(crate) fn never(spot: Spot<'s>, fallbacks: &Fallbacks) -> Spelling<'s> {
        let native = fallbacks.tries == Tries::None;
        Spelling {
            attempt: if native { PLAIN } else { NEVER },
            in_macro: if native { PLAIN } else { NEVER },
            owned: fallbacks.owned,
            returns: RETURNS_NEVER,
            safepoints: !fallbacks.unstopped,
            spot,
            modules: 0,
        }
    }
}

impl Fallbacks {
    pub(crate) fn moves(&self, name: &str) -> bool {
        self.moved.iter().any(|moved| moved == name)
    }

    pub(crate) fn copies(&self, name: &str) -> bool {
        !self.kept_uncopied.iter().any(|uncopied| uncopied == name)
    }
}
