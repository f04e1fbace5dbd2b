//! What was lowered so far, for every hook of the crate: kept between the rounds in a file, for the probe to read.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::facts::{Fact, Facts, Key};
use crate::emit::{Ask, Mutable};
use crate::plan::{Capture, Level, Names, Plan, State, Typing, ambitious, parts};
use crate::probe::lower::hiding::Hiding;
use crate::scope::{Scopes, Site};
use crate::syntax::hook::names::Calls;

const FILE: &str = hook_rustc::TABLE;

/// Captures below the ambitious plan, by the hook's key and the position of the binding.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) lowered: HashMap<Key, Capture>,
    pub(crate) marks: HashSet<(String, Mark)>,
    /// Names that were doubtful, and are those of bindings.
    pub(crate) bound: HashSet<Key>,
    /// Bindings that are known to be mutable references.
    pub(crate) references: HashSet<Key>,
    /// Hooks, by key, around which a macro makes a closure, an async block or a function.
    pub(crate) enclosed: HashSet<String>,
    pub(crate) calls: Calls,
    /// Of the rounds alone: it is not written.
    pub(crate) hiding: Hiding,
}

/// What is known of a function as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    /// It needs no further questions about each binding by itself.
    Judged,
    /// rustc is content with it: it need not be probed any more.
    Settled,
    /// It is probed with what it writes declared `mut`.
    Mutable,
    /// Not before a round without.
    NotAtOnce,
    /// Its hooks are probed alone.
    Alone,
    /// But not with functions beside it.
    NotBeside,
}

const MARKS: [(Mark, &str); 6] = [
    (Mark::Settled, "settled"),
    (Mark::Judged, "judged"),
    (Mark::Mutable, "mutable"),
    (Mark::NotAtOnce, "not at once"),
    (Mark::Alone, "alone"),
    (Mark::NotBeside, "not beside"),
];

const BOUND: &str = "bound";
const REFERENCE: &str = "reference";
const ENCLOSED: &str = "enclosed";
/// What the lists of [`Calls`] are called, in their order.
const CALLS: [&str; 6] = ["renamed", "others", "around", "frames", "unforeseen", "not_recursive"];

const LEVELS: [Level; 4] = [Level::None, Level::Snapshot, Level::Shared, Level::Unique];
const TYPINGS: [Typing; 4] = [Typing::Unknown, Typing::Named, Typing::Shown, Typing::Full];
const STATES: [State; 8] = [
    State::Writable,
    State::ReadOnly,
    State::Moved,
    State::Borrowed,
    State::Unassigned,
    State::Unavailable,
    State::Doubtful,
    State::WrittenThrough,
];

impl Table {
    pub(crate) fn is(&self, function: &str, mark: Mark) -> bool {
        self.marks.contains(&(function.to_string(), mark))
    }

    /// What is to be asked about a function next; `may_try` says whether a plain copy of its body can stand in it.
    pub(crate) fn ask(&self, function: &str, may_try: bool) -> Ask {
        let alone = self.alone(function);
        let mutable = if self.is(function, Mark::Mutable) {
            Mutable::Yes
        } else if may_try && !alone && !self.is(function, Mark::NotAtOnce) {
            Mutable::Tried
        } else {
            Mutable::No
        };
        Ask {
            questions: !self.is(function, Mark::Judged),
            mutable,
            alone,
        }
    }

    /// Whether the function's hooks are to be probed alone next.
    fn alone(&self, function: &str) -> bool {
        let is = |mark| self.is(function, mark);
        is(Mark::Alone) && !is(Mark::Judged) && !is(Mark::NotBeside)
    }

    /// What was asked of a function may be the reason of an error about no capture. Asks less of it, if that is possible.
    pub(crate) fn retreat(&mut self, function: &str, made_mutable: bool) -> bool {
        let mark = if self.alone(function) {
            Mark::NotBeside
        } else if made_mutable && !self.is(function, Mark::Mutable) {
            Mark::NotAtOnce
        } else {
            return false;
        };
        self.marks.insert((function.to_string(), mark))
    }

    /// Leaves out these bindings; `false` if nothing is known of any of them as it is.
    pub(crate) fn refuse(&mut self, bindings: &[(&Key, &Fact)], why: &str) -> bool {
        let refused = Capture::unknown(format!("left out, rustc reported: {why}"));
        let mut any = false;
        for (key, fact) in bindings {
            let known = self.lowered.get(*key).unwrap_or(&fact.capture).typing != Typing::Unknown;
            if known {
                self.lowered.insert((*key).clone(), refused.clone());
            }
            any |= known;
        }
        any
    }

    /// Asks nothing of these functions any more: they have no captures left, and are still in the way of others.
    pub(crate) fn give_up(&mut self, functions: &HashSet<&String>) -> bool {
        let settled = functions.iter().map(|function| (function.to_string(), Mark::Settled));
        settled.filter(|mark| self.marks.insert(mark.clone())).count() > 0
    }

    /// Leaves out every binding of the functions that rustc was not content with.
    pub(crate) fn refuse_unsettled(&mut self, facts: &Facts) {
        let unsettled = facts.iter().filter(|(_, fact)| !self.is(&fact.function, Mark::Settled));
        let refused =
            unsettled.map(|(key, _)| (key.clone(), Capture::unknown("rustc came to no end with this function")));
        self.lowered.extend(refused.collect::<Vec<_>>());
    }

    /// A function's plan: the ambitious one with what was lowered in it.
    pub(crate) fn plan(&self, keys: &[String], scopes: &Scopes) -> Plan {
        let mut plan = ambitious(scopes, &Answers { table: self, keys });
        for (site, captures) in scopes.sites.iter().zip(&mut plan) {
            for (position, capture) in captures.iter_mut().enumerate() {
                if let Some(lowered) = self.lowered.get(&(keys[site.number].clone(), position)) {
                    capture.clone_from(lowered);
                }
            }
            let lowered = |position| self.lowered.get(&(keys[site.number].clone(), position)).cloned();
            parts(scopes, site, captures, &lowered);
        }
        plan
    }

    pub(crate) fn write(&self, folder: &Path) -> std::io::Result<()> {
        let name = |mark: &Mark| {
            MARKS
                .iter()
                .find(|(other, _)| other == mark)
                .expect("every mark has a name")
                .1
        };
        let marks = self
            .marks
            .iter()
            .map(|(function, mark)| format!("{function} {}\n", name(mark)));
        let lowered = self
            .lowered
            .iter()
            .map(|((key, position), capture)| record(key, *position, capture) + "\n");
        let named = |name: &'static str| move |(key, position): &Key| format!("{position}\t{name}\t{key}\n");
        let bound = self.bound.iter().map(named(BOUND));
        let bound = bound.chain(self.references.iter().map(named(REFERENCE)));
        let enclosed = self.enclosed.iter().map(|key| format!("0\t{ENCLOSED}\t{key}\n"));
        let calls = self.calls.lists().into_iter().zip(CALLS).flat_map(|(places, name)| {
            let line = move |place: &String| format!("{name} {place}\n");
            places.iter().map(line)
        });
        let mut lines: Vec<String> = marks.chain(lowered).chain(bound).chain(enclosed).chain(calls).collect();
        lines.sort_unstable();
        std::fs::write(folder.join(FILE), lines.concat())
    }

    /// Reads it back; the first round finds none.
    pub(crate) fn read(folder: &Path) -> Table {
        let mut table = Table::default();
        for line in std::fs::read_to_string(folder.join(FILE)).unwrap_or_default().lines() {
            let mut name = fields(line, 3);
            match (field(line), (name.next(), name.next(), name.next())) {
                (Some((key, capture)), _) => {
                    table.lowered.insert(key, capture);
                }
                (None, (Some(position), Some(BOUND), Some(key))) => {
                    let position = position.parse().ok();
                    table.bound.extend(position.map(|position| (key.to_string(), position)));
                }
                (None, (Some(position), Some(REFERENCE), Some(key))) => {
                    let position = position.parse().ok();
                    table
                        .references
                        .extend(position.map(|position| (key.to_string(), position)));
                }
                (None, (_, Some(ENCLOSED), Some(key))) => {
                    table.enclosed.insert(key.to_string());
                }
                (None, _) => {
                    let (function, name) = line.split_once(' ').unwrap_or_default();
                    if let Some(list) = CALLS.iter().position(|list| *list == function) {
                        table.calls.lists_mut()[list].insert(name.to_owned());
                        continue;
                    }
                    let mark = MARKS.iter().find(|(_, other)| *other == name);
                    table.marks.extend(mark.map(|(mark, _)| (function.to_string(), *mark)));
                }
            }
        }
        table
    }
}

/// What is known of the names of one function.
struct Answers<'a> {
    table: &'a Table,
    keys: &'a [String],
}

impl Names for Answers<'_> {
    fn is_bound(&self, site: &Site, position: usize) -> bool {
        self.table.bound.contains(&(self.keys[site.number].clone(), position))
    }

    fn is_reference(&self, site: &Site, position: usize) -> bool {
        self.table
            .references
            .contains(&(self.keys[site.number].clone(), position))
    }

    fn is_enclosed(&self, site: &Site) -> bool {
        self.table.enclosed.contains(&self.keys[site.number])
    }
}

/// One capture as a line without its end.
pub(crate) fn record(key: &str, position: usize, capture: &Capture) -> String {
    fn index<T: PartialEq>(all: &[T], one: &T) -> usize {
        all.iter()
            .position(|other| other == one)
            .expect("every variant is listed")
    }
    let Capture {
        level,
        typing,
        state,
        reason,
    } = capture;
    let (level, typing, state) = (index(&LEVELS, level), index(&TYPINGS, typing), index(&STATES, state));
    format!(
        "{position}\t{level}\t{typing}\t{state}\t{}\t{key}",
        reason.replace(['\t', '\n'], " ")
    )
}

/// Reads such a line.
pub(crate) fn field(line: &str) -> Option<(Key, Capture)> {
    let mut parts = fields(line, 6);
    let mut number = || parts.next()?.parse::<usize>().ok();
    let (position, level, typing, state) = (number()?, number()?, number()?, number()?);
    let capture = Capture {
        level: *LEVELS.get(level)?,
        typing: *TYPINGS.get(typing)?,
        state: *STATES.get(state)?,
        reason: parts.next()?.to_string(),
    };
    Some(((parts.next()?.to_string(), position), capture))
}

pub(crate) fn fields(line: &str, count: usize) -> impl Iterator<Item = &str> {
    line.splitn(count, '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let folder = std::env::temp_dir().join(format!("hookable-table-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut table = Table::default();
        table.marks.insert(("0123".into(), Mark::NotBeside));
        table.lowered.insert(
            ("src/a b.rs:1:2#0".into(), 3),
            Capture::refused(State::Moved, "moved at line 3"),
        );
        table
            .lowered
            .insert(("src/lib.rs:1:2#1".into(), 0), Capture::read_only("borrowed by\tr"));
        table.calls.frames.insert("src/a b.rs:3:4".into());
        table.bound.insert(("src/a b.rs:1:2#0".into(), 4));
        table.references.insert(("src/a b.rs:1:2#0".into(), 5));
        table.enclosed.insert("src/a b.rs:1:2#0".into());
        table.write(&folder).unwrap();
        let read = Table::read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((&read.marks, &read.calls), (&table.marks, &table.calls));
        assert_eq!((&read.bound, &read.enclosed), (&table.bound, &table.enclosed));
        assert_eq!(read.references, table.references);
        assert_eq!(
            read.lowered[&("src/a b.rs:1:2#0".to_string(), 3)].reason,
            "moved at line 3"
        );
        assert_eq!(
            read.lowered[&("src/lib.rs:1:2#1".to_string(), 0)].reason,
            "borrowed by r"
        );
    }
}
