//! What the scanner asks of tokens, and the text of those that count.

use hook_rustc::std_macros::makes_value;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Attributes that say nothing of what an item is in memory.
const PLAIN: [&str; 9] = [
    "doc",
    "allow",
    "warn",
    "deny",
    "expect",
    "must_use",
    "derive",
    "deprecated",
    "hookable",
];

/// Returns whether a list of parameters, if one begins there, has one that is no lifetime.
pub(super) fn has_types(tokens: &[TokenTree]) -> bool {
    let mut depth = 0_i32;
    for (at, tree) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        let begins = before.is_some_and(|before| is(before, '<') || is(before, ','));
        if depth == 1 && begins && !is(tree, '\'') && !is(tree, '>') {
            return true;
        }
        let is_arrow = before.is_some_and(|before| is(before, '-'));
        depth += i32::from(is(tree, '<')) - i32::from(is(tree, '>') && !is_arrow);
        if depth == 0 {
            return false;
        }
    }
    false
}

/// Returns whether an attribute asks for copies of a function where it is used.
pub(super) fn is_inline(head: &[TokenTree]) -> bool {
    let text = text(head);
    let words: Vec<&str> = words(&text).collect();
    let behind = |at: usize| words.get(at + 1).copied();
    (0..words.len()).any(|at| words[at] == "inline" && behind(at) != Some("never"))
}

/// Returns whether there may be an async block among tokens: there is one, or a macro that may make one.
pub(super) fn may_await(tokens: &[TokenTree]) -> bool {
    tokens.iter().enumerate().any(|(at, tree)| match tree {
        TokenTree::Ident(word) if word == "async" => true,
        TokenTree::Ident(word) if matches!(tokens.get(at + 1), Some(tree) if is(tree, '!')) => {
            let word = word.to_string();
            matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) && !makes_value(&word) && word != "hook"
        }
        TokenTree::Group(group) => may_await(&trees(group.stream())),
        _ => false,
    })
}

/// Returns the number of tokens up to the end of an item: a semicolon, or braces.
pub(super) fn end(tokens: &[TokenTree], braces: bool) -> usize {
    let is_end = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => braces && group.delimiter() == Delimiter::Brace,
        tree => is(tree, ';'),
    };
    tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1)
}

/// Returns whether the macro of this name is called here.
pub(super) fn is_call(tokens: &[TokenTree], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|tree| is(tree, '!')) && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
}

/// Returns whether the token before this one ends a statement or an attribute, so that an item may begin here.
pub(super) fn starts_item(tokens: &[TokenTree], at: usize) -> bool {
    match at.checked_sub(1).map(|before| &tokens[before]) {
        None => true,
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Parenthesis,
        Some(TokenTree::Ident(word)) => word == "unsafe",
        Some(tree) => is(tree, ';'),
    }
}

pub(super) fn is_lifetime(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && is(&tokens[at - 1], '\'')
}

pub(in crate::eval::reload) fn is(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

pub(in crate::eval::reload) fn trees(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}

/// Returns tokens as text without the attributes that do not count.
pub(in crate::eval::reload) fn text(tokens: &[TokenTree]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(tree) = tokens.get(at) {
        at += 1;
        match (tree, tokens.get(at)) {
            (TokenTree::Punct(punct), Some(TokenTree::Group(attribute)))
                if punct.as_char() == '#' && attribute.delimiter() == Delimiter::Bracket =>
            {
                let attribute = text(&trees(attribute.stream()));
                at += 1;
                if !words(&attribute).next().is_some_and(|name| PLAIN.contains(&name)) {
                    out += &format!("#[{attribute}] ");
                }
            }
            (TokenTree::Group(group), _) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out += &format!("{open} {} {close} ", text(&trees(group.stream())));
            }
            (tree, _) => {
                out += &tree.to_string();
                out.push(' ');
            }
        }
    }
    out.trim_end().to_owned()
}

/// Returns the words in a text.
pub(in crate::eval::reload) fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty())
}
