//! What rustc said about a file of questions. Pure.
//!
//! It reports in its short format, a line for each error, since thousands of errors take long to read in JSON.

use std::collections::BTreeMap;

use super::question::{NO_MEMBER, QueryTarget, QuestionFile};

/// Something that can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) kind: ItemKind,
}

/// What it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// A field, with its type.
    Field(String),
    /// A field that the crate does not let the hook's module see, with the name of its struct.
    PrivateField(String),
    /// A method, a function, or what makes a value of a struct or a variant with unnamed fields.
    Function,
    /// A constant, a static, or a variant without fields, with its type.
    Value(String),
    Module,
    Type,
    /// A variant or a struct with named fields.
    Named,
}

/// What rustc reported of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reported {
    /// The codes and messages of errors, by line.
    of_lines: BTreeMap<usize, Vec<(String, String)>>,
    /// The codes of errors in other files.
    pub(super) elsewhere: Vec<String>,
}

impl Reported {
    /// Reads rustc's standard error. `file` is the name of the file of questions, without its folder.
    pub(super) fn read(said: &str, file: &str) -> Reported {
        let mut reported = Reported::default();
        for line in said.lines() {
            let Some((place, rest)) = line.split_once(": error[") else {
                continue;
            };
            let Some((code, message)) = rest.split_once("]: ") else {
                continue;
            };
            // A path may have colons in it.
            let mut parts = place.rsplitn(3, ':');
            let (_, number, path) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
            match number.and_then(|number| number.parse().ok()) {
                Some(number) if path.ends_with(file) => {
                    let of_line = reported.of_lines.entry(number).or_default();
                    of_line.push((code.to_owned(), message.to_owned()));
                }
                _ => reported.elsewhere.push(code.to_owned()),
            }
        }
        reported
    }

    fn of(&self, line: usize) -> &[(String, String)] {
        self.of_lines.get(&line).map_or(&[], Vec::as_slice)
    }
}

/// Returns the text between the first two backticks behind `before`.
fn quoted<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    message.split_once(before)?.1.split('`').next()
}

/// Returns the members of a value. Returns `None` if rustc does not know its type.
pub(super) fn members(file: &QuestionFile, reported: &Reported) -> Option<Vec<Item>> {
    let mut is_known = false;
    let mut found = Vec::new();
    for (line, asked) in &file.asked {
        let QueryTarget::Name(name) = asked else { continue };
        let errors = reported.of(*line);
        if name == NO_MEMBER {
            is_known = !errors.is_empty();
            continue;
        }
        let kind = match errors {
            // A field of the type `()`, to which rustc has nothing to say.
            [] => ItemKind::Field("()".into()),
            [(code, message), ..] => match code.as_str() {
                "E0615" => ItemKind::Function,
                "E0308" => ItemKind::Field(quoted(message, "found `").unwrap_or("_").into()),
                "E0616" => ItemKind::PrivateField(owner(message).unwrap_or_default().into()),
                _ => continue,
            },
        };
        found.push(Item {
            name: name.clone(),
            kind,
        });
    }
    is_known.then_some(found)
}

/// Returns the name of the struct in ``field `b` of struct `a::B` is private``.
fn owner(message: &str) -> Option<&str> {
    quoted(message, "of struct `")?.split('<').next()?.rsplit("::").next()
}

/// Returns the type of the value, as rustc names it.
pub(super) fn type_of_receiver<'r>(file: &QuestionFile, reported: &'r Reported) -> Option<&'r str> {
    let (line, _) = file.asked.iter().find(|(_, asked)| *asked == QueryTarget::Itself)?;
    let (_, message) = reported.of(*line).first()?;
    let found = message.split_once("found ")?.1;
    match found.strip_prefix('`') {
        Some(ty) => ty.split('`').next(),
        None => found.split(':').next(),
    }
}

/// Returns what there is behind a path.
pub(super) fn in_path(file: &QuestionFile, reported: &Reported) -> Vec<Item> {
    let mut found: BTreeMap<&str, ItemKind> = BTreeMap::new();
    for (line, asked) in &file.asked {
        let Some((code, message)) = reported.of(*line).first() else {
            continue;
        };
        // The first is of what is not stable; the others say nothing of the name.
        if matches!(
            code.as_str(),
            "E0658" | "E0282" | "E0283" | "E0284" | "E0790" | "E0599" | "E0603"
        ) {
            continue;
        }
        let found_type = message.split("found ").nth(1).unwrap_or_default();
        let (name, kind) = match asked {
            QueryTarget::Itself => continue,
            QueryTarget::Name(name) if code == "E0308" && found_type.starts_with('`') => {
                (name, ItemKind::Value(quoted(message, "found `").unwrap_or("_").into()))
            }
            QueryTarget::Name(name) if matches!(code.as_str(), "E0308" | "E0034") => (name, ItemKind::Function),
            QueryTarget::Name(name) => (name, ItemKind::Named),
            QueryTarget::Type(name) if code == "E0573" && message.contains("found module") => (name, ItemKind::Module),
            QueryTarget::Type(name) if code == "E0573" => (name, ItemKind::Named),
            QueryTarget::Type(name) => (name, ItemKind::Type),
        };
        // Of a name with two meanings a value is the rarer, except where it is what makes a value of the type.
        match (found.get(name.as_str()), &kind) {
            (Some(ItemKind::Function | ItemKind::Value(_)), ItemKind::Type | ItemKind::Named) => {}
            _ => _ = found.insert(name, kind),
        }
    }
    let found = found.into_iter().map(|(name, kind)| Item {
        name: name.to_owned(),
        kind,
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::question;
    use super::*;

    fn names(names: &[&str]) -> std::collections::BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Returns a report with these errors, each by what its line contains.
    fn report(file: &QuestionFile, errors: &[(&str, &str)]) -> Reported {
        let mut said = String::new();
        for (within, error) in errors {
            let line = file
                .text
                .lines()
                .position(|line| {
                    line.split("let _: () =")
                        .next()
                        .unwrap_or(line)
                        .trim_end()
                        .ends_with(within)
                })
                .unwrap()
                + 1;
            said += &format!("/tmp/a:b/questions.rs:{line}:5: error{error}\n");
        }
        Reported::read(&said, "questions.rs")
    }

    #[test]
    fn members_of_a_value() {
        let file = question::members(&names(&["a", "b", "c", "d", "push"]));
        let errors = [
            ("_receiver;", "[E0308]: mismatched types: expected `()`, found `P<u8>`"),
            (".a;", "[E0609]: no field `a` on type `P`: unknown field"),
            (".b;", "[E0308]: mismatched types: expected `()`, found `Vec<u8>`"),
            (
                ".c;",
                "[E0616]: field `c` of struct `deep::P` is private: private field",
            ),
            (
                ".push;",
                "[E0615]: attempted to take value of method `push` on type `P`: method, not a field",
            ),
            (
                ".__hookable_no_member;",
                "[E0609]: no field `__hookable_no_member` on type `P`: unknown field",
            ),
        ];
        let reported = report(&file, &errors);
        assert_eq!(type_of_receiver(&file, &reported), Some("P<u8>"));
        let found = members(&file, &reported).unwrap();
        let found: Vec<_> = found.into_iter().map(|item| (item.name, item.kind)).collect();
        assert_eq!(
            found,
            [
                ("b".to_owned(), ItemKind::Field("Vec<u8>".into())),
                ("c".to_owned(), ItemKind::PrivateField("P".into())),
                ("d".to_owned(), ItemKind::Field("()".into())),
                ("push".to_owned(), ItemKind::Function),
            ]
        );
        // Where the type is not known, rustc says nothing of any name.
        assert_eq!(members(&file, &report(&file, &[])), None);
    }

    #[test]
    fn what_is_behind_a_path() {
        let file = question::in_module("std", &names(&["Kind", "MAX", "gone", "io", "new", "swap"]));
        let errors = [
            (" MAX;", "[E0308]: mismatched types: expected `()`, found `u8`"),
            (" swap;", "[E0308]: mismatched types: expected `()`, found fn item"),
            ("const io;", "[E0573]: expected type, found module `io`: not a type"),
            (
                "const Kind;",
                "[E0107]: missing generics for struct `Kind`: expected 1 generic argument",
            ),
            (" new;", "[E0658]: use of unstable library feature `new`"),
        ];
        let found = in_path(&file, &report(&file, &errors));
        let found: Vec<_> = found.iter().map(|item| (item.name.as_str(), &item.kind)).collect();
        assert_eq!(
            found,
            [
                ("Kind", &ItemKind::Type),
                ("MAX", &ItemKind::Value("u8".into())),
                ("io", &ItemKind::Module),
                ("swap", &ItemKind::Function),
            ]
        );
    }

    #[test]
    fn errors_of_other_files() {
        let said = "src/main.rs:1:2: error[E0616]: field\nerror: aborting\nquestions.rs:x:1: error[E0001]: m\n";
        assert_eq!(Reported::read(said, "questions.rs").elsewhere, ["E0616", "E0001"]);
    }
}
