//! What the errors of rustc leave of the captures. This is pure: it reads diagnostics and writes the table.
//!
//! A diagnostic concerns a capture if one of its spans, primary or label, is a line of a probe file. What it says
//! depends on what the line asked (a [`Question`](crate::probe::protocol::Question)). The answers about each binding by
//! itself come first, for they are about the user's code alone. Only then do captures that hinder each other count:
//! where `r` borrows `v` and is not used again, each may be captured, but not both. Then `r`, which lives on through
//! the capture alone, is kept as a snapshot that is taken before `v`.

mod crash;
mod edges;
mod exits;
mod futures;
mod hiding;
mod permit;
mod round;
#[cfg(test)]
mod tests;
mod yielding;

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use hook_rustc::Diagnostic;

use crate::plan::{Capture, Typing};
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey, CaptureTable, EdgeFacts, ExitFacts, FunctionMark};
pub(super) use crash::lower as lower_after_crash;
use hiding::Hiding;
use round::Round;
use yielding::YieldedCapture;

/// What a round came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing stands in the way.
    Done,
    /// Captures were lowered, so that rustc is to be asked again.
    Lowered,
    /// The first error that is about no capture.
    Foreign(String),
    /// The first error that is about no capture, in a function with hooks of which nothing is asked any more: it is the
    /// user's own mistake.
    Own(String),
}

/// The table while it is lowered, from round to round.
#[derive(Debug, Default)]
pub(super) struct Lowering {
    table: CaptureTable,
    /// The borrows that were given up for what they hide. A probe need not know them.
    hiding: Hiding,
    /// The hooks at which it was asked whether their functions can be left.
    pub(super) edges: EdgeFacts,
    /// The exits at which hooks stand, or stood.
    pub(super) exits: ExitFacts,
    /// The captures that were lowered for those of what they borrow.
    yielded: Vec<YieldedCapture>,
}

impl Deref for Lowering {
    type Target = CaptureTable;

    fn deref(&self) -> &CaptureTable {
        &self.table
    }
}

impl DerefMut for Lowering {
    fn deref_mut(&mut self) -> &mut CaptureTable {
        &mut self.table
    }
}

/// Lowers the table by the errors among the diagnostics.
///
/// With `all`, a binding whose borrow ended before one hook counts as ended at every hook of the function.
pub(super) fn lower(lowering: &mut Lowering, facts: &BindingFacts, diagnostics: &[Diagnostic], all: bool) -> Progress {
    Round::of(lowering, facts, diagnostics, all).close()
}

impl Lowering {
    /// Returns the table as it is at the end.
    pub(super) fn into_table(self) -> CaptureTable {
        self.table
    }

    /// Asks less of a function, if that is possible: what was asked of it may be the reason of an error about no
    /// capture. Returns whether it was possible.
    fn retreat(&mut self, function: &str, made_mutable: bool, why: &str) -> bool {
        let left = edges::refuse_all(self, function, why) | exits::refuse_all(self, function);
        let mark = if self.is_probed_alone(function) {
            FunctionMark::NotBeside
        } else if made_mutable && !self.is(function, FunctionMark::Mutable) {
            FunctionMark::NotMutableAtOnce
        } else {
            return left;
        };
        self.marks.insert((function.to_string(), mark)) || left
    }

    /// Leaves these bindings out. Returns whether anything was known of one of them.
    fn refuse(&mut self, bindings: &[(&BindingKey, &BindingFact)], why: &str) -> bool {
        let refused = Capture::unknown(format!("left out, rustc reported: {why}"));
        let mut any = false;
        for (key, fact) in bindings {
            let known = self.lowered.get(*key).unwrap_or(&fact.capture).typing != Typing::Unknown;
            if known {
                self.lowered.insert((*key).clone(), refused.clone());
            }
            any |= known;
        }
        any
    }

    /// Asks nothing of these functions any more: they have no captures left, and still cause errors. Returns whether
    /// anything was asked of one of them.
    fn give_up(&mut self, functions: &BTreeSet<&String>) -> bool {
        let settled = functions
            .iter()
            .map(|function| ((*function).clone(), FunctionMark::Settled));
        settled.filter(|mark| self.marks.insert(mark.clone())).count() > 0
    }

    /// Leaves out every binding of the functions that rustc did not accept.
    pub(super) fn refuse_unsettled(&mut self, facts: &BindingFacts) {
        for (key, fact) in facts {
            if !self.is(&fact.function, FunctionMark::Settled) {
                let refused = Capture::unknown("rustc came to no end with this function");
                self.lowered.insert(key.clone(), refused);
            }
        }
        exits::refuse_unsettled(self);
    }
}
