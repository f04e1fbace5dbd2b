//! The functions of a source that have a body, wherever they stand. Pure.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::points::{At, Point, Points};
use crate::eval::parse::{end, is_brace, is_punct, is_word, start, word};
use crate::syntax::items::implemented;
use crate::syntax::{is_colon, lex};

/// A function with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFunction {
    /// The names of the modules, types and functions around it, and its own.
    pub(crate) path: Vec<String>,
    /// All of it, with its attributes.
    pub(crate) bytes: Range<At>,
    /// What is between the braces of its body.
    pub(crate) body: Range<At>,
    /// The place of its keyword.
    pub(crate) keyword: At,
    /// The place for an attribute; `None` where there is one. On an `impl` or a trait it cannot stand: rustc numbers
    /// the impls of a module, those that a macro gives back behind all others, and the numbers are in symbols.
    pub(crate) attribute: Option<At>,
    /// The `impl` or trait that it stands in.
    pub(crate) outer: Option<Outer>,
    /// It may be evaluated at compile time.
    pub(crate) is_const: bool,
    /// It is an `async fn`.
    pub(crate) is_async: bool,
    /// Its attribute `hookable`, or that around it, puts a hook before each of its statements.
    pub(crate) is_stepped: bool,
    /// The names that its parameters bind, as far as they can be told.
    pub(crate) params: Vec<String>,
    /// The type behind `->`.
    pub(crate) output: Option<Range<At>>,
    /// The points in it, in order, except for those in the functions that stand in it.
    pub(crate) points: Vec<Point>,
}

impl SourceFunction {
    /// Returns whether it is the function of a program that is called once, and runs as long as a hook is open. What
    /// is planted in it stops in its closures alone. An async `main` has its code in a future, which gets hooks.
    pub(crate) fn is_main(&self) -> bool {
        self.path == ["main"] && !self.is_async
    }
}

/// An `impl` or a trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outer {
    /// The name of its type, or of the trait.
    pub(crate) name: String,
    /// The types of which only bounds are known in it.
    pub(crate) generics: Vec<String>,
    /// The name of the trait that an `impl` implements.
    pub(crate) implements: Option<String>,
}

/// What is around some items.
#[derive(Clone, Default)]
pub(super) struct Context {
    path: Vec<String>,
    outer: Option<Outer>,
    /// An attribute `hookable` is on something around them.
    is_hookable: bool,
    /// That puts a hook before each statement.
    is_stepped: bool,
}

/// Returns the functions of a source.
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
    is_stepped: bool,
    is_const: bool,
    is_async: bool,
}

/// Adds the functions among some items.
pub(super) fn level(trees: &[TokenTree], context: &Context, found: &mut Vec<SourceFunction>) {
    let mut head = Head::default();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        let begins = *head.start.get_or_insert(start(tree));
        if let (true, Some(TokenTree::Group(attribute))) = (is_punct(Some(tree), '#'), trees.get(at + 1)) {
            let mut words = attribute.stream().into_iter();
            if words.any(|tree| is_word(Some(&tree), "hookable")) {
                head.is_hookable = true;
                head.is_stepped |= words.any(|tree| match tree {
                    TokenTree::Group(args) => args.stream().into_iter().any(|tree| is_word(Some(&tree), "step")),
                    _ => false,
                });
            }
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
                        keyword: start(tree),
                        attribute: (!head.is_hookable && !context.is_hookable).then_some(begins),
                        outer: context.outer.clone(),
                        is_const: head.is_const,
                        is_async: head.is_async,
                        is_stepped: context.is_stepped || head.is_stepped,
                        params: params(item),
                        output: output(item),
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
                    let mut generics = type_params(item);
                    generics.extend(is_word(Some(tree), "trait").then(|| "Self".to_owned()));
                    let outer = name.clone().filter(|_| !is_module);
                    let inner = Context {
                        path: name.map_or(context.path.clone(), |name| named(context, name)),
                        outer: outer.map(|name| Outer {
                            name,
                            generics,
                            implements: implemented_trait(item),
                        }),
                        is_hookable: context.is_hookable || head.is_hookable,
                        is_stepped: context.is_stepped || head.is_stepped,
                    };
                    level(&body.stream().into_iter().collect::<Vec<_>>(), &inner, found);
                }
                (at, head) = (at + length, Head::default());
                continue;
            }
            "async" => head.is_async = true,
            "pub" | "unsafe" | "default" | "safe" => {}
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

/// Returns the number of the tokens of an item that ends with a `;` or a brace.
fn length(trees: &[TokenTree]) -> usize {
    // A brace in the list of a type's arguments is no body.
    let mut depth = 0_i32;
    let ends = |at: &usize| {
        depth += angle(trees, *at);
        is_punct(trees.get(*at), ';') || depth <= 0 && is_brace(trees.get(*at))
    };
    (0..trees.len()).find(ends).map_or(trees.len(), |at| at + 1)
}

/// Returns whether the words before this keyword may stand before it.
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

/// Returns the names of the type parameters of an item.
fn type_params(item: &[TokenTree]) -> Vec<String> {
    let begin = match item {
        [_, TokenTree::Ident(_), ..] => 2,
        _ => 1,
    };
    let (mut names, mut depth) = (Vec::new(), 0_i32);
    for at in begin..item.len() {
        let begins = is_punct(item.get(at - 1), '<') || is_punct(item.get(at - 1), ',');
        if depth == 1 && begins && !is_word(item.get(at), "const") {
            names.extend(Some(word(item.get(at))).filter(|name| !name.is_empty()));
        }
        depth += angle(item, at);
        if depth == 0 {
            break;
        }
    }
    names
}

/// Returns the name of the trait that an `impl` implements.
fn implemented_trait(item: &[TokenTree]) -> Option<String> {
    let (mut depth, mut name) = (0_i32, String::new());
    for at in 1..item.len() {
        depth += angle(item, at);
        match word(item.get(at)).as_str() {
            "where" => break,
            "for" if depth == 0 && !is_punct(item.get(at + 1), '<') => return Some(name),
            _ if depth > 0 => {}
            "" => {}
            word => name = word.to_owned(),
        }
    }
    None
}

/// Returns the position of the parameters among the tokens of a function. Those of a bound, as in `F: Fn(u8)`, stand in
/// angle brackets.
fn params_at(item: &[TokenTree]) -> Option<usize> {
    let mut depth = 0_i32;
    (0..item.len()).find(|&at| {
        depth += angle(item, at);
        depth == 0 && matches!(&item[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
    })
}

/// Returns by how much a token changes the number of open angle brackets. The `>` of `->` closes none.
fn angle(trees: &[TokenTree], at: usize) -> i32 {
    let is = |c: char| is_punct(trees.get(at), c);
    i32::from(is('<')) - i32::from(is('>') && !is_punct(trees.get(at.wrapping_sub(1)), '-'))
}

/// Returns the place of the type that a function returns.
fn output(item: &[TokenTree]) -> Option<Range<At>> {
    let behind = &item[params_at(item)? + 1..];
    let [TokenTree::Punct(minus), TokenTree::Punct(_), ty @ .., _] = behind else {
        return None;
    };
    let length = ty.iter().position(|tree| is_word(Some(tree), "where"));
    let ty = &ty[..length.unwrap_or(ty.len())];
    (minus.as_char() == '-').then_some(())?;
    Some(start(ty.first()?)..end(ty.last()?))
}

/// Returns the names that the parameters of a function bind.
fn params(item: &[TokenTree]) -> Vec<String> {
    let Some(TokenTree::Group(list)) = params_at(item).map(|at| &item[at]) else {
        return Vec::new();
    };
    let trees: Vec<TokenTree> = list.stream().into_iter().collect();
    let (mut names, mut depth, mut begin) = (Vec::new(), 0_i32, 0);
    for at in 0..=trees.len() {
        depth += angle(&trees, at);
        if at < trees.len() && !(is_punct(trees.get(at), ',') && depth == 0) {
            continue;
        }
        param(&trees[begin..at], &mut names);
        begin = at + 1;
    }
    names
}

/// Adds the names that a parameter binds.
fn param(trees: &[TokenTree], names: &mut Vec<String>) {
    match (0..trees.len()).find(|&at| is_colon(trees, at)) {
        None if is_word(trees.last(), "self") => names.push("self".to_owned()),
        None => {}
        Some(_) if is_word(trees.first(), "self") || is_word(trees.get(1), "self") => names.push("self".to_owned()),
        Some(colon) => bound(&trees[..colon], names),
    }
}

/// Adds the names that a pattern binds: its words in small letters that name no field, path, type or macro.
fn bound(pattern: &[TokenTree], names: &mut Vec<String>) {
    for (at, tree) in pattern.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => bound(&group.stream().into_iter().collect::<Vec<_>>(), names),
            TokenTree::Ident(word) => {
                let text = word.to_string();
                let is_small = text.starts_with(|c: char| c.is_lowercase() || c == '_')
                    && text.len() > usize::from(text.starts_with('_'));
                let is_part = matches!(pattern.get(at + 1), Some(TokenTree::Group(_)))
                    || [':', '!'].iter().any(|c| is_punct(pattern.get(at + 1), *c));
                if is_small && !is_part && !["mut", "ref", "box"].contains(&&*text) {
                    names.push(text);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
