//! The items that were typed: where they stand in a slot, those that it does without, and what the user is told of
//! them.

use hook_rustc::sorted::sort;

use super::{History, OldItem};
use crate::eval::codegen::nest::item_source;
use crate::eval::parse::mentions;
use crate::eval::session::kept;

impl History {
    /// Lets an item stand in the block in this slot, because it does not compile in a module. Returns `false` if it
    /// stood there, or was loaded before.
    pub(crate) fn put_in_block(&mut self, id: usize, slot: &'static str) -> bool {
        !self.loaded.contains_key(&(slot, id)) && self.in_block.insert((slot, id))
    }

    /// Returns the names of the items that the function around a slot has itself, which `find` finds.
    pub(crate) fn own_names(
        &mut self,
        slot: &'static str,
        find: impl FnOnce() -> Option<Vec<String>>,
    ) -> Option<Vec<String>> {
        self.own_names.entry(slot).or_insert_with(find).clone()
    }

    /// Returns whether an item was typed.
    pub(crate) fn has_items(&self) -> bool {
        self.levels.iter().any(|level| !level.items.is_empty())
    }

    /// Notes that an item does not compile in this slot. Returns its text, if that was not known and the item was not
    /// loaded there before.
    pub(crate) fn leave_out(&mut self, id: usize, slot: &'static str) -> Option<String> {
        let item = self
            .levels
            .iter()
            .flat_map(|level| &level.items)
            .find(|item| item.id == id)?;
        if self.loaded.contains_key(&(slot, id)) {
            return None;
        }
        let is_new = self.left_out.insert((slot, id));
        is_new.then(|| item.typed.trim_end().trim_end_matches(';').to_owned())
    }

    /// Returns the texts of the items that were typed.
    pub(crate) fn texts(&self) -> Vec<String> {
        let items = self.levels.iter().flat_map(|level| &level.items);
        items.map(|item| item.text.clone()).collect()
    }

    /// Returns the texts of the items as they are compiled, each as it stands in a block and as it stands in a module,
    /// under the names by which code that stands beside them is found.
    pub(crate) fn sources(&self) -> Vec<(String, String)> {
        let items = self.levels.iter().flat_map(|level| &level.items);
        let texts = items.flat_map(|item| [(false, &item.text), (true, &item.in_module)].map(|text| (item.id, text)));
        texts
            .map(|(id, (in_module, text))| (item_source(id, in_module), text.clone()))
            .collect()
    }

    /// Returns a number that grows with what was typed, so far as the meaning of a text may depend on it.
    pub(crate) fn typed_so_far(&self, text: &str) -> usize {
        let names = self.names().iter().any(|name| mentions(text, name));
        let lines = if names { self.lines.len() + self.unkept.len() } else { 0 };
        self.era + self.id + lines
    }

    /// Returns the heads of items in the order in which they were typed, except for items that later ones hide.
    pub(crate) fn heads(&self) -> Vec<String> {
        let items: Vec<&OldItem> = self.levels.iter().flat_map(|level| &level.items).collect();
        let hidden = |at: usize| items[at + 1..].iter().any(|later| later.name == items[at].name);
        let shown = items.iter().enumerate().filter(|(at, _)| !hidden(*at));
        shown.map(|(_, item)| head(&item.typed)).collect()
    }

    /// Returns the head of the item of this name that was typed last, if that is no value but a function, a type or a
    /// macro.
    pub(crate) fn head_of(&self, name: &str) -> Option<String> {
        let mut items = self.levels.iter().flat_map(|level| &level.items);
        let item = items.rfind(|item| item.name.split_once(' ').is_some_and(|(_, own)| own == name))?;
        let head = head(&item.typed);
        let mut words = head.split_whitespace();
        let is_value = words.any(|word| matches!(word, "const" | "static")) && !head.contains("fn ");
        (!is_value && !head.starts_with("use ")).then_some(head)
    }

    /// Returns the names of items and of kept values, sorted, which can be typed besides those of the locals.
    pub(crate) fn known(&self) -> Vec<String> {
        let items = self.levels.iter().flat_map(|level| &level.items);
        let items = items.filter_map(|item| {
            let (_, name) = item
                .name
                .split_once(' ')
                .filter(|(space, _)| matches!(*space, "value" | "type" | "macro"))?;
            Some(name.to_owned())
        });
        let mut known: Vec<String> = items.chain(kept::all().into_iter().map(|(name, _)| name)).collect();
        sort(&mut known);
        known.dedup();
        known
    }
}

/// Returns the first line of an item, up to its body.
fn head(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let end = if line.starts_with("use ") { None } else { line.find('{') };
    let head = end.map_or(line, |end| &line[..end]).trim_end().trim_end_matches(';');
    match end {
        Some(_) => format!("{head} {{ .. }}"),
        None => head.to_owned(),
    }
}
