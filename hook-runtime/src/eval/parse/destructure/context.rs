//! Where a pattern of a line stands, and what belongs to it there.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::super::replacements::{begins_closure, value};
use super::super::{end, is_brace, is_group, is_punct, is_word, start};

/// A pattern of a line.
pub(super) struct Context {
    pub(super) pattern: Vec<TokenTree>,
    pub(super) kind: Kind,
}

/// What a pattern belongs to, with the bytes of what stands behind it.
pub(super) enum Kind {
    /// A `let`, with the end of its value.
    Let { end: usize },
    /// A `let` with an `else`, with the end of its value and that of the block behind `else`.
    LetElse { value: usize, behind: usize },
    /// An `if let` or `while let`, with its value and the beginning of its block.
    Condition { value: Range<usize>, body: usize },
    /// A block that is open there: that of a `for`.
    Block { open: usize },
    /// The body of a closure.
    Body(Range<usize>),
    /// An arm of a `match`, with its condition. Where it is of `matches!`, it has no body.
    Arm {
        guard: Option<Range<usize>>,
        body: Option<Range<usize>>,
    },
}

/// What tokens stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    Match,
    Matches,
    Other,
}

/// Returns the pattern in which a byte is.
pub(super) fn find(tokens: &[TokenTree], byte: usize, parent: Parent) -> Option<Context> {
    let at = tokens
        .iter()
        .position(|tree| (start(tree)..end(tree)).contains(&byte))?;
    if let TokenTree::Group(group) = &tokens[at] {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if let Some(found) = find(&inner, byte, parent_of(&tokens[..at], &tokens[at])) {
            return Some(found);
        }
    }
    let arm = match parent {
        Parent::Match => arm(tokens, at),
        Parent::Matches => matches(tokens, at),
        Parent::Other => None,
    };
    arm.or_else(|| closure(tokens, at)).or_else(|| binding(tokens, at))
}

/// Returns what a group is.
fn parent_of(before: &[TokenTree], group: &TokenTree) -> Parent {
    let is_macro = is_punct(before.last(), '!') && is_word(before.iter().nth_back(1), "matches");
    // Between `match` and its arms stands one expression, in which a brace is rare.
    let expression = before
        .iter()
        .rev()
        .take_while(|tree| !is_brace(Some(tree)) && !is_punct(Some(tree), ';'));
    let mut words = expression.filter(|tree| matches!(tree, TokenTree::Ident(_)));
    match group {
        _ if is_macro => Parent::Matches,
        group if is_brace(Some(group)) && words.any(|tree| is_word(Some(tree), "match")) => Parent::Match,
        _ => Parent::Other,
    }
}

fn bytes(tokens: &[TokenTree]) -> Option<Range<usize>> {
    Some(start(tokens.first()?)..end(tokens.last()?))
}

/// Returns the arm of a `match` in whose pattern a position is.
fn arm(tokens: &[TokenTree], at: usize) -> Option<Context> {
    let mut begin = 0;
    while begin < tokens.len() {
        let is_arrow = |at: &usize| is_punct(tokens.get(*at), '=') && is_punct(tokens.get(at + 1), '>');
        let arrow = (begin..tokens.len()).find(is_arrow)?;
        let rest = &tokens[arrow + 2..];
        let body = match is_brace(rest.first()) {
            true => &rest[..1],
            false => value(rest),
        };
        if (begin..arrow).contains(&at) {
            let (pattern, guard) = guarded(&tokens[begin..arrow], at - begin)?;
            return Some(Context {
                pattern,
                kind: Kind::Arm {
                    guard,
                    body: Some(bytes(body)?),
                },
            });
        }
        begin = arrow + 2 + body.len();
        begin += usize::from(is_punct(tokens.get(begin), ','));
        if at < begin {
            return None;
        }
    }
    None
}

/// Returns the pattern of `matches!` if a position is in that.
fn matches(tokens: &[TokenTree], at: usize) -> Option<Context> {
    let begin = value(tokens).len() + 1;
    let len = tokens.len() - usize::from(is_punct(tokens.last(), ','));
    let (pattern, guard) = guarded(tokens.get(begin..len)?, at.checked_sub(begin)?)?;
    Some(Context {
        pattern,
        kind: Kind::Arm { guard, body: None },
    })
}

/// Parts a pattern from the condition behind it. Returns `None` if the position is not in the pattern.
fn guarded(tokens: &[TokenTree], at: usize) -> Option<(Vec<TokenTree>, Option<Range<usize>>)> {
    let condition = tokens.iter().position(|tree| is_word(Some(tree), "if"));
    let len = condition.unwrap_or(tokens.len());
    let guard = condition.and_then(|condition| bytes(&tokens[condition + 1..]));
    (at < len).then(|| (tokens[..len].to_vec(), guard))
}

/// Returns the patterns of the closure in whose patterns a position is.
fn closure(tokens: &[TokenTree], at: usize) -> Option<Context> {
    let is_bar = |at: usize| is_punct(tokens.get(at), '|');
    let mut open = 0;
    while open < at {
        if !is_bar(open) || !begins_closure(open.checked_sub(1).and_then(|before| tokens.get(before))) {
            open += 1;
            continue;
        }
        let close = (open + 1..tokens.len()).find(|close| is_bar(*close))?;
        if at > close {
            open = close + 1;
            continue;
        }
        let behind = &tokens[close + 1..];
        let kind = match is_punct(behind.first(), '-') {
            // Behind the type of what it gives stands a block.
            true => Kind::Block {
                open: start(behind.iter().find(|tree| is_brace(Some(tree)))?) + 1,
            },
            false => Kind::Body(bytes(value(behind))?),
        };
        return Some(Context {
            pattern: tokens[open + 1..close].to_vec(),
            kind,
        });
    }
    None
}

/// Returns the pattern of a `let` or `for` in which a position is.
fn binding(tokens: &[TokenTree], at: usize) -> Option<Context> {
    let is_begin = |tree: &TokenTree| is_word(Some(tree), "let") || is_word(Some(tree), "for");
    let begin = tokens[..at].iter().rposition(is_begin)?;
    let is_loop = is_word(tokens.get(begin), "for");
    let is_end = |tree: &TokenTree| match is_loop {
        true => is_word(Some(tree), "in"),
        false => is_punct(Some(tree), '='),
    };
    let equals = begin + tokens[begin..].iter().position(is_end)?;
    let pattern = tokens[begin + 1..equals].to_vec();
    if equals < at || pattern.iter().any(|tree| is_punct(Some(tree), ';')) {
        return None;
    }
    let behind = &tokens[equals + 1..];
    let before = begin.checked_sub(1).and_then(|before| tokens.get(before));
    // The value of an `if let` ends at a brace.
    let is_condition = is_word(before, "if") || is_word(before, "while") || is_punct(before, '&');
    let kind = if is_loop || is_condition {
        let (value, body) = condition(behind)?;
        match is_loop {
            true => Kind::Block { open: body },
            false => Kind::Condition { value, body },
        }
    } else {
        let is_end = |tree: &TokenTree| is_punct(Some(tree), ';');
        let len = behind.iter().position(is_end).unwrap_or(behind.len());
        match otherwise(&behind[..len]) {
            Some(at) => Kind::LetElse {
                value: end(behind.get(at.checked_sub(1)?)?),
                behind: end(behind[..len].get(at + 1)?),
            },
            None => Kind::Let {
                end: end(behind[..len].last()?),
            },
        }
    };
    Some(Context { pattern, kind })
}

/// Returns the value of a condition or loop, and the byte behind the brace of its block. Returns `None` if the value
/// may have a block of its own.
fn condition(behind: &[TokenTree]) -> Option<(Range<usize>, usize)> {
    const BLOCKS: [&str; 8] = ["match", "if", "unsafe", "loop", "while", "for", "async", "const"];
    let brace = behind.iter().position(|tree| is_brace(Some(tree)))?;
    let has_block = |tree: &TokenTree| BLOCKS.iter().any(|word| is_word(Some(tree), word)) || is_punct(Some(tree), '|');
    let is_and = |at: &usize| is_punct(behind.get(*at), '&') && is_punct(behind.get(at + 1), '&') && *at > 0;
    let len = (0..brace).find(is_and).unwrap_or(brace);
    let is_plain = !behind[..brace].iter().any(has_block);
    is_plain.then_some((bytes(&behind[..len])?, start(&behind[brace]) + 1))
}

/// Returns the position of the `else` of a `let`. No brace stands before it, as before that of an `if`.
fn otherwise(tokens: &[TokenTree]) -> Option<usize> {
    let mut others = tokens
        .iter()
        .enumerate()
        .filter(|(_, tree)| is_word(Some(tree), "else"));
    let is_own = |at: usize| !is_group(at.checked_sub(1).and_then(|at| tokens.get(at)), Delimiter::Brace);
    others.find(|(at, _)| is_own(*at)).map(|(at, _)| at)
}
