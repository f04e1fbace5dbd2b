//! Code that stands beside definitions in the copy of the sources.
//!
//! Such code shows values by their parts, or lets lines reach private fields and methods of the crate's types.

use std::collections::HashMap;
use std::path::Path;

use hook_rustc::sorted::sort;
use hook_rustc::{Copied, RustcOutcome, Span};

use super::CrateCompiler;
use super::futures::joined;
use crate::eval::beside::{self, Additions, Definitions, MadeOf, Node};

impl CrateCompiler {
    /// Puts code beside the types of the crate, and beside those that the session defined in `items`, that shows values
    /// of a type by their parts, in place of the code for another type. Returns the text of a closure that shows such a
    /// value, or `None` if nothing is known of the type. Of one that `has_name` rustc can be asked.
    pub(crate) fn put_beside(&self, shown: Option<(&str, &[(String, String)])>, has_name: bool) -> Option<String> {
        let (copied, library) = (
            self.workspace().copied.borrow(),
            self.record.call.name_of_library("hookable"),
        );
        let mut beside = self.beside.borrow_mut();
        *beside = match (shown, &*copied, library) {
            (Some((ty, items)), Some(copied), Some(library)) => {
                let private = format!("::{library}::__private");
                let sources = [copied.texts(), items.to_vec()].concat();
                self.definitions.borrow_mut().shown(ty, &sources, &private)
            }
            _ => HashMap::new(),
        };
        let is_item = |file: &String| shown.is_some_and(|(_, items)| items.iter().any(|(item, _)| item == file));
        let (of_items, of_crate) = std::mem::take(&mut *beside)
            .into_iter()
            .partition(|(file, _)| is_item(file));
        *beside = of_crate;
        let is_known = !beside.is_empty() || !HashMap::is_empty(&of_items);
        self.beside_items.replace(of_items);
        match shown.map(|(ty, _)| Node::of(ty)) {
            Some(node) if !is_known && node.parts().is_empty() && !has_name => None,
            Some(node) => Some(node.code(&[])),
            None => Some(String::new()),
        }
    }

    /// Returns the code that stands beside the types that the session defined.
    pub(crate) fn beside_items(&self) -> HashMap<String, Additions> {
        self.beside_items.borrow().clone()
    }

    /// Returns all the code that stands beside definitions of a copy, by file.
    pub(super) fn additions(&self, copied: &Copied) -> HashMap<String, Additions> {
        let mut all = self.beside.borrow().clone();
        let (reached, roots) = (self.reached.borrow(), self.roots.borrow());
        let roots = Some(&*roots).filter(|_| !self.is_whole.get());
        let (instances, visible) = (self.instances.borrow(), self.visible.borrow());
        let others = instances.iter().chain(&visible.additions);
        for (file, additions) in reached.iter().chain(others).chain(roots.into_iter().flatten()) {
            let of_file = all.entry(file.clone()).or_default();
            of_file.extend(additions.iter().cloned());
            sort(of_file);
        }
        match self.is_compared.get() {
            true => joined(all, self.polling(copied)),
            false => all,
        }
    }

    /// Lets lines reach a field of the crate's structs that have the name `owner`. Returns `false` if there is none.
    pub(super) fn reach_field(&self, owner: &str, field: &str) -> bool {
        self.reach(|definitions, sources| definitions.field(owner, field, sources))
    }

    /// Lets lines make one of the crate's structs that have the name `owner`. Returns `false` if there is none that has
    /// these fields.
    pub(super) fn reach_struct(&self, owner: &str, of: &MadeOf) -> bool {
        self.reach(|definitions, sources| definitions.make(owner, of, sources))
    }

    fn reach(&self, code: impl FnOnce(&mut Definitions, &[(String, String)]) -> HashMap<String, Additions>) -> bool {
        let copied = self.workspace().copied.borrow();
        let Some(copied) = &*copied else { return false };
        let found = code(&mut self.definitions.borrow_mut(), &copied.texts());
        let is_found = !found.is_empty();
        let mut reached = self.reached.borrow_mut();
        for (file, additions) in found {
            let of_file = reached.entry(file).or_default();
            let new = additions.into_iter().filter(|addition| !of_file.contains(addition));
            of_file.extend(new.collect::<Vec<_>>());
        }
        is_found
    }

    /// Lets lines call the method of this name that begins at a byte of a source. rustc gives that byte, and counts the
    /// code that stands beside definitions.
    pub(super) fn reach_method(&self, file: &str, byte: usize, name: &str) -> bool {
        let file = self.source_path(file).to_string_lossy().into_owned();
        let copied = self.workspace().copied.borrow();
        let texts = copied.as_ref().map(Copied::texts).unwrap_or_default();
        let Some((_, text)) = texts.into_iter().find(|(other, _)| *other == file) else {
            return false;
        };
        let copied = copied.as_ref().map(|copied| copied.origin(Path::new(&file), byte));
        let Some(Ok(from)) = copied else { return false };
        let Some(addition) = beside::method(&text, from, name) else {
            return false;
        };
        let mut reached = self.reached.borrow_mut();
        let of_file = reached.entry(file).or_default();
        if !of_file.contains(&addition) {
            of_file.push(addition);
        }
        true
    }

    /// Puts the tables of layouts beside the types of the crate, in place of the code for a type, and what polls
    /// futures beside functions.
    pub(crate) fn put_tables(&self) {
        self.is_compared.set(true);
        // Another crate that is loaded may have an instance of a generic function, and then its name is another. From
        // now on there may be several versions of a function, which are told from each other by what they refer to.
        self.stand_ins.borrow_mut().clear();
        let texts = self.workspace().copied.borrow().as_ref().map(Copied::texts);
        *self.beside.borrow_mut() = beside::tables(&texts.unwrap_or_default(), self.has_type_ids.get());
    }

    /// Takes out what `put_beside` or `put_tables` put there.
    pub(crate) fn clear_beside(&self) {
        self.is_compared.set(false);
        self.beside.borrow_mut().clear();
    }

    /// Takes out the code beside definitions that rustc rejects. Returns `false` if there is none.
    pub(super) fn leave_out_beside(&self, outcome: &RustcOutcome) -> bool {
        let copied = self.workspace().copied.borrow();
        let Some(copied) = copied.as_ref().filter(|_| !outcome.success) else {
            return false;
        };
        let mut left_out = false;
        for additions in [&self.beside, &self.reached, &self.roots, &self.instances] {
            left_out |= self.leave_out(outcome, copied, &mut additions.borrow_mut());
        }
        if self.is_compared.get() {
            left_out |= self.leave_out_polling(outcome, copied);
        }
        left_out
    }

    /// Takes those of the additions to a copy out that rustc rejects. Returns `false` if there is none.
    pub(super) fn leave_out(
        &self,
        outcome: &RustcOutcome,
        copied: &Copied,
        additions: &mut HashMap<String, Additions>,
    ) -> bool {
        let mut left_out = false;
        let errors = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let primary = errors.flat_map(|error| &error.spans).filter(|span| span.primary);
        for span in primary.flat_map(Span::calls) {
            let file = self.source_path(&span.file).to_string_lossy().into_owned();
            let Err((at, text)) = copied.origin(Path::new(&file), span.bytes.start) else {
                continue;
            };
            if let Some(additions) = additions.get_mut(&file) {
                let before = additions.len();
                additions.retain(|(other, code)| (*other, code.as_str()) != (at, text));
                left_out |= additions.len() < before;
            }
        }
        left_out
    }
}
