//! The errors that are about what stands around a line as if it were typed: the bracket behind it, and the closure that
//! it is the body of. Pure.

use hook_rustc::Diagnostic;

use crate::eval::parse::excerpt::Annotation;

const END: &str = "found the end of the line";

/// Returns the message for such an error, and moves the marks to where it is. `marks` are those within the line.
pub(super) fn told(error: &Diagnostic, text: &str, marks: &mut Vec<Annotation>) -> Option<String> {
    let end = text.trim_end().len();
    match error.code() {
        None => {
            let Some(message) = ended(&error.message) else {
                at_bracket(&error.message, text, marks);
                return None;
            };
            // A bracket that was typed is one that the error is about.
            let is_typed = |mark: &Annotation| mark.primary && text[mark.bytes.clone()].starts_with('}');
            if marks.iter().any(is_typed) || at_bracket(&error.message, text, marks) {
                return None;
            }
            marks.retain(|mark| !mark.primary && !mark.label.is_empty());
            marks.push(Annotation::primary(end..end));
            Some(message)
        }
        // Of a closure that was typed, a label says that it encloses this.
        Some("E0267") if marks.iter().all(|mark| mark.primary) => {
            marks.iter_mut().for_each(|mark| mark.label.clear());
            let word = error.message.split('`').nth(1)?;
            Some(format!("`{word}` outside of a loop"))
        }
        Some(_) => None,
    }
}

/// Returns the message for a line that ends too early, where rustc read on, as it does behind `a.`, and has more to say
/// of the line. `is_typed` is whether the error points into the line.
pub(super) fn ends_early(error: &Diagnostic, is_typed: bool) -> Option<String> {
    let is_first = error.code().is_none() && !is_typed;
    is_first.then(|| ended(&error.message))?
}

/// Moves the marks of an error about a closing bracket to that, if all that stands in the brackets is marked. The
/// brackets are one place to rustc where what is in them was rewritten.
fn at_bracket(message: &str, text: &str, marks: &mut [Annotation]) -> bool {
    let found = message
        .rsplit_once("found `")
        .or(message.split_once("unexpected token: `"));
    let bracket = found.and_then(|(_, bracket)| bracket.strip_suffix('`'));
    let Some((open, close)) = [("(", ")"), ("[", "]"), ("{", "}")]
        .into_iter()
        .find(|(_, close)| bracket == Some(close))
    else {
        return false;
    };
    let mut moved = false;
    for mark in marks.iter_mut().filter(|mark| mark.primary) {
        let marked = &text[mark.bytes.clone()];
        if marked.starts_with(open) && marked.ends_with(close) {
            mark.bytes.start = mark.bytes.end - close.len();
            moved = true;
        }
    }
    moved
}

/// Returns what the place is behind that the line writes, where the error is about the closure around the line. The
/// labels then tell of the closure.
pub(super) fn behind<'e>(error: &'e Diagnostic, marks: &mut [Annotation]) -> Option<&'e str> {
    let (_, why) = error.message.split_once(", as it is behind ")?;
    let is_around = !marks.iter().any(|mark| mark.primary);
    is_around.then(|| marks.iter_mut().for_each(|mark| mark.label.clear()))?;
    Some(why)
}

/// Returns a message about the bracket behind the line as one about the end of the line.
fn ended(message: &str) -> Option<String> {
    match message {
        "unexpected token: `}`" => Some(format!("expected the name of a field or a method, {END}")),
        _ => Some(format!("{}, {END}", message.strip_suffix(", found `}`")?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, message: &str, (text, marks): (&str, &[Annotation]), expected: Option<(&str, &[Annotation])>) {
        let error = Diagnostic {
            code: Some(code.to_owned()).filter(|code| !code.is_empty()),
            message: message.into(),
            ..Diagnostic::default()
        };
        let mut found = marks.to_vec();
        let told = told(&error, text, &mut found);
        assert_eq!(told.as_deref().map(|told| (told, &found[..])), expected);
    }

    #[test]
    fn the_end_of_a_line() {
        let open = || Annotation::beside(0..5, "while parsing this `match` expression");
        let (message, said) = (
            "expected one of `.` or `{`, found `}`",
            "expected one of `.` or `{`, found the end of the line",
        );
        check(
            "",
            message,
            ("match x ", &[open()]),
            Some((said, &[open(), Annotation::primary(7..7)])),
        );
        let said = "expected the name of a field or a method, found the end of the line";
        check(
            "",
            "unexpected token: `}`",
            ("x.", &[Annotation::primary(2..2)]),
            Some((said, &[Annotation::primary(2..2)])),
        );
        check(
            "",
            "expected expression, found `}`",
            ("{ a + }", &[Annotation::primary(6..7)]),
            None,
        );
        check(
            "",
            "expected expression, found `)`",
            ("(a + )", &[Annotation::primary(5..6)]),
            None,
        );
    }

    #[test]
    fn a_closing_bracket() {
        let found = |text: &str, message: &str| {
            let mut marks = [Annotation::primary(0..text.len())];
            at_bracket(message, text, &mut marks);
            marks[0].bytes.start
        };
        assert_eq!(found("(a + )", "expected expression, found `)`"), 5);
        assert_eq!(found("[a.]", "unexpected token: `]`"), 3);
        assert_eq!(found("{ a + }", "expected expression, found `}`"), 6);
        assert_eq!(found("(a + ]", "expected expression, found `]`"), 0);
        assert_eq!(found("a + b", "expected expression, found `b`"), 0);
    }

    #[test]
    fn what_the_closure_around_a_line_writes() {
        let error = Diagnostic {
            message: "cannot borrow `*a` as mutable, as it is behind a `&` reference".into(),
            ..Diagnostic::default()
        };
        let label = "mutable borrow occurs due to use of `*a` in closure";
        let mut marks = [Annotation::beside(0..1, label)];
        assert_eq!(behind(&error, &mut marks), Some("a `&` reference"));
        assert_eq!(marks, [Annotation::beside(0..1, "")]);
        let mut typed = [Annotation::primary(0..2), Annotation::beside(3..4, label)];
        assert_eq!(behind(&error, &mut typed), None);
        assert_eq!(typed[1].label, label);
        assert_eq!(behind(&Diagnostic::default(), &mut marks), None);
    }

    #[test]
    fn the_body_of_a_closure() {
        let marks = [Annotation::primary(0..5)];
        check(
            "E0267",
            "`break` inside of a closure",
            ("break", &marks),
            Some(("`break` outside of a loop", &marks)),
        );
        let own = [Annotation::primary(3..8), Annotation::beside(0..2, "enclosing closure")];
        check("E0267", "`break` inside of a closure", ("|| break", &own), None);
        check("E0599", "no method named `break`", ("break", &marks), None);
    }
}
