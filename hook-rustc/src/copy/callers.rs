//! Which functions lead to one of which there is code only where it is called: one with type parameters, or a future.
//!
//! Whoever calls it mentions its name. A function that mentions it and is none of that kind can be kept in code by
//! itself. One of that kind is called by whoever mentions its name in turn. Where names are so common that this leads
//! anywhere, there is no answer.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::roots::at_place;
use crate::bodies::{Function, functions};

/// More functions than these are not looked for.
const MOST: usize = 60;

/// A function that leads to another: its file, and what is known of it.
pub(super) type Caller<'t> = (&'t Path, Function<'t>);

/// Finds the functions that lead to the one around a place of a source. Returns `None` if they are too many, or if the
/// function is not found.
pub(super) fn callers<'t>(sources: &'t [(PathBuf, String)], path: &Path, place: (u32, u32)) -> Option<Vec<Caller<'t>>> {
    let text = &sources.iter().find(|(other, _)| other == path)?.1;
    let mut names = vec![at_place(functions(text)?.functions, text, place)?.name];
    let mut rest: Vec<(&Path, &str, Function<'_>)> = Vec::new();
    for (path, text) in sources {
        let found = functions(text).unwrap_or_default().functions.into_iter();
        rest.extend(found.map(|function| (path.as_path(), &text[function.body.clone()], function)));
    }
    let (mut known, mut callers) = (HashSet::new(), Vec::new());
    while let Some(name) = names.pop() {
        if !known.insert(name) {
            continue;
        }
        for (path, _, function) in rest.extract_if(.., |(_, body, _)| mentions(body, name)) {
            if function.named.is_none() || function.is_seen || function.is_inline {
                names.push(function.name);
            }
            callers.push((path, function));
        }
        if callers.len() > MOST {
            return None;
        }
    }
    Some(callers)
}

/// Returns whether a name stands in a text as a word.
fn mentions(text: &str, name: &str) -> bool {
    let name = name.trim_start_matches("r#");
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names the callers of the function of which the body begins with `HERE`.
    #[track_caller]
    fn check(texts: &[&str], expect: Option<&[&str]>) {
        let numbered = texts.iter().enumerate();
        let sources: Vec<_> = numbered
            .map(|(number, text)| (number.to_string().into(), (*text).to_owned()))
            .collect();
        let (path, text) = sources
            .iter()
            .find(|(_, text)| text.contains("HERE"))
            .expect("it is there");
        let column = u32::try_from(text.find("HERE").unwrap_or_default() + 1).unwrap_or_default();
        let found = callers(&sources, path, (1, column));
        let names = found.map(|found| found.iter().map(|(_, function)| function.name).collect::<Vec<_>>());
        assert_eq!(names.as_deref(), expect, "{texts:?}");
    }

    #[test]
    fn whoever_mentions_the_name() {
        check(
            &[
                "fn f<T>() { HERE }",
                "fn g() { f::<u8>() } fn h() { ff() } fn i() { g() }",
            ],
            Some(&["g"]),
        );
        check(
            &["fn f<T>() { HERE } fn g<T>() { f::<T>() } fn h() { g() }"],
            Some(&["g", "h"]),
        );
        check(
            &["async fn f() { HERE } async fn g() { f().await } fn h() { on(g()) }"],
            Some(&["g", "h"]),
        );
        check(
            &["impl<T> A<T> { fn f() { HERE } } impl B { fn g() { A::f() } }"],
            Some(&["g"]),
        );
        check(&["fn f<T>() { HERE; f() }"], Some(&["f"]));
        check(&["fn f<T>() { HERE }"], Some(&[]));
    }

    #[test]
    fn a_name_that_leads_anywhere() {
        let many: String = (0..100).map(|number| format!("fn f{number}() {{ new() }} ")).collect();
        check(&["fn new<T>() { HERE }", &many], None);
        check(&["m! { fn f<T>() { HERE } }"], None);
    }
}
