//! A line that assigns to a variable whose value an earlier line has moved gives it a value again, as in a function.

use crate::eval::codegen::input::Purpose;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{LineKind, ParsedLine, occurrences};
use crate::eval::session::history::history;

/// Returns the `let` that a line is which assigns to the variable of an earlier `let` whose value was moved.
pub(super) fn as_let(frame: &EvalFrame<'_>, source: &ParsedLine<'_>, purpose: Purpose) -> Option<String> {
    let (Purpose::Run | Purpose::Full, [statement]) = (purpose, &source.statements[..]) else {
        return None;
    };
    let name = assigned(source.text).filter(|_| statement.kind == LineKind::Expression)?;
    let is_of_program =
        frame.places.iter().any(|place| place.name == name) || frame.absent.iter().any(|(absent, _)| *absent == name);
    (!is_of_program && history().is_moved(name, frame.opening)).then(|| format!("let {}", source.text.trim_start()))
}

/// Returns the name that a line assigns to, if it is that of a variable, and is in the line no other time.
fn assigned(text: &str) -> Option<&str> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim();
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_numeric());
    let is_assigned = !value.starts_with(['=', '>']) && occurrences(text, name) == 1;
    (is_name && is_assigned && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_assigned_to() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(assigned(text), expected, "{text}");
        }
        check("a = 1", Some("a"));
        check(" a_1=f(b == 2);", Some("a_1"));
        check("a = a.len()", None);
        check("a == 1", None);
        check("a += 1", None);
        check("a.b = 1", None);
        check("*a = 1", None);
        check("1 = 1", None);
        check("= 1", None);
        check("a", None);
    }
}
