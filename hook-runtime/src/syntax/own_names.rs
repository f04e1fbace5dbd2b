//! The names that only the blocks of a function give a meaning, as a struct in its body does. They are read from the
//! tokens of its file, without rustc. So there may be more names than that, but none is missing.

use hook_rustc::sorted::sort;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{lex, may_be_defined};

/// Words before the name that an item defines.
const KEYWORDS: [&str; 9] = [
    "fn", "struct", "enum", "union", "trait", "const", "static", "type", "mod",
];

/// Returns the names for the outermost function around a place in a file. Lines and columns count from one. Returns
/// `None` if the function is not found, or if names come into its blocks that are not written there.
pub(crate) fn own_names(text: &str, line: u32, column: u32) -> Option<Vec<String>> {
    let at = byte_of(text, line, column)?;
    let body = function(lex(text).ok()?, at)?;
    let mut names = Vec::new();
    collect(body, &mut names)?;
    sort(&mut names);
    names.dedup();
    Some(names)
}

fn byte_of(text: &str, line: u32, column: u32) -> Option<usize> {
    let before = usize::try_from(line).ok()?.checked_sub(1)?;
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let column = usize::try_from(column).ok()?.checked_sub(1)?;
    let within = text.get(start..)?.char_indices().nth(column)?.0;
    Some(start + within)
}

/// Returns the body of the outermost function around a byte. What a macro makes of the function that it is given is not
/// known, so there is no such function in the arguments of a macro.
fn function(tokens: TokenStream, at: usize) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_around = |token: &TokenTree| match token {
        TokenTree::Group(group) => {
            group.span_open().byte_range().start < at && at < group.span_close().byte_range().end
        }
        _ => false,
    };
    let position = tokens.iter().position(is_around)?;
    let TokenTree::Group(group) = &tokens[position] else {
        return None;
    };
    let before = &tokens[..position];
    let is_macro = before.iter().rev().take(2).any(|token| is_punct(Some(token), '!'));
    let statement = before.iter().rposition(ends).map_or(0, |end| end + 1);
    let is_function = before[statement..].iter().any(|token| is_word(token, "fn"));
    match (is_macro, group.delimiter()) {
        (true, _) => None,
        (false, Delimiter::Brace) if is_function => Some(group.stream()),
        (false, _) => function(group.stream(), at),
    }
}

/// Adds the names that items among some tokens define or import, and all names in the arguments of macros that may
/// make items. Returns `None` if everything in some module is imported.
fn collect(tokens: TokenStream, names: &mut Vec<String>) -> Option<()> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => collect(group.stream(), names)?,
            TokenTree::Ident(word) if word == "use" || word == "extern" && is_crate(tokens.get(at + 1)) => {
                let rest = tokens[at..].iter().take_while(|token| !is_punct(Some(token), ';'));
                idents(rest.cloned().collect(), names)?;
            }
            TokenTree::Ident(word) if KEYWORDS.iter().any(|keyword| word == keyword) => {
                names.extend(tokens.get(at + 1).and_then(ident));
            }
            TokenTree::Ident(word) if is_punct(tokens.get(at + 1), '!') && begins(&tokens[..at]) => {
                let arguments = tokens.get(at + 2).filter(|_| may_make_items(&word.to_string()));
                arguments.map_or(Some(()), |arguments| idents(arguments.clone().into(), names))?;
            }
            _ => {}
        }
    }
    Some(())
}

/// Adds all names among some tokens. Returns `None` if there is a `*`, which stands for other names.
fn idents(tokens: TokenStream, names: &mut Vec<String>) -> Option<()> {
    for token in tokens {
        match &token {
            TokenTree::Group(group) => idents(group.stream(), names)?,
            TokenTree::Punct(punct) if punct.as_char() == '*' => return None,
            _ => names.extend(ident(&token)),
        }
    }
    Some(())
}

/// Returns whether a macro's call may define a name for the code around it.
fn may_make_items(name: &str) -> bool {
    name != "hook" && name != "macro_rules" && !hook_rustc::std_macros::makes_value(name)
}

/// Returns whether a statement begins behind these tokens, apart from the path of a macro.
fn begins(before: &[TokenTree]) -> bool {
    let in_path = |token: &&TokenTree| matches!(token, TokenTree::Ident(_)) || is_punct(Some(token), ':');
    let path = before.iter().rev().take_while(in_path).count();
    before[..before.len() - path].last().is_none_or(ends)
}

/// Returns whether a statement may end with a token.
fn ends(token: &TokenTree) -> bool {
    let is_brace = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    is_brace || is_punct(Some(token), ';')
}

fn ident(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            may_be_defined(&name).then(|| name.trim_start_matches("r#").to_owned())
        }
        _ => None,
    }
}

fn is_crate(token: Option<&TokenTree>) -> bool {
    token.is_some_and(|token| is_word(token, "crate"))
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place in the text is that of the first `@`, which is not there for the function.
    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let at = text.find('@').expect("a place");
        let line = text[..at].matches('\n').count() + 1;
        let column = text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
        let names = own_names(&text.replace('@', " "), line as u32, column as u32);
        let names = names
            .as_ref()
            .map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(names.as_deref(), expected, "{text}");
    }

    #[test]
    fn items_of_a_function() {
        check("struct A; fn f() { @ }", Some(&[]));
        check(
            "fn f() { struct P<T>(T); @ fn g() { enum E { V } } const K: u8 = 1; }",
            Some(&["E", "K", "P", "g"]),
        );
        check("fn g() { struct Q; }\nfn f() {\n  struct P; @ }", Some(&["P"]));
        check(
            "impl A { fn f(&self) { trait T {} fn g() { struct r#In; @ } type A = u8; } }",
            Some(&["A", "In", "T", "g"]),
        );
        check(
            "mod m { mod n { pub fn ä() { static S: u8 = 1; { mod o {} } @ } } }",
            Some(&["S", "o"]),
        );
    }

    #[test]
    fn imports_of_a_function() {
        check(
            "use a::*; fn f() { use std::{fmt as g, io::{self, Write as _}}; @ }",
            Some(&["Write", "fmt", "g", "io", "std"]),
        );
        check("fn f() { use Color::*; @ }", None);
        check("fn f() { { use a::{b, c::*}; } @ }", None);
    }

    #[test]
    fn macros_of_a_function() {
        check("fn f() { make!(P, 1); println!(\"{}\", q); @ }", Some(&["P"]));
        check("fn f() { let a = make!(P); a::make! { Q } @ }", Some(&["Q"]));
        check("make! { fn f() { @ } }", None);
        check("macro_rules! m { () => { fn f() { @ } } }", None);
        check("static A: u8 = { @ 1 };", None);
        check("fn f() {} @", None);
    }

    #[test]
    fn places_beyond_the_file() {
        assert_eq!(own_names("fn f() {}", 3, 1), None);
        assert_eq!(own_names("fn f() {}", 1, 40), None);
        assert_eq!(own_names("fn f( {", 1, 3), None);
        assert_eq!(own_names("", 0, 0), None);
    }
}
