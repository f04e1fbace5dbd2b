//! Angle brackets are no groups of tokens, so they are counted. Pure.

use proc_macro2::TokenTree;

use super::is_punct;

/// Counts the angle brackets that are open among the trees that it is given in order. The `>` of `->` closes none.
#[derive(Default)]
pub(super) struct Angles {
    open: usize,
    arrow: bool,
}

impl Angles {
    /// Returns whether a tree stands within angle brackets.
    pub(super) fn step(&mut self, tree: &TokenTree) -> bool {
        let arrow = std::mem::replace(&mut self.arrow, is_punct(Some(tree), '-'));
        if is_punct(Some(tree), '<') {
            self.open += 1;
        } else if is_punct(Some(tree), '>') && !arrow {
            self.open = self.open.saturating_sub(1);
        }
        self.open > 0
    }
}
