//! The fallbacks on which a line is put into its slot, and how that has it spelled. Pure.

use crate::eval::codegen::piece::{Spelling, Spot};
use crate::eval::codegen::runtime::Runtime;
use crate::eval::codegen::sight::Seen;

/// In code that never runs.
const NEVER: &str = ".__hookable_try().unwrap_or_else(|_| loop {})";
const TRY: &str = ".__hookable_try()?";
/// As typed.
const PLAIN: &str = "?";
/// A `return` leaves the line with nothing, or shows its value first.
const RETURNS: [&str; 3] = [
    "return __hookable_private::Result::Err(__hookable_private::ended())",
    "return { let __hookable_value = ",
    "; (&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line); \
     __hookable_private::Result::Err(__hookable_private::ended()) }",
];
const RETURNS_NEVER: [&str; 3] = ["loop {}", "{ let __hookable_value = ", "; loop {} }"];
/// The same, of the type that the function around the hook returns.
const RETURNS_DECLARED: [&str; 3] = [
    RETURNS[0],
    "return { let __hookable_value = __hookable_returned!(",
    "); (&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line); \
     __hookable_private::Result::Err(__hookable_private::ended()) }",
];
const RETURNS_DECLARED_NEVER: [&str; 3] = [
    RETURNS_NEVER[0],
    "{ let __hookable_value = __hookable_returned!(",
    "); loop {} }",
];
const RETURNS_PLAIN: [&str; 3] = ["return", "return", ""];

/// How the line is put into the slot. Not every line permits everything; what rustc refuses is given up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fallbacks {
    /// The value of the line is not kept as [`LAST`](super::input::LAST): it borrows.
    pub(crate) borrows: bool,
    /// Kept values that the line moves: they are not put back.
    pub(crate) moved: Vec<String>,
    /// What the line binds and moves itself: none of it is kept.
    pub(crate) unkept: Vec<String>,
    /// Nobody asks whether values are `Send`: rustc does not know yet.
    pub(crate) unsent: bool,
    /// The types of the places are written down: rustc would only infer them further down in the program.
    pub(crate) typed: bool,
    /// But for these places, by position.
    pub(crate) nameless: Vec<usize>,
    pub(crate) tries: Tries,
    /// A string literal is written into what is a `String`.
    pub(crate) owned: bool,
    pub(crate) seen: Seen,
    /// Places of which nothing is kept for `:undo`.
    pub(crate) unsaved: Vec<usize>,
    /// Kept values of which no copy is made, since rustc does not know yet whether that can be: an `async` block, say.
    pub(crate) kept_uncopied: Vec<String>,
    /// The value of the line is too large to be anywhere but where it is.
    pub(crate) in_place: bool,
    /// A `return` is Rust's own, and gives what ends the line: an `Err`.
    pub(crate) returns: bool,
    /// What a `return` gives is of the type that the function returns. Else it is of any.
    pub(crate) declared: bool,
    /// The line is a future, which the thread waits for.
    pub(crate) awaits: bool,
    pub(crate) runtime: Runtime,
}

/// Which `?` are written so that any error ends the line. The others are Rust's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tries {
    /// Those that stand outside of macros, which may make text of what they are given.
    #[default]
    Outside,
    All,
    None,
}

impl<'s> Spelling<'s> {
    /// In the line.
    pub(crate) fn of(spot: Spot<'s>, fallbacks: &Fallbacks) -> Spelling<'s> {
        let (attempt, in_macro) = match fallbacks.tries {
            _ if fallbacks.returns => (PLAIN, PLAIN),
            Tries::Outside => (TRY, PLAIN),
            Tries::All => (TRY, TRY),
            Tries::None => (PLAIN, PLAIN),
        };
        Spelling {
            attempt,
            in_macro,
            owned: fallbacks.owned,
            returns: fallbacks.returns_as(RETURNS, RETURNS_DECLARED),
            spot,
        }
    }

    /// In code that never runs.
    pub(crate) fn never(spot: Spot<'s>, fallbacks: &Fallbacks) -> Spelling<'s> {
        let native = fallbacks.tries == Tries::None;
        Spelling {
            attempt: if native { PLAIN } else { NEVER },
            in_macro: if native { PLAIN } else { NEVER },
            owned: fallbacks.owned,
            returns: fallbacks.returns_as(RETURNS_NEVER, RETURNS_DECLARED_NEVER),
            spot,
        }
    }
}

impl Fallbacks {
    /// How a `return` is spelled.
    fn returns_as(&self, inferred: [&'static str; 3], declared: [&'static str; 3]) -> [&'static str; 3] {
        match (self.returns, self.declared) {
            (true, _) => RETURNS_PLAIN,
            (false, true) => declared,
            (false, false) => inferred,
        }
    }

    pub(crate) fn moves(&self, name: &str) -> bool {
        self.moved.iter().any(|moved| moved == name)
    }

    pub(crate) fn copies(&self, name: &str) -> bool {
        !self.kept_uncopied.iter().any(|uncopied| uncopied == name)
    }
}
