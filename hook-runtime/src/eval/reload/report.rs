//! What a reload did, in words.

use hook_loader::{Reload, symbol_path};
use hook_rustc::Diagnostic;

use crate::eval::error::EvaluateError;

/// What a reload did. It is empty where nothing had changed.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The functions of the crate that were replaced.
    pub(crate) replaced: Vec<Reported>,
    /// The functions of the crate that are new.
    pub(crate) added: Vec<Reported>,
}

/// A function that a report names.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reported {
    /// Its path: `demo::Account::total`.
    pub(crate) path: String,
}

impl Report {
    pub(super) fn of(reload: &Reload, krate: &str) -> Report {
        let named = |names: &mut dyn Iterator<Item = &String>| -> Vec<Reported> {
            let paths = names.filter_map(|name| symbol_path(name));
            let own = paths.filter(|path| path.trim_start_matches('<').starts_with(krate));
            let mut paths: Vec<Reported> = own.map(|path| Reported { path }).collect();
            paths.sort();
            paths.dedup();
            paths
        };
        let replaced = reload.functions.iter().filter(|function| function.is_replaced);
        Report {
            replaced: named(&mut replaced.map(|function| &function.name)),
            added: named(&mut reload.added.iter()),
        }
    }
}

/// Gives what rustc says of new sources.
pub(super) fn rejected(diagnostics: &[Diagnostic]) -> EvaluateError {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let rendered: Vec<&str> = errors.map(|error| error.rendered.trim_end()).collect();
    EvaluateError::Rejected(rendered.join("\n\n"))
}
