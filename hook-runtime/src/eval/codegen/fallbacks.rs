//! The fallbacks with which a line is put into its slot, and how it is spelled then. Pure.

use crate::eval::codegen::piece::{Spelling, Spot};
use crate::eval::codegen::runtime::Runtime;
use crate::eval::codegen::sight::Seen;

/// In code that never runs.
const NEVER: &str = ".__hookable_try().unwrap_or_else(|_| loop {})";
const TRY: &str = ".__hookable_try()?";
/// A `?` as it was typed.
const PLAIN: &str = "?";
/// A `return` leaves the line with nothing, or shows its value first.
const RETURNS: [&str; 3] = [
    "return __hookable_private::Result::Err(__hookable_private::ended())",
    "return { let __hookable_value = ",
    "; (&&&__hookable_private::ShownValue(&__hookable_value)).__hookable_show(__hookable_line); \
     __hookable_private::Result::Err(__hookable_private::ended()) }",
];
const RETURNS_NEVER: [&str; 3] = ["loop {}", "{ let __hookable_value = ", "; loop {} }"];
/// A `return` whose value is of the type that the function around the hook returns.
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

/// All that is given up, or done in another way, as a line is put into its slot: not every line permits everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fallbacks {
    /// The value of the line is not kept as [`LAST`](super::input::LAST), since it borrows.
    pub(crate) borrows: bool,
    /// The line moves these kept values, and they are not put back.
    pub(crate) moved: Vec<String>,
    /// The line binds these names and moves their values itself, so none of them is kept.
    pub(crate) unkept: Vec<String>,
    /// It is not asked whether values are `Send`, since rustc does not know yet.
    pub(crate) unsent: bool,
    /// The types of the places are written down, since rustc would only infer them further down in the program.
    pub(crate) typed: bool,
    /// The types of these places, by position, are not written down all the same.
    pub(crate) nameless: Vec<usize>,
    pub(crate) tries: Tries,
    /// A string literal is written into what is a `String`.
    pub(crate) owned: bool,
    pub(crate) seen: Seen,
    /// Nothing is kept of these places for `:undo`.
    pub(crate) unsaved: Vec<usize>,
    /// No copy is made of these kept values, since rustc does not know yet whether that can be: of an `async` block,
    /// say.
    pub(crate) kept_uncopied: Vec<String>,
    /// The value of the line is too large to be anywhere but where it is.
    pub(crate) in_place: bool,
    /// A `return` is Rust's own, and gives what ends the line: an `Err`.
    pub(crate) returns: bool,
    /// The value of a `return` is of the type that the function returns. Else it may be of any type.
    pub(crate) declared: bool,
    /// The line is a future, which the thread waits for.
    pub(crate) awaits: bool,
    pub(crate) runtime: Runtime,
}

/// The `?` that are written so that any error ends the line. The others are Rust's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tries {
    /// They are those outside of macros, which may make text of what they are given.
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
    /// Gives the spelling of a `return`.
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
