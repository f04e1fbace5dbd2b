//! What is another than before in the sources of a crate: its items, what they mean, and how functions are called.

use std::collections::BTreeMap;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::items::tokens::words;
use super::items::{Item, ItemKind, items};
use super::mentions::{mentions, mentions_in};

/// The texts of the Rust sources of a crate, by their paths.
pub(super) type Texts = BTreeMap<PathBuf, String>;
/// An item in a file.
pub(super) type ItemInFile = (PathBuf, Item);
/// A function that is called in another way than before.
pub(super) struct Resigned {
    pub(super) function: ItemInFile,
    /// Its text tells.
    pub(super) is_written: bool,
    /// Its attributes have changed.
    pub(super) attributes: bool,
}

/// Returns the functions of which the other items have none with the same text.
fn functions_of<'i>(items: &'i [ItemInFile], others: &'i [ItemInFile]) -> impl Iterator<Item = &'i ItemInFile> {
    let is_function = |item: &Item| item.kind == ItemKind::Function;
    let is_known = move |item: &Item| {
        others.iter().any(|(_, other)| {
            is_function(other) && (&other.name, &other.text, &other.body) == (&item.name, &item.text, &item.body)
        })
    };
    items
        .iter()
        .filter(move |(_, item)| is_function(item) && !is_known(item))
}

/// The items of those files that are not the same before and after.
pub(super) struct Changes {
    pub(super) before: Vec<ItemInFile>,
    pub(super) after: Vec<ItemInFile>,
    /// All items after.
    pub(super) all: Vec<ItemInFile>,
}

impl Changes {
    pub(super) fn of(before: &Texts, after: &Texts) -> Changes {
        let changed = before.iter().filter(|(path, text)| after.get(*path) != Some(text));
        let all = all_items(after.iter());
        let is_changed = |(path, _): &&ItemInFile| before.get(path) != after.get(path);
        Changes {
            before: all_items(changed),
            after: all.iter().filter(is_changed).cloned().collect(),
            all,
        }
    }

    /// Adds items that code of the program was once compiled with, and that are in no source any more. Values of such
    /// types may be there.
    pub(super) fn with_gone(mut self, gone: &[ItemInFile]) -> Changes {
        self.before.extend_from_slice(gone);
        self
    }

    /// Returns the items that the sources before had and that the new ones do not have, as far as values of them live
    /// on.
    pub(super) fn gone(&self) -> Vec<ItemInFile> {
        let after: HashSet<Key<'_>> = self.after.iter().map(key).collect();
        let lives_on = |item: &Item| LASTING.contains(&item.kind);
        let gone = self
            .before
            .iter()
            .filter(|found| lives_on(&found.1) && !after.contains(&key(found)));
        gone.cloned().collect()
    }

    /// Returns the items of a kind that are others than before: another text stands at the same place among those of
    /// its file, scope and name, or one of its name went and another came elsewhere.
    pub(super) fn changed(&self, kind: ItemKind) -> Vec<&ItemInFile> {
        let (before, after) = (by_key(&self.before, kind), by_key(&self.after, kind));
        let mut gone: HashMap<&str, Vec<&str>> = HashMap::new();
        for (key, texts) in &before {
            let now = after.get(key);
            for text in texts.iter().filter(|text| now.is_none_or(|now| !now.contains(text))) {
                gone.entry(key.3).or_default().push(text);
            }
        }
        let mut places: HashMap<Key<'_>, usize> = HashMap::new();
        let mut changed = Vec::new();
        for found in self.after.iter().filter(|(_, item)| item.kind == kind) {
            let key = key(found);
            let place = places.entry(key).or_insert(0);
            *place += 1;
            let text = found.1.text.as_str();
            let is_changed = match before.get(&key) {
                // In what order blocks of a function have items of one name tells these apart.
                Some(texts) if LASTING.contains(&kind) => texts.get(*place - 1).is_some_and(|before| *before != text),
                Some(texts) => !texts.contains(&text) && gone.contains_key(key.3),
                None => gone
                    .get(key.3)
                    .is_some_and(|gone| gone.iter().any(|gone| *gone != text)),
            };
            changed.extend(is_changed.then_some(found));
        }
        changed
    }

    /// Returns what may mean something else than before: constants, macros, types that another name stands for, what is
    /// imported, and what mentions one of these. A name that came or went may hide another, or have hidden it.
    pub(super) fn meanings(&self) -> Vec<&ItemInFile> {
        let all = self.all.as_slice();
        let mut found = self.own_meanings();
        if found.is_empty() {
            return found;
        }
        let is_meant = |item: &Item| {
            matches!(item.kind, ItemKind::Meaning | ItemKind::Import | ItemKind::Macro)
                || item.kind == ItemKind::Function && is_const_fn(item)
        };
        let mut rest: Vec<&ItemInFile> = all
            .iter()
            .filter(|(_, item)| is_meant(item))
            .filter(|item| !found.contains(item))
            .collect();
        loop {
            let is_of =
                |item: &&ItemInFile| mentions(item, &found, all) || mentions_in(item, &item.1.body, &found, all);
            let (more, others): (Vec<&ItemInFile>, _) = rest.into_iter().partition(is_of);
            if more.is_empty() {
                return found;
            }
            found.extend(more);
            rest = others;
        }
    }

    /// Returns what has another text than before or came or went, and may therefore mean something else.
    fn own_meanings(&self) -> Vec<&ItemInFile> {
        let mut found = Vec::new();
        for kind in [ItemKind::Meaning, ItemKind::Import, ItemKind::Macro] {
            let (before, after) = (by_key(&self.before, kind), by_key(&self.after, kind));
            let is_in = |texts: &HashMap<Key<'_>, Vec<&str>>, found: &ItemInFile| {
                texts
                    .get(&key(found))
                    .is_some_and(|texts| texts.contains(&found.1.text.as_str()))
            };
            let of_kind = |found: &&ItemInFile| found.1.kind == kind;
            found.extend(self.after.iter().filter(of_kind).filter(|found| !is_in(&before, found)));
            found.extend(self.before.iter().filter(of_kind).filter(|found| !is_in(&after, found)));
        }
        for kind in [ItemKind::Struct, ItemKind::Enum, ItemKind::Union, ItemKind::Trait] {
            let (before, after) = (by_key(&self.before, kind), by_key(&self.after, kind));
            let of_kind = |found: &&ItemInFile| found.1.kind == kind;
            let (came, went) = (self.after.iter().filter(of_kind), self.before.iter().filter(of_kind));
            found.extend(came.filter(|found| !before.contains_key(&key(found))));
            found.extend(went.filter(|found| !after.contains_key(&key(found))));
        }
        let is_const = |(_, item): &&ItemInFile| item.kind == ItemKind::Function && is_const_fn(item);
        let is_known = |found: &&ItemInFile, all: &[ItemInFile]| {
            let mut same = all.iter().filter(|other| key(other) == key(found));
            same.any(|(_, other)| other.body == found.1.body && other.interface == found.1.interface)
        };
        let (before, after) = (self.before.iter().filter(is_const), self.after.iter().filter(is_const));
        found.extend(before.filter(|found| !is_known(found, &self.after)));
        found.extend(after.filter(|found| !is_known(found, &self.before)));
        found
    }

    /// Returns the functions whose texts are others than before.
    pub(super) fn functions(&self) -> impl Iterator<Item = &ItemInFile> {
        functions_of(&self.after, &self.before)
    }

    /// Returns the functions whose texts are no more what they were.
    pub(super) fn functions_before(&self) -> impl Iterator<Item = &ItemInFile> {
        functions_of(&self.before, &self.after)
    }

    /// Returns the functions that are called in another way than before: their signatures have changed, or mention what
    /// means something else now.
    pub(super) fn resigned(&self) -> Vec<Resigned> {
        let all = &self.all;
        let meanings = self.meanings();
        let is_function = |found: &&ItemInFile| found.1.kind == ItemKind::Function;
        let mut before: HashMap<Key<'_>, Vec<&str>> = HashMap::new();
        for found in self.before.iter().filter(is_function) {
            before.entry(key(found)).or_default().push(&found.1.interface);
        }
        let attributes = |interface: &str| interface.split("fn ").next().map(str::to_owned);
        let resigned = all.iter().filter(is_function).filter_map(|found| {
            let interface = &found.1.interface;
            let had = before.get(&key(found)).map_or(&[][..], Vec::as_slice);
            let is_written = had.iter().any(|before| before != interface);
            (is_written || mentions_in(found, interface, &meanings, all)).then(|| Resigned {
                attributes: had.iter().any(|before| attributes(before) != attributes(interface)),
                is_written,
                function: found.clone(),
            })
        });
        resigned.collect()
    }

    /// Returns whether there was a function of this name before.
    pub(super) fn had(&self, name: &str) -> bool {
        let mut before = self.before.iter();
        before.any(|(_, item)| item.kind == ItemKind::Function && item.name == name)
    }

    /// Returns whether there was no item of this kind, scope and name in its file before.
    pub(super) fn is_new(&self, found: &ItemInFile) -> bool {
        self.after.iter().any(|other| key(other) == key(found))
            && !self.before.iter().any(|other| key(other) == key(found))
    }
}

/// What lives on in memory, as values or as tables.
const LASTING: [ItemKind; 6] = [
    ItemKind::Struct,
    ItemKind::Enum,
    ItemKind::Union,
    ItemKind::Trait,
    ItemKind::Static,
    ItemKind::Associated,
];

/// The kind, file, scope and name of an item.
type Key<'f> = (ItemKind, &'f Path, &'f str, &'f str);

fn key((file, item): &ItemInFile) -> Key<'_> {
    (item.kind, file, &item.scope, &item.name)
}

fn all_items<'t>(texts: impl Iterator<Item = (&'t PathBuf, &'t String)>) -> Vec<ItemInFile> {
    texts
        .flat_map(|(file, text)| items(text).into_iter().map(|item| (file.clone(), item)))
        .collect()
}

/// Returns the texts of the items of a kind, in order.
fn by_key(all: &[ItemInFile], kind: ItemKind) -> HashMap<Key<'_>, Vec<&str>> {
    let mut found: HashMap<Key<'_>, Vec<&str>> = HashMap::new();
    for item in all.iter().filter(|(_, item)| item.kind == kind) {
        found.entry(key(item)).or_default().push(&item.1.text);
    }
    found
}

fn is_const_fn(item: &Item) -> bool {
    let head = item.text.split("fn ").next().unwrap_or_default();
    words(head).any(|word| word == "const")
}
