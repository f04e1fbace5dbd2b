//! Private items that lines name become visible in the copy of the sources.
//!
//! An item that is visible can make rustc reject code elsewhere: a trait that is visible may not have a private type in
//! it, and an import not one of something private. Then that becomes visible, too, or the item stays private.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use hook_rustc::{Diagnostic, RustcOutcome, Span};

use super::CrateCompiler;
use crate::eval::beside::{self, Additions, PrivateItem};

/// The items of a crate that lines name.
#[derive(Default)]
pub(super) struct VisibleItems {
    /// What makes them visible, by file.
    pub(super) additions: HashMap<String, Additions>,
    /// Those of the additions that rustc has not yet accepted.
    untried: Vec<(String, (usize, String))>,
    /// The places of additions with which rustc rejected the crate.
    rejected: HashSet<(String, usize)>,
}

impl VisibleItems {
    /// Returns `false` if nothing is new in it.
    fn add(&mut self, file: &str, additions: Additions) -> bool {
        let is_known = |(at, _): &(usize, String)| {
            let all = self.additions.get(file);
            let is_there = all.is_some_and(|all| all.iter().any(|(other, _)| other == at));
            is_there || self.rejected.contains(&(file.to_owned(), *at))
        };
        if additions.is_empty() || additions.iter().any(is_known) {
            return false;
        }
        for addition in additions {
            self.untried.push((file.to_owned(), addition.clone()));
            self.additions.entry(file.to_owned()).or_default().push(addition);
        }
        true
    }

    /// Takes the additions out that rustc has not accepted. Returns `false` if there is none.
    fn reject(&mut self) -> bool {
        let untried = std::mem::take(&mut self.untried);
        for (file, addition) in &untried {
            if let Some(all) = self.additions.get_mut(file) {
                all.retain(|other| other != addition);
            }
            self.rejected.insert((file.clone(), addition.0));
        }
        !untried.is_empty()
    }
}

impl CrateCompiler {
    /// Makes the item of a name visible that rustc says is defined in this place of the copy. Returns `false` if it is
    /// no private item of the crate. The error is the reason why it has to stay private.
    pub(super) fn show_item(&self, defined: &Span, name: &str) -> Result<bool, String> {
        let sources = self.texts();
        // What a macro of another crate makes is defined in the call of that.
        for span in defined.calls() {
            let file = self.record.call.dir.join(&span.file).to_string_lossy().into_owned();
            let copied = self.workspace().copied.borrow();
            let from = copied
                .as_ref()
                .map(|copied| copied.origin(Path::new(&file), span.bytes.start));
            let (Some(from), Some((_, text))) = (from, sources.iter().find(|(other, _)| *other == file)) else {
                continue;
            };
            let from = from.unwrap_or_else(|(at, _)| at);
            if let Some(item) = beside::private_item(text, from, name) {
                return self.show(item, &file, &sources);
            }
        }
        Ok(false)
    }

    /// Makes all types and traits of a name visible.
    pub(super) fn show_types(&self, name: &str) -> Result<bool, String> {
        let (sources, mut shown, mut reason) = (self.texts(), false, None);
        for (file, text) in &sources {
            let places = beside::types(text, name).into_iter();
            for item in places.filter_map(|at| beside::private_item(text, at, name)) {
                match self.show(item, file, &sources) {
                    Ok(is_shown) => shown |= is_shown,
                    Err(text) => reason = Some(text),
                }
            }
        }
        reason.filter(|_| !shown).map_or(Ok(shown), Err)
    }

    fn show(&self, item: PrivateItem, file: &str, sources: &[(String, String)]) -> Result<bool, String> {
        match beside::stays_private(&item, file, sources) {
            Some(reason) => Err(reason),
            None => Ok(self.visible.borrow_mut().add(file, item.additions)),
        }
    }

    /// Makes visible what rustc wants to be so because of the items that are, or takes these back where rustc rejects
    /// the crate with them. Returns `false` if nothing is other than before.
    pub(super) fn adjust_visible(&self, outcome: &RustcOutcome) -> bool {
        if self.visible.borrow().untried.is_empty() || outcome.killed {
            return false;
        }
        if outcome.success {
            self.visible.borrow_mut().untried.clear();
            return false;
        }
        let errors = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let wanted: Vec<&str> = errors.filter_map(name_of_private).collect();
        if wanted.is_empty() && self.is_of_line(outcome) {
            return false;
        }
        let shown = wanted.iter().filter(|name| self.show_types(name) == Ok(true));
        shown.count() > 0 || self.visible.borrow_mut().reject()
    }
}

/// Returns the name of what has to be visible because something else is.
fn name_of_private(error: &Diagnostic) -> Option<&str> {
    let is_it = matches!(error.code(), Some("E0446" | "E0364" | "E0365"));
    let path = error.message.split('`').nth(1).filter(|_| is_it)?;
    path.split('<').next()?.rsplit("::").next()
}
