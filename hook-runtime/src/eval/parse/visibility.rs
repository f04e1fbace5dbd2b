//! An item that stands in a module within that of the hook is written in another way there, to mean what it means in
//! the module of the hook: what is private to that module, and what `super` leads to.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::angles::Angles;
use super::{Replacement, is_brace, is_group, is_punct, is_word, start, statement, word};

type Replacements = Vec<(Range<usize>, Replacement)>;

/// Finds the places of an item where something else is written.
pub(super) fn find(trees: &[TokenTree], found: &mut Replacements) {
    let head = attributes(trees);
    let item = &trees[head..];
    let Some((keyword, _)) = statement::item(item) else {
        return;
    };
    let of = &item[keyword..];
    match word(of.first()).as_str() {
        "use" => {}
        "impl" if is_of_trait(of) => {}
        "impl" => members(of, found),
        "extern" if is_brace(of.last()) => members(of, found),
        // What a macro's definition names is looked up where the macro is called.
        "" => return,
        "extern" => {}
        "const" if is_word(of.get(1), "_") => {}
        keyword => {
            visible(item, found);
            if matches!(keyword, "struct" | "union") {
                fields(of, found);
            }
        }
    }
    paths(trees, 0, found);
}

/// Returns the first name of the path that an item imports, and where it stands.
pub(super) fn import(trees: &[TokenTree]) -> Option<(usize, String)> {
    let at = trees.iter().position(|tree| is_word(Some(tree), "use"))?;
    let first = trees.get(at + 1).filter(|first| matches!(first, TokenTree::Ident(_)))?;
    Some((start(first), first.to_string()))
}

/// Returns the number of trees of the attributes at the beginning.
fn attributes(trees: &[TokenTree]) -> usize {
    let mut at = 0;
    while is_punct(trees.get(at), '#') && is_group(trees.get(at + 1), Delimiter::Bracket) {
        at += 2;
    }
    at
}

/// Notes that an item or a field is private, if it is.
fn visible(trees: &[TokenTree], found: &mut Replacements) {
    if let Some(first) = trees.first().filter(|first| !is_word(Some(first), "pub")) {
        found.push((start(first)..start(first), Replacement::Visible));
    }
}

/// Finds the private ones among the items in the body of an item.
fn members(of: &[TokenTree], found: &mut Replacements) {
    let Some(TokenTree::Group(body)) = of.last().filter(|tree| is_brace(Some(tree))) else {
        return;
    };
    let trees: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut rest = &trees[..];
    while !rest.is_empty() {
        let (_, length) = statement::first(rest);
        let (member, after) = rest.split_at(length);
        rest = after;
        let member = &member[attributes(member)..];
        let is_call = is_punct(member.get(1), '!') || is_punct(member.get(1), ':');
        if matches!(member.first(), Some(TokenTree::Ident(_))) && !is_call {
            visible(member, found);
        }
    }
}

/// Returns whether an `impl` is one of a trait.
fn is_of_trait(of: &[TokenTree]) -> bool {
    let mut angles = Angles::default();
    let is_head = |tree: &&TokenTree| angles.step(tree) || !is_brace(Some(tree)) && !is_word(Some(tree), "where");
    let head = of.iter().take_while(is_head);
    let head: Vec<&TokenTree> = head.collect();
    let is_for = |at: usize| is_word(head.get(at).copied(), "for") && !is_punct(head.get(at + 1).copied(), '<');
    (0..head.len()).any(is_for)
}

/// Finds the private fields of a `struct` or a `union`.
fn fields(of: &[TokenTree], found: &mut Replacements) {
    let mut angles = Angles::default();
    let mut bounded = false;
    for tree in of {
        bounded |= is_word(Some(tree), "where");
        if angles.step(tree) {
            continue;
        }
        let is_body = is_brace(Some(tree)) || !bounded && is_group(Some(tree), Delimiter::Parenthesis);
        let TokenTree::Group(body) = tree else { continue };
        if !is_body {
            continue;
        }
        let trees: Vec<TokenTree> = body.stream().into_iter().collect();
        let mut angles = Angles::default();
        let is_end = |tree: &TokenTree| !angles.step(tree) && is_punct(Some(tree), ',');
        for field in trees.split(is_end) {
            visible(&field[attributes(field)..], found);
        }
        return;
    }
}

/// Finds what leads out of the module of the hook: paths that begin with `super`, and visibilities that name that
/// module or one around it. `depth` is the number of modules within the item that the trees stand in.
fn paths(trees: &[TokenTree], depth: usize, found: &mut Replacements) {
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        let next = trees.get(at + 1);
        match tree {
            TokenTree::Ident(ident) if ident == "pub" => {
                if let Some(TokenTree::Group(group)) = next.filter(|next| is_group(Some(next), Delimiter::Parenthesis))
                {
                    let scope: Vec<TokenTree> = group.stream().into_iter().collect();
                    if let Some(supers) = restricted(&scope) {
                        let bytes = group.span_open().byte_range().end..group.span_close().byte_range().start;
                        found.extend((supers >= depth).then_some((bytes, Replacement::Within(supers))));
                        at += 1;
                    }
                }
            }
            TokenTree::Ident(ident) if ident == "super" => {
                let supers = supers(&trees[at..]);
                if supers > depth {
                    found.push((start(tree)..start(tree), Replacement::Super));
                }
                at += 3 * (supers - 1);
            }
            TokenTree::Ident(ident) if ident == "mod" && is_brace(trees.get(at + 2)) => {
                inside(trees.get(at + 2), depth + 1, found);
                at += 2;
            }
            TokenTree::Ident(ident) if ident == "macro_rules" && is_punct(next, '!') => at += 3,
            TokenTree::Group(_) => inside(Some(tree), depth, found),
            _ => {}
        }
        at += 1;
    }
}

fn inside(tree: Option<&TokenTree>, depth: usize, found: &mut Replacements) {
    if let Some(TokenTree::Group(group)) = tree {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        paths(&trees, depth, found);
    }
}

/// Counts how often `super` stands in the path at the beginning.
fn supers(trees: &[TokenTree]) -> usize {
    let more = trees
        .chunks(3)
        .take_while(|part| is_word(part.first(), "super") && is_punct(part.get(1), ':') && is_punct(part.get(2), ':'));
    let more = more.count();
    more + usize::from(is_word(trees.get(3 * more), "super"))
}

/// Returns for the scope of a visibility how often `super` stands in it. Returns `None` for `crate`, and for what is no
/// such scope but the type of a field.
fn restricted(scope: &[TokenTree]) -> Option<usize> {
    let path = if is_word(scope.first(), "in") {
        &scope[1..]
    } else {
        scope
    };
    let supers = supers(path);
    let length = if supers == 0 { 1 } else { 3 * supers - 2 };
    let is_whole = path.len() == length && (supers > 0 || is_word(path.first(), "self"));
    (is_whole && (path.len() < scope.len() || supers < 2)).then_some(supers)
}
