//! Expressions that are places are told from other expressions.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::{end, is_brace, is_group, is_punct, start};

/// Returns whether an expression is a place, as `a`, `self.b`, `f().c[0]` and `*d` are, without any other operator.
pub(crate) fn is_place(trees: &[TokenTree]) -> bool {
    let stars = trees.iter().take_while(|tree| is_punct(Some(tree), '*')).count();
    let chain = &trees[stars..];
    if let [TokenTree::Group(group)] = chain
        && group.delimiter() == Delimiter::Parenthesis
    {
        let inside: Vec<TokenTree> = group.stream().into_iter().collect();
        return stars > 0 && !inside.is_empty() || is_place(&inside);
    }
    let Some(TokenTree::Ident(_) | TokenTree::Group(_)) = chain.first() else {
        return false;
    };
    let (mut at, mut angles) = (0, 0usize);
    while let Some(tree) = chain.get(at) {
        let next = chain.get(at + 1);
        match tree {
            TokenTree::Ident(ident) if ident == "as" || is_block(&ident.to_string()) => return false,
            TokenTree::Ident(_) if matches!(next, Some(TokenTree::Ident(_))) && angles == 0 => return false,
            TokenTree::Literal(_) if !is_punct(at.checked_sub(1).and_then(|at| chain.get(at)), '.') => return false,
            TokenTree::Group(_) if is_brace(Some(tree)) => return false,
            TokenTree::Punct(punct) => match punct.as_char() {
                // A `::<` begins a list of types, which may have any tokens in it.
                '<' if angles > 0 || is_punct(at.checked_sub(1).and_then(|at| chain.get(at)), ':') => angles += 1,
                '>' if angles > 0 => angles -= 1,
                _ if angles > 0 => {}
                '.' if is_punct(next, '.') => return false,
                '.' | '?' => {}
                ':' if is_punct(next, ':') => at += 1,
                _ => return false,
            },
            _ => {}
        }
        at += 1;
    }
    let before = chain.len().checked_sub(2).and_then(|at| chain.get(at));
    let last_is_place = match chain.last() {
        // `Kind::Unit` makes a value, while `STATIC` and `local` are places.
        Some(TokenTree::Ident(ident)) => {
            let name = ident.to_string();
            let value = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
            !value && name != "await" && name != "return" && name != "break" && name != "continue"
        }
        Some(TokenTree::Literal(_)) => true,
        Some(tree) => is_group(Some(tree), Delimiter::Bracket) && before.is_some(),
        None => false,
    };
    stars > 0 || last_is_place
}

/// Returns the string literal of a line that is nothing but `place = "literal"`.
pub(crate) fn string_write(trees: &[TokenTree]) -> Option<Range<usize>> {
    let trees = match trees.split_last()? {
        (last, rest) if is_punct(Some(last), ';') => rest,
        _ => trees,
    };
    let [place @ .., equals, literal @ TokenTree::Literal(token)] = trees else {
        return None;
    };
    let text = token.to_string();
    let is_string = text.starts_with('"') || text.starts_with("r\"") || text.starts_with("r#");
    (is_punct(Some(equals), '=') && is_string && is_place(place)).then(|| start(literal)..end(literal))
}

/// Returns whether a keyword begins an expression with a block.
fn is_block(word: &str) -> bool {
    matches!(word, "for" | "while" | "loop" | "if" | "match" | "unsafe")
}
