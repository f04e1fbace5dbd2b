//! Borrows that give way to their owners. In a loop, a hook comes after itself: what it captures of a borrow keeps the
//! borrow alive to the next turn, and hides what the borrow is of.
//!
//! At `let big = v.iter_mut().max(); .. for .. { hook!(); }` nothing uses `big` again but the hook. The owner is what
//! people look at, so the borrow is given up where rustc says that the hook alone keeps it alive. Should the owner turn
//! out to be borrowed all the same, by code of the user's own, then the borrow gets its capture back.

use std::collections::{BTreeMap, BTreeSet};

use hook_rustc::{Diagnostic, Span};

use super::permit::current;
use super::{Lowering, yielding};
use crate::plan::{Capture, Level, State};
use crate::probe::diagnostics::reason;
use crate::probe::diagnostics::used_later;
use crate::probe::protocol::{BindingFacts, BindingKey, Question};

/// The borrows that were given up so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hiding {
    /// Each borrow that was given up, and the owner for which it was: that is tried once.
    tried: BTreeSet<(BindingKey, BindingKey)>,
    /// The borrows that were given up for each owner.
    given_up: BTreeMap<BindingKey, Vec<BindingKey>>,
    /// What had been lowered of each borrow before it was given up.
    before: BTreeMap<BindingKey, Option<Capture>>,
}

/// Returns the binding that hides this one at the hook itself, if it can be given up.
pub(super) fn hides(
    lowering: &Lowering,
    facts: &BindingFacts,
    key: &BindingKey,
    question: Question,
    diagnostic: &Diagnostic,
) -> Option<BindingKey> {
    let asked =
        matches!(question, Question::Unique | Question::Shared) && current(lowering, facts, key).level > Level::None;
    let other =
        used_later(diagnostic).filter(|other| asked && other.hook == key.hook && other.position != key.position)?;
    let pair = (other, key.clone());
    (facts.contains_key(&pair.0) && !lowering.hiding.tried.contains(&pair)).then_some(pair.0)
}

/// Gives up a borrow for its owner.
pub(super) fn give_up(lowering: &mut Lowering, facts: &BindingFacts, borrow: BindingKey, owner: BindingKey) {
    if !lowering.hiding.tried.insert((borrow.clone(), owner.clone())) {
        return;
    }
    let reason = format!("not used again: {} is shown, which it borrows", facts[&owner].name);
    let captured = current(lowering, facts, &borrow);
    yielding::note(
        lowering,
        borrow.clone(),
        owner.clone(),
        (captured, Some(reason.clone())),
    );
    let before = lowering
        .lowered
        .insert(borrow.clone(), Capture::refused(State::Borrowed, reason));
    let Hiding {
        given_up, before: had, ..
    } = &mut lowering.hiding;
    had.entry(borrow.clone()).or_insert(before);
    given_up.entry(owner).or_default().push(borrow);
}

/// Gives their captures back to the borrows that were given up for an owner, if code of the user's uses them. Tells
/// whether any got one back.
pub(super) fn restore(
    lowering: &mut Lowering,
    facts: &BindingFacts,
    owner: &BindingKey,
    diagnostic: &Diagnostic,
) -> bool {
    let mut later = diagnostic.spans.iter().filter(|span| span.label.contains("later used"));
    let Some(later) = later.find(|span| reason::tag(span).is_none()) else {
        return false;
    };
    // The borrow is what is used, if that is a name; else it is what took the borrow.
    let used = facts
        .iter()
        .find(|(key, fact)| key.hook == owner.hook && covers(later, &fact.name));
    let used = used.map(|(key, _)| key);
    let Some(used) = used.or_else(|| reason::holder(facts, &owner.hook, diagnostic)) else {
        return false;
    };
    let Hiding { given_up, before, .. } = &mut lowering.hiding;
    if !given_up.get(owner).is_some_and(|borrows| borrows.contains(used)) {
        return false;
    }
    given_up
        .values_mut()
        .for_each(|borrows| borrows.retain(|borrow| borrow != used));
    match before.remove(used).flatten() {
        Some(before) => lowering.lowered.insert(used.clone(), before),
        None => lowering.lowered.remove(used),
    };
    true
}

/// Returns whether a place is nothing but this name.
fn covers(span: &Span, name: &str) -> bool {
    let place: String = span.text.chars().skip(span.column.saturating_sub(1)).collect();
    span.bytes.len() == name.len() && place.starts_with(name)
}
