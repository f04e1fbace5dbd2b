//! What tokens could add to the crate around them, were they compiled.

use crate::lexer::{Token, Tokens};
use crate::sorted::sort;

/// Attributes of the language and its tools. Any other may be a macro that reads what it stands on.
const PLAIN: [&str; 21] = [
    "allow",
    "cfg",
    "clippy",
    "cold",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "inline",
    "must_use",
    "non_exhaustive",
    "path",
    "repr",
    "rustfmt",
    "should_panic",
    "test",
    "track_caller",
    "warn",
];
/// Words that stand before a `!` and a bracket without being the name of a macro.
const KEYWORDS: [&str; 12] = [
    "as", "break", "else", "if", "in", "let", "match", "move", "mut", "return", "while", "yield",
];

/// What stands between brackets, as far as it can matter outside of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents<'t> {
    /// There is an `impl` in it.
    pub has_impl: bool,
    /// It may have what can be named from outside, or what a macro makes into that: a module, a macro, another crate,
    /// an attribute that is a macro.
    pub declares: bool,
    /// The last names of the macros that are called in it. A name that is itself an argument of a macro is empty.
    pub calls: Vec<&'t str>,
}

impl<'t> Contents<'t> {
    /// Reads the group that was just opened, and goes behind it. Returns `None` if the group has no end.
    pub(super) fn read(tokens: &mut Tokens<'t>) -> Option<Contents<'t>> {
        let mut contents = Contents::default();
        let (mut depth, mut last, mut before) = (1, None, None);
        while depth > 0 {
            let token = tokens.next()?;
            match token {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth -= 1,
                _ => {}
            }
            match (before, last, token) {
                (_, _, Token::Word("impl")) => contents.has_impl = true,
                (_, _, Token::Word("macro_rules" | "mod")) => contents.declares = true,
                (_, Some(Token::Word("extern")), Token::Word("crate")) => contents.declares = true,
                (_, Some(Token::Open('[')), Token::Word(name)) if is_attribute(before) => {
                    contents.declares |= !is_plain(name);
                }
                (Some(Token::Word(name)), Some(Token::Punct('!')), Token::Open(_)) if !KEYWORDS.contains(&name) => {
                    contents.calls.push(name);
                }
                _ => {}
            }
            // The name of a macro that is called may be an argument of the macro around.
            if let (Some(Token::Punct('$')), Token::Word(_)) = (last, token) {
                (before, last) = (None, Some(Token::Word("")));
                continue;
            }
            (before, last) = match (last, token) {
                // `#![..]` is read as `#[..]`.
                (Some(Token::Punct('#')), Token::Punct('!')) => (before, last),
                _ => (last, Some(token)),
            };
        }
        sort(&mut contents.calls);
        contents.calls.dedup();
        Some(contents)
    }
}

fn is_attribute(before: Option<Token<'_>>) -> bool {
    before == Some(Token::Punct('#'))
}

/// Returns whether an attribute of this name is none that may be a macro.
pub(super) fn is_plain(name: &str) -> bool {
    PLAIN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, has_impl: bool, declares: bool, calls: &[&str]) {
        let mut tokens = Tokens::of(text);
        assert_eq!(tokens.next(), Some(Token::Open('{')));
        let contents = Contents::read(&mut tokens).expect("it ends");
        assert!(tokens.ended());
        let found = (contents.has_impl, contents.declares, &*contents.calls);
        assert_eq!(found, (has_impl, declares, calls), "{text}");
    }

    #[test]
    fn what_can_be_seen_from_outside() {
        check("{ f(a) + 1 }", false, false, &[]);
        check("{ impl A for B {} }", true, false, &[]);
        check("{ simple(\"impl\") /* impl */ }", false, false, &[]);
        check("{ macro_rules! m { () => {} } }", false, true, &[]);
        check("{ mod m { fn f() {} } }", false, true, &[]);
        check("{ extern crate a; extern \"C\" fn f() {} }", false, true, &[]);
        check("{ #[hookable] fn f() {} }", false, true, &[]);
        check("{ #[a::b] fn f() {} }", false, true, &[]);
        check("{ #![a] #[allow(b)] let c = [d]; }", false, true, &[]);
        check("{ #![allow(b)] #[derive(A)] struct C; [d] }", false, false, &[]);
    }

    #[test]
    fn calls_of_macros() {
        check("{ a!(); log::b! { c![1] } }", false, false, &["a", "b", "c"]);
        check("{ a != b; if !(a) { return !(b) } a!(); a!() }", false, false, &["a"]);
        check("{ $name!(); $a; }", false, false, &[""]);
    }

    #[test]
    fn what_never_ends() {
        let mut tokens = Tokens::of("{ a(");
        tokens.next();
        assert_eq!(Contents::read(&mut tokens), None);
    }
}
