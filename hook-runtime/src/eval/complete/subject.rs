//! What is asked about, so that the same question is asked once. Pure.

use std::ops::Range;

use super::cursor::{CompletionContext, with_probe};
use super::question::RECEIVER;
use crate::eval::parse::mentions;

/// The words and the mark that bind a name in front of what is being typed.
const BINDERS: [&str; 5] = ["let", "for", "match", "fn", "use"];

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// The members of a value: the text around it, with a mark where the value stands, and the value itself.
    Members { around: String, value: String },
    /// What is behind a path.
    Path(String),
    /// The names in scope.
    Scope,
}

/// The mark for the place of the value.
const MARK: &str = "\u{1}";

impl Subject {
    /// Returns the subject of what is typed at the end of a text.
    pub(super) fn of(text: &str, before: &CompletionContext) -> Option<Subject> {
        match before {
            CompletionContext::Receiver(value) => {
                let typed = text[value.clone()].to_owned();
                let around = match binds(text, value) {
                    true => with_probe(text, value, MARK)?,
                    false => MARK.to_owned(),
                };
                Some(Subject::Members { around, value: typed })
            }
            CompletionContext::Path(path) if path.is_empty() => None,
            CompletionContext::Path(path) => {
                let path = &text[path.clone()];
                // `<T as Trait>` needs the types of the line, and a macro's parts stand for anything.
                (!path.contains(" as ")).then(|| Subject::Path(path.to_owned()))
            }
            CompletionContext::Nothing => Some(Subject::Scope),
        }
    }

    /// Returns the line in which a file of questions is read where the subject stands.
    pub(super) fn line(&self, file: &str) -> String {
        let read = format!("__hookable_private::include!({file:?})");
        match self {
            Subject::Members { around, value } => {
                around.replace(MARK, &format!("{{ let {RECEIVER} = {value}; {read} }}"))
            }
            Subject::Path(_) | Subject::Scope => read,
        }
    }

    /// Returns what stands before a name in a call of it.
    pub(super) fn before(&self) -> String {
        match self {
            Subject::Members { .. } => format!("{RECEIVER}."),
            Subject::Path(path) => format!("{path}::"),
            Subject::Scope => String::new(),
        }
    }

    /// Returns all of the text that names are mentioned in.
    pub(super) fn text(&self) -> String {
        match self {
            Subject::Members { around, value } => around.clone() + value,
            Subject::Path(path) => path.clone(),
            Subject::Scope => String::new(),
        }
    }

    /// Returns whether the path is that of a type, by its last name: modules have names without capitals, and so have
    /// the types of the language.
    pub(super) fn is_type(path: &str) -> bool {
        const PRIMITIVES: [&str; 17] = [
            "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64",
            "u128", "usize",
        ];
        let plain = path.split('<').next().unwrap_or(path).trim_end_matches("::");
        let last = plain.rsplit("::").next().unwrap_or(plain);
        path.starts_with('<') || PRIMITIVES.contains(&path) || last.starts_with(char::is_uppercase)
    }
}

/// Returns whether the text before a value may bind a name that the value mentions. Other text is left out of the
/// question.
fn binds(text: &str, value: &Range<usize>) -> bool {
    let before = &text[..value.start];
    before.contains('|') || BINDERS.iter().any(|word| mentions(before, word))
}

#[cfg(test)]
mod tests {
    use super::super::cursor::cursor;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let subject = cursor(text).and_then(|cursor| Subject::of(text, &cursor.before));
        let line = subject.map(|subject| {
            subject
                .line("F")
                .replace("__hookable_private::", "")
                .replace("__hookable_", "")
        });
        assert_eq!(line.as_deref(), expected, "{text}");
    }

    #[test]
    fn lines_of_questions() {
        check("v.le", Some("{ let receiver = v; include!(\"F\") }"));
        check("1 + f(v.", Some("{ let receiver = v; include!(\"F\") }"));
        check(
            "v.iter().map(|x| x.",
            Some("v.iter().map(|x| { let receiver = x; include!(\"F\") })"),
        );
        check(
            "let y = 5; y.",
            Some("let y = 5; { let receiver = y; include!(\"F\") }"),
        );
        check("std::co", Some("include!(\"F\")"));
        check("co", Some("include!(\"F\")"));
        check("::st", None);
    }

    #[test]
    fn types_and_modules() {
        for path in [
            "Vec",
            "Vec::<u8>",
            "std::collections::HashMap",
            "i32",
            "<u8>",
            "a::B::<c::d>",
        ] {
            assert!(Subject::is_type(path), "{path}");
        }
        for path in ["std", "crate", "std::collections", "super"] {
            assert!(!Subject::is_type(path), "{path}");
        }
    }
}
