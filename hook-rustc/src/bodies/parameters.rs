//! The parameters of a function, and the types in them that only a call tells.

use std::ops::Range;

use super::Parameter;
use crate::lexer::{Token, Tokens};

/// Returns the parameters of a function. The tokens begin with the parentheses around them.
pub(super) fn parameters<'t>(text: &'t str, mut tokens: Tokens<'t>) -> Option<Vec<Parameter<'t>>> {
    while tokens.next()? != Token::Open('(') {}
    let (mut found, mut start, mut pattern_end) = (Vec::new(), tokens.at(), None);
    let (mut angles, mut last) = (0_usize, Token::Punct(','));
    loop {
        let before = tokens.at();
        let token = tokens.next()?;
        let ends = matches!(token, Token::Close(_)) || token == Token::Punct(',') && angles == 0;
        if ends {
            if !text.get(start..before)?.trim().is_empty() {
                let ty = pattern_end.map_or("", |at: usize| text.get(at..before).unwrap_or_default().trim());
                let pattern_end = pattern_end.map_or(before, |at| at - 1);
                found.push(Parameter {
                    name: name(text.get(start..pattern_end).unwrap_or_default()),
                    ty,
                    implied: implied(ty),
                });
            }
            (start, pattern_end) = (tokens.at(), None);
        }
        match token {
            Token::Close(_) => return Some(found),
            Token::Open(_) => tokens.leave()?,
            Token::Punct('<') => angles += 1,
            Token::Punct('>') if !is_arrow(last) => angles = angles.saturating_sub(1),
            // A path in a pattern has two colons.
            Token::Punct(':') if angles == 0 && pattern_end.is_none() => {
                let (mut ahead, at) = (tokens, tokens.at());
                match ahead.next() == Some(Token::Punct(':')) && ahead.at() == at + 1 {
                    true => tokens = ahead,
                    false => pattern_end = Some(at),
                }
            }
            _ => {}
        }
        last = token;
    }
}

/// Returns the name that a pattern consists of, or `self`, which may have a `&` before it.
fn name(pattern: &str) -> Option<&str> {
    let (mut name, mut is_reference, mut last) = (None, false, None);
    for token in Tokens::of(pattern) {
        match token {
            Token::Punct('&') if last.is_none() => is_reference = true,
            Token::Word("mut") if name.is_none() => {}
            Token::Literal if is_reference && name.is_none() => {}
            // The name of a lifetime stands behind its tick.
            Token::Word(_) if is_reference && last == Some(Token::Literal) => {}
            Token::Word("ref" | "box" | "_") => return None,
            Token::Word(word) if name.is_none() => name = Some(word),
            _ => return None,
        }
        last = Some(token);
    }
    name.filter(|name| !is_reference || *name == "self")
}

fn is_arrow(last: Token<'_>) -> bool {
    matches!(last, Token::Punct('-' | '='))
}

/// Returns the bytes of each `impl Trait` in a type.
fn implied(ty: &str) -> Vec<Range<usize>> {
    let mut tokens = Tokens::of(ty);
    // Those that have begun, each with the number of brackets around it.
    let (mut open, mut found): (Vec<(usize, usize)>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let (mut depth, mut last, mut end) = (0_usize, Token::Punct(','), 0);
    while let Some(token) = tokens.next() {
        let closes = matches!(token, Token::Close(_)) || token == Token::Punct('>') && !is_arrow(last);
        if closes || matches!(token, Token::Punct(',' | ';')) {
            while let Some((start, _)) = open.pop_if(|(_, around)| *around == depth) {
                found.push(start..end);
            }
        }
        match token {
            Token::Open(_) | Token::Punct('<') => depth += 1,
            _ if closes => depth = depth.saturating_sub(1),
            Token::Word("impl") => open.push((tokens.at() - "impl".len(), depth)),
            _ => {}
        }
        (last, end) = (token, tokens.at());
    }
    found.extend(open.into_iter().rev().map(|(start, _)| start..end));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(&str, &[&str])]) {
        let found = parameters(text, Tokens::of(text)).expect("it can be read");
        let told: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|one| (one.ty, one.implied.iter().map(|at| &one.ty[at.clone()]).collect()))
            .collect();
        let expect: Vec<(&str, Vec<&str>)> = expect.iter().map(|(ty, implied)| (*ty, implied.to_vec())).collect();
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn types_of_parameters() {
        check("f()", &[]);
        check(
            "f<T: A<B, C>>(&mut self, a: A<B, C>, #[b] c: fn(D, E) -> F,)",
            &[("", &[]), ("A<B, C>", &[]), ("fn(D, E) -> F", &[])],
        );
        check(
            "f(self: Rc<Self>, [a, b]: [u8; { 1 }])",
            &[("Rc<Self>", &[]), ("[u8; { 1 }]", &[])],
        );
        check(
            "f(m::A { b: c, .. }: m::A, d ::E(f): d::E)",
            &[("m::A", &[]), ("d::E", &[])],
        );
    }

    #[test]
    fn types_that_a_call_tells() {
        check(
            "f(a: impl Fn(u8, u8) -> A<u8> + 'a, b: u8)",
            &[
                ("impl Fn(u8, u8) -> A<u8> + 'a", &["impl Fn(u8, u8) -> A<u8> + 'a"]),
                ("u8", &[]),
            ],
        );
        check(
            "f(a: &[impl A; N], b: Option<impl B<C, D>>)",
            &[
                ("&[impl A; N]", &["impl A"]),
                ("Option<impl B<C, D>>", &["impl B<C, D>"]),
            ],
        );
        // An argument comes before what it is an argument of.
        check(
            "f(a: impl Iterator<Item = impl A>, b: (impl B, impl C))",
            &[
                (
                    "impl Iterator<Item = impl A>",
                    &["impl A", "impl Iterator<Item = impl A>"],
                ),
                ("(impl B, impl C)", &["impl B", "impl C"]),
            ],
        );
    }

    #[test]
    fn what_cannot_be_read() {
        assert_eq!(parameters("f(a: u8", Tokens::of("f(a: u8")), None);
    }
}
