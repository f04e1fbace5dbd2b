//! What a session has typed that later lines see: items, and the statements that made kept values.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::kept;
use super::source::{Source, mentions, occurrences};
use super::write::{Item, LAST, Like, Setting, Value, replay};
use crate::render;

/// All that was typed so far, on whatever thread.
#[derive(Default)]
pub(super) struct History {
    /// By name, in order.
    items: Vec<(String, String)>,
    /// How often an item of a name was given.
    given: HashMap<String, usize>,
    lines: Vec<OldLine>,
}

/// A line with `let`s.
struct OldLine {
    names: Vec<String>,
    /// The statements that made them.
    text: String,
    /// The symbol of the slot it ran in.
    slot: &'static str,
}

/// The history of this process.
pub(super) fn history() -> MutexGuard<'static, History> {
    static HISTORY: LazyLock<Mutex<History>> = LazyLock::new(Mutex::default);
    HISTORY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    /// What a line in this slot is compiled with, besides the frame.
    pub(super) fn recall<'h>(&'h self, source: &'h Source<'_>, slot: &str, krate: &str, setting: &mut Setting<'h>) {
        let given = |name: &str| self.given.get(name).copied().unwrap_or_default();
        for (name, text) in &self.items {
            setting.items.push(Item {
                text,
                name,
                before: given(name).saturating_sub(1),
            });
        }
        for (name, _) in source.items() {
            setting.anew.push((name, given(name)));
        }
        let mut names: Vec<&str> = self
            .lines
            .iter()
            .flat_map(|line| line.names.iter().map(String::as_str))
            .collect();
        names.sort_unstable();
        names.dedup();
        // A local of the program that is called so is meant.
        let own = setting.places.iter().any(|place| place.name == LAST);
        let bound = source.bound();
        names.retain(|name| {
            // Where a `let` has it, that is one mention.
            let used = occurrences(source.text, name) > usize::from(bound.contains(name));
            used && !(own && *name == LAST)
        });
        for name in names {
            let Some(ty) = kept::type_of(name) else { continue };
            setting.values.push(Value {
                name,
                like: self.like(name, ty, slot, krate),
            });
        }
    }

    /// How rustc infers the type of a kept value: from what made it, where that was made in this slot, else by name.
    fn like(&self, name: &str, ty: &str, slot: &str, krate: &str) -> Like {
        let mut wanted = vec![name.to_owned()];
        let mut lines = Vec::new();
        let mut here = true;
        for line in self.lines.iter().rev() {
            if line.names.iter().any(|name| wanted.contains(name)) {
                here &= line.slot == slot;
                let all = self.lines.iter().flat_map(|line| &line.names);
                wanted.retain(|name| !line.names.contains(name));
                wanted.extend(all.filter(|name| mentions(&line.text, name)).cloned());
                lines.push(line.text.clone());
            }
        }
        lines.reverse();
        if here {
            Like::Lines(lines)
        } else {
            Like::Type(render::path(ty, krate))
        }
    }

    /// A line has run.
    pub(super) fn add(&mut self, source: &Source<'_>, slot: &'static str, keeps_last: bool) {
        for (name, statement) in source.items() {
            self.items.retain(|(other, _)| other != name);
            let end = if statement.ended { "" } else { ";" };
            self.items
                .push((name.to_owned(), source.slice(statement).to_owned() + end));
            *self.given.entry(name.to_owned()).or_default() += 1;
        }
        let names: Vec<String> = source.bound().into_iter().map(str::to_owned).collect();
        let last = names.is_empty() && keeps_last;
        let names = if last { vec![LAST.to_owned()] } else { names };
        if !names.is_empty() {
            self.lines.push(OldLine {
                names,
                text: replay(source),
                slot,
            });
        }
    }
}
