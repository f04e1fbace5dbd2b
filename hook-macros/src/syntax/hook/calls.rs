//! What rustc made known of the macro calls of a crate.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::syntax::location::SourceLocation;

/// What rustc made known of macro calls, each named by the place where it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MacroCalls {
    /// Hooks that are spelled otherwise.
    pub(crate) renamed: BTreeSet<SourceLocation>,
    /// Calls that are spelled like a hook, and call another macro.
    pub(crate) others: BTreeSet<SourceLocation>,
    /// Calls of macros out of which a hook comes, each with that hook.
    pub(crate) around: BTreeSet<(SourceLocation, SourceLocation)>,
    /// The calls in `around` before which the attribute put a frame.
    pub(crate) frames: BTreeSet<SourceLocation>,
    /// All hooks that came unforeseen.
    pub(crate) unforeseen: BTreeSet<SourceLocation>,
}

impl MacroCalls {
    /// Returns whether a hook comes out of what is called there.
    pub(crate) fn is_around(&self, call: &SourceLocation) -> bool {
        self.around.iter().any(|(other, _)| other == call)
    }

    /// Returns whether the hook comes out of macros, and only out of calls that have a frame.
    pub(crate) fn is_framed(&self, hook: &SourceLocation) -> bool {
        let mut calls = self.calls_around(hook).peekable();
        calls.peek().is_some() && calls.all(|call| self.frames.contains(call))
    }

    /// Returns the first call without a frame out of which the hook comes.
    pub(crate) fn frameless(&self, hook: &SourceLocation) -> Option<&SourceLocation> {
        self.calls_around(hook).find(|call| !self.frames.contains(*call))
    }

    fn calls_around(&self, hook: &SourceLocation) -> impl Iterator<Item = &SourceLocation> {
        let out_of = self.around.iter().filter(move |(_, other)| other == hook);
        out_of.map(|(call, _)| call)
    }
}

static CALLS: OnceLock<MacroCalls> = OnceLock::new();

/// Keeps what rustc made known, for the rest of this process.
pub(crate) fn know(calls: MacroCalls) {
    let _ = CALLS.set(calls);
}

/// Returns what rustc made known, which is nothing until [`know`] is called.
pub(crate) fn known() -> &'static MacroCalls {
    static NONE: MacroCalls = MacroCalls {
        renamed: BTreeSet::new(),
        others: BTreeSet::new(),
        around: BTreeSet::new(),
        frames: BTreeSet::new(),
        unforeseen: BTreeSet::new(),
    };
    CALLS.get().unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize) -> SourceLocation {
        SourceLocation {
            line,
            ..SourceLocation::default()
        }
    }

    #[test]
    fn a_hook_is_framed_if_all_calls_around_it_are() {
        let mut calls = MacroCalls::default();
        assert!(!calls.is_framed(&at(1)));
        calls.around.extend([(at(5), at(1)), (at(6), at(1)), (at(7), at(2))]);
        calls.frames.insert(at(5));
        assert!(!calls.is_framed(&at(1)));
        assert_eq!(calls.frameless(&at(1)), Some(&at(6)));
        calls.frames.insert(at(6));
        assert!(calls.is_framed(&at(1)) && !calls.is_framed(&at(2)));
        assert!(calls.is_around(&at(7)) && !calls.is_around(&at(1)));
    }
}
