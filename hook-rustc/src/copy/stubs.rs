//! Stubs stand in the sources of a line for bodies of functions that the program has.
//!
//! A line needs almost none of the bodies of its crate, and to check and compile them is most of what it would wait
//! for. The function of a stub is taken from the program, by its name. So a body is left out only where the name tells
//! the function, and where nothing outside of the body can see what stands in it.
//!
//! In optimized code rustc and LLVM read the bodies of functions that are called. So a stub there hands the addresses
//! of its arguments to somebody unknown, and calls an address that nobody knows with all of them: a caller cannot
//! learn anything from it. Of what is private, LLVM believes that nobody but the object knows it: a private function
//! is called in whatever way suits its callers, and a private variable that no body writes has its initial value for
//! good. So rustc is told to make nothing of the crate private (`Invocation::without_bodies`). Of the program only
//! functions are taken that other objects could call, for these are called as their types say. Which these are the
//! loader decides; but a line that turns out to need a body is compiled again, so a body stays that a line is likely
//! to need: what the program has as a private function, and what is so short that the optimizer has likely taken it
//! into others.
//!
//! No stub may ever run. It consists of a reference to a symbol that nobody defines and that bears a prefix of its own,
//! so whoever loads code sees from the code alone that it has a stub, or a part of one, in it. The symbol tells whose
//! body was left out.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::bodies::{Function, Functions, MacroNames, functions, replace_body};
use crate::lexer::{Lexer, Token};

/// A stub for the body of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stub {
    /// The stub refers to this symbol, which is the same in all builds that have a function of this name in this file.
    pub(super) symbol: String,
    /// The bytes of the body.
    pub(super) body: Range<usize>,
    /// What stands in the place of the body.
    pub(super) text: String,
}

/// What is left out of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileStubs {
    pub(super) stubs: Vec<Stub>,
    /// The bytes of attributes that make lints stricter, and blanks for these: rustc would warn of code that nothing
    /// uses.
    pub(super) lints: Vec<(Range<usize>, String)>,
}

/// What may be left out of a copy.
#[derive(Clone, Copy, Debug)]
pub struct StubRules<'r> {
    /// The symbols of stubs begin with this.
    pub prefix: &'r str,
    /// Where code is optimized, these are the names of the functions of the program, each with whether other objects
    /// could call one of that name.
    pub shared: Option<&'r HashMap<String, bool>>,
}

/// A function of so many lines the optimizer may have taken into all that call it.
const INLINED: usize = 6;

/// Assembly has the names of symbols as they are in objects. On macOS these have an underscore before the name in C.
const BEFORE_NAMES: &str = if cfg!(target_os = "macos") { "_" } else { "" };

/// Chooses the stubs for the sources of a crate, by their paths. `core` is the path of the standard
/// library's crate. Returns nothing where rustc may read one of the sources as a text.
pub(super) fn stubs(sources: &[(PathBuf, String)], rules: StubRules<'_>, core: &str) -> HashMap<PathBuf, FileStubs> {
    let mut found: Vec<(&Path, &str, Functions<'_>)> = Vec::new();
    let mut texts = Vec::new();
    for (path, text) in sources {
        if !names_of_texts(text, &mut texts) {
            return HashMap::new();
        }
        if let Some(functions) = functions(text) {
            found.push((path, text, functions));
        }
    }
    let macros: Vec<_> = found.iter().flat_map(|(_, _, found)| found.macros.clone()).collect();
    let names = MacroNames::of(&macros);
    let is_text = |path: &Path| texts.iter().any(|text| path.to_string_lossy().ends_with(text));
    let of_file = |(path, text, found): &(&Path, &str, Functions<'_>)| {
        let mut times: HashMap<&str, usize> = HashMap::new();
        let mut stubs = Vec::new();
        for function in &found.functions {
            let time = times.entry(function.name).or_default();
            *time += 1;
            if !can_be_left_out(function, &names) {
                continue;
            }
            let mut hasher = DefaultHasher::new();
            (path, function.name, *time).hash(&mut hasher);
            let symbol = format!("{}{:016x}", rules.prefix, hasher.finish());
            let begin = match rules.shared {
                None => Some(format!(
                    "{{unsafe{{::{core}::arch::asm!(\".quad {BEFORE_NAMES}{symbol}\",options(noreturn))}}"
                )),
                Some(shared) => calling(function, &symbol, core).filter(|_| {
                    let lines = text[function.body.clone()].lines().count();
                    shared.get(function.name).copied().unwrap_or(lines > INLINED)
                }),
            };
            let text = begin.and_then(|begin| replace_body(&text[function.body.clone()], &begin));
            stubs.extend(text.map(|text| Stub {
                symbol,
                text,
                body: function.body.clone(),
            }));
        }
        let blanks = |at: &Range<usize>| {
            text[at.clone()]
                .chars()
                .map(|c| if c == '\n' { c } else { ' ' })
                .collect()
        };
        let lints = found.lints.iter().map(|at| (at.clone(), blanks(at))).collect();
        (path.to_path_buf(), FileStubs { stubs, lints })
    };
    found.iter().filter(|(path, ..)| !is_text(path)).map(of_file).collect()
}

/// Returns the beginning of a stub for optimized code. Whoever is called may write to the arguments and keep their
/// addresses. The function also has a use for the place of its call, which it gets without a word where a trait says
/// so.
fn calling(function: &Function<'_>, symbol: &str, core: &str) -> Option<String> {
    if function.is_foreign {
        return None;
    }
    let names: Vec<&str> = function
        .parameters
        .iter()
        .map(|parameter| parameter.name)
        .collect::<Option<_>>()?;
    let types = "_,".repeat(names.len());
    let addresses: String = names
        .iter()
        .map(|name| format!("&{name} as *const _ as *const u8,"))
        .collect();
    let arguments = names.join(",");
    Some(format!(
        "{{#![inline(never)]let __hookable_f:unsafe fn({types})->_;unsafe{{\
         ::{core}::arch::asm!(\".quad {BEFORE_NAMES}{symbol} /* {{}} {{}} */\",out(reg)__hookable_f,\
         in(reg)&[{addresses}::{core}::panic::Location::caller() as *const _ as *const u8]);__hookable_f({arguments})}}"
    ))
}

/// Returns whether the program has all that is to be known of a body.
fn can_be_left_out(function: &Function<'_>, names: &MacroNames<'_>) -> bool {
    let Function {
        name,
        is_seen,
        is_generic,
        is_inline,
        contents,
        ..
    } = function;
    // What the program begins with leads to all that has no name.
    *name != "main"
        && !is_seen
        && !is_generic
        && !is_inline
        && !contents.declares
        && names.all_are_local(&contents.calls)
}

/// Adds the names of the sources that a source reads as texts, each by its end. Returns `false` if one of them is not
/// known.
fn names_of_texts(text: &str, names: &mut Vec<String>) -> bool {
    if !text.contains("include_str") && !text.contains("include_bytes") {
        return true;
    }
    let (mut lexer, mut last) = (Lexer::default(), [None, None]);
    while let Some((_, token)) = lexer.token(text) {
        if let (
            [
                Some(Token::Word("include_str" | "include_bytes")),
                Some(Token::Punct('!')),
            ],
            Token::Open(_),
        ) = (last, token)
        {
            let mut literal = None;
            let mut depth = 1;
            while depth > 0 {
                let Some((begin, token)) = lexer.token(text) else {
                    return false;
                };
                match token {
                    Token::Open(_) => depth += 1,
                    Token::Close(_) => depth -= 1,
                    Token::Literal => literal = Some(&text[begin..lexer.at()]),
                    // The name is an argument of a macro.
                    Token::Punct('$') => return false,
                    _ => {}
                }
            }
            let Some(name) = literal.map(|literal| literal.trim_end_matches('#').trim_matches('"')) else {
                return false;
            };
            if name.ends_with('s') {
                let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
                names.push(name.to_owned());
            }
        }
        last = [last[1], Some(token)];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "{\n    a();\n    b()\n}";
    const RULES: StubRules<'static> = StubRules {
        prefix: "stub",
        shared: None,
    };

    /// Tells which functions of files are left out; `@` stands for a long body.
    #[track_caller]
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let text = |(path, text): &(&str, &str)| (PathBuf::from(path), text.replace('@', LONG));
        let sources: Vec<(PathBuf, String)> = files.iter().map(text).collect();
        let found = stubs(&sources, RULES, "core");
        let mut left_out = Vec::new();
        for (path, text) in &sources {
            for stub in found.get(path).into_iter().flat_map(|of_file| &of_file.stubs) {
                assert_eq!(&text[stub.body.clone()], LONG);
                assert!(stub.text.contains(&stub.symbol) && stub.symbol.starts_with("stub"));
                assert_eq!(stub.text.lines().count(), LONG.lines().count());
                let head = text[..stub.body.start].rsplit("fn ").next().unwrap_or_default();
                left_out.push(head.split(['(', '<']).next().unwrap_or_default().to_owned());
            }
        }
        assert_eq!(left_out, expect, "{files:?}");
    }

    #[test]
    fn bodies_that_the_program_has() {
        check(
            &[(
                "a.rs",
                "fn f() @ fn main() @ impl A { fn g(&self) @ } trait T { fn h() @ }",
            )],
            &["f", "g"],
        );
        check(
            &[(
                "a.rs",
                "const fn f() @ async fn g() @ #[inline] fn h() @ #[a] fn i() @ fn j<T>() @ fn k<'a>() @",
            )],
            &["k"],
        );
        check(&[("a.rs", "fn f() -> impl A @ fn g() { 1 } fn h() @")], &["h"]);
        check(&[("a.rs", "1 + 2"), ("b.rs", "fn f() @")], &["f"]);
    }

    #[test]
    fn optimized_functions_that_others_could_call() {
        let names = ["f", "g", "h", "k"].map(|name| (name.to_owned(), true));
        let names = names.into_iter().chain([("private".to_owned(), false)]).collect();
        let left_out = |head: &str| {
            let sources = [(
                PathBuf::from("a.rs"),
                format!(
                    "{head} {LONG}{}",
                    "}".repeat(head.matches('{').count() - head.matches('}').count())
                ),
            )];
            let rules = StubRules {
                shared: Some(&names),
                ..RULES
            };
            let found = stubs(&sources, rules, "core");
            let stub = found[Path::new("a.rs")].stubs.first()?.text.clone();
            assert!(stub.contains("#![inline(never)]"), "{stub}");
            let call = stub.rsplit("__hookable_f").next()?.split(')').next()?.to_owned();
            Some(call + ")")
        };
        for (head, call) in [
            ("fn f(a: u8, mut b: &str) -> u8", "(a,b)"),
            (
                "impl<'a> A<'a> { fn g(&'a mut self, r#type: [u8; { 1 }])",
                "(self,r#type)",
            ),
            ("impl T for A { fn h(mut self: Box<Self>,)", "(self)"),
            ("unsafe fn k()", "()"),
            ("fn f(f: u8)", "(f)"),
            ("impl Drop for A { fn g(&mut self)", "(self)"),
        ] {
            assert_eq!(left_out(head).as_deref(), Some(call), "{head}");
        }
        for head in [
            // Nobody else could call it, or it is so short that it may not be there, or it is called in another way.
            "fn private()",
            "fn short()",
            "extern \"C\" fn f()",
            "fn f<T>()",
            // What is given to it has no name.
            "fn f((a, b): (u8, u8))",
            "fn f(_: u8)",
            "fn f(&a: &u8)",
            "fn f(ref a: u8)",
            "fn f(A(a): A)",
            "fn f(#[b] a: u8)",
        ] {
            assert_eq!(left_out(head), None, "{head}");
        }
    }

    #[test]
    fn bodies_whose_macros_may_be_seen() {
        let long = |call: &str| format!("fn f() {{\n    {call};\n}}");
        let is_left_out = |text: &str| {
            let sources = [(PathBuf::from("a.rs"), text.to_owned())];
            !stubs(&sources, RULES, "core")[Path::new("a.rs")].stubs.is_empty()
        };
        assert!(is_left_out(&long("println!()")));
        assert!(is_left_out(&long("log::info!()")));
        assert!(!is_left_out(&long("include!(\"a\")")));
        assert!(!is_left_out(&long("hook!()")));
        assert!(!is_left_out(&long("#[hookable] fn g() {}")));
        assert!(is_left_out(&(long("m!()") + "macro_rules! m { () => { 1 } }")));
        assert!(!is_left_out(&(long("m!()") + "macro_rules! m { () => { impl A {} } }")));
    }

    #[test]
    fn sources_that_are_read_as_texts_are_whole() {
        let both = |text: &'static str| [("src/a.rs", "fn f() @"), ("src/b.rs", text)];
        check(&both("const T: &str = include_str!(\"a.rs\"); fn g() @"), &["g"]);
        check(
            &both("const T: &str = include_str!(concat!(\"../\", \"src/a.rs\"));"),
            &[],
        );
        check(&both("const T: &str = include_str!(\"a.txt\");"), &["f"]);
        check(&both("fn g() { m!(include_bytes!(r#\"../src/a.rs\"#)) }"), &[]);
        // Nobody knows which.
        check(&both("macro_rules! m { ($a:expr) => { include_str!($a) } }"), &[]);
        check(&both("const T: &str = include_str!(m!());"), &[]);
    }

    #[test]
    fn a_stub_has_its_own_symbol() {
        let sources = [("a.rs", "fn f() @ mod m { fn f() @ fn g() @ }"), ("b.rs", "fn f() @")];
        let sources = sources.map(|(path, text)| (PathBuf::from(path), text.replace('@', LONG)));
        let found = stubs(&sources, RULES, "core");
        let mut symbols: Vec<&str> = found
            .values()
            .flat_map(|of_file| &of_file.stubs)
            .map(|stub| &*stub.symbol)
            .collect();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), 4);
    }

    #[test]
    fn lints_give_way_to_blanks() {
        let text = "#![deny(\n  a\n)] #[forbid(é)] fn f() {}";
        let sources = [(PathBuf::from("a.rs"), text.to_owned())];
        let lints = &stubs(&sources, RULES, "core")[Path::new("a.rs")].lints;
        let blanks: Vec<&str> = lints.iter().map(|(_, blanks)| blanks.as_str()).collect();
        assert_eq!(blanks, ["        \n   \n  ", "            "]);
    }
}
