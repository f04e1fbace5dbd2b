//! The items that a session has typed, and the statements that made its kept values, are here for later lines to see.
//!
//! rustc tells types, functions and statics apart by their paths, and a line is the same crate again. So no path may
//! ever mean two things in a slot: see [`crate::eval::codegen::nest`] for how each line, and what it defines, gets a
//! path of its own. This is the account of what was given out. It only grows: once code was loaded under a path, that
//! is used up, whatever became of the line.

mod items;
mod recall;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use hook_rustc::sorted::sort;

use crate::eval::codegen::body::replay;
use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::{LAST, PartsCode, RESULTS};
use crate::eval::codegen::nest::{ItemScope, UsedValue};
use crate::eval::codegen::piece::{Spot, Written};
use crate::eval::codegen::sight::{SCALAR, Seen, VisiblePlace};
use crate::eval::codegen::write;
use crate::eval::parse::{ParsedLine, mentions};
use crate::eval::session::impls::{constants, may_replace};
use crate::eval::session::origin::Text;
use crate::eval::session::{held, kept};

/// The largest number of lines in a level. rustc counts the lines before a line in its level each time that it compiles
/// the line.
const LINES_OF_A_LEVEL: usize = 40;
/// Why a value is gone once an impl took the place of another.
pub(crate) const TYPED_ANEW: &str = "an impl that its type may depend on was typed anew";

/// All that was typed so far, on any thread.
#[derive(Default)]
pub(crate) struct History {
    /// The number of times that an impl took the place of an earlier one. Each time all that was typed gets new paths.
    era: usize,
    /// The levels with the items, the outermost first. Inner levels see outer ones.
    levels: Vec<OldLevel>,
    /// The number of the next item.
    id: usize,
    /// The number of changes to what names mean.
    changes: u64,
    /// The items that do not compile in a slot, and so are left out there, as slot and item.
    left_out: HashSet<(&'static str, usize)>,
    /// The items that were loaded in a slot in this era, as slot and item, and where each stands. If one were left out,
    /// another would get its number.
    loaded: HashMap<(&'static str, usize), ItemScope>,
    /// The items that do not compile in a module in a slot, as slot and item.
    in_block: HashSet<(&'static str, usize)>,
    /// The names of the items that the function around a slot has itself, where they are known.
    own_names: HashMap<&'static str, Option<Vec<String>>>,
    /// The slots where the types of places have to be written down, with the places there for which that cannot be
    /// done.
    pub(crate) typed: HashMap<&'static str, Vec<usize>>,
    lines: Vec<OldLine>,
    /// The names that a line bound and moved.
    unkept: Vec<String>,
    /// The types of the kept values that lines moved, by their names.
    moved: HashMap<String, &'static str>,
    /// The calls of macros, as statements, of which it is not known whether they make items.
    calls: Vec<String>,
    /// The kept values whose type rustc does not infer from what made them in a slot: the line that made it, its
    /// name, the slot.
    by_name: HashSet<(u64, String, &'static str)>,
}

#[derive(Default)]
struct OldLevel {
    items: Vec<OldItem>,
    /// The number of lines that were loaded in this level.
    lines: usize,
}

struct OldItem {
    /// The kind and the name. An item hides earlier ones of the same kind and name.
    name: String,
    typed: String,
    /// The item as it is compiled.
    text: String,
    /// The text of the item for where it stands in a module.
    in_module: String,
    id: usize,
}

/// A line that kept something.
struct OldLine {
    number: u64,
    names: Vec<String>,
    /// Those of the names whose values are held until the hook goes on.
    held: Vec<String>,
    /// Those of the names whose values were kept for good.
    kept: Vec<String>,
    /// The code of a closure that gives the values of the names.
    text: String,
    /// The way in which the line saw its places.
    seen: Seen,
    /// The symbol of the slot that the line ran in.
    slot: &'static str,
    /// The opening of the hook that the line was typed at.
    opening: u64,
    /// The place of the line's code: the level, and the number of the line in it.
    at: (usize, usize),
    /// The kept values that the line used.
    values: Vec<UsedValue>,
    /// The types of these values, as far as they were given by name.
    types: BTreeMap<(u64, String), String>,
}

/// The hook at which a line is typed.
pub(crate) struct HookContext<'p> {
    /// The symbol of the slot.
    pub(crate) slot: &'static str,
    /// The crate of the hook.
    pub(crate) krate: &'p str,
    /// The number of this opening among all openings of hooks.
    pub(crate) opening: u64,
    /// The number that the attribute gave the hook.
    pub(crate) id: u64,
    pub(crate) spot: Spot<'p>,
    /// The type that the function returns, if a line can return from it.
    pub(crate) returns: Option<&'static str>,
    /// The code that shows the value by its parts, if that is wanted.
    pub(crate) parts: PartsCode<'p>,
    /// The lines without which the code of the hook would not be there.
    pub(crate) outer: Vec<Text>,
    /// The name by which the crate can name tokio, if it can.
    pub(crate) tokio: Option<&'p str>,
    /// The names of the items that the function around the hook has itself, if they are known.
    pub(crate) own_names: Option<Vec<String>>,
}

/// What was chosen for the items of a line and of earlier ones.
#[derive(Clone, Default)]
pub(crate) struct ItemChoices {
    /// The earlier impls that impls of the line take the place of.
    pub(crate) replaced: Vec<usize>,
    /// The items of the line do not compile in a module.
    pub(crate) in_block: bool,
}

/// The paths that a line uses up once it is loaded.
pub(crate) struct UsedPaths {
    at: (usize, usize),
    items: Vec<usize>,
    values: Vec<UsedValue>,
    types: BTreeMap<(u64, String), String>,
}

/// What a line that has run leaves for later ones.
pub(crate) struct LineMade<'l> {
    /// The symbol of its slot.
    pub(crate) slot: &'static str,
    /// The number of the hook's opening.
    pub(crate) opening: u64,
    pub(crate) spot: Spot<'l>,
    pub(crate) number: u64,
    /// Whether the line came to its end.
    pub(crate) is_ended: bool,
    /// Whether the value of the line was kept.
    pub(crate) keeps_last: bool,
    /// The held values that the line used.
    pub(crate) touched: &'l [String],
}

/// A name of a kept value that a line cannot use, and why not.
pub(crate) type Lost = (String, String);

/// Returns the history of this process.
pub(crate) fn history() -> MutexGuard<'static, History> {
    static HISTORY: LazyLock<Mutex<History>> = LazyLock::new(Mutex::default);
    HISTORY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps other lines from choosing the path of a line that is not loaded yet.
pub(crate) fn numbering() -> MutexGuard<'static, ()> {
    static NUMBERING: Mutex<()> = Mutex::new(());
    NUMBERING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    /// Returns the names that `let`s have bound, each once, and those of the last values if there were any.
    fn names(&self) -> Vec<&str> {
        let lines = self.lines.iter().flat_map(|line| &line.names);
        let mut names: Vec<&str> = lines.chain(&self.unkept).map(String::as_str).collect();
        if names.contains(&LAST) {
            names.extend(RESULTS);
        }
        sort(&mut names);
        names.dedup();
        names
    }

    /// Returns whether a name is that of a `let` whose value a line has moved.
    pub(crate) fn is_moved(&self, name: &str, opening: u64) -> bool {
        let has_value = || {
            let is_kept = kept::all().iter().any(|(kept, _)| kept == name);
            is_kept || kept::is_in_use(name) || held::about(opening, name).is_some()
        };
        self.names().contains(&name) && !RESULTS.contains(&name) && !has_value()
    }

    /// Notes that a line moved a kept value of this type.
    pub(crate) fn moved(&mut self, name: &str, type_name: &'static str) {
        self.moved.insert(name.to_owned(), type_name);
    }

    /// Returns the type of the kept value of this name that a line moved last.
    pub(crate) fn type_moved(&self, name: &str) -> Option<&'static str> {
        self.moved.get(name).copied()
    }

    /// Returns a number that grows whenever something is typed, or taken out, that could change what a name means: an
    /// item, a `let`, and a line that used a held value.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// Returns whether a name that a local has too means the kept value, because that was made at the same opening of
    /// the hook.
    pub(crate) fn shadows(&self, name: &str, opening: u64) -> bool {
        let made = self
            .lines
            .iter()
            .rfind(|line| line.names.iter().any(|bound| bound == name));
        let is_here = || kept::is_here(name) || held::about(opening, name).is_some();
        name != LAST && made.is_some_and(|line| line.opening == opening) && is_here()
    }

    /// Notes that a line was loaded. Returns the kept values that are gone.
    pub(crate) fn take(
        &mut self,
        source: &ParsedLine<'_>,
        hook: &HookContext<'_>,
        places: &[VisiblePlace<'_>],
        (items, fallbacks): (&ItemChoices, &Fallbacks),
    ) -> (UsedPaths, Vec<String>) {
        let gone = self.replace(&items.replaced);
        let items = ItemChoices {
            replaced: Vec::new(),
            ..items.clone()
        };
        let (input, _) = self.recall(source, hook, places, (&items, fallbacks));
        let values: Vec<_> = input
            .values
            .iter()
            .map(|value| UsedValue {
                name: value.name.to_owned(),
                line: value.line,
                kept_as: value.kept_as.to_owned(),
                is_kept: !value.source.is_held(),
            })
            .collect();
        let types = input.nest.types.iter();
        let types = types
            .map(|(number, name, ty)| ((*number, name.clone()), ty.clone()))
            .collect();
        let seen = input.nest.levels.iter().flat_map(|level| level.items.iter());
        let seen: Vec<_> = seen.map(|item| ((hook.slot, item.id), item.scope)).collect();
        let (opens, modules) = (input.nest.opens, input.nest.levels.len());
        let own: Vec<ItemScope> = input.nest.own.iter().map(|(_, scope)| *scope).collect();
        self.loaded.extend(seen);
        if self.levels.is_empty() {
            self.levels.push(OldLevel::default());
        }
        let mut items = Vec::new();
        if opens {
            self.changes += 1;
            let mut level = OldLevel::default();
            for ((name, statement), scope) in source.items().zip(own) {
                let written = |modules| {
                    let mut text = Written::default();
                    write::item(&mut text, source, statement, hook.spot, (fallbacks, modules));
                    text.text
                };
                let id = self.id;
                self.id += 1;
                level.items.push(OldItem {
                    name: name.to_owned(),
                    typed: source.slice(statement).to_owned(),
                    text: written(0),
                    in_module: written(modules),
                    id,
                });
                items.push(id);
                self.loaded.insert((hook.slot, id), scope);
            }
            self.levels.push(level);
        }
        let level = self.levels.len() - 1;
        let line = self.levels[level].lines;
        self.levels[level].lines += 1;
        let taken = UsedPaths {
            at: (level, line),
            items,
            values,
            types,
        };
        (taken, gone)
    }

    /// Takes impls out. Everything that was typed has another path from now on, so all values of typed types are gone.
    fn replace(&mut self, replaced: &[usize]) -> Vec<String> {
        if replaced.is_empty() {
            return Vec::new();
        }
        for level in &mut self.levels {
            level.items.retain(|item| !replaced.contains(&item.id));
        }
        self.era += 1;
        self.changes += 1;
        self.loaded.clear();
        let mut gone = kept::forget(|about| about.type_name.contains("{{"));
        gone.extend(held::hide(|ty| ty.contains("{{"), TYPED_ANEW));
        gone
    }

    /// Returns the constants that the impls of a line give to types of the program.
    pub(crate) fn constants(&self, source: &ParsedLine<'_>) -> Vec<String> {
        let typed = self.levels.iter().flat_map(|level| &level.items);
        let typed = typed.map(|item| (&*item.name, &*item.typed));
        let here = || source.items().map(|(name, statement)| (name, source.slice(statement)));
        let types = typed
            .chain(here())
            .filter_map(|(name, text)| Some((name.strip_prefix("type ")?, text)));
        let own: Vec<&str> = types
            .filter(|(name, text)| is_new_type(text, name))
            .map(|(name, _)| name)
            .collect();
        here().flat_map(|(_, text)| constants(text, &own)).collect()
    }

    /// Returns whether the impls of a line may take the place of this item.
    pub(crate) fn may_replace(&self, source: &ParsedLine<'_>, id: usize) -> bool {
        let mut own: BTreeMap<&str, bool> = BTreeMap::new();
        let mut old = None;
        let typed = self.levels.iter().flat_map(|level| &level.items);
        let typed = typed.map(|item| (Some(item.id), &*item.name, &*item.typed));
        let here = source
            .items()
            .map(|(name, statement)| (None, name, source.slice(statement)));
        for (this, name, text) in typed.chain(here) {
            if this == Some(id) {
                old = Some(text);
            }
            match name.split_once(' ') {
                Some(("type", name)) => _ = own.insert(name, is_new_type(text, name)),
                Some(("impl" | "value", _)) => {}
                // The call of a macro may define any name.
                Some(("call", _)) => own.values_mut().for_each(|own| *own = false),
                // Another item may bring in a name that hides one of these.
                _ => own
                    .iter_mut()
                    .filter(|(own, _)| mentions(text, own))
                    .for_each(|(_, own)| *own = false),
            }
        }
        let own: Vec<&str> = own.into_iter().filter(|(_, own)| *own).map(|(name, _)| name).collect();
        let mut impls = source.items().filter(|(name, _)| name.starts_with("impl"));
        let Some(old) = old else { return false };
        impls.all(|(_, statement)| may_replace(old, source.slice(statement), &own))
    }

    /// Notes that a line did not run after all. Its path stays used up.
    pub(crate) fn drop_items(&mut self, taken: &UsedPaths) {
        self.changes += u64::from(!taken.items.is_empty());
        for level in &mut self.levels {
            level.items.retain(|item| !taken.items.contains(&item.id));
        }
    }

    /// Notes that a line has run. If it came to its end, it has made what it binds. The held values that it `touched`
    /// count as made by it in any case.
    pub(crate) fn add(
        &mut self,
        source: &ParsedLine<'_>,
        fallbacks: &Fallbacks,
        taken: UsedPaths,
        line: &LineMade<'_>,
    ) {
        let LineMade { number, touched, .. } = *line;
        let bound: Vec<String> = source.bound().into_iter().map(str::to_owned).collect();
        let own = match (line.is_ended, bound.is_empty() && line.keeps_last) {
            (false, _) => Vec::new(),
            (true, true) => vec![LAST.to_owned()],
            (true, false) => bound,
        };
        let touched: Vec<String> = touched.iter().filter(|name| !own.contains(name)).cloned().collect();
        let is_kept = |name: &&String| !fallbacks.holds && !fallbacks.unkept.contains(name);
        let kept: Vec<String> = own.iter().filter(is_kept).cloned().collect();
        let held = if fallbacks.holds { own.clone() } else { Vec::new() };
        // What the line moved may share a cell with what other values have.
        let used_held = taken.values.iter().any(|value| !value.is_kept);
        if !own.is_empty() || used_held {
            self.changes += u64::from(!touched.is_empty() || own != [LAST]);
            self.lines.push(OldLine {
                number,
                text: replay(source, line.spot, fallbacks, !own.is_empty(), &touched),
                held: [held, touched.clone()].concat(),
                kept,
                names: [own, touched].concat(),
                seen: fallbacks.seen.clone(),
                slot: line.slot,
                opening: line.opening,
                at: taken.at,
                values: taken.values,
                types: taken.types,
            });
        }
    }

    /// Notes that a line bound these names and moved their values. The names mean nothing now, whatever they meant
    /// before.
    pub(crate) fn unkept(&mut self, names: &[String]) {
        self.changes += u64::from(!names.is_empty());
        self.unkept.extend_from_slice(names);
    }

    /// Lets the types of places be written down in a slot. Returns `false` if they were before.
    pub(crate) fn write_types(&mut self, slot: &'static str) -> bool {
        let is_new = !self.typed.contains_key(slot);
        self.typed.entry(slot).or_default();
        is_new
    }

    /// Notes that a line which called macros has run.
    pub(crate) fn called(&mut self, calls: impl Iterator<Item = String>) {
        for call in calls {
            self.calls.retain(|other| *other != call);
            self.calls.push(call);
        }
    }

    /// Takes the calls of which it is not known whether they make items, with `call` added. So each is asked about
    /// once.
    pub(crate) fn calls(&mut self, call: Option<String>) -> Vec<String> {
        self.called(call.into_iter());
        std::mem::take(&mut self.calls)
    }

    /// Notes that the line that made a kept value gives another type in this slot, as `let n = 5` does if `n` is then
    /// used as a `usize`. Returns whether that was not known.
    pub(crate) fn mistaken(&mut self, name: &str, opening: u64, slot: &'static str) -> bool {
        let about = kept::all().into_iter().find(|(kept, _)| kept == name);
        let about = about.map(|(_, about)| about).or_else(|| kept::lent(name));
        let kept = about.map(|about| (about.line, about.type_name, about.is_result));
        let held = held::about(opening, name).map(|held| (held.line, held.type_name, false));
        let held = held.filter(|(_, ty, _)| SCALAR.contains(ty));
        kept.max(held).is_some_and(|(line, _, is_result)| {
            let kept_as = if is_result { LAST } else { name };
            self.by_name.insert((line, kept_as.to_owned(), slot))
        })
    }

    /// Returns whether a line made held values.
    pub(crate) fn is_held(&self, number: u64) -> bool {
        let line = self.lines.iter().rfind(|line| line.number == number);
        line.is_some_and(|line| !line.held.is_empty())
    }

    /// Notes that the types of what a line made cannot be inferred from the line any more. Returns whether that was not
    /// known.
    pub(crate) fn not_replayed(&mut self, number: u64, slot: &'static str) -> bool {
        let Some(line) = self.lines.iter().rfind(|line| line.number == number) else {
            return false;
        };
        let before = self.by_name.len();
        let names = line.names.iter().map(|name| (number, name.clone(), slot));
        self.by_name.extend(names);
        self.by_name.len() > before
    }
}

/// Returns whether an item defines a type or a trait, and is not only another name for one.
fn is_new_type(text: &str, name: &str) -> bool {
    let before = text.find(name).map_or(text, |at| &text[..at]);
    let word = before.split_whitespace().next_back().unwrap_or_default();
    matches!(word, "struct" | "enum" | "union" | "trait")
}
