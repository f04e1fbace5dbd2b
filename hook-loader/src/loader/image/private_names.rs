//! The names that linkers know of what is private, where the symbol table has only those of the debug information.
//!
//! An object has both names of a symbol, if it was compiled with debug information, and what was compiled by the same
//! call for the program has the same. So what an object defines tells how the program's table calls it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An object defines this, and its debug information describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DescribedSymbol<'d> {
    /// Linkers know it by this name.
    pub(crate) name: &'d str,
    pub(crate) description: &'d str,
}

/// The descriptions of symbols, by their names.
#[derive(Default)]
pub(crate) struct PrivateNames {
    known: Mutex<HashMap<Box<str>, Description>>,
}

#[derive(Clone)]
struct Description {
    text: Box<str>,
    /// It is that of so many symbols.
    sharing: usize,
}

impl PrivateNames {
    /// Takes note of all that one crate or one member of an archive describes.
    pub(crate) fn learn(&self, described: &[DescribedSymbol<'_>]) {
        let mut names: HashMap<&str, HashSet<&str>> = HashMap::new();
        for symbol in described {
            names.entry(symbol.description).or_default().insert(symbol.name);
        }
        let mut known = self.known();
        for symbol in described {
            let description = known.entry(symbol.name.into()).or_insert_with(|| Description {
                text: symbol.description.into(),
                sharing: 0,
            });
            let sharing = match *description.text == *symbol.description {
                true => names.get(symbol.description).map_or(0, HashSet::len),
                // A name that has two descriptions is found by neither.
                false => usize::MAX,
            };
            description.sharing = description.sharing.max(sharing);
        }
    }

    /// Returns how a symbol is described.
    pub(crate) fn description(&self, name: &str) -> Option<String> {
        self.known().get(name).map(|description| description.text.to_string())
    }

    /// Returns how many symbols have the description of this one.
    pub(crate) fn sharing(&self, name: &str) -> usize {
        self.known().get(name).map_or(0, |description| description.sharing)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Box<str>, Description>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what was found, or something else if that is nothing.
pub(crate) fn or_else<T>(found: impl Iterator<Item = T>, other: impl FnOnce() -> Vec<T>) -> impl Iterator<Item = T> {
    let mut found = found.peekable();
    let other = if found.peek().is_none() { other() } else { Vec::new() };
    found.chain(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol<'d>(name: &'d str, description: &'d str) -> DescribedSymbol<'d> {
        DescribedSymbol { name, description }
    }

    #[test]
    fn one_description_of_two_symbols_tells_neither() {
        let names = PrivateNames::default();
        let all = [symbol("_a", "one::a"), symbol("_b", "one::b"), symbol("_c", "one::b")];
        names.learn(&all);
        names.learn(&all);
        assert_eq!(names.description("_a").as_deref(), Some("one::a"));
        assert_eq!(names.description("_d"), None);
        assert_eq!(["_a", "_b", "_c", "_d"].map(|name| names.sharing(name)), [1, 2, 2, 0]);
        names.learn(&[symbol("_a", "two::a")]);
        assert_eq!(names.sharing("_a"), usize::MAX);
    }
}
