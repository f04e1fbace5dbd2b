//! Futures of a library: rustc makes their code in the crates that poll them.
//!
//! Where a hook is planted in one, code beside the function polls it, in the sources before and in the new ones. So
//! both compilations have its code, and that of all futures and closures within it.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use hook_rustc::{Copied, RustcOutcome};

use super::CrateCompiler;
use crate::eval::beside::Additions;
use crate::frame::Snapshot;

/// A function that gives a future: its source, and an expression that names it there.
pub(super) type PolledFunction = (PathBuf, String);

impl CrateCompiler {
    /// Has the code made from now on of the futures that functions of this name in a source give.
    pub(crate) fn poll_futures(&self, path: &Path, text: &str, name: &str) {
        let named = hook_rustc::bodies::futures(text, name).into_iter();
        let named = named.map(|named| (path.to_path_buf(), named));
        let mut polled = self.polled.borrow_mut();
        polled.extend(named.filter(|function| !self.unpolled.borrow().contains(function)));
    }

    /// Returns a name for what is compiled of these sources as a whole, with the futures of which code is made.
    pub(crate) fn name_of(&self, snapshot: &Snapshot) -> String {
        let polled = self.polled.borrow();
        let mut name = format!("{:016x}", snapshot.fingerprint);
        if !polled.is_empty() {
            let mut hasher = DefaultHasher::new();
            polled.hash(&mut hasher);
            name += &format!("-{:016x}", hasher.finish());
        }
        name
    }

    /// Returns the code that polls futures, by file.
    pub(super) fn polling(&self, copied: &Copied) -> HashMap<String, Additions> {
        let mut polling: HashMap<String, Additions> = HashMap::new();
        for (path, named) in &*self.polled.borrow() {
            let of_file = polling.entry(path.to_string_lossy().into_owned()).or_default();
            of_file.extend(copied.polling(path, named));
        }
        polling.retain(|_, of_file| !of_file.is_empty());
        polling
    }

    /// Takes the code out that polls futures and that rustc rejects. Returns `false` if there is none.
    pub(super) fn leave_out_polling(&self, outcome: &RustcOutcome, copied: &Copied) -> bool {
        let mut polling = self.polling(copied);
        if !self.leave_out(outcome, copied, &mut polling) {
            return false;
        }
        let is_left = |(path, named): &PolledFunction| {
            let of_file = path.to_str().and_then(|path| polling.get(path));
            let own = copied.polling(path, named);
            own.is_none_or(|own| of_file.is_some_and(|of_file| of_file.contains(&own)))
        };
        let (left, rejected): (_, BTreeSet<_>) = self.polled.take().into_iter().partition(is_left);
        self.polled.replace(left);
        self.unpolled.borrow_mut().extend(rejected);
        true
    }

    /// Takes all code out that polls futures.
    pub(super) fn poll_none(&self) {
        let polled = self.polled.take();
        self.unpolled.borrow_mut().extend(polled);
    }
}

/// Adds some additions to others.
pub(super) fn joined(
    mut all: HashMap<String, Additions>,
    more: HashMap<String, Additions>,
) -> HashMap<String, Additions> {
    for (file, additions) in more {
        let of_file = all.entry(file).or_default();
        of_file.extend(additions);
        hook_rustc::sorted::sort(of_file);
    }
    all
}
