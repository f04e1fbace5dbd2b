//! A line that assigns to a variable whose value an earlier line has moved gives it a value again, as in a function.

use super::{LineAnswer, attempt};
use crate::eval::beside;
use crate::eval::codegen::input::Purpose;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{self, LineKind, ParsedLine, occurrences};
use crate::eval::session::history::history;

/// Returns the variable of an earlier `let` that a line assigns to, if its value was moved.
pub(super) fn moved_before<'t>(frame: &EvalFrame<'_>, source: &ParsedLine<'t>, purpose: Purpose) -> Option<&'t str> {
    let (Purpose::Run | Purpose::Full, [statement]) = (purpose, &source.statements[..]) else {
        return None;
    };
    let name = assigned(source.text).filter(|_| statement.kind == LineKind::Expression)?;
    let is_of_program =
        frame.places.iter().any(|place| place.name == name) || frame.absent.iter().any(|(absent, _)| *absent == name);
    (!is_of_program && history().is_moved(name, frame.opening)).then_some(name)
}

/// Attempts such a line as a `let` of the type that the variable had, without which `None` and `vec![]` say too little.
/// Where that type cannot be written, or is not that of the value, it is a `let` of whatever the value is.
pub(super) fn as_let(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    name: &str,
    (purpose, width): (Purpose, usize),
) -> Result<LineAnswer, EvaluateError> {
    let attempt_as = |text: &str| {
        let source = parse::parse(text).map_err(EvaluateError::Lex)?;
        attempt(frame, source, purpose, width)
    };
    let text = source.text.trim_start();
    let behind = text.strip_prefix(name).unwrap_or_default();
    let ty = history().type_moved(name);
    let types = ty.map(|ty| beside::candidates(ty, frame.krate, frame.function));
    if let Some(ty) = types.and_then(|types| types.into_iter().next()) {
        match attempt_as(&format!("let {name}: {ty} {behind}")) {
            Err(EvaluateError::Rejected(_)) => {}
            answer => return answer,
        }
    }
    attempt_as(&format!("let {text}"))
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
