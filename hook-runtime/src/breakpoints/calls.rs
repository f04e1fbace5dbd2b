//! The functions that a statement calls, as far as its tokens name them: no types are known. Pure.

use proc_macro2::{Delimiter, TokenTree};

use super::functions::{SourceFunction, functions};
use super::place::{CrateSource, line_of};
use super::points::At;
use crate::eval::parse::{end, is_brace, is_punct, start, word};
use crate::syntax::items::modules;
use crate::syntax::lex;

/// A call of more functions than that, as one of `new`, does not say which is meant.
const ALIKE: usize = 4;

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Call {
    name: String,
    /// What stands before the name: `Account` in `bank::Account::open(..)`.
    of: Option<String>,
    /// A method is called on a value.
    is_method: bool,
}

/// Returns the functions that may be called by the statements of a function which begin in these lines, each with the
/// position of its source. `at` is that of the function.
pub(crate) fn called(
    sources: &[CrateSource<'_>],
    (at, lines): (usize, &[usize]),
    from: &SourceFunction,
) -> Vec<(usize, SourceFunction)> {
    let text = sources[at].text;
    let trees: Vec<TokenTree> = lex(text).map(|tokens| tokens.into_iter().collect()).unwrap_or_default();
    let mut calls = Vec::new();
    let here = from
        .points
        .iter()
        .filter(|point| lines.contains(&line_of(text, point.at)));
    here.for_each(|point| _ = statement(&trees, point.at, &mut calls));
    let mut found = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        // To read a whole file takes time.
        let has = |call: &Call| source.text.contains(&format!("fn {}", call.name));
        if calls.iter().any(has) {
            let modules = modules(&source.file.to_string_lossy());
            found.extend(
                functions(source.text)
                    .into_iter()
                    .map(|function| (at, modules.clone(), function)),
            );
        }
    }
    let mut all = Vec::new();
    for call in &calls {
        let meant = found
            .iter()
            .filter(|(_, modules, function)| call.may_mean(function, modules, from));
        let meant: Vec<_> = meant.map(|(at, _, function)| (*at, function.clone())).collect();
        if meant.len() <= ALIKE {
            all.extend(meant.into_iter().filter(|one| !all.contains(one)).collect::<Vec<_>>());
        }
    }
    all
}

impl Call {
    fn may_mean(&self, function: &SourceFunction, modules: &[String], from: &SourceFunction) -> bool {
        let mut path = function.path.iter().rev();
        let is_name = path.next() == Some(&self.name);
        let around = path.next().or(modules.last());
        let owner = |function: &SourceFunction| function.outer.as_ref().map(|outer| outer.name.clone());
        is_name
            && match (self.is_method, self.of.as_deref()) {
                (true, _) => function.outer.is_some(),
                (false, Some("Self")) => function.outer.is_some() && owner(function) == owner(from),
                (false, Some("crate" | "self" | "super") | None) => function.outer.is_none(),
                (false, Some(of)) => around.is_some_and(|around| around == of),
            }
    }
}

/// Finds the statement that begins there, and adds its calls. Returns whether there is one.
fn statement(trees: &[TokenTree], at: At, calls: &mut Vec<Call>) -> bool {
    if let Some(first) = trees.iter().position(|tree| start(tree) == at) {
        let ends = |tree: &TokenTree| is_punct(Some(tree), ';') || is_brace(Some(tree));
        let length = trees[first..].iter().position(ends).unwrap_or(trees.len() - first);
        within(&trees[first..first + length], calls);
        return true;
    }
    trees.iter().any(|tree| match tree {
        TokenTree::Group(group) if start(tree) < at && at < end(tree) => {
            statement(&group.stream().into_iter().collect::<Vec<_>>(), at, calls)
        }
        _ => false,
    })
}

/// Adds the calls in these tokens. What stands in braces has statements of its own.
fn within(trees: &[TokenTree], calls: &mut Vec<Call>) {
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(ident) if is_called(&trees[at + 1..]) => {
                let is = |back: usize, c: char| at >= back && is_punct(trees.get(at - back), c);
                let call = Call {
                    name: ident.to_string().trim_start_matches("r#").to_owned(),
                    of: (is(1, ':') && is(2, ':') && at > 2)
                        .then(|| word(trees.get(at - 3)))
                        .filter(|of| !of.is_empty()),
                    is_method: is(1, '.') && !is(2, '.'),
                };
                if !calls.contains(&call) {
                    calls.push(call);
                }
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
                within(&group.stream().into_iter().collect::<Vec<_>>(), calls);
            }
            _ => {}
        }
    }
}

/// Returns whether what stands behind a name calls it: parentheses, behind type arguments if there are any.
fn is_called(behind: &[TokenTree]) -> bool {
    let mut at = 0;
    if is_punct(behind.first(), ':') && is_punct(behind.get(1), ':') && is_punct(behind.get(2), '<') {
        let mut depth = 0;
        at = 2;
        while let Some(tree) = behind.get(at) {
            depth += i32::from(is_punct(Some(tree), '<')) - i32::from(is_punct(Some(tree), '>'));
            at += 1;
            if depth == 0 {
                break;
            }
        }
    }
    matches!(behind.get(at), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::place::Place;
    use super::*;

    const SHOP: &str = "pub fn open(n: u8) {}\nimpl Till { fn open(&self) { }\n pub fn new() -> Till { Till } }";

    /// Checks which functions may be called in line 2 of a file.
    #[track_caller]
    fn check(main: &str, expected: &str) {
        let sources = [("src/main.rs", main), ("src/shop.rs", SHOP)];
        let sources = sources.map(|(file, text)| CrateSource {
            file: Path::new(file),
            text,
        });
        let found = Place::Line(None, 2).find(&sources, Path::new("src/main.rs")).unwrap();
        let called = called(&sources, (0, &[2]), &found.function);
        let called: Vec<String> = called
            .iter()
            .map(|(source, function)| format!("{source}:{}", function.path.join("::")))
            .collect();
        assert_eq!(called.join(" "), expected, "{main}");
    }

    #[test]
    fn functions_by_their_names() {
        check(
            "fn f() {\n let a = g(h(1)); i(); }\nfn g(a: u8) {}\nfn h() {}\nfn i() {}",
            "0:g 0:h 0:i",
        );
        check("fn f() {\n if g::<u8>() {\n h() } }\nfn g<T>() {}\nfn h() {}", "0:g");
        check("fn f() {\n println!(\"{}\", g()); }\nfn g() -> u8 { 1 }", "0:g");
        check("fn f() {\n shop::open(3); }\nfn open() {}", "1:open");
        check("fn f() {\n open(3); }\nfn open() {}", "0:open 1:open");
        check("fn f() {\n x.open(3); }\nfn open() {}", "1:Till::open");
        check("fn f() {\n let g = 1..open(g); }\nfn open() {}", "0:open 1:open");
        check(
            "impl A { fn f() {\n Self::new(Till::new()); } fn new() {} }",
            "0:A::new 1:Till::new",
        );
        check("fn f() {\n x.map(|x| {\n g(x) }); Vec::new(); }\nfn g() {}", "");
    }

    #[test]
    fn a_name_of_many_functions_says_nothing() {
        let many = |of: usize| -> String {
            (0..of)
                .map(|n| format!("impl A{n} {{ fn go(&self) {{}} }}\n"))
                .collect()
        };
        check(&format!("fn f() {{\n x.go(); }}\n{}", many(2)), "0:A0::go 0:A1::go");
        check(&format!("fn f() {{\n x.go(); }}\n{}", many(ALIKE + 1)), "");
    }
}
