//! The functions that a statement calls, as far as its tokens name them: no types are known. Pure.

use proc_macro2::{Delimiter, Punct, Spacing, TokenTree};

use super::functions::{Outer, SourceFunction, functions};
use super::place::{CrateSource, line_of};
use super::points::{At, Point};
use crate::eval::parse::{end, is_punct, is_word, mentions, start, word};
use crate::syntax::items::modules;
use crate::syntax::lex;

/// A call of more functions than that, as one of `new`, does not say which is meant.
const ALIKE: usize = 4;

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Call {
    name: String,
    of: Of,
}

/// What a call says about the function besides its name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    /// It is a method, and is called on a value.
    Value,
    /// What stands before the name: `Account` in `bank::Account::open(..)`.
    Path(Option<String>),
    /// An operator calls the method of this trait.
    Trait(&'static str),
}

/// The traits of operators, and their methods. What a comparison calls of `PartialOrd` is mostly derived.
const OPERATORS: [(&str, &str, &str); 13] = [
    ("+", "Add", "add"),
    ("-", "Sub", "sub"),
    ("*", "Mul", "mul"),
    ("/", "Div", "div"),
    ("%", "Rem", "rem"),
    ("+=", "AddAssign", "add_assign"),
    ("-=", "SubAssign", "sub_assign"),
    ("*=", "MulAssign", "mul_assign"),
    ("/=", "DivAssign", "div_assign"),
    ("==", "PartialEq", "eq"),
    ("!=", "PartialEq", "eq"),
    ("?", "From", "from"),
    ("-", "Neg", "neg"),
];

/// A crate of the program: its name and its sources.
pub(crate) type CallableCrate<'s> = (&'s str, Vec<CrateSource<'s>>);

/// A function that may be called: the positions of its crate and of its source there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CalledFunction {
    pub(crate) krate: usize,
    pub(crate) source: usize,
    pub(crate) function: SourceFunction,
}

/// Returns the functions that may be called by the statements of a function which begin in these lines, up to the
/// statements within them if the function `stops` there. The function is in the first of the crates; `at` is the
/// position of its source.
pub(crate) fn called(
    crates: &[CallableCrate<'_>],
    (at, lines): (usize, &[usize]),
    from: &SourceFunction,
    stops: bool,
) -> Vec<CalledFunction> {
    let Some(text) = crates.first().and_then(|(_, sources)| Some(sources.get(at)?.text)) else {
        return Vec::new();
    };
    let mut calls = calls(text, lines, from, stops);
    let sources = crates
        .iter()
        .flat_map(|(_, sources)| sources.iter().map(|source| source.text));
    calls.extend(renamed(&calls, sources));
    let mut found = Vec::new();
    for (krate, (name, sources)) in crates.iter().enumerate() {
        for (source, CrateSource { file, text }) in sources.iter().enumerate() {
            // To read a whole file takes time.
            if !calls.iter().any(|call| text.contains(&format!("fn {}", call.name))) {
                continue;
            }
            let mut modules = modules(&file.to_string_lossy());
            if krate > 0 {
                modules.insert(0, (*name).to_owned());
            }
            let all = functions(text).into_iter();
            let all = all.filter(|function| krate == 0 || is_callable(function, text));
            found.extend(all.map(|function| {
                let called = CalledFunction {
                    krate,
                    source,
                    function,
                };
                (modules.clone(), called)
            }));
        }
    }
    let mut all = Vec::new();
    for call in &calls {
        let may_mean = |(modules, called): &&(Vec<String>, CalledFunction)| match called.krate {
            0 => call.may_mean(&called.function, modules, from),
            _ => call.leads_elsewhere() && call.may_mean(&called.function, modules, from),
        };
        let mut meant: Vec<_> = found.iter().filter(may_mean).map(|(_, called)| called).collect();
        if meant.is_empty() {
            let may_mean = |called: &&CalledFunction| call.may_mean_by_another_path(&called.function);
            meant = found.iter().map(|(_, called)| called).filter(may_mean).collect();
        }
        let meant: Vec<_> = meant.into_iter().cloned().collect();
        if meant.len() <= ALIKE {
            all.extend(meant.into_iter().filter(|one| !all.contains(one)).collect::<Vec<_>>());
        }
    }
    all
}

/// Returns the calls by the statements of a function which begin in these lines.
fn calls(text: &str, lines: &[usize], from: &SourceFunction, stops: bool) -> Vec<Call> {
    let trees: Vec<TokenTree> = lex(text).map(|tokens| tokens.into_iter().collect()).unwrap_or_default();
    let mut calls = Vec::new();
    let statements = from.points.iter().filter(|point| is_stop(point));
    let statements: Vec<At> = statements.map(|point| point.at).collect();
    let inner = if stops { &statements[..] } else { &[] };
    let here = from
        .points
        .iter()
        .filter(|point| lines.contains(&line_of(text, point.at)));
    here.for_each(|point| _ = statement(&trees, *point, (&statements, inner), &mut calls));
    calls.retain(|call| call.of != Of::Path(None) || !from.params.contains(&call.name));
    calls
}

/// Returns the calls as they are by the names that something has where it stands, if an `as` in a `use` of one of these
/// sources gives it the name by which it is called.
fn renamed<'s>(calls: &[Call], sources: impl Iterator<Item = &'s str>) -> Vec<Call> {
    let names = calls.iter().flat_map(|call| [Some(&call.name), call.path()]).flatten();
    let names: Vec<String> = names.map(|name| format!(" as {name}")).collect();
    let sources = sources.filter(|text| names.iter().any(|name| text.contains(name.as_str())));
    let mut found = Vec::new();
    for (name, renamed) in sources.flat_map(renamings) {
        for call in calls.iter().filter(|call| matches!(call.of, Of::Path(_))) {
            let mut by_name = call.clone();
            if call.name == renamed {
                by_name.name = name.to_owned();
            } else if call.path().is_some_and(|of| of == renamed) {
                by_name.of = Of::Path(Some(name.to_owned()));
            } else {
                continue;
            }
            found.push(by_name);
        }
    }
    found
}

/// Returns the names in a source that have another name in a `use`, each with that one.
fn renamings(text: &str) -> Vec<(&str, &str)> {
    let imports = text.split("use ").skip(1);
    let imports = imports.map(|behind| behind.split_once(';').map_or(behind, |(import, _)| import));
    let mut found = Vec::new();
    for import in imports.filter(|import| import.contains(" as ")) {
        let words = import.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let renamings = words.windows(3).filter(|words| words[1] == "as");
        found.extend(renamings.map(|words| (words[0], words[2])));
    }
    found
}

/// Returns whether another crate may call a function that has its code in its own, as far as its head tells. What is
/// generic or inline rustc compiles where it is called.
fn is_callable(function: &SourceFunction, text: &str) -> bool {
    let of = function.outer.as_ref();
    let is_of_trait = of.is_some_and(|of| of.implements.is_some() || is_trait(of));
    let is_generic_outside = of.is_some_and(|of| !of.generics.is_empty() && !is_trait(of));
    let before = text.get(function.bytes.start..function.keyword).unwrap_or_default();
    let behind = text.get(function.keyword..function.body.start).unwrap_or_default();
    let is_generic = is_generic_outside || has_types(behind) || has_implied_types(behind);
    (is_of_trait || mentions(before, "pub")) && !is_generic && !is_inline(before)
}

/// Returns whether a function has parameters for types or values, by what stands behind its keyword.
fn has_types(behind: &str) -> bool {
    let list = behind.split_once('(').and_then(|(name, _)| name.split_once('<'));
    let mut parameters = list
        .iter()
        .flat_map(|(_, list)| list.trim_end().trim_end_matches('>').split(','));
    parameters.any(|one| !one.trim().is_empty() && !one.trim_start().starts_with('\''))
}

/// Returns whether the parameters of a function have an `impl Trait` among them, by what stands behind its keyword.
fn has_implied_types(behind: &str) -> bool {
    let mut trees = lex(behind.trim_end_matches('{')).into_iter().flatten();
    trees.any(|tree| {
        let arguments = match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => group.stream(),
            _ => return false,
        };
        mentions(&arguments.to_string(), "impl")
    })
}

/// Returns whether a function has the attribute `#[inline]`, if only under a `cfg`, by what stands before it.
fn is_inline(before: &str) -> bool {
    let trees = lex(before).into_iter().flatten();
    let attributes = trees.filter_map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group.stream()),
        _ => None,
    });
    let mut attributes = attributes.map(|attribute| (attribute.to_string(), attribute.into_iter().next()));
    attributes.any(|(text, first)| {
        let is_doc = is_word(first.as_ref(), "doc");
        !is_doc && mentions(&text, "inline") && !mentions(&text, "never")
    })
}

fn is_trait(outer: &Outer) -> bool {
    outer.generics.iter().any(|name| name == "Self")
}

/// Returns whether `:next` and `:step` stop at a point of a function with sleeping hooks.
fn is_stop(point: &Point) -> bool {
    point.end.is_none() && !point.in_macro
}

impl Call {
    /// Returns what stands before the name, if that is a path.
    fn path(&self) -> Option<&String> {
        match &self.of {
            Of::Path(of) => of.as_ref(),
            _ => None,
        }
    }

    /// Returns whether what is called may be in another crate.
    fn leads_elsewhere(&self) -> bool {
        !matches!(&self.of, Of::Path(Some(of)) if ["Self", "crate", "self", "super"].contains(&&**of))
    }

    fn may_mean(&self, function: &SourceFunction, modules: &[String], from: &SourceFunction) -> bool {
        let mut path = function.path.iter().rev();
        let is_name = path.next() == Some(&self.name);
        let around = path.next().or(modules.last());
        let outer = function.outer.as_ref();
        let owner = |function: &SourceFunction| function.outer.as_ref().map(|outer| outer.name.clone());
        is_name
            && match &self.of {
                Of::Value => outer.is_some(),
                Of::Trait(name) => outer.is_some_and(|outer| outer.implements.as_deref() == Some(*name)),
                Of::Path(of) => match of.as_deref() {
                    Some("Self") => outer.is_some() && owner(function) == owner(from),
                    Some("crate" | "self" | "super") | None => outer.is_none(),
                    Some(of) => around.is_some_and(|around| around == of),
                },
            }
    }

    /// Returns whether a path that leads to no function by itself may mean this one: `shapes::area(..)` where `shapes`
    /// has a `pub use circle::area`, `lib::area(..)` where the manifest has that name for the crate, and
    /// `Shape::area(..)` where `Shape` is a trait.
    fn may_mean_by_another_path(&self, function: &SourceFunction) -> bool {
        let Of::Path(Some(of)) = &self.of else {
            return false;
        };
        let outer = function.outer.as_ref();
        let is_module = !of.starts_with(char::is_uppercase) && outer.is_none();
        let is_of_trait = outer.is_some_and(|outer| outer.implements.as_deref() == Some(of));
        function.path.last() == Some(&self.name) && (is_module || is_of_trait)
    }
}

/// Finds the statement or the expression that begins at a point, and adds its calls. `statements` are those of the
/// function, and `stops` those of them at which it stops. Returns whether it is there.
fn statement(trees: &[TokenTree], at: Point, (statements, stops): (&[At], &[At]), calls: &mut Vec<Call>) -> bool {
    if let Some(first) = trees.iter().position(|tree| start(tree) == at.at) {
        // A statement that ends with a brace is followed by another one, or is the last.
        let ends = |tree: &TokenTree| match at.end {
            Some(end) => start(tree) >= end,
            None => is_punct(Some(tree), ';') || statements.contains(&start(tree)),
        };
        let behind = &trees[first + 1..];
        let length = behind.iter().position(ends).unwrap_or(behind.len());
        within(&trees[first..=first + length], false, stops, calls);
        return true;
    }
    trees.iter().any(|tree| match tree {
        TokenTree::Group(group) if start(tree) < at.at && at.at < end(tree) => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            statement(&inner, at, (statements, stops), calls)
        }
        _ => false,
    })
}

/// Adds the calls in these tokens, which may be `arguments`. A block in them has statements of its own.
fn within(trees: &[TokenTree], arguments: bool, stops: &[At], calls: &mut Vec<Call>) {
    let mut add = |name: &str, of: Of| {
        let name = name.trim_start_matches("r#").to_owned();
        let call = Call { name, of };
        if !calls.contains(&call) {
            calls.push(call);
        }
    };
    let mut groups = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        let is = |back: usize, c: char| at >= back && is_punct(trees.get(at - back), c);
        match tree {
            TokenTree::Ident(ident) if !at.checked_sub(1).is_some_and(|at| is_word(trees.get(at), "fn")) => {
                let is_path = is(1, ':') && is(2, ':') && at > 2;
                let of = is_path.then(|| word(trees.get(at - 3))).filter(|of| !of.is_empty());
                let ends = trees.get(at + 1).is_none() || is_punct(trees.get(at + 1), ',');
                let is_called = is_called(&trees[at + 1..]);
                if is_called && is(1, '.') && !is(2, '.') {
                    add(&ident.to_string(), Of::Value);
                // What is given to a call may be called by that.
                } else if is_called || arguments && ends && (is_path || at == 0 || is(1, ',')) {
                    add(&ident.to_string(), Of::Path(of));
                }
            }
            TokenTree::Punct(punct) => {
                let joined = |punct: &Punct| punct.spacing() == Spacing::Joint;
                let is_second = at > 0 && matches!(&trees[at - 1], TokenTree::Punct(before) if joined(before));
                let mut operator = String::from(punct.as_char());
                if let (true, Some(TokenTree::Punct(second))) = (joined(punct) && operator != "?", trees.get(at + 1)) {
                    operator.push(second.as_char());
                }
                let of_it = OPERATORS.iter().filter(|(of, ..)| !is_second && *of == operator);
                of_it.for_each(|(_, of, method)| add(method, Of::Trait(of)));
            }
            TokenTree::Group(group) => groups.push(group),
            _ => {}
        }
    }
    for group in groups {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if !inner.iter().any(|tree| stops.contains(&start(tree))) {
            within(&inner, group.delimiter() != Delimiter::Brace, stops, calls);
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

    const BANK: &str = "pub fn pay() {}\nfn hide() {}\nimpl Sub for Sum { fn sub() {} }\nimpl Sum { pub fn split(&self) {} fn own(&self) {} }\npub trait Due { fn due(&self) {} }\npub fn all<T>(t: T) {}\n#[inline]\npub fn short() {}\n#[cfg_attr(a, inline)]\npub fn brief() {}\n/// Is not inline.\n#[inline(never)]\npub fn long() {}\nimpl<T> Set<T> { pub fn add(&self) {} }\npub fn of<'a>(t: &'a u8) {}\npub fn each(t: impl Due) -> u8 {}\npub fn both<'a, T>(t: &'a T) {}\npub fn iter<'a, 'b,>(t: &'a u8) -> impl Due {}";

    /// Checks which functions may be called in line 2 of a file.
    #[track_caller]
    fn check(main: &str, expected: &str) {
        check_where(main, true, expected);
    }

    #[track_caller]
    fn check_where(main: &str, stops: bool, expected: &str) {
        let sources = [("src/main.rs", main), ("src/shop.rs", SHOP)];
        let sources = sources.map(|(file, text)| CrateSource {
            file: Path::new(file),
            text,
        });
        let found = Place::Line(None, 2).find(&sources, Path::new("src/main.rs")).unwrap();
        let bank = [("src/lib.rs", BANK), ("src/vault.rs", "pub fn lock() {}")];
        let bank = bank.map(|(file, text)| CrateSource {
            file: Path::new(file),
            text,
        });
        let crates = [("shop", sources.to_vec()), ("bank", bank.to_vec())];
        let called = called(&crates, (0, &[2]), &found.function, stops);
        let name = |called: &CalledFunction| {
            let krate = if called.krate == 0 { "" } else { "bank:" };
            format!("{krate}{}:{}", called.source, called.function.path.join("::"))
        };
        let called: Vec<String> = called.iter().map(name).collect();
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
        check("fn f() {\n let x = X { a: g(), b: h }; }\nfn g() {}\nfn h() {}", "0:g");
    }

    #[test]
    fn functions_that_are_imported_under_other_names() {
        let of = |call: &str, import: &str| format!("fn f() {{\n {call} }}\n{import}\nfn g() {{}}");
        check(&of("h()", "use crate::g as h;"), "0:g");
        check(&of("h(); i()", "pub use crate::{g as h, open as i};"), "0:g 1:open");
        check(&of("s::open(1)", "use shop as s;"), "1:open");
        check(&of("T::new()", "use shop::Till as T;"), "1:Till::new");
        check(&of("b::pay()", "use bank as b;"), "bank:0:pay");
        check(
            &of("all::lock_it()", "mod all { pub use bank::vault::lock as lock_it; }"),
            "bank:1:lock",
        );
        check(&of("h()", "use crate::i as h;"), "");
        check(&of("x.h()", "use crate::g as h;"), "");
        check(&of("h()", "use crate::g as _; // g as h"), "");
    }

    #[test]
    fn functions_of_other_crates() {
        check("fn f() {\n bank::pay(); }", "bank:0:pay");
        check("fn f() {\n pay(bank::hide()); }", "bank:0:pay");
        check("fn f() {\n bank::vault::lock(); vault::lock() }", "bank:1:lock");
        check("fn f() {\n shop::hide(); Bank::pay(); a.pay(); Self::lock() }", "");
        check("fn f() {\n crate::pay(); other::lock() }", "bank:0:pay bank:1:lock");
        check(
            "fn f() {\n Due::due(&a); Sub::sub(a, b) }",
            "bank:0:Due::due bank:0:Sum::sub",
        );
        check("fn f() {\n bank::long(); bank::brief() }", "bank:0:long");
        check(
            "fn f() {\n a.split() - b.own().due() }",
            "bank:0:Sum::split bank:0:Sum::sub bank:0:Due::due",
        );
        check("fn f() {\n Sum::split(&a); Self::split() }", "bank:0:Sum::split");
        check("fn f() {\n pay() }\nfn pay() {}", "0:pay bank:0:pay");
        check("fn f() {\n bank::all(short()); set.add(bank::of(1)) }", "bank:0:of");
        check("fn f() {\n each(both(&1)); bank::iter() }", "bank:0:iter");
    }

    #[test]
    fn what_stops_first_has_calls_of_its_own() {
        check(
            "fn f() {\n if a { g() } else if h() { i() }\n }\nfn g() {}\nfn h() {}\nfn i() {}",
            "0:h 0:g 0:i",
        );
        check(
            "fn f() {\n if a {\n g() } else if h() {\n i() }\n g() }\nfn g() {}\nfn h() {}\nfn i() {}",
            "0:h",
        );
        check(
            "fn f() {\n match a { A if g() => h(), _ => {\n i() } }\n }\nfn g() {}\nfn h() {}\nfn i() {}",
            "0:g 0:h",
        );
        check(
            "fn f() {\n let x = match a { A => g(), _ => {\n i() } }.h();\n i() }\nfn g() {}\nimpl A { fn h() {} }\nfn i() {}",
            "0:A::h 0:g",
        );
    }

    #[test]
    fn where_nothing_stops_within_a_statement() {
        let check = |text: &str, expected: &str| check_where(text, false, expected);
        check(
            "fn f() {\n if a {\n g() } else {\n h() }\n i() }\nfn g() {}\nfn h() {}\nfn i() {}",
            "0:g 0:h",
        );
        check(
            "fn f() {\n for a in b {\n g();\n }\n i() }\nfn g() {}\nfn i() {}",
            "0:g",
        );
        check(
            "fn f() {\n let a = match b { _ => {\n g() } };\n i() }\nfn g() {}\nfn i() {}",
            "0:g",
        );
        check(
            "fn f() {\n a.map(|b| {\n g(b);\n }); i() }\nfn g() {}\nfn i() {}",
            "0:g",
        );
    }

    #[test]
    fn functions_that_are_given_to_others() {
        check("fn f() {\n x.map(g); }\nfn g() {}", "0:g");
        check("fn f() {\n x.fold(0, Till::new) }", "1:Till::new");
        check("fn f() {\n twice!(g, 1) }\nfn g() {}", "0:g");
        check("fn f() {\n x.map(g.a, &g, a.g); }\nfn g() {}", "");
        check("fn f(g: u8) {\n x.map(g); }\nfn g() {}", "");
    }

    #[test]
    fn methods_of_operators() {
        const ADD: &str = "impl<T: A<B>> ops::Add<u8> for V<T> { fn add() {} }\nimpl Cart { fn add() {} }";
        let check = |line: &str, expected: &str| check(&format!("fn f() {{\n {line} }}\n{ADD}"), expected);
        check("a + b", "0:V::add");
        check("a += b;", "");
        check("a.add(b)", "0:V::add 0:Cart::add");
        let from = "impl From<A> for B { fn from() {} }";
        check(&format!("let a = b?.c;\n }}\n{from} fn g() {{"), "0:B::from");
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
