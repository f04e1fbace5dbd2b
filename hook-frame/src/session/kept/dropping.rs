//! Kept values are dropped here, where a panic in a `drop` is caught and told to the user.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use hook_rustc::sorted::sort;

use super::{About, StoredValue, values};

/// The number of times that values were forgotten because their types may have changed.
pub(super) static FORGETS: AtomicU64 = AtomicU64::new(0);

/// Forgets the values that the predicate is true of, and returns their names. A value that belongs to another thread is
/// not dropped.
pub fn forget(outdated: impl Fn(&About) -> bool) -> Vec<String> {
    FORGETS.fetch_add(1, Ordering::Relaxed);
    let mut dropped = Vec::new();
    for (name, kept) in &mut values().0 {
        let out = kept.extract_if(.., |kept| outdated(&kept.about));
        dropped.extend(out.map(|kept| (name.clone(), kept)));
    }
    let mut names = Vec::new();
    for (name, kept) in dropped {
        if kept.about.is_for(std::thread::current().id()) {
            discard(&name, kept);
        }
        names.push(name);
    }
    sort(&mut names);
    names.dedup();
    names
}

/// What is still to be told after the line of values whose `drop` panicked.
static PANICKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Returns what is to be told of values whose `drop` panicked, and forgets it.
pub fn panicked() -> Vec<String> {
    std::mem::take(&mut *PANICKED.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Drops the value that a name means on this thread, if there is one.
pub fn discard_here(name: &str) {
    let value = values().take(name, |_| true);
    value.into_iter().for_each(|kept| discard(name, kept));
}

pub(super) fn discard(name: &str, StoredValue { at, discard, .. }: StoredValue) {
    let dropped = crate::guard::caught(|| {
        // SAFETY: `at` is the box that `discard` was made for, it was just taken out, and this thread may drop it.
        unsafe { discard(at) }
    });
    if let Err(message) = dropped {
        tell_panic(name, &message);
    }
}

/// Notes that the drop of a value panicked, so that the user is told.
pub fn tell_panic(name: &str, message: &str) {
    let said = format!("dropping the value that `{name}` had panicked: {message}");
    PANICKED.lock().unwrap_or_else(PoisonError::into_inner).push(said);
}
