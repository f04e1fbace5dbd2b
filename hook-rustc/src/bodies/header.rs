//! The head of an `impl` tells how what is in it is named from beside it.

use crate::lexer::{Lexer, Token};

/// Returns the type and the trait that name what is in an `impl`, as a path does: `<Type as Trait>`. The head is what
/// stands between `impl` and the brace. Of lifetimes that it declares, any will do.
pub(super) fn owner(head: &str) -> Option<String> {
    let tokens = tokens(head);
    let (declared, start) = lifetimes(&tokens)?;
    let (mut depth, mut arrow) = (0_usize, false);
    let (mut split, mut end) = (None, head.len());
    for (number, (at, token)) in tokens.iter().enumerate().skip(start) {
        match token {
            Token::Punct('<') | Token::Open(_) => depth += 1,
            Token::Punct('>') if arrow => {}
            Token::Punct('>') | Token::Close(_) => depth = depth.checked_sub(1)?,
            // `for<'a>` begins a type.
            Token::Word("for") if depth == 0 && !matches!(tokens.get(number + 1), Some((_, Token::Punct('<')))) => {
                split = Some((*at, at + "for".len()));
            }
            Token::Word("where") if depth == 0 => {
                end = *at;
                break;
            }
            _ => {}
        }
        arrow = matches!(token, Token::Punct('-' | '='));
    }
    let begin = tokens.get(start)?.0;
    let spelled = |from: usize, to: usize, this: Option<&str>| spelled(head.get(from..to)?, &declared, this);
    match split {
        None => Some(format!("<{}>", spelled(begin, end, None)?)),
        Some((before, behind)) => {
            let ty = spelled(behind, end, None)?;
            let implemented = spelled(begin, before, Some(&ty))?;
            Some(format!("<{ty} as {implemented}>"))
        }
    }
}

fn tokens(text: &str) -> Vec<(usize, Token<'_>)> {
    let mut lexer = Lexer::default();
    std::iter::from_fn(|| lexer.token(text)).collect()
}

/// Returns the lifetimes that parameters declare, and the number of the token behind the parameters.
fn lifetimes<'t>(tokens: &[(usize, Token<'t>)]) -> Option<(Vec<&'t str>, usize)> {
    let mut declared = Vec::new();
    if tokens.first()?.1 != Token::Punct('<') {
        return Some((declared, 0));
    }
    let (mut depth, mut bound) = (0_usize, false);
    for (number, (_, token)) in tokens.iter().enumerate() {
        match token {
            Token::Punct('<') => depth += 1,
            Token::Punct('>') => depth -= 1,
            Token::Punct(':') => bound = true,
            Token::Punct(',') => bound = false,
            Token::Word(name) if !bound => declared.push(*name),
            _ => {}
        }
        if depth == 0 {
            return Some((declared, number + 1));
        }
    }
    None
}

/// Returns a type on one line, without comments, and with its declared lifetimes left to rustc. `this` is what `Self`
/// stands for.
fn spelled(text: &str, declared: &[&str], this: Option<&str>) -> Option<String> {
    let (mut lexer, mut out) = (Lexer::default(), String::new());
    let (mut end, mut tick) = (0, false);
    while let Some((at, token)) = lexer.token(text) {
        if at > end && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(match token {
            Token::Word(name) if tick && at == end && declared.contains(&name) => "_",
            Token::Word("Self") => this?,
            _ => &text[at..lexer.at()],
        });
        (end, tick) = (lexer.at(), token == Token::Literal);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, expect: &str) {
        assert_eq!(owner(head).as_deref().unwrap_or("none"), expect, "{head}");
    }

    #[test]
    fn what_names_things_in_an_impl() {
        check(" A ", "<A>");
        check("<'a> A<'a>", "<A<'_>>");
        check(
            "<'a, 'b: 'a> T<'a> for A<'b, 'static, u8>",
            "<A<'_, 'static, u8> as T<'_>>",
        );
        check(" fmt::Display for A\n where u8: B ", "<A as fmt::Display>");
        check(" T for fn(u8) -> B<C>", "<fn(u8) -> B<C> as T>");
        check(" T for for<'x> fn(&'x u8)", "<for<'x> fn(&'x u8) as T>");
        check(" PartialEq<Self> for A", "<A as PartialEq<A>>");
        check(" T for [A; { 3 }]", "<[A; { 3 }] as T>");
        check("<'a> T<&'a str> for &'a A", "<&'_ A as T<&'_ str>>");
        check(" A // a\n < /* b */ C> ", "<A < C>>");
        check(" A<Self>", "none");
        check(" ", "none");
    }
}
