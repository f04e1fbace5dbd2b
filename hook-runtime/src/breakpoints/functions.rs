//! The functions of a source that have a body, wherever they stand. Pure.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::points::{At, Point, Points};
use crate::eval::parse::{end, is_brace, is_punct, is_word, start, word};
use crate::syntax::items::implemented;
use crate::syntax::lex;

/// A function with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFunction {
    /// The names of the modules, types and functions around it, and its own.
    pub(crate) path: Vec<String>,
    /// All of it, with its attributes.
    pub(crate) bytes: Range<At>,
    /// What is between the braces of its body.
    pub(crate) body: Range<At>,
    /// The place for an attribute that sees it, and the type that it is a method of; `None` where there is one.
    pub(crate) attribute: Option<At>,
    /// It may be evaluated at compile time.
    pub(crate) is_const: bool,
    /// The names of its parameters, as far as they are names.
    pub(crate) params: Vec<String>,
    /// The points in it, in order, except for those in the functions that stand in it.
    pub(crate) points: Vec<Point>,
}

/// What is around some items.
#[derive(Clone, Default)]
pub(super) struct Context {
    path: Vec<String>,
    /// The place before an `impl` or a trait around them.
    attribute: Option<At>,
    /// An attribute `hookable` is on something around them.
    is_hookable: bool,
}

/// Gives the functions of a source.
pub(crate) fn functions(text: &str) -> Vec<SourceFunction> {
    let trees: Vec<TokenTree> = lex(text).map(|tokens| tokens.into_iter().collect()).unwrap_or_default();
    let mut found = Vec::new();
    level(&trees, &Context::default(), &mut found);
    found
}

/// The attributes and the words before the keyword of an item.
#[derive(Default)]
struct Head {
    start: Option<At>,
    is_hookable: bool,
    is_const: bool,
}

/// Adds the functions among some items.
pub(super) fn level(trees: &[TokenTree], context: &Context, found: &mut Vec<SourceFunction>) {
    let mut head = Head::default();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        let begins = *head.start.get_or_insert(start(tree));
        if let (true, Some(TokenTree::Group(attribute))) = (is_punct(Some(tree), '#'), trees.get(at + 1)) {
            let mut words = attribute.stream().into_iter();
            head.is_hookable |= words.any(|tree| is_word(Some(&tree), "hookable"));
            at += 2;
            continue;
        }
        let length = length(&trees[at..]);
        let item = &trees[at..at + length];
        let body = match item.last() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Some(group),
            _ => None,
        };
        match word(Some(tree)).as_str() {
            "const" if !is_brace(trees.get(at + 1)) && is_item(&trees[at + 1..], "fn") => head.is_const = true,
            "fn" if matches!(trees.get(at + 1), Some(TokenTree::Ident(_))) => {
                if let Some(body) = body {
                    let path = named(context, word(trees.get(at + 1)));
                    let inner = Context {
                        path: path.clone(),
                        ..Context::default()
                    };
                    let Points { points, inner, .. } = Points::of(body, &inner);
                    found.push(SourceFunction {
                        path,
                        bytes: begins..end(&item[length - 1]),
                        body: body.span_open().byte_range().end..body.span_close().byte_range().start,
                        attribute: match head.is_hookable || context.is_hookable {
                            true => None,
                            false => Some(context.attribute.unwrap_or(begins)),
                        },
                        is_const: head.is_const,
                        params: params(item),
                        points,
                    });
                    found.extend(inner);
                }
                (at, head) = (at + length, Head::default());
                continue;
            }
            "impl" | "trait" | "mod" => {
                let name = match is_word(Some(tree), "impl") {
                    true => implemented(&item[1..length - 1]),
                    false => Some(word(trees.get(at + 1))),
                };
                let is_module = is_word(Some(tree), "mod");
                if let Some(body) = body {
                    let inner = Context {
                        path: name.map_or(context.path.clone(), |name| named(context, name)),
                        attribute: (!is_module).then_some(begins),
                        is_hookable: context.is_hookable || head.is_hookable,
                    };
                    level(&body.stream().into_iter().collect::<Vec<_>>(), &inner, found);
                }
                (at, head) = (at + length, Head::default());
                continue;
            }
            "pub" | "unsafe" | "async" | "default" | "safe" => {}
            "extern" if matches!(trees.get(at + 1), Some(TokenTree::Literal(_))) && !is_brace(trees.get(at + 2)) => {
                at += 1;
            }
            "extern" if is_word(trees.get(at + 1), "fn") => {}
            // The scope of a visibility, as in `pub(crate)`.
            "" if matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis) => {}
            // An item that has no functions, or the call of a macro.
            keyword => {
                at += match keyword {
                    "const" | "static" | "use" | "type" => {
                        let semicolon = trees[at..].iter().position(|tree| is_punct(Some(tree), ';'));
                        semicolon.map_or(trees.len() - at, |length| length + 1)
                    }
                    _ => length,
                };
                head = Head::default();
                continue;
            }
        }
        at += 1;
    }
}

/// Gives the number of the tokens of an item that ends with a `;` or a brace.
fn length(trees: &[TokenTree]) -> usize {
    // A brace in the list of a type's arguments is no body.
    let is_argument =
        |at: usize| is_punct(trees.get(at.wrapping_sub(1)), '<') || is_punct(trees.get(at.wrapping_sub(1)), ',');
    let ends = |at: &usize| is_punct(trees.get(*at), ';') || is_brace(trees.get(*at)) && !is_argument(*at);
    (0..trees.len()).find(ends).map_or(trees.len(), |at| at + 1)
}

/// Tells whether the words before this keyword may stand before it.
fn is_item(trees: &[TokenTree], keyword: &str) -> bool {
    let words = ["unsafe", "async", "extern"];
    let before =
        |tree: &&TokenTree| matches!(tree, TokenTree::Literal(_)) || words.iter().any(|word| is_word(Some(tree), word));
    is_word(trees.iter().find(|tree| !before(tree)), keyword)
}

fn named(context: &Context, name: String) -> Vec<String> {
    let name = name.strip_prefix("r#").map_or(name.clone(), str::to_owned);
    context.path.iter().cloned().chain([name]).collect()
}

/// Gives the names of the parameters of a function.
fn params(item: &[TokenTree]) -> Vec<String> {
    let list = item.iter().find_map(|tree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => Some(group.stream()),
        _ => None,
    });
    let trees: Vec<TokenTree> = list.into_iter().flatten().collect();
    let (mut names, mut depth, mut begin) = (Vec::new(), 0_i32, 0);
    for at in 0..=trees.len() {
        let is = |c: char| is_punct(trees.get(at), c);
        depth += i32::from(is('<')) - i32::from(is('>') && !is_punct(trees.get(at.wrapping_sub(1)), '-'));
        if at < trees.len() && !(is(',') && depth == 0) {
            continue;
        }
        names.extend(param(&trees[begin..at]));
        begin = at + 1;
    }
    names
}

/// Gives the name of a parameter, if its pattern is a name.
fn param(trees: &[TokenTree]) -> Option<String> {
    let colon = trees.iter().position(|tree| is_punct(Some(tree), ':'));
    let pattern = &trees[..colon.unwrap_or(trees.len())];
    let last = pattern.last().filter(|last| !is_word(Some(last), "_"))?;
    let plain = |tree: &TokenTree| is_word(Some(tree), "mut");
    match (colon, last) {
        (None, TokenTree::Ident(word)) if word == "self" => Some("self".to_owned()),
        (Some(_), TokenTree::Ident(word)) if pattern[..pattern.len() - 1].iter().all(plain) => Some(word.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
