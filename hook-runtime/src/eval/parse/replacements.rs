//! The parts of a line that have to be written in another way are found here.

use std::ops::Range;

use proc_macro2::{Delimiter, Literal, TokenTree};

use super::{Here, Replacement, end, is_brace, is_group, is_punct, is_word, start, word};

/// The owner of some tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The tokens belong to the line itself.
    Line,
    /// The tokens belong to a macro that the line calls.
    Macro,
    /// The tokens belong to a closure, whose `?` leaves the closure.
    Closure,
}

/// Finds the parts of a statement.
pub(crate) fn find(text: &str, trees: &[TokenTree], replacements: &mut Vec<(Range<usize>, Replacement)>) {
    within(text, trees, Whose::Line, replacements);
}

/// Finds the parts of an item.
pub(crate) fn find_in_item(trees: &[TokenTree], replacements: &mut Vec<(Range<usize>, Replacement)>) {
    for (at, tree) in trees.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            let inside: Vec<TokenTree> = group.stream().into_iter().collect();
            if at >= 2 && is_word(trees.get(at - 2), "thread_local") && is_punct(trees.get(at - 1), '!') {
                thread_locals(&inside, replacements);
            } else {
                find_in_item(&inside, replacements);
            }
        }
    }
}

/// Finds the `const` before the values of the definitions in a `thread_local!`, and where these have no visibility.
fn thread_locals(trees: &[TokenTree], replacements: &mut Vec<(Range<usize>, Replacement)>) {
    for (at, tree) in trees.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| trees.get(before));
        let is_visible = is_word(before, "pub") || is_group(before, Delimiter::Parenthesis);
        if is_word(Some(tree), "static") && !is_visible {
            replacements.push((start(tree)..start(tree), Replacement::Visible));
        }
    }
    for parts in trees.windows(3) {
        if is_punct(parts.first(), '=') && is_word(parts.get(1), "const") && is_brace(parts.get(2)) {
            replacements.push((start(&parts[1])..end(&parts[1]), Replacement::Eager));
        }
    }
}

fn within(text: &str, trees: &[TokenTree], whose: Whose, replacements: &mut Vec<(Range<usize>, Replacement)>) {
    let mut closure = false;
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        let before = at.checked_sub(1).and_then(|before| trees.get(before));
        let next = trees.get(at + 1);
        let bytes = start(tree)..end(tree);
        match tree {
            TokenTree::Ident(ident)
                if ident == "self" && !(is_punct(next, ':') && is_punct(trees.get(at + 2), ':')) =>
            {
                replacements.push((bytes, Replacement::Receiver));
            }
            TokenTree::Ident(ident) if ident == "return" && whose == Whose::Line && !closure => {
                match value(&trees[at + 1..]).last() {
                    None => replacements.push((bytes, Replacement::End)),
                    Some(last) => {
                        replacements.push((bytes, Replacement::Return));
                        replacements.push((end(last)..end(last), Replacement::Returned));
                    }
                }
            }
            TokenTree::Ident(ident) if ident == "fn" || ident == "impl" || ident == "trait" => {
                // An item within a block has its own `self` and its own `?`.
                let brace = trees[at..].iter().position(|tree| is_brace(Some(tree)));
                let named = matches!(next, Some(TokenTree::Ident(_))) || ident == "impl";
                if let (Some(brace), true) = (brace, named) {
                    at += brace;
                }
            }
            TokenTree::Ident(ident) if ident == "async" => closure = true,
            TokenTree::Ident(ident)
                if ident == "await" && !closure && whose != Whose::Closure && is_punct(before, '.') =>
            {
                replacements.push((bytes, Replacement::Await));
            }
            TokenTree::Ident(ident) if ident == "macro_rules" && is_punct(next, '!') => at += 3,
            TokenTree::Ident(_) if is_punct(next, '!') => {
                if let Some(TokenTree::Group(group)) = trees.get(at + 2) {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let call = path_start(trees, at)..end(&trees[at + 2]);
                    if is_word(Some(tree), "thread_local") {
                        thread_locals(&inside, replacements);
                    }
                    match standard(&word(Some(tree)), &inside) {
                        Some(replacement @ Replacement::Here(_)) => replacements.push((call, replacement)),
                        Some(replacement) => {
                            replacements.extend(inside.first().map(|path| (start(path)..end(path), replacement)));
                        }
                        None => {
                            if whose == Whose::Line
                                && !closure
                                && !hook_rustc::std_macros::makes_value(&word(Some(tree)))
                            {
                                replacements.push((call.start..call.start, Replacement::Call));
                            }
                            let whose = if closure { Whose::Closure } else { whose };
                            let whose = if whose == Whose::Line { Whose::Macro } else { whose };
                            within(text, &inside, whose, replacements);
                        }
                    }
                    at += 2;
                }
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                '?' if !closure && before.is_some() => match whose {
                    Whose::Line => replacements.push((bytes, Replacement::Try)),
                    Whose::Macro if before.is_some_and(is_operand) && ends_operand(next) => {
                        replacements.push((bytes, Replacement::MacroTry));
                    }
                    Whose::Macro | Whose::Closure => {}
                },
                '|' if !closure && begins_closure(before) => closure = true,
                ',' | ';' => closure = false,
                _ => {}
            },
            TokenTree::Group(group) => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                within(
                    text,
                    &inside,
                    if closure { Whose::Closure } else { whose },
                    replacements,
                );
            }
            TokenTree::Literal(_) if whose != Whose::Line => {
                let string = &text[bytes.clone()];
                let named = format_arguments(string).filter(|range| &string[range.clone()] == "self");
                replacements.extend(named.map(|range| {
                    (
                        bytes.start + range.start..bytes.start + range.end,
                        Replacement::Receiver,
                    )
                }));
            }
            _ => {}
        }
        at += 1;
    }
}

/// Returns the position at which the path begins whose last segment stands there, as `std::file`.
fn path_start(trees: &[TokenTree], mut at: usize) -> usize {
    let colons = |at: usize| is_punct(trees.get(at), ':') && is_punct(trees.get(at + 1), ':');
    while at >= 2 && colons(at - 2) {
        match trees.get(at.wrapping_sub(3)) {
            Some(TokenTree::Ident(_)) => at -= 3,
            _ => at -= 2,
        }
    }
    start(&trees[at])
}

/// Returns the replacement for a macro of the standard library that would tell something of the file that the line is
/// compiled from.
fn standard(name: &str, inside: &[TokenTree]) -> Option<Replacement> {
    match (name, inside) {
        ("file", []) => Some(Replacement::Here(Here::File)),
        ("line", []) => Some(Replacement::Here(Here::Line)),
        ("column", []) => Some(Replacement::Here(Here::Column)),
        ("include" | "include_str" | "include_bytes", [TokenTree::Literal(path), rest @ ..]) if rest.len() <= 1 => {
            let path = string(path).filter(|path| std::path::Path::new(path).is_relative())?;
            Some(Replacement::Path(path))
        }
        _ => None,
    }
}

fn string(literal: &Literal) -> Option<String> {
    match litrs::Literal::parse(literal.to_string()) {
        Ok(litrs::Literal::String(string)) => Some(string.value().to_owned()),
        _ => None,
    }
}

/// Returns the names that a format string takes from around it: `a` and `b` for `"{a} {b:?} {{c}}"`.
fn format_arguments(string: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let open = at + string.get(at..)?.find('{')? + 1;
            if string[open..].starts_with('{') {
                at = open + 1;
                continue;
            }
            let rest = &string[open..];
            let length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            at = open + length;
            return Some(open..at);
        }
    })
}

/// Returns the expression that stands first, to the `,` or `;` behind it that is not within the types of a path.
pub(super) fn value(trees: &[TokenTree]) -> &[TokenTree] {
    let mut angles = 0_usize;
    let end = (0..trees.len()).find(|&at| {
        let is = |c: char| is_punct(trees.get(at), c);
        if is('<') && (angles > 0 || at > 0 && is_punct(trees.get(at - 1), ':')) {
            angles += 1;
        } else if is('>') && !is_punct(trees.get(at.wrapping_sub(1)), '-') {
            angles = angles.saturating_sub(1);
        }
        is(';') || is(',') && angles == 0
    });
    &trees[..end.unwrap_or(trees.len())]
}

/// Returns whether an operator may stand behind this tree.
fn is_operand(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Ident(_) | TokenTree::Literal(_) => true,
        TokenTree::Group(group) => group.delimiter() != Delimiter::None,
        TokenTree::Punct(punct) => matches!(punct.as_char(), '?' | '>'),
    }
}

/// Returns whether the tokens before this one may be a whole operand, which no name or literal can follow.
fn ends_operand(next: Option<&TokenTree>) -> bool {
    match next {
        Some(TokenTree::Ident(_)) => is_word(next, "as") || is_word(next, "else"),
        Some(TokenTree::Literal(_)) => false,
        _ => true,
    }
}

/// Returns whether a `|` after this begins a closure, and is no operator.
pub(super) fn begins_closure(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(punct)) => punct.as_char() != '?',
        Some(TokenTree::Ident(ident)) => ident == "move" || ident == "return" || ident == "static",
        Some(_) => false,
    }
}
