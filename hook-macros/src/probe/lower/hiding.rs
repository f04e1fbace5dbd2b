//! In a loop, a hook comes after itself: what is captured of a borrow keeps it alive to the next turn, and hides what it borrows.
//!
//! At `let big = v.iter_mut().max(); .. for .. { hook!(); }` nothing uses `big` again but the hook. The owner is what people look
//! at, so the borrow is given up where rustc says that the hook alone keeps it alive. Should the owner turn out to be borrowed all
//! the same, by code of the user's own, then the borrow gets its capture back.

use std::collections::{HashMap, HashSet};

use hook_rustc::{Diagnostic, Span};

use super::permit::current;
use crate::plan::{Capture, Level, State};
use crate::probe::diagnostics::reason;
use crate::probe::diagnostics::used_later;
use crate::probe::protocol::Role;
use crate::probe::protocol::facts::{Facts, Key};
use crate::probe::protocol::table::Table;

/// What was given up so far.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hiding {
    /// A borrow and its owner: once each.
    tried: HashSet<(Key, Key)>,
    /// For an owner, the borrows.
    given_up: HashMap<Key, Vec<Key>>,
    /// What had been lowered of a borrow before.
    before: HashMap<Key, Option<Capture>>,
}

/// The binding that hides this one at the hook itself, if it can be given up.
pub(crate) fn hides(table: &Table, facts: &Facts, key: &Key, role: Role, diagnostic: &Diagnostic) -> Option<Key> {
    let asked = matches!(role, Role::Unique | Role::Shared) && current(table, facts, key).level > Level::None;
    let other = used_later(diagnostic).filter(|other| asked && other.0 == key.0 && other.1 != key.1)?;
    let pair = (other, key.clone());
    (facts.contains_key(&pair.0) && !table.hiding.tried.contains(&pair)).then_some(pair.0)
}

/// Gives a borrow up.
pub(crate) fn give_up(table: &mut Table, facts: &Facts, borrow: Key, owner: Key) {
    if !table.hiding.tried.insert((borrow.clone(), owner.clone())) {
        return;
    }
    let reason = format!("not used again: {} is shown, which it borrows", facts[&owner].name);
    let before = table
        .lowered
        .insert(borrow.clone(), Capture::refused(State::Borrowed, reason));
    let Hiding {
        given_up, before: had, ..
    } = &mut table.hiding;
    had.entry(borrow.clone()).or_insert(before);
    given_up.entry(owner).or_default().push(borrow);
}

/// Gives its capture back to what was given up for an owner, if code of the user's uses it. Tells whether anything did.
pub(crate) fn restore(table: &mut Table, facts: &Facts, owner: &Key, diagnostic: &Diagnostic) -> bool {
    let mut later = diagnostic.spans.iter().filter(|span| span.label.contains("later used"));
    let Some(later) = later.find(|span| reason::tag(span).is_none()) else {
        return false;
    };
    // What is used, if it is a name; else what took the borrow.
    let used = facts
        .iter()
        .find(|((site, _), fact)| *site == owner.0 && covers(later, &fact.name));
    let used = used.map(|(key, _)| key);
    let Some(used) = used.or_else(|| reason::holder(facts, &owner.0, diagnostic)) else {
        return false;
    };
    let Hiding { given_up, before, .. } = &mut table.hiding;
    if !given_up.get(owner).is_some_and(|borrows| borrows.contains(used)) {
        return false;
    }
    given_up
        .values_mut()
        .for_each(|borrows| borrows.retain(|borrow| borrow != used));
    match before.remove(used).flatten() {
        Some(before) => table.lowered.insert(used.clone(), before),
        None => table.lowered.remove(used),
    };
    true
}

/// Whether a place is nothing but this name.
fn covers(span: &Span, name: &str) -> bool {
    let place: String = span.text.chars().skip(span.column.saturating_sub(1)).collect();
    span.bytes.len() == name.len() && place.starts_with(name)
}
