//! The file that rustc is asked to check: one name a line, so that the line of an error tells the name. Pure.
//!
//! A name that is not there costs rustc much more behind a path than behind a dot, since it looks for what was meant.
//! So there each name stands for something else if it is not there: a constant that the path's own names hide, or one
//! of a trait that all types have.

use std::collections::BTreeSet;

/// The name of the value whose members are asked for.
pub(super) const RECEIVER: &str = "__hookable_receiver";
/// A name that no type has, by whose error it is known that the type is known.
pub(super) const NO_MEMBER: &str = "__hookable_no_member";

/// A file of questions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct QuestionFile {
    pub(super) text: String,
    /// The names that are asked about, with the numbers of their lines, in order.
    pub(super) asked: Vec<(usize, QueryTarget)>,
}

/// What a line of the file asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum QueryTarget {
    /// The value or path itself.
    Itself,
    /// A member, a value behind a path, or a function that is called.
    Name(String),
    /// A type behind a path.
    Type(String),
}

impl QuestionFile {
    fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    fn ask(&mut self, asked: QueryTarget, text: &str) {
        let number = self.text.matches('\n').count() + 1;
        self.asked.push((number, asked));
        self.line(text);
    }

    fn asks(&mut self, lines: &mut dyn Iterator<Item = (QueryTarget, String)>) {
        let mut number = self.text.matches('\n').count();
        for (asked, text) in lines {
            number += 1;
            self.asked.push((number, asked));
            self.text += &text;
            self.text.push('\n');
        }
    }

    /// Asks what the names mean in `path`, in a block of its own: where a name means nothing there, it means nothing of
    /// interest, and that may be one that other lines need, as `Sized`.
    fn glob(
        &mut self,
        path: &str,
        names: &mut dyn Iterator<Item = &String>,
        asked: &mut dyn Iterator<Item = (QueryTarget, String)>,
    ) {
        let fallback: String = names
            .map(|name| format!("const {name}: () = (); type {name} = ();"))
            .collect();
        self.line(&format!("{{ {fallback}"));
        self.line(&format!("{{ use {path}::*;"));
        self.asks(asked);
        self.line("}}");
    }

    fn end(mut self) -> Self {
        self.line("loop {} }");
        self
    }
}

/// Returns code in which an error tells the type of a value, unless that is `()`. The type is not expected of the value
/// itself, since rustc would leave out methods that cannot give it.
fn unlike(value: &str) -> String {
    format!("let __hookable_value = {value}; let _: () = __hookable_value;")
}

/// Asks which of the names are members of the value.
pub(super) fn members(names: &BTreeSet<String>) -> QuestionFile {
    let mut file = QuestionFile::default();
    file.line("{");
    file.ask(QueryTarget::Itself, &unlike(RECEIVER));
    let names = names.iter().map(String::as_str).chain([NO_MEMBER]);
    file.asks(&mut names.map(|name| {
        (
            QueryTarget::Name(name.to_owned()),
            unlike(&format!("{RECEIVER}.{name}")),
        )
    }));
    file.end()
}

/// Asks how the names are called that stand behind `before`: a value and a dot, a path and `::`, or nothing.
pub(super) fn signatures<'n>(before: &str, names: impl Iterator<Item = &'n str>) -> QuestionFile {
    let mut file = QuestionFile::default();
    file.line("{");
    file.asks(&mut names.map(|name| (QueryTarget::Name(name.to_owned()), unlike(&format!("{before}{name}()")))));
    file.end()
}

/// Asks which of the names are in a module or are variants of an enum.
pub(super) fn in_module(path: &str, names: &BTreeSet<String>) -> QuestionFile {
    let mut file = QuestionFile::default();
    file.line("{");
    let names = || names.iter().filter(|name| *name != first(path));
    let value = |name: &String| (QueryTarget::Name(name.clone()), unlike(name));
    let mut asked = names().flat_map(|name| [value(name), ty(name)]);
    file.glob(path, &mut names(), &mut asked);
    file.end()
}

/// Asks which of the names are associated with a type, or are variants of it. Only an import tells of a variant with
/// named fields.
pub(super) fn in_type(path: &str, names: &BTreeSet<String>) -> QuestionFile {
    let mut file = QuestionFile::default();
    file.line("{");
    file.line("trait __HookableNames {");
    let fallback: String = names.iter().map(|name| format!("const {name}: () = ();")).collect();
    file.line(&fallback);
    file.line("} impl<T: ?Sized> __HookableNames for T {}");
    file.asks(
        &mut names
            .iter()
            .map(|name| (QueryTarget::Name(name.clone()), unlike(&format!("{path}::{name}")))),
    );
    let variants = || {
        let capital = names.iter().filter(|name| name.starts_with(char::is_uppercase));
        capital.filter(|name| *name != first(path))
    };
    // An import takes no arguments of types.
    if !path.contains('<') {
        file.glob(path, &mut variants(), &mut variants().map(ty));
    }
    file.end()
}

/// Asks whether a name stands for a type behind an import.
fn ty(name: &String) -> (QueryTarget, String) {
    (
        QueryTarget::Type(name.clone()),
        format!("let _: *const () = 0 as *const {name};"),
    )
}

/// Returns the first name of a path, which has to keep its meaning.
fn first(path: &str) -> &str {
    path.trim_start_matches("::").split("::").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_line() {
        let names = ["a", "b"].map(str::to_owned).into();
        for file in [
            members(&names),
            in_module("std", &names),
            in_type("Vec", &names),
            signatures("x.", ["a"].into_iter()),
        ] {
            let lines: Vec<&str> = file.text.lines().collect();
            assert!(!file.asked.is_empty());
            for (number, asked) in &file.asked {
                let line = lines[number - 1];
                match asked {
                    QueryTarget::Itself => assert!(line.starts_with("let __hookable_value = __hookable_receiver;")),
                    QueryTarget::Name(name) | QueryTarget::Type(name) => {
                        assert!(line.contains(name.as_str()), "{line}");
                    }
                }
            }
        }
    }
}
