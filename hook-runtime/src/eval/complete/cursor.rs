//! What is being typed at the end of an unfinished line: a member, a path, a name, or the arguments of a call. Pure.

use std::ops::Range;

use hook_rustc::lexer::Token;

pub(crate) use super::tokens::CompletionContext;
use super::tokens::{Tokens, is_name};

/// The word at the end of a text, and what stands before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) before: CompletionContext,
    /// The byte at which the word begins.
    pub(crate) word: usize,
}

/// A call whose arguments are being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// What stands before the name of what is called.
    pub(crate) before: CompletionContext,
    /// The name of what is called.
    pub(crate) name: Range<usize>,
    /// The number of commas between the parenthesis and the end of the text.
    pub(crate) argument: usize,
    /// Whether nothing was typed of the last argument.
    pub(crate) is_fresh: bool,
}

/// The words behind which a new name is made up.
const DEFINES: [&str; 10] = [
    "fn", "let", "struct", "enum", "trait", "mod", "union", "type", "const", "static",
];

/// Finds what is being typed at the end of a text. Returns `None` in a string or a comment, in a number, where a new
/// name is made up, and behind a dot that follows no value.
pub(crate) fn cursor(text: &str) -> Option<Cursor> {
    let tokens = Tokens::of(text)?;
    let last = tokens.all.last();
    let typed = last.filter(|(range, token)| range.end == text.len() && matches!(token, Token::Word(_)));
    let (word, at) = typed.map_or((text.len(), tokens.all.len()), |(range, _)| {
        (range.start, tokens.all.len() - 1)
    });
    let before = tokens.before(at)?;
    let begins_with_digit = text[word..].starts_with(|c: char| c.is_ascii_digit());
    match &before {
        CompletionContext::Receiver(value) => {
            // `1.` is the beginning of a floating-point number.
            let is_number = text[value.clone()]
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_');
            if is_number && (begins_with_digit || word == text.len()) {
                return None;
            }
        }
        CompletionContext::Path(_) if begins_with_digit => return None,
        CompletionContext::Path(_) => {}
        CompletionContext::Nothing => {
            let previous = at.checked_sub(1).map(|previous| &tokens.all[previous]);
            let is_new = previous.is_some_and(|(range, token)| match token {
                Token::Word(word) => {
                    DEFINES.contains(word) || *word == "mut" && at > 1 && tokens.word(at - 2) == Some("let")
                }
                // The tick of a lifetime or a label.
                Token::Literal => range.end == word && range.len() == 1,
                // The second dot of a range ends a number or a value, and the first of `..` begins nothing.
                _ => false,
            });
            if is_new || begins_with_digit {
                return None;
            }
        }
    }
    Some(Cursor { before, word })
}

/// Finds the call whose parentheses the text ends in.
pub(crate) fn call(text: &str) -> Option<Call> {
    let tokens = Tokens::of(text)?;
    let open = *tokens.open_at(text.len()).last()?;
    let name = open.checked_sub(1)?;
    if !matches!(tokens.all[open].1, Token::Open('(')) {
        return None;
    }
    let name = match tokens.all[name].1 {
        Token::Word(word) if is_name(word) => name,
        // The types of `collect::<Vec<_>>(` stand between the name and the parenthesis.
        Token::Punct('>') => {
            let colons = tokens.before_colons(tokens.angle(name)?)?;
            colons
                .checked_sub(1)
                .filter(|at| tokens.word(*at).is_some_and(is_name))?
        }
        _ => return None,
    };
    // The parenthesis of `fn f(` begins parameters.
    if name > 0 && tokens.word(name - 1) == Some("fn") {
        return None;
    }
    let (mut argument, mut depth, mut is_fresh) = (0, 0, true);
    for (_, token) in &tokens.all[open + 1..] {
        is_fresh = false;
        match token {
            Token::Open(_) => depth += 1,
            Token::Close(_) => depth -= 1,
            Token::Punct(',') if depth == 0 => {
                argument += 1;
                is_fresh = true;
            }
            _ => {}
        }
    }
    Some(Call {
        before: tokens.before(name)?,
        name: tokens.all[name].0.clone(),
        argument,
        is_fresh,
    })
}

/// Returns a text with `probe` in the place of the value that ends it, and with all closed that is open there.
pub(crate) fn with_probe(text: &str, value: &Range<usize>, probe: &str) -> Option<String> {
    let tokens = Tokens::of(&text[..value.end])?;
    Some(format!(
        "{}{probe}{}",
        &tokens.text[..value.start],
        tokens.closers(value.start)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = cursor(text).map(|Cursor { before, word }| {
            let typed = &text[word..];
            match before {
                CompletionContext::Receiver(range) => format!("{} . {typed}", &text[range]),
                CompletionContext::Path(range) => format!("{} :: {typed}", &text[range]),
                CompletionContext::Nothing => typed.to_owned(),
            }
        });
        assert_eq!(found.as_deref().unwrap_or("-"), expected, "{text}");
    }

    #[test]
    fn names() {
        check("", "");
        check("al", "al");
        check("f(al", "al");
        check("0..al", "al");
        check("..al", "al");
        check("x = &mut al", "al");
        check("größe(é", "é");
        check("let al", "-");
        check("let mut al", "-");
        check("fn al", "-");
        check("\"al", "-");
        check("// al", "-");
        check("a /* al", "-");
        check("'al", "-");
        check("15", "-");
        check("&'a", "-");
    }

    #[test]
    fn receivers() {
        check("x.", "x . ");
        check("x.le", "x . le");
        check("-x.le", "x . le");
        check("&mut *x.y.le", "x.y . le");
        check("map.get(&k).unwrap().", "map.get(&k).unwrap() . ");
        check("a + f(b)?.c[1].", "f(b)?.c[1] . ");
        check("v.iter().map(|p| p.", "p . ");
        check("v.iter().collect::<Vec<_>>().", "v.iter().collect::<Vec<_>>() . ");
        check("Vec::<u8>::new().", "Vec::<u8>::new() . ");
        check("<u8 as Into<u16>>::into(1).", "<u8 as Into<u16>>::into(1) . ");
        check("std::env::args().", "std::env::args() . ");
        check("::std::env::args().", "::std::env::args() . ");
        check("(1..3).", "(1..3) . ");
        check("[1, 2].", "[1, 2] . ");
        check("vec![1, 2].", "vec![1, 2] . ");
        check("\"a.b\".", "\"a.b\" . ");
        check("b'a'.", "b'a' . ");
        check("1.ma", "1 . ma");
        check("1.5.", "1.5 . ");
        check("t.0.", "t.0 . ");
        check("t.0", "t . 0");
        check("f().await.", "f().await . ");
        check("self.", "self . ");
        check("Point { x: 1 }.", "Point { x: 1 } . ");
        check("unsafe { p }.", "unsafe { p } . ");
        check("{ p }.", "{ p } . ");
        check("x\n    .le", "x . le");
        check("r#type.le", "r#type . le");
        check("f::<u8>(1)(2).", "f::<u8>(1)(2) . ");
        check("return x.", "x . ");
        check("if x.", "x . ");
    }

    #[test]
    fn no_receivers() {
        for text in [
            "1.",
            "1.5",
            ".",
            "+ .",
            "if x { 1 } else { 2 }.",
            "match x { _ => y }.",
            "'a.",
            "if.",
            "\"x.",
        ] {
            check(text, "-");
        }
        check("x..", "");
    }

    #[test]
    fn paths() {
        check("std::coll", "std :: coll");
        check("crate::", "crate :: ");
        check("let x: Vec<std::coll", "std :: coll");
        check("Vec::<u8>::n", "Vec::<u8> :: n");
        check("<u8>::fr", "<u8> :: fr");
        check("a < b::", "b :: ");
        check("::std::io::", "::std::io :: ");
        check("::s", " :: s");
        check("use std::{io::", "io :: ");
        check("x.collect::", "collect :: ");
        check("a :b", "b");
    }

    #[track_caller]
    fn called(text: &str, expected: Option<(&str, usize, bool)>) {
        let found = call(text);
        let found = found.map(|call| (&text[call.name], call.argument, call.is_fresh));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn calls() {
        called("f(", Some(("f", 0, true)));
        called("f(1, ", Some(("f", 1, true)));
        called("v.push(1", Some(("push", 0, false)));
        called("f(g(1, 2), [3, 4], 5", Some(("f", 2, false)));
        called("f(g(1, ", Some(("g", 1, true)));
        called("v.iter().collect::<Vec<_>>(", Some(("collect", 0, true)));
        called("f(1)", None);
        called("(1", None);
        called("vec![1", None);
        called("f(\"a, b", None);
        called("fn f(", None);
        called("if (", None);
        called("m!(1", None);
    }

    #[track_caller]
    fn probed(text: &str, expected: &str) {
        let Some(CompletionContext::Receiver(value)) = cursor(text).map(|cursor| cursor.before) else {
            panic!("{text}")
        };
        assert_eq!(with_probe(text, &value, "@").as_deref(), Some(expected));
    }

    #[test]
    fn what_is_open_is_closed() {
        probed("x.le", "@");
        probed("-x.", "-@");
        probed("f(a, [x.", "f(a, [@])");
        probed("v.iter().map(|p| p.", "v.iter().map(|p| @)");
        probed("for p in v.", "for p in @ {}");
        probed("for p in v.iter() { p.", "for p in v.iter() { @}");
        probed("if let Some(p) = v.", "if let Some(p) = @ {}");
        probed("if f(x.", "if f(@) {}");
        probed("if a { 1 } else if b.", "if a { 1 } else if @ {}");
        probed("match a { Some(p) => p.", "match a { Some(p) => @}");
        probed("match a { Some(p) if p.", "match a { Some(p) if @ => {}}");
        probed("let a = 1; while a < b.", "let a = 1; while a < @ {}");
        probed("fn f(p: P) -> u8 { p.", "fn f(p: P) -> u8 { @}");
        probed("println!(\"{}\", x.", "println!(\"{}\", @)");
    }
}
