//! What a session has typed that later lines see: items, and the statements that made kept values.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::kept::{self, About};
use super::piece::Spot;
use super::source::{Source, mentions, occurrences};
use super::write::{Item, LAST, Like, Named, Setting, Value, replay};
use crate::render;

/// All that was typed so far, on whatever thread.
#[derive(Default)]
pub(super) struct History {
    /// By name, in order.
    items: Vec<(String, String)>,
    /// How often an item of a name was given.
    given: HashMap<String, usize>,
    /// Items that do not compile in a slot, and so are not seen there: slot, name, how often it was given.
    left_out: HashSet<(&'static str, String, usize)>,
    /// Slots where the types of places have to be written down, and the places there for which that cannot be done.
    pub(super) typed: HashMap<&'static str, Vec<usize>>,
    lines: Vec<OldLine>,
    /// Kept values whose type rustc does not infer from what made them in a slot: the line that made it, name, slot.
    by_name: HashSet<(u64, String, &'static str)>,
}

/// A line with `let`s.
struct OldLine {
    number: u64,
    names: Vec<String>,
    /// The statements that made them.
    text: String,
    /// The symbol of the slot it ran in.
    slot: &'static str,
    /// The opening of the hook that it was typed at.
    opening: u64,
}

/// Where a line is typed.
pub(super) struct Place<'p> {
    /// The symbol of the slot.
    pub(super) slot: &'static str,
    /// Of the hook.
    pub(super) krate: &'p str,
    /// Which opening of a hook this is, counted over all.
    pub(super) opening: u64,
    /// Of the hook, for the attribute.
    pub(super) id: u64,
    pub(super) spot: Spot<'p>,
}

/// A name of a kept value that a line cannot use, and why not.
pub(super) type Lost = (String, String);

/// The history of this process.
pub(super) fn history() -> MutexGuard<'static, History> {
    static HISTORY: LazyLock<Mutex<History>> = LazyLock::new(Mutex::default);
    HISTORY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    /// What a line is compiled with, besides the frame; and which of its names are known and cannot be used.
    pub(super) fn recall<'h>(
        &'h self,
        source: &'h Source<'_>,
        place: &Place<'h>,
        places: &'h [Named<'h>],
    ) -> (Setting<'h>, Vec<Lost>) {
        let mut setting = Setting {
            places,
            items: Vec::new(),
            anew: Vec::new(),
            values: Vec::new(),
            krate: place.krate,
            spot: place.spot,
        };
        for (name, text) in &self.items {
            let given = self.given(name);
            if !self.left_out.contains(&(place.slot, name.clone(), given)) {
                let before = given.saturating_sub(1);
                setting.items.push(Item { text, name, before });
            }
        }
        for (name, _) in source.items() {
            setting.anew.push((name, self.given(name)));
        }
        let (mut lost, bound) = (Vec::new(), source.bound());
        let kept = kept::all();
        for name in self.names() {
            // Where a `let` has it, that is one mention.
            let used = occurrences(source.text, name) > usize::from(bound.contains(&name));
            if !used || is_local(places, name) && !self.shadows(name, place.opening) {
                continue;
            }
            let Some((_, about)) = kept.iter().find(|(kept, _)| kept == name) else {
                lost.push((
                    name.to_owned(),
                    "an earlier line moved it out, or gave its type anew".to_owned(),
                ));
                continue;
            };
            if let Some(thread) = about.elsewhere() {
                let why = format!("it belongs to thread {thread}, where it was made: its type is not `Send`");
                lost.push((name.to_owned(), why));
                continue;
            }
            let like = self.like(name, about, place, places);
            if matches!(&like, Like::Type(ty) if ty.contains("{{")) {
                lost.push((name.to_owned(), UNNAMEABLE.to_owned()));
            } else {
                setting.values.push(Value { name, like });
            }
        }
        (setting, lost)
    }

    fn given(&self, name: &str) -> usize {
        self.given.get(name).copied().unwrap_or_default()
    }

    /// Names that `let`s have bound, each once.
    fn names(&self) -> Vec<&str> {
        let lines = self.lines.iter();
        let mut names: Vec<&str> = lines.flat_map(|line| line.names.iter().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether a name, if it is a local's too, means the kept value: where that was made at the same opening of the hook.
    pub(super) fn shadows(&self, name: &str, opening: u64) -> bool {
        let made = self
            .lines
            .iter()
            .rfind(|line| line.names.iter().any(|bound| bound == name));
        name != LAST && made.is_some_and(|line| line.opening == opening) && kept::is_here(name)
    }

    /// How rustc infers the type of a kept value: from what made it, where that was made in this slot, else by name.
    fn like(&self, name: &str, about: &About, place: &Place<'_>, places: &[Named<'_>]) -> Like {
        let made = self.made(name, about, is_local(places, LAST));
        let here = made.iter().all(|line| line.slot == place.slot);
        if here && !self.by_name.contains(&(about.line, name.to_owned(), place.slot)) {
            Like::Lines(made.iter().map(|line| line.text.clone()).collect())
        } else {
            Like::Type(render::path(about.type_name, place.krate))
        }
    }

    /// The lines that made a kept value, and the values that those mention.
    fn made(&self, name: &str, about: &About, own_last: bool) -> Vec<&OldLine> {
        let (mut wanted, mut lines) = (vec![name], Vec::new());
        for line in self.lines.iter().rev().skip_while(|line| line.number != about.line) {
            if line.names.iter().any(|name| wanted.contains(&name.as_str())) {
                wanted.retain(|name| !line.names.iter().any(|bound| bound == name));
                let all = self.lines.iter().flat_map(|line| line.names.iter().map(String::as_str));
                let all = all.filter(|name| *name != LAST || !own_last);
                wanted.extend(all.filter(|name| mentions(&line.text, name)));
                lines.push(line);
            }
        }
        lines.reverse();
        lines
    }

    /// A line has run. Gives the names of kept values that are gone, since their type was given anew.
    pub(super) fn add(&mut self, source: &Source<'_>, place: &Place<'_>, number: u64, keeps_last: bool) -> Vec<String> {
        let mut outdated = Vec::new();
        for (name, statement) in source.items() {
            if self.items.iter().any(|(other, _)| other == name) {
                outdated.extend(name.split_once(' ').map(|(_, name)| name));
            }
            self.items.retain(|(other, _)| other != name);
            let end = if statement.ended { "" } else { ";" };
            self.items
                .push((name.to_owned(), source.slice(statement).to_owned() + end));
            *self.given.entry(name.to_owned()).or_default() += 1;
        }
        let gone = if outdated.is_empty() {
            Vec::new()
        } else {
            self.forget(&outdated, number)
        };
        let names: Vec<String> = source.bound().into_iter().map(str::to_owned).collect();
        let last = names.is_empty() && keeps_last;
        let names = if last { vec![LAST.to_owned()] } else { names };
        if !names.is_empty() {
            self.lines.push(OldLine {
                number,
                names,
                text: replay(source, place.spot),
                slot: place.slot,
                opening: place.opening,
            });
        }
        gone
    }

    /// Drops the kept values of earlier lines that were made with one of these items.
    fn forget(&self, items: &[&str], number: u64) -> Vec<String> {
        let within = |text: &str| items.iter().any(|item| mentions(text, item));
        let outdated = |name: &str, about: &About| {
            // A type without a name is what its lines make of it.
            let made = self.made(name, about, false);
            let unnamed = about.type_name.contains("{{") && made.iter().any(|line| within(&line.text));
            about.line != number && (within(about.type_name) || unnamed)
        };
        kept::forget(outdated)
    }

    /// What made a kept value gives another type in this slot: `let n = 5`, then `n` as a `usize`. Gives whether that is news.
    pub(super) fn mistaken(&mut self, name: &str, slot: &'static str) -> bool {
        let about = kept::all().into_iter().find(|(kept, _)| kept == name);
        about.is_some_and(|(_, about)| self.by_name.insert((about.line, name.to_owned(), slot)))
    }

    /// An item does not compile in this slot. Gives its text, if that was not known.
    pub(super) fn leave_out(&mut self, name: &str, slot: &'static str) -> Option<String> {
        let (_, text) = self.items.iter().find(|(other, _)| other == name)?;
        let is_new = self.left_out.insert((slot, name.to_owned(), self.given(name)));
        is_new.then(|| text.trim_end_matches(';').to_owned())
    }

    /// What can be typed besides the locals: names of items and of kept values, sorted.
    pub(super) fn known(&self) -> Vec<String> {
        let items = self.items.iter().filter_map(|(name, _)| {
            let (_, name) = name
                .split_once(' ')
                .filter(|(space, _)| matches!(*space, "value" | "type" | "macro"))?;
            Some(name.to_owned())
        });
        let mut known: Vec<String> = items.chain(kept::all().into_iter().map(|(name, _)| name)).collect();
        known.sort_unstable();
        known.dedup();
        known
    }
}

/// Why a value cannot be used at another hook.
pub(super) const UNNAMEABLE: &str = "it was made at another hook, and its type cannot be written here";

fn is_local(places: &[Named<'_>], name: &str) -> bool {
    places.iter().any(|place| place.name == name)
}
