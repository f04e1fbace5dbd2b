//! The errors of a line that would keep a borrow of its own values, which end with the line. Pure.

use hook_rustc::Diagnostic;

use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::diagnostics::findings::primary;

/// Returns message and help for such an error. `bound` are the names that the line's `let`s bind.
pub(crate) fn told(error: &Diagnostic, bound: &[&str]) -> Option<(String, String)> {
    let of = match error.code()? {
        "E0515" => error.message.split("local variable `").nth(1)?.split('`').next()?,
        "E0521" if error.message.ends_with("closure") || error.message.ends_with("async block") => {
            let labels = error.spans.iter().map(|span| &*span.label);
            labels
                .filter_map(|label| label.strip_prefix("reference to `"))
                .find_map(|label| label.split('`').next())?
        }
        _ => return None,
    };
    if of.starts_with("__hookable_") {
        return None;
    }
    const BEFORE: &str = "help: bind it on a line of its own before, and write the borrow where it is used";
    let (what, help) = match (error.code(), bound) {
        (Some("E0515"), [_, ..]) => ("a `let`", BEFORE),
        (Some("E0515"), []) => ("the value of the line", BEFORE),
        _ => (
            "a local of the program",
            "help: what it points at has to last: leaked by `Box::leak`, or a static",
        ),
    };
    Some((
        format!("{what} would keep a borrow of `{of}`, and that is moved or ends as the line ends"),
        help.to_owned(),
    ))
}

/// Returns whether an error is about moving the value of a `let` to where it is kept. Another error says why that
/// cannot be done.
pub(crate) fn follows(error: &Diagnostic, written: &Written, file: &str) -> bool {
    let pieces = primary(error, written, file);
    error.has_code("E0505") && pieces.iter().any(|piece| matches!(piece, Piece::Gives(_)))
}

#[cfg(test)]
mod tests {
    use hook_rustc::Span;

    use super::*;

    #[track_caller]
    fn check(code: &str, message: &str, label: &str, expected: Option<&str>) {
        let span = Span {
            label: label.into(),
            ..Span::default()
        };
        let error = Diagnostic {
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            message: message.into(),
            spans: vec![span],
            ..Diagnostic::default()
        };
        let told = told(&error, &["b"]);
        assert_eq!(
            told.as_ref()
                .map(|(message, _)| message.split(',').next().unwrap_or_default()),
            expected
        );
    }

    #[test]
    fn borrows_of_what_ends_with_the_line() {
        check(
            "E0515",
            "cannot return value referencing local variable `a`",
            "",
            Some("a `let` would keep a borrow of `a`"),
        );
        check(
            "E0521",
            "borrowed data escapes outside of closure",
            "reference to `s` escapes the closure body here",
            Some("a local of the program would keep a borrow of `s`"),
        );
        check("E0515", "cannot return reference to temporary value", "", None);
        check("E0521", "borrowed data escapes outside of closure", "", None);
        check("E0382", "use of moved value: `a`", "", None);
    }
}
