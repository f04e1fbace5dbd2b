//! Copies of kept values from before a line, with which `:undo` puts them back.

use std::sync::atomic::Ordering;

use super::dropping::{FORGETS, discard};
use super::{About, StoredValue, all, insert, is_in_use};

/// A copy of a kept value from before a line that may have written or moved it.
pub struct Earlier {
    name: &'static str,
    stored: Option<StoredValue>,
    forgets: u64,
}

impl Earlier {
    /// Keeps a copy of the value that has this name now.
    pub fn new<V: 'static>(name: &'static str, value: Box<V>, about: About) -> Earlier {
        Earlier {
            name,
            stored: Some(StoredValue::new(value, about)),
            forgets: FORGETS.load(Ordering::Relaxed),
        }
    }

    /// Returns the name of the kept value.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Puts the copy back. Returns `false`, and changes nothing, if the name has another value since, or the type may
    /// have changed its meaning.
    pub fn restore(mut self) -> bool {
        let Some(stored) = self.stored.take() else { return false };
        let outdated = self.forgets != FORGETS.load(Ordering::Relaxed) && stored.about.type_name.contains("{{");
        let another = all().into_iter().find(|(name, _)| name == self.name);
        let another = another.is_some_and(|(_, about)| about.line != stored.about.line);
        if outdated || another || is_in_use(self.name) {
            self.stored = Some(stored);
            return false;
        }
        insert(self.name, stored);
        true
    }
}

impl Drop for Earlier {
    fn drop(&mut self) {
        if let Some(stored) = self.stored.take() {
            discard(self.name, stored);
        }
    }
}
