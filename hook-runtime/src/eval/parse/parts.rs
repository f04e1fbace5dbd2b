//! The frame has some fields as places of their own, as `self.count`, if the value around them cannot be captured.

use std::ops::Range;

use hook_rustc::sorted::sort_by_key;
use proc_macro2::TokenTree;

use super::{ParsedLine, Replacement, is_punct, start};
use crate::eval::parse::names::part;
use crate::syntax::lex;

impl ParsedLine<'_> {
    /// Finds where the line names one of these places.
    pub(crate) fn find_parts<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        let mut names: Vec<&str> = names.filter(|name| name.contains('.')).collect();
        // The longest names come first: `self.a.b` before `self.a`.
        sort_by_key(&mut names, &|name| std::cmp::Reverse(name.len()));
        let Ok(tokens) = lex(self.text) else { return };
        if names.is_empty() {
            return;
        }
        let mut found = Vec::new();
        within(self.text, &tokens.into_iter().collect::<Vec<_>>(), &names, &mut found);
        for (bytes, name) in found {
            self.replacements
                .retain(|(other, _)| other.end <= bytes.start || bytes.end <= other.start);
            self.replacements.push((bytes, Replacement::Part(part(name))));
        }
        sort_by_key(&mut self.replacements, &|(bytes, _)| bytes.start);
    }
}

fn within<'n>(text: &str, trees: &[TokenTree], names: &[&'n str], found: &mut Vec<(Range<usize>, &'n str)>) {
    for (at, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => {
                within(text, &group.stream().into_iter().collect::<Vec<_>>(), names, found);
            }
            TokenTree::Ident(_) if !at.checked_sub(1).is_some_and(|before| is_punct(trees.get(before), '.')) => {
                let from = start(tree);
                let named = names.iter().find(|name| is_named(&text[from..], name));
                found.extend(named.map(|name| (from..from + name.len(), *name)));
            }
            _ => {}
        }
    }
}

/// Returns whether a text begins with the name of a place, and that name is not the name of a method that is called.
fn is_named(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.strip_prefix(name).is_some_and(|after| {
        let called = after.trim_start().starts_with('(') || after.trim_start().starts_with("::");
        !after.starts_with(word) && !called
    })
}
