//! What is learned from a round in which rustc crashed.
//!
//! What rustc said before the crash holds. What it did not come to is not approved, for a function without an error may
//! be one that it never looked at. rustc looks for suggestions by the place of a piece of code, and has been seen to
//! crash where two pieces have one place. So a copy of a body beside the body is given up first, then the function that
//! it crashed in.

use std::collections::BTreeSet;

use hook_rustc::RustcOutcome;

use super::round::Round;
use super::{Lowering, Progress};
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey};

/// Lowers the table; `None` if nothing can be learned from the round.
pub(crate) fn lower(
    lowering: &mut Lowering,
    facts: &BindingFacts,
    outcome: &RustcOutcome,
    all: bool,
) -> Option<Progress> {
    let seen = Round::of(lowering, facts, &outcome.diagnostics, all).functions();
    let unseen = facts.values().filter(|fact| !seen.contains(&fact.function));
    let copied: BTreeSet<&String> = unseen
        .filter(|fact| fact.made_mutable)
        .map(|fact| &fact.function)
        .collect();
    let retreats = copied
        .into_iter()
        .filter(|function| lowering.retreat(function, true, "rustc crashed"))
        .count();
    if !seen.is_empty() || retreats > 0 {
        return Some(Progress::Lowered);
    }
    let crashed = functions(&outcome.rest);
    let within = |(_, fact): &(&BindingKey, &BindingFact)| crashed.contains(&fact.named.as_str());
    let within: Vec<(&BindingKey, &BindingFact)> = facts.iter().filter(within).collect();
    lowering
        .refuse(&within, "the compiler unexpectedly panicked")
        .then_some(Progress::Lowered)
}

/// Returns the functions that are named in rustc's query stack: `#0 [mir_borrowck] borrow-checking
/// `S::f::{closure#0}``.
fn functions(said: &str) -> Vec<&str> {
    let frames = said
        .lines()
        .filter(|line| line.starts_with('#') && !line.contains("[analysis]"));
    let paths = frames.filter_map(|line| line.split_once('`')?.1.rsplit_once('`'));
    let names = paths.filter_map(|(path, _)| path.split("::{closure#").next()?.rsplit("::").next());
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_crashed() {
        let said = "thread 'rustc' panicked at a.rs:1:1:\n   0: `x`\nquery stack during panic:\n\
                    #0 [mir_borrowck] borrow-checking `<impl at src/main.rs:1:1: 1:7>::go::{closure#0}`\n\
                    #1 [typeck] type-checking `f`\n#2 [analysis] running analysis passes on crate `a`\nend";
        assert_eq!(functions(said), ["go", "f"]);
    }
}
