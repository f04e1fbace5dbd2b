//! The points of a body at which a hook can be planted: before each statement, and where an arm of a `match` or a
//! closure is an expression, around that. Pure: tokens are read, and what they mean is left to rustc.

use hook_rustc::sorted::sort;
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenTree};

use super::functions::{self, Context, SourceFunction};
use crate::eval::parse::statement;
use crate::eval::parse::{LineKind, end, is_brace, is_punct, is_word, start};

/// A place in a source, as a byte of its text.
pub(crate) type At = usize;

/// A point at which a hook can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    pub(crate) at: At,
    /// The end of the expression that has to become a block, so that the hook can stand before it.
    pub(crate) end: Option<At>,
    /// Whether it is in the tokens of a macro, which may not take a hook there.
    pub(crate) in_macro: bool,
}

impl Point {
    /// Returns the point before what begins here.
    pub(crate) fn before(at: At) -> Point {
        Point {
            at,
            end: None,
            in_macro: false,
        }
    }
}

/// The points of a function's body, in order, and the functions that stand in it.
pub(super) struct Points<'c> {
    pub(super) points: Vec<Point>,
    pub(super) inner: Vec<SourceFunction>,
    context: &'c Context,
    in_macro: bool,
}

/// What the next brace at this level is, because of a keyword before it.
enum Next {
    /// The block behind the condition of an `if` or the head of a loop.
    Block,
    /// The arms of a `match`.
    Arms,
}

impl<'c> Points<'c> {
    pub(super) fn of(body: &Group, context: &'c Context) -> Points<'c> {
        let mut points = Points {
            points: Vec::new(),
            inner: Vec::new(),
            context,
            in_macro: false,
        };
        points.block(body);
        sort(&mut points.points);
        points.points.dedup_by_key(|point| point.at);
        points
    }

    fn block(&mut self, block: &Group) {
        let trees: Vec<TokenTree> = block.stream().into_iter().collect();
        let mut rest = &trees[..];
        while let [
            TokenTree::Punct(hash),
            TokenTree::Punct(bang),
            TokenTree::Group(_),
            behind @ ..,
        ] = rest
            && (hash.as_char(), bang.as_char()) == ('#', '!')
        {
            rest = behind;
        }
        while !rest.is_empty() {
            let (statement, length) = statement::first(rest);
            let (this, behind) = rest.split_at(length);
            rest = behind;
            if this.len() == 1 && is_punct(this.first(), ';') {
                continue;
            }
            if let LineKind::Item(_) = statement.kind {
                functions::level(this, self.context, &mut self.inner);
                continue;
            }
            self.points.push(Point {
                at: statement.bytes.start,
                end: None,
                in_macro: self.in_macro,
            });
            self.expression(this);
        }
    }

    /// Finds the points in the blocks of an expression, of a `let`, or of what stands in parentheses.
    fn expression(&mut self, trees: &[TokenTree]) {
        let (mut next, mut is_pattern, mut at) = (Vec::new(), is_word(trees.first(), "let"), 0);
        while let Some(tree) = trees.get(at) {
            let before = at.checked_sub(1).and_then(|before| trees.get(before));
            match tree {
                TokenTree::Ident(word) => match keyword(word) {
                    "if" | "while" => next.push(Next::Block),
                    "for" if !is_punct(trees.get(at + 1), '<') => {
                        next.push(Next::Block);
                        is_pattern = true;
                    }
                    "let" => is_pattern = true,
                    "in" => is_pattern = false,
                    "match" => next.push(Next::Arms),
                    // What is evaluated at compile time has no hooks.
                    "const" if is_brace(trees.get(at + 1)) => at += 1,
                    _ if is_call_of_macro(&trees[at..]) => {
                        if let Some(TokenTree::Group(tokens)) = trees.get(at + 2) {
                            self.macro_tokens(&word.to_string(), tokens);
                        }
                        at += 2;
                    }
                    _ => {}
                },
                TokenTree::Punct(punct) if is_assignment(punct, before) => is_pattern = false,
                TokenTree::Punct(punct) if punct.as_char() == '|' && !is_pattern && begins_closure(before) => {
                    at = self.closure(trees, at);
                    continue;
                }
                TokenTree::Punct(hash) if hash.as_char() == '#' => at += 1,
                TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
                    self.expression(&group.stream().into_iter().collect::<Vec<_>>());
                }
                // An argument of a type is evaluated at compile time.
                TokenTree::Group(_) if is_pattern || is_punct(before, '<') => {}
                TokenTree::Group(group) if is_block_of_keyword(before) => self.block(group),
                TokenTree::Group(group) => match next.pop() {
                    Some(Next::Arms) => self.arms(group),
                    None if is_literal(before) => {
                        self.expression(&group.stream().into_iter().collect::<Vec<_>>());
                    }
                    Some(Next::Block) | None => self.block(group),
                },
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    /// Finds the points in a closure, and returns the position behind it.
    fn closure(&mut self, trees: &[TokenTree], at: usize) -> usize {
        let is = |at: usize, c: char| is_punct(trees.get(at), c);
        let params = trees[at + 1..].iter().position(|tree| is_punct(Some(tree), '|'));
        let mut body = params.map_or(trees.len(), |length| at + length + 2);
        let ends = |tree: &TokenTree| is_punct(Some(tree), ',') || is_punct(Some(tree), ';');
        if is(body, '-') && is(body + 1, '>') {
            // A type stands before the body, which is a block then.
            body += trees[body..].iter().position(|tree| is_brace(Some(tree))).unwrap_or(0);
        }
        let end = trees.get(body..).unwrap_or_default().iter().position(ends);
        let end = end.map_or(trees.len(), |length| body + length);
        self.body(trees.get(body..end).unwrap_or_default());
        end.max(at + 1)
    }

    /// Finds the points in the body of a closure or of an arm.
    fn body(&mut self, trees: &[TokenTree]) {
        match trees {
            [TokenTree::Group(block)] if block.delimiter() == Delimiter::Brace => self.block(block),
            [first, ..] => {
                self.points.push(Point {
                    at: start(first),
                    end: trees.last().map(end),
                    in_macro: self.in_macro,
                });
                self.expression(trees);
            }
            [] => {}
        }
    }

    /// Finds the points in the tokens of macros that are known for what they make of them. Where the user has another
    /// macro of that name, rustc refuses the hook.
    fn macro_tokens(&mut self, name: &str, tokens: &Group) {
        let outer = std::mem::replace(&mut self.in_macro, true);
        match name {
            "select" | "select_biased" => self.arms(tokens),
            "stream" | "try_stream" => self.block(tokens),
            "join" | "try_join" => self.expression(&tokens.stream().into_iter().collect::<Vec<_>>()),
            _ => {}
        }
        self.in_macro = outer;
    }

    fn arms(&mut self, arms: &Group) {
        let trees: Vec<TokenTree> = arms.stream().into_iter().collect();
        let mut rest = &trees[..];
        while let Some(arrow) = (0..rest.len()).find(|&at| is_arrow(&rest[at..])) {
            // There may be blocks in a guard.
            if let Some(guard) = rest[..arrow].iter().position(|tree| is_word(Some(tree), "if")) {
                self.expression(&rest[guard + 1..arrow]);
            }
            rest = &rest[arrow + 2..];
            let is_comma = |tree: &TokenTree| is_punct(Some(tree), ',');
            let length = match is_brace(rest.first()) {
                true => 1,
                false => rest.iter().position(is_comma).unwrap_or(rest.len()),
            };
            self.body(&rest[..length]);
            rest = &rest[length..];
            if is_punct(rest.first(), ',') {
                rest = &rest[1..];
            }
        }
    }
}

/// Returns the keyword that a word is, of those that decide what a brace is.
fn keyword(word: &Ident) -> &'static str {
    const KEYWORDS: [&str; 7] = ["if", "while", "for", "let", "in", "match", "const"];
    KEYWORDS.into_iter().find(|keyword| word == keyword).unwrap_or_default()
}

/// Returns whether these tokens begin with the call of a macro, as far as it can be told. What a macro makes of its
/// tokens is not known.
fn is_call_of_macro(trees: &[TokenTree]) -> bool {
    is_punct(trees.get(1), '!') && matches!(trees.get(2), Some(TokenTree::Group(_)))
}

/// Returns whether this is the `=` behind a pattern, and no part of another operator.
fn is_assignment(punct: &proc_macro2::Punct, before: Option<&TokenTree>) -> bool {
    let joined = matches!(before, Some(TokenTree::Punct(before)) if before.spacing() == Spacing::Joint);
    punct.as_char() == '=' && punct.spacing() == Spacing::Alone && !joined
}

fn is_arrow(trees: &[TokenTree]) -> bool {
    is_punct(trees.first(), '=') && is_punct(trees.get(1), '>')
}

/// Returns whether a brace behind this is a block, whatever is around it.
fn is_block_of_keyword(before: Option<&TokenTree>) -> bool {
    let words = ["else", "loop", "unsafe", "async", "move", "try"];
    words.iter().any(|word| is_word(before, word))
}

/// Returns whether a brace behind this has the fields of a struct.
fn is_literal(before: Option<&TokenTree>) -> bool {
    match before {
        Some(TokenTree::Ident(word)) => !["return", "break", "in", "yield", "await"]
            .iter()
            .any(|other| word == other),
        Some(TokenTree::Punct(punct)) => punct.as_char() == '>' && punct.spacing() == Spacing::Alone,
        _ => false,
    }
}

/// Returns whether a `|` behind this begins a closure, and is no operator.
fn begins_closure(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(punct)) => !matches!(punct.as_char(), '?' | '|'),
        Some(TokenTree::Ident(word)) => ["move", "async", "return", "static", "else", "in"]
            .iter()
            .any(|other| word == other),
        Some(_) => false,
    }
}
