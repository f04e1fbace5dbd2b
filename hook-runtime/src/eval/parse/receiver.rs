//! The receiver of an access to a field is found: `a.b(1)?[0]` in `a.b(1)?[0].field`.

use std::ops::Range;

use hook_rustc::sorted::sort_by_key;
use proc_macro2::{Delimiter, TokenTree};

use super::{ParsedLine, Replacement, end, is_group, is_punct, start};
use crate::syntax::lex;

impl ParsedLine<'_> {
    /// Writes an access to a field as the dereference of what a method gives. Returns `false` if there is no such
    /// access.
    pub(crate) fn reach_field(&mut self, field: &Range<usize>, method: &str) -> bool {
        let tokens: Vec<TokenTree> = lex(self.text).unwrap_or_default().into_iter().collect();
        let Some(receiver) = receiver(&tokens, field.start) else {
            return false;
        };
        self.put(receiver..receiver, "(*");
        self.put(field.clone(), &format!("{method}())"));
        true
    }

    /// Writes another text in place of what was typed.
    pub(crate) fn put(&mut self, typed: Range<usize>, text: &str) {
        let is_there = |(bytes, _): &(Range<usize>, Replacement)| !typed.is_empty() && *bytes == typed;
        self.replacements.retain(|replacement| !is_there(replacement));
        self.replacements.push((typed, Replacement::Other(text.to_owned())));
        sort_by_key(&mut self.replacements, &|(bytes, _)| (bytes.start, bytes.end));
    }
}

/// Returns the byte at which the receiver of the field begins whose name begins at this byte.
fn receiver(tokens: &[TokenTree], field: usize) -> Option<usize> {
    for (at, tree) in tokens.iter().enumerate() {
        let bytes = start(tree)..end(tree);
        if !bytes.contains(&field) {
            continue;
        }
        if let TokenTree::Group(group) = tree {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            return receiver(&inner, field);
        }
        // In `a.0.1`, both numbers are one token.
        let dot = at.checked_sub(1).filter(|dot| is_punct(tokens.get(*dot), '.'))?;
        return Some(start(&tokens[operand(tokens, dot.checked_sub(1)?)]));
    }
    None
}

/// Returns the position of the first token of the operand that ends with this token.
fn operand(tokens: &[TokenTree], last: usize) -> usize {
    let mut at = last;
    loop {
        let before = at.checked_sub(1);
        let follows = |c: char| before.is_some_and(|before| is_punct(tokens.get(before), c));
        let next = match &tokens[at] {
            TokenTree::Punct(punct) if punct.as_char() == '?' => before,
            TokenTree::Punct(punct) if punct.as_char() == '>' => {
                opening(tokens, at).and_then(|open| open.checked_sub(3))
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace && is_applied(tokens, before) => before,
            TokenTree::Group(_) if follows('!') => at.checked_sub(2),
            TokenTree::Group(_) if before.is_some_and(|before| is_type(&tokens[before])) => before,
            TokenTree::Ident(_) | TokenTree::Literal(_) if follows('.') && at >= 2 => at.checked_sub(2),
            TokenTree::Ident(_) if follows(':') && at >= 3 && is_punct(tokens.get(at - 2), ':') => at.checked_sub(3),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return at,
        }
    }
}

/// Returns whether a token is the name of a type, so that braces behind it make a value: `match a { .. }` makes none.
fn is_type(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Ident(name) if name.to_string().starts_with(char::is_uppercase))
}

/// Returns whether the group behind this token calls or indexes what ends with the token.
fn is_applied(tokens: &[TokenTree], last: Option<usize>) -> bool {
    let Some(last) = last else { return false };
    const OTHERS: [&str; 8] = ["in", "if", "match", "while", "return", "break", "else", "move"];
    match &tokens[last] {
        TokenTree::Ident(word) => !OTHERS.iter().any(|other| word == other),
        TokenTree::Punct(punct) => {
            matches!(punct.as_char(), '?') || punct.as_char() == '>' && opening(tokens, last).is_some()
        }
        tree => !is_group(Some(tree), Delimiter::Brace),
    }
}

/// Returns the position of the `<` of a turbofish that ends with this `>`.
fn opening(tokens: &[TokenTree], close: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in (0..=close).rev() {
        if is_punct(tokens.get(at), '>') {
            depth += 1;
        } else if is_punct(tokens.get(at), '<') {
            depth -= 1;
            if depth == 0 {
                let is_turbofish = at >= 3 && is_punct(tokens.get(at - 1), ':') && is_punct(tokens.get(at - 2), ':');
                return is_turbofish.then_some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `expect` is the receiver of the field behind `@` in the text.
    #[track_caller]
    fn check(text: &str, expect: &str) {
        let field = text.find('@').expect("a field is marked");
        let text = text.replace('@', "");
        let tokens: Vec<TokenTree> = lex(&text).unwrap().into_iter().collect();
        let start = receiver(&tokens, field).map(|start| text[start..field].trim_end_matches('.'));
        assert_eq!(start.unwrap_or("none"), expect, "{text}");
    }

    #[test]
    fn receivers() {
        check("a.@b", "a");
        check("1 + a.b.@c", "a.b");
        check("f(x).g(y)[0]?.@c += 1", "f(x).g(y)[0]?");
        check("if a.@b {}", "a");
        check("if (a, b) == c && !d.@e {}", "d");
        check("x = &mut *a.@b", "a");
        check("println!(\"{}\", a.b.@c)", "a.b");
        check("m::f::<Vec<u8>>(1).@c", "m::f::<Vec<u8>>(1)");
        check("a < b.@c", "b");
        check("vec![a][0].@b", "vec![a][0]");
        check("(a + b).@c", "(a + b)");
        check("return (a).@c", "(a)");
        check("self.a.await.@c", "self.a.await");
        check("a.0.@1", "a.0");
        check("a.0.b.@c", "a.0.b");
        check("|a| a.@b", "a");
        check("@b", "none");
    }

    #[test]
    fn what_is_written_for_it() {
        let mut source = super::super::parse("a.b.c + a.b").unwrap();
        assert!(source.reach_field(&(2..3), "f"));
        assert!(source.reach_field(&(4..5), "g"));
        let told: Vec<_> = source
            .replacements
            .iter()
            .map(|(bytes, other)| (bytes.clone(), other))
            .collect();
        let other = |text: &str| Replacement::Other(text.to_owned());
        assert_eq!(
            told,
            [
                (0..0, &other("(*")),
                (0..0, &other("(*")),
                (2..3, &other("f())")),
                (4..5, &other("g())"))
            ]
        );
    }
}
