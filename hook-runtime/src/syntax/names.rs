//! Each name has one spelling in a line, and a colon behind it, before its type or its pattern. This is pure.

use proc_macro2::{Spacing, TokenTree};

/// These are the keywords of all editions, spelled as names.
const RAW: [&str; 48] = [
    "r#abstract",
    "r#as",
    "r#async",
    "r#await",
    "r#become",
    "r#box",
    "r#break",
    "r#const",
    "r#continue",
    "r#do",
    "r#dyn",
    "r#else",
    "r#enum",
    "r#extern",
    "r#false",
    "r#final",
    "r#fn",
    "r#for",
    "r#gen",
    "r#if",
    "r#impl",
    "r#in",
    "r#let",
    "r#loop",
    "r#macro",
    "r#match",
    "r#mod",
    "r#move",
    "r#mut",
    "r#override",
    "r#priv",
    "r#pub",
    "r#ref",
    "r#return",
    "r#static",
    "r#struct",
    "r#trait",
    "r#true",
    "r#try",
    "r#type",
    "r#typeof",
    "r#unsafe",
    "r#unsized",
    "r#use",
    "r#virtual",
    "r#where",
    "r#while",
    "r#yield",
];

/// Returns whether a colon stands at this position that is not half of a `::`: the first one of `a: ::b::C`.
pub(crate) fn is_colon(trees: &[TokenTree], at: usize) -> bool {
    let is = |at: Option<usize>, joint: bool| match at.and_then(|at| trees.get(at)) {
        Some(TokenTree::Punct(punct)) => punct.as_char() == ':' && (punct.spacing() == Spacing::Joint) == joint,
        _ => false,
    };
    is(Some(at), false) && !is(at.checked_sub(1), true)
}

/// Returns a name as it is written in a line: with `r#` if it is a keyword, and without it otherwise.
pub(crate) fn spelled(name: &str) -> &str {
    let plain = name.strip_prefix("r#").unwrap_or(name);
    RAW.iter().find(|raw| raw[2..] == *plain).unwrap_or(&plain)
}

/// Returns whether a word can be the name of an item, and is none that all code has a meaning for.
pub(crate) fn may_be_defined(word: &str) -> bool {
    let is_number = || {
        word.strip_prefix(['i', 'u', 'f'])
            .is_some_and(|bits| bits == "size" || bits.parse::<u8>().is_ok())
    };
    let is_built_in = || {
        matches!(
            word,
            "bool" | "char" | "str" | "self" | "Self" | "super" | "crate" | "_"
        ) || is_number()
    };
    let begins = |c: char| c.is_alphabetic() || c == '_';
    word.starts_with("r#") || word.starts_with(begins) && spelled(word) == word && !is_built_in()
}

#[test]
fn names_of_items() {
    for word in ["a", "P", "u", "i9x", "size", "größe", "__x", "r#type"] {
        assert!(may_be_defined(word), "{word}");
    }
    for word in ["", "5", "u8", "isize", "f64", "str", "static", "self", "_"] {
        assert!(!may_be_defined(word), "{word}");
    }
}

#[test]
fn one_spelling() {
    let all = ["a", "r#a", "type", "r#type", "self", "união"];
    assert_eq!(all.map(spelled), ["a", "a", "r#type", "r#type", "self", "união"]);
}
