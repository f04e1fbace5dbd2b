//! The names that a pattern binds.

use proc_macro2::{Delimiter, TokenTree};

use super::{is_group, is_punct, is_word};
use crate::syntax::{is_colon, spelled};

/// Returns the names that the tokens behind `let` may bind. A constant cannot be told from a binding here.
pub(crate) fn bound(trees: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    let end = (0..trees.len()).find(|&at| {
        is_colon(trees, at) || is_punct(trees.get(at), '=') && !is_punct(trees.get(at.wrapping_sub(1)), '.')
    });
    pattern(&trees[..end.unwrap_or(trees.len())], &mut names);
    names
}

fn pattern(trees: &[TokenTree], names: &mut Vec<String>) {
    let mut angles = 0_usize;
    for (at, tree) in trees.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| trees.get(at));
        let next = trees.get(at + 1);
        match tree {
            TokenTree::Punct(punct) if punct.as_char() == '<' => angles += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => angles = angles.saturating_sub(1),
            _ if angles > 0 => {}
            // What the tokens of a macro become is not known.
            TokenTree::Group(_) if is_punct(before, '!') => {}
            // A `const { .. }` binds nothing.
            TokenTree::Group(_) if is_word(before, "const") => {}
            TokenTree::Group(group) => pattern(&group.stream().into_iter().collect::<Vec<_>>(), names),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let called = is_group(next, Delimiter::Parenthesis) || is_group(next, Delimiter::Brace);
                let path =
                    is_punct(next, ':') || is_punct(next, '!') || is_punct(before, ':') && follows_path(trees, at);
                let range = is_punct(next, '.') || is_punct(before, '.') || is_punct(before, '=');
                if !is_keyword(&name) && !called && !path && !range {
                    names.push(spelled(&name).to_owned());
                }
            }
            _ => {}
        }
    }
}

/// Returns whether `::` stands before this tree, and not the `:` of a field.
fn follows_path(trees: &[TokenTree], at: usize) -> bool {
    at > 1 && is_punct(trees.get(at - 2), ':')
}

fn is_keyword(name: &str) -> bool {
    let keywords = [
        "mut", "ref", "_", "true", "false", "box", "const", "self", "Self", "crate", "super", "if", "None",
    ];
    keywords.contains(&name)
}
