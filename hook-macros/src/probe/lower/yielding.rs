//! Captures that yield to others. Where a hook cannot capture both a borrow and what that is of, the borrow is lowered.
//! Should its owner turn out not to be captured either, because code of the user's own uses the borrow again, the
//! borrow gets its capture back. So it does not matter which of the two errors rustc reports first.

use super::Lowering;
use super::permit::current;
use crate::plan::{Capture, Level};
use crate::probe::protocol::{BindingFacts, BindingKey};

/// A capture that was lowered for another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct YieldedCapture {
    borrow: BindingKey,
    owner: BindingKey,
    /// The capture of the borrow before.
    before: Capture,
    /// The reason for which it was lowered. It has another one if it was lowered again since.
    why: Option<String>,
}

/// Notes that a borrow is about to be lowered for its owner.
pub(super) fn note(
    lowering: &mut Lowering,
    borrow: BindingKey,
    owner: BindingKey,
    (before, why): (Capture, Option<String>),
) {
    lowering.yielded.push(YieldedCapture {
        borrow,
        owner,
        before,
        why,
    });
}

/// Gives their captures back to the borrows that were lowered for owners which are not captured. Returns the
/// functions of these.
pub(super) fn restore(lowering: &mut Lowering, facts: &BindingFacts) -> Vec<String> {
    let yielded = std::mem::take(&mut lowering.yielded);
    let is_captured = |owner: &BindingKey| current(lowering, facts, owner).level > Level::None;
    let (kept, idle): (Vec<_>, Vec<_>) = yielded.into_iter().partition(|yielded| is_captured(&yielded.owner));
    lowering.yielded = kept;
    let mut functions = Vec::new();
    for YieldedCapture {
        borrow, before, why, ..
    } in idle
    {
        let now = current(lowering, facts, &borrow);
        if now.reason != why {
            continue;
        }
        let typing = before.typing.min(now.typing);
        lowering.lowered.insert(borrow.clone(), Capture { typing, ..before });
        functions.push(facts[&borrow].function.clone());
    }
    functions
}
