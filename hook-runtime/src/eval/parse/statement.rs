//! The end and the kind of a statement are found here.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::angles::Angles;
use super::{LineKind, Statement, end, is_brace, is_group, is_punct, is_word, pattern, start, word};

/// Returns the first statement, and the number of its token trees.
pub(crate) fn first(trees: &[TokenTree]) -> (Statement, usize) {
    let mut at = 0;
    while is_punct(trees.get(at), '#') && is_group(trees.get(at + 1), Delimiter::Bracket) {
        at += 2;
    }
    let (kind, length, in_parentheses) = kind(trees, at);
    let last = &trees[length - 1];
    let ends_with_brace = || item(&trees[at..]).is_some_and(|(_, ends_with_semicolon)| !ends_with_semicolon);
    let statement = Statement {
        bytes: start(&trees[0])..end(last),
        ended: is_punct(Some(last), ';') || is_brace(Some(last)) && ends_with_brace(),
        is_call: kind == LineKind::Expression && is_call(&trees[at..length]),
        kind,
        in_parentheses,
    };
    (statement, length)
}

/// Returns the kind and the length of a statement whose attributes end at `at`, and tells whether it needs parentheses.
fn kind(trees: &[TokenTree], at: usize) -> (LineKind, usize, bool) {
    let semicolon = |from: usize| {
        let length = trees[from..].iter().position(|tree| is_punct(Some(tree), ';'));
        length.map_or(trees.len(), |length| from + length + 1)
    };
    if let Some((keyword, ends_with_semicolon)) = item(&trees[at..]) {
        let mut angles = Angles::default();
        // A brace in angle brackets is a constant.
        let ends = |tree: &TokenTree| {
            let within = angles.step(tree);
            is_punct(Some(tree), ';') || !ends_with_semicolon && !within && is_brace(Some(tree))
        };
        let length = trees[at..].iter().position(ends);
        let end = length.map_or(trees.len(), |length| at + length + 1);
        return (LineKind::Item(item_name(&trees[at + keyword..end])), end, false);
    }
    if is_word(trees.get(at), "let") {
        let end = semicolon(at);
        return (LineKind::Let(pattern::bound(&trees[at + 1..end])), end, false);
    }
    let (end, in_parentheses) = match block(trees, at) {
        None => (semicolon(at), false),
        Some(end) => match trees.get(end) {
            Some(next) if continues(next, trees.get(end + 1)) => {
                (semicolon(end), !is_postfix(next, trees.get(end + 1)))
            }
            Some(next) if is_punct(Some(next), ';') => (end + 1, false),
            _ => (end, false),
        },
    };
    (LineKind::Expression, end.max(at + 1).min(trees.len()), in_parentheses)
}

/// Returns whether all of a statement is the call of a macro that may make items.
fn is_call(trees: &[TokenTree]) -> bool {
    let trees = match trees {
        [call @ .., end] if is_punct(Some(end), ';') => call,
        _ => trees,
    };
    let [path @ .., bang, TokenTree::Group(_)] = trees else {
        return false;
    };
    let is_value = path.len() == 1 && hook_rustc::std_macros::makes_value(&word(path.last()));
    is_punct(Some(bang), '!') && !path.is_empty() && path.iter().all(in_path) && !is_value
}

fn in_path(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Ident(_)) || is_punct(Some(tree), ':')
}

/// Returns the position of an item's keyword, and tells whether the item ends with `;` though there may be braces
/// before.
pub(super) fn item(trees: &[TokenTree]) -> Option<(usize, bool)> {
    let mut at = 0;
    loop {
        let next = trees.get(at + 1);
        match word(trees.get(at)).as_str() {
            "pub" => at += 1 + usize::from(is_group(next, Delimiter::Parenthesis)),
            "use" | "type" => return Some((at, true)),
            "static" if matches!(next, Some(TokenTree::Ident(_))) && !is_word(next, "move") => return Some((at, true)),
            "const"
                if ["fn", "unsafe", "async", "extern"]
                    .iter()
                    .any(|word| is_word(next, word)) =>
            {
                at += 1;
            }
            "const" if matches!(next, Some(TokenTree::Ident(_))) && !is_word(next, "move") => return Some((at, true)),
            "fn" | "struct" | "enum" | "trait" | "impl" | "mod" => return Some((at, false)),
            "union" if matches!(next, Some(TokenTree::Ident(_))) => return Some((at, false)),
            "macro_rules" if is_punct(next, '!') => return Some((at + 1, false)),
            "extern" if is_word(next, "crate") => return Some((at, true)),
            "extern" if is_brace(next) => return Some((at, false)),
            "extern" if matches!(next, Some(TokenTree::Literal(_))) && is_brace(trees.get(at + 2)) => {
                return Some((at, false));
            }
            "extern" if matches!(next, Some(TokenTree::Literal(_))) => at += 2,
            "extern" if is_word(next, "fn") => at += 1,
            "unsafe" | "async" if matches!(word(next).as_str(), "fn" | "impl" | "trait" | "extern" | "unsafe") => {
                at += 1;
            }
            _ => return None,
        }
    }
}

/// Returns keyword and name of an item: `fn f`, `struct P`. For an item without a name it gives all before the brace,
/// which tells one `impl` from another.
fn item_name(trees: &[TokenTree]) -> String {
    let keyword = word(trees.first());
    let name = trees
        .iter()
        .skip(1)
        .find(|tree| matches!(tree, TokenTree::Ident(ident) if ident != "mut"));
    if matches!(keyword.as_str(), "use" | "impl" | "extern") {
        let head = trees
            .iter()
            .take_while(|tree| keyword != "impl" || !is_brace(Some(tree)));
        return head.cloned().collect::<TokenStream>().to_string();
    }
    let space = match keyword.as_str() {
        "fn" | "static" | "const" => "value",
        "" => "macro",
        _ => "type",
    };
    format!("{space} {}", word(name))
}

/// Returns the end of the block expression that a statement begins with, or `None` if it begins with none.
fn block(trees: &[TokenTree], from: usize) -> Option<usize> {
    let mut at = from;
    if is_punct(trees.get(at), '\'') {
        // A loop or a block may have a label.
        at += 3;
    }
    let after = |from: usize| Some(from + trees.get(from..)?.iter().position(|tree| is_brace(Some(tree)))? + 1);
    match word(trees.get(at)).as_str() {
        "" => is_brace(trees.get(at)).then_some(at + 1),
        "if" => loop {
            let end = after(head(trees, at))?;
            if !is_word(trees.get(end), "else") {
                return Some(end);
            }
            if is_brace(trees.get(end + 1)) {
                return Some(end + 2);
            }
            at = end + 1;
        },
        "while" | "for" => after(head(trees, at)),
        "match" | "loop" => after(at),
        "unsafe" | "const" if is_brace(trees.get(at + 1)) => Some(at + 2),
        // A call `m! { .. }` ends like a block.
        _ => {
            let path = trees[at..].iter().take_while(|tree| in_path(tree)).count();
            let called = is_punct(trees.get(at + path), '!') && is_brace(trees.get(at + path + 1));
            called.then_some(at + path + 2)
        }
    }
}

/// Returns the end of the pattern of an `if let`, a `while let` or a `for`, which may have braces in it.
fn head(trees: &[TokenTree], at: usize) -> usize {
    let rest = trees.get(at..).unwrap_or_default();
    let end = match (is_word(rest.first(), "for"), is_word(rest.get(1), "let")) {
        (true, _) => rest.iter().position(|tree| is_word(Some(tree), "in")),
        (_, true) => rest.iter().position(|tree| is_punct(Some(tree), '=')),
        _ => None,
    };
    at + end.unwrap_or_default()
}

/// Returns whether the tokens behind a block can only continue the expression. Tokens that can also begin a statement,
/// as `-`, do begin one in Rust.
fn continues(next: &TokenTree, after: Option<&TokenTree>) -> bool {
    let binary = |c: char| matches!(c, '+' | '/' | '%' | '^' | '=' | '>');
    match next {
        TokenTree::Ident(ident) => ident == "as",
        TokenTree::Punct(punct) => match punct.as_char() {
            '!' => is_punct(after, '='),
            '.' | '?' => true,
            c => binary(c),
        },
        _ => false,
    }
}

/// Returns whether Rust also takes the tokens for a continuation of the expression, as `.max(2)` and `?`.
fn is_postfix(next: &TokenTree, after: Option<&TokenTree>) -> bool {
    is_punct(Some(next), '?') || is_punct(Some(next), '.') && !is_punct(after, '.')
}
