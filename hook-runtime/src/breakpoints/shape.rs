//! What is written into a function for one planted hook. Pure.

use std::collections::BTreeSet;

use super::functions::SourceFunction;
use super::insert::Insertion;
use super::place::{BreakpointLocation, entry};
use super::points::Point;

/// Says what is written besides the hook itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HookShape {
    /// Nothing is.
    Alone,
    /// The hook stands at the beginning, and a sleeping one before each statement of the function, so that the function
    /// can be gone through.
    Statements,
    /// The hook stands anywhere, and sleeping ones as for `Statements`. They are left out where that fails.
    Steppable,
    /// The body becomes a closure, so that the hook stands behind it, where the value is known that the function
    /// returns.
    Return,
}

/// A function with more statements gets no sleeping hooks by itself.
const LONGEST: usize = 30;

/// The name of the value that a function returns, at a hook behind its body.
pub(crate) const RETURNED: &str = "returned";

/// The name of the variable that stands for the run of a body with sleeping hooks. A future keeps it from its first
/// statement to its last.
pub(crate) const BODY_RUN: &str = "__hookable_call";

/// What a planted hook is written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HookCode {
    /// The statement of the hook.
    pub(crate) hook: String,
    /// The attribute that a function needs which has none.
    pub(crate) attribute: Option<String>,
    /// The path of the crate `hookable`.
    pub(crate) root: String,
    /// The names of what the hook captures a copy of.
    pub(crate) copied: BTreeSet<String>,
    /// The names of what the hook does not capture.
    pub(crate) without: BTreeSet<String>,
}

impl HookCode {
    /// Returns how each hook begins.
    pub(crate) fn opening(&self) -> String {
        let option = |name: &str, of: &BTreeSet<String>| match of.is_empty() {
            true => String::new(),
            false => {
                let names: Vec<&str> = of.iter().map(String::as_str).collect();
                format!("{name} = {:?}, ", names.join(" "))
            }
        };
        let (copied, without) = (option("copied", &self.copied), option("without", &self.without));
        format!("{}::hook!({copied}{without}", self.root)
    }

    /// Has the hook capture a copy of what has one of these names, or nothing of it where a copy was too much. Returns
    /// `false` if that changes nothing, or none is the name of a binding.
    pub(crate) fn capture_less(&mut self, names: &[&str]) -> bool {
        let is_name = |name: &&&str| {
            name.starts_with(|c: char| c.is_alphabetic()) || name.starts_with("_") && !name.starts_with("__")
        };
        let mut has_changed = false;
        for name in names.iter().filter(is_name) {
            if self.without.contains(*name) {
                continue;
            }
            has_changed = true;
            match self.copied.take(*name) {
                Some(name) => self.without.insert(name),
                None => self.copied.insert((*name).to_owned()),
            };
        }
        has_changed
    }
}

/// Returns the shape of a hook of which nothing is known but where it is to stop. `:next` goes on from it, unless that
/// takes too much: sleeping hooks in a future make it larger, so that futures which run would not get them, and rustc
/// takes long for hundreds of captures.
pub(crate) fn of_stop(found: &BreakpointLocation, text: &str) -> HookShape {
    match found.function.is_stepped || too_much(&found.function, text).is_some() {
        true => HookShape::Alone,
        false => HookShape::Steppable,
    }
}

/// Says what of a function makes sleeping hooks take too much, if anything does.
pub(crate) fn too_much(function: &SourceFunction, text: &str) -> Option<String> {
    let mut words = text[function.body.clone()].split(|c: char| !c.is_alphanumeric() && c != '_');
    let waits = function.is_async || words.any(|word| word == "async");
    match function.points.len() > LONGEST {
        _ if waits => Some("async code".to_owned()),
        true => Some(format!("more than {LONGEST} statements")),
        false => None,
    }
}

/// Returns all that is written for a hook in a text, and the position of the hook among it.
pub(crate) fn insertions(
    shape: HookShape,
    found: &BreakpointLocation,
    text: &str,
    code: &HookCode,
) -> (Vec<Insertion>, usize) {
    let function = &found.function;
    let attribute = function.attribute.zip(code.attribute.clone());
    let at = |point: Point, code: String| Insertion {
        point,
        code,
        attribute: attribute.clone(),
    };
    match shape {
        HookShape::Alone => (vec![at(found.point, code.hook.clone())], 0),
        HookShape::Statements | HookShape::Steppable => {
            // Where an expression would have to become a block, it stays: its temporaries may be needed longer. One
            // sleeps behind the hook, too: a function of one statement has none else, and so no run to go on in.
            let own = (!function.points.contains(&found.point)).then_some(&found.point);
            let others = own.into_iter().chain(&function.points);
            let others = others.filter(|point| point.end.is_none() && !point.in_macro);
            let others = others.map(|point| at(*point, format!("{}step);", code.opening())));
            (
                std::iter::once(at(found.point, code.hook.clone()))
                    .chain(others)
                    .collect(),
                0,
            )
        }
        HookShape::Return => {
            let ty = function.output.clone().map(|ty| &text[ty]);
            let known = match ty {
                None => "()",
                Some(ty) => ty,
            };
            // What an `impl Trait` is, the body decides.
            let is_impl = known
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word == "impl");
            let (open, close) = match (function.is_async, is_impl) {
                (true, true) => (format!("let {RETURNED} = async move {{"), "}.await;"),
                (true, false) => (format!("let {RETURNED}: {known} = async move {{"), "}.await;"),
                (false, true) => (
                    format!("let {RETURNED} = {}::__private::call(move || {{", code.root),
                    "});",
                ),
                (false, false) => (
                    format!("let {RETURNED} = {}::__private::call(move || -> {known} {{", code.root),
                    "});",
                ),
            };
            let end = Point::before(function.body.end);
            let all = vec![
                at(Point::before(entry(function).at), open),
                at(end, close.to_owned()),
                at(end, code.hook.clone()),
                at(end, RETURNED.to_owned()),
            ];
            (all, 2)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::insert::insert;
    use super::super::place::{CrateSource, Place};
    use super::*;

    #[track_caller]
    fn check(shape: HookShape, text: &str, expected: &str) {
        let sources = [CrateSource {
            file: Path::new("a.rs"),
            text,
        }];
        let found = Place::Function("f".into()).find(&sources, Path::new("a.rs")).unwrap();
        let code = HookCode {
            hook: "h!();".into(),
            attribute: Some("#[h] ".into()),
            root: "::r".into(),
            copied: BTreeSet::new(),
            without: BTreeSet::new(),
        };
        let (all, hook) = insertions(shape, &found, text, &code);
        assert_eq!(all[hook].code, "h!();");
        assert_eq!(insert(text, &all).0, expected);
    }

    #[test]
    fn what_a_hook_captures_of_a_future() {
        let mut code = HookCode {
            hook: String::new(),
            attribute: None,
            root: "::r".into(),
            copied: BTreeSet::new(),
            without: BTreeSet::new(),
        };
        let mut check = |names: &[&str], has_changed: bool, opening: &str| {
            assert_eq!(code.capture_less(names), has_changed, "{names:?}");
            assert_eq!(code.opening(), opening);
        };
        check(&["__0"], false, "::r::hook!(");
        check(&["a", "b"], true, "::r::hook!(copied = \"a b\", ");
        check(&["a", "__0"], true, "::r::hook!(copied = \"b\", without = \"a\", ");
        check(&["a"], false, "::r::hook!(copied = \"b\", without = \"a\", ");
    }

    #[test]
    fn before_each_statement() {
        check(
            HookShape::Statements,
            "fn f() { a(); if b { c } match d { _ => e } }",
            "#[h] fn f() {  h!();  ::r::hook!(step); a();  ::r::hook!(step); if b {  ::r::hook!(step); c }  ::r::hook!(step); match d { _ => e } }",
        );
        check(
            HookShape::Statements,
            "fn f() {}",
            "#[h] fn f() { h!();  ::r::hook!(step); }",
        );
        check(HookShape::Alone, "fn f() { a }", "#[h] fn f() {  h!(); a }");
    }

    #[test]
    fn where_it_can_be_gone_on() {
        let shape_in = |text: &str| {
            let file = Path::new("/main.rs");
            let found = Place::Line(None, 2).find(&[CrateSource { file, text }], file).unwrap();
            of_stop(&found, text)
        };
        assert_eq!(shape_in("fn f() {\n a();\n b() }"), HookShape::Steppable);
        assert_eq!(shape_in("#[hookable]\nfn f() { a(); b() }"), HookShape::Steppable);
        assert_eq!(shape_in("#[hookable(step)]\nfn f() { a(); b() }"), HookShape::Alone);
        assert_eq!(
            shape_in("#[h::hookable(crate = h, step)] impl A {\nfn f() { a(); b() } }"),
            HookShape::Alone
        );
        assert_eq!(shape_in("async fn f() {\n a();\n b() }"), HookShape::Alone);
        assert_eq!(shape_in("fn f() {\n a();\n spawn(async { b() }) }"), HookShape::Alone);
        let long = format!("fn f() {{\n {}}}", "a();\n".repeat(LONGEST + 1));
        assert_eq!(shape_in(&long), HookShape::Alone);
    }

    #[test]
    fn behind_the_body() {
        check(
            HookShape::Return,
            "fn f(&self) -> Vec<u8> where A: B { let a = 1?; return a }",
            "#[h] fn f(&self) -> Vec<u8> where A: B {  let returned = ::r::__private::call(move || -> Vec<u8> { let a = 1?; return a  });  h!();  returned }",
        );
        check(
            HookShape::Return,
            "fn f() {}",
            "#[h] fn f() { let returned = ::r::__private::call(move || -> () {  });  h!();  returned }",
        );
        check(
            HookShape::Return,
            "fn f() -> impl A { a }",
            "#[h] fn f() -> impl A {  let returned = ::r::__private::call(move || { a  });  h!();  returned }",
        );
        check(
            HookShape::Return,
            "async fn f() -> u8 { a.await }",
            "#[h] async fn f() -> u8 {  let returned: u8 = async move { a.await  }.await;  h!();  returned }",
        );
    }
}
