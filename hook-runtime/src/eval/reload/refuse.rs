//! What changed in the sources that the running program cannot follow: it has values that are laid out as before, and
//! code that relies on it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use hook_rustc::sorted::sort;

use super::items::{Item, ItemKind, items, words};

/// The texts of the Rust sources of a crate, by their paths.
pub(super) type Texts = BTreeMap<PathBuf, String>;
/// An item in a file.
pub(super) type ItemInFile = (PathBuf, Item);
/// What takes an item that is refused, with what it is and the reason.
type Refuse<'r> = &'r mut dyn FnMut(&ItemInFile, &str, &'static str);

/// An item that keeps a reload from being done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReloadRefusal {
    pub(super) what: String,
    pub(super) file: PathBuf,
    pub(super) line: usize,
    pub(super) why: &'static str,
    /// The byte behind the definition of a type of which rustc can tell whether its layout has changed.
    pub(super) type_end: Option<usize>,
}

/// A function that is called in another way than before.
pub(super) struct Resigned {
    pub(super) function: ItemInFile,
    /// Its text tells.
    is_written: bool,
    /// Its attributes have changed.
    pub(super) attributes: bool,
}

/// The items of those files that are not the same before and after.
pub(super) struct Changes {
    pub(super) before: Vec<ItemInFile>,
    pub(super) after: Vec<ItemInFile>,
    /// All items after.
    all: Vec<ItemInFile>,
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
    fn changed(&self, kind: ItemKind) -> Vec<&ItemInFile> {
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

    /// Returns what may mean something else than before: constants, macros, types that another name stands for, and
    /// what is imported. A name that came or went may hide another, or have hidden it.
    fn meanings(&self) -> Vec<&ItemInFile> {
        let all = self.all.as_slice();
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
            let came = self
                .after
                .iter()
                .filter(of_kind)
                .filter(|found| !before.contains_key(&key(found)));
            let went = self
                .before
                .iter()
                .filter(of_kind)
                .filter(|found| !after.contains_key(&key(found)));
            found.extend(came.chain(went));
        }
        let is_const = |(_, item): &&ItemInFile| item.kind == ItemKind::Function && is_const_fn(item);
        let is_known = |found: &&ItemInFile, all: &[ItemInFile]| {
            let mut same = all.iter().filter(|other| key(other) == key(found));
            same.any(|(_, other)| other.body == found.1.body && other.interface == found.1.interface)
        };
        let (before, after) = (self.before.iter().filter(is_const), self.after.iter().filter(is_const));
        found.extend(before.filter(|found| !is_known(found, &self.after)));
        found.extend(after.filter(|found| !is_known(found, &self.before)));
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

    /// Returns the functions whose texts are others than before.
    pub(super) fn functions(&self) -> impl Iterator<Item = &ItemInFile> {
        let is_function = |item: &Item| item.kind == ItemKind::Function;
        let is_known = move |item: &Item| {
            self.before.iter().any(|(_, other)| {
                is_function(other) && (&other.name, &other.text, &other.body) == (&item.name, &item.text, &item.body)
            })
        };
        self.after
            .iter()
            .filter(move |(_, item)| is_function(item) && !is_known(item))
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
    fn had(&self, name: &str) -> bool {
        let mut before = self.before.iter();
        before.any(|(_, item)| item.kind == ItemKind::Function && item.name == name)
    }

    /// Returns what keeps the program from following. Of a library, other crates have code.
    pub(super) fn refusals(&self, (is_library, is_optimized): (bool, bool)) -> Vec<ReloadRefusal> {
        let mut refusals = Vec::new();
        let defining = defining_macros(&self.all);
        let mut refuse = |(file, item): &ItemInFile, what: &str, why| {
            refusals.push(ReloadRefusal {
                what: format!("{what} `{}`", item.name),
                file: file.clone(),
                line: item.line,
                why,
                type_end: Some(item.end).filter(|_| self.is_told_by_layout(item)),
            });
        };
        let types = "values of it are in memory as they were";
        for (kind, what, why) in [
            (ItemKind::Struct, "struct", types),
            (ItemKind::Enum, "enum", types),
            (ItemKind::Union, "union", types),
            (
                ItemKind::Trait,
                "trait",
                "tables of its methods are in memory as they were",
            ),
            (
                ItemKind::Static,
                "static",
                "it has its type, and a value, since the program started",
            ),
            (ItemKind::Macro, "macro", "it may define types or statics"),
            (ItemKind::Call, "macro", "it may define types or statics"),
            (
                ItemKind::Associated,
                "type",
                "values that are made of it are in memory as they were",
            ),
        ] {
            for changed in self.changed(kind) {
                if !matches!(kind, ItemKind::Macro | ItemKind::Call) || defines(&changed.1, &defining) {
                    refuse(changed, what, why);
                }
            }
        }
        self.dropped(&mut refuse);
        for function in self.functions() {
            if (is_library || is_optimized) && function.1.is_opaque && self.had(&function.1.name) {
                // Neither a name nor a `TypeId` tells such values of the old code from those of the new, and optimized
                // code does not tell whether it asks for a `TypeId`.
                let why = match (is_library, function.1.is_async) {
                    (true, _) => {
                        "the type of what it returns follows from its body, and crates that use it have code for that"
                    }
                    (false, true) => {
                        "the future that it returns is laid out as its body is, and futures of the old body may be in memory, in this frame too"
                    }
                    (false, false) => {
                        "the type of what it returns follows from its body, and values of that are in memory as they were"
                    }
                };
                refuse(function, "function", why);
            }
        }
        for function in self.functions().filter(|(_, item)| is_library && self.had(&item.name)) {
            if !function.1.is_opaque && (function.1.is_generic || function.1.is_inline) {
                refuse(
                    function,
                    "function",
                    "it is generic or inline, and crates that use it have their own copies",
                );
            }
        }
        if is_library {
            let resigned = self.resigned().into_iter().filter(|resigned| resigned.is_written);
            for Resigned { function, .. } in resigned.filter(|resigned| is_public(&resigned.function.1)) {
                refuse(
                    &function,
                    "function",
                    "its signature has changed, and crates that use it call it as it was",
                );
            }
        }
        for function in self.changed(ItemKind::Function) {
            if is_exported(&function.1) {
                refuse(
                    function,
                    "function",
                    "its symbol does not tell its signature, which has changed",
                );
            }
        }
        let all = &self.all;
        let meanings = self.meanings();
        let is_function = |found: &&&ItemInFile| found.1.kind == ItemKind::Function;
        let others: Vec<&ItemInFile> = meanings.iter().filter(|found| !is_function(found)).copied().collect();
        for found in all.iter().filter(|_| !meanings.is_empty()) {
            let what = match found.1.kind {
                ItemKind::Struct => "struct",
                ItemKind::Enum => "enum",
                ItemKind::Union => "union",
                ItemKind::Static => "static",
                ItemKind::Trait => "trait",
                ItemKind::Associated => "type",
                ItemKind::Function if is_exported(&found.1) => "function",
                _ => continue,
            };
            // What a static has at first is compared as it is.
            let meanings = match found.1.kind {
                ItemKind::Static | ItemKind::Function => &others,
                _ => &meanings,
            };
            if !self.is_new(found) && mentions(found, meanings, all) {
                refuse(
                    found,
                    what,
                    "it mentions a name that came, went, or means something else now",
                );
            }
        }
        sort(&mut refusals);
        refusals.dedup_by(|a, b| (&a.what, &a.file, a.line) == (&b.what, &b.file, b.line));
        refusals
    }

    /// Returns whether two types are the same if their fields are of the same types, at the same places. A
    /// representation and the numbers of variants have to be compared as texts.
    fn is_told_by_layout(&self, item: &Item) -> bool {
        let is_more = |text: &str| match item.kind {
            ItemKind::Struct => words(text).any(|word| word == "repr"),
            _ => words(text).any(|word| word == "repr") || text.contains('='),
        };
        let of_name = |(_, other): &&ItemInFile| (other.kind, &other.name) == (item.kind, &item.name);
        let mut before = self.before.iter().filter(of_name);
        matches!(item.kind, ItemKind::Struct | ItemKind::Enum)
            && !is_more(&item.text)
            && !before.any(|(_, before)| is_more(&before.text))
    }

    /// Returns whether there was no item of this kind, scope and name in its file before.
    fn is_new(&self, found: &ItemInFile) -> bool {
        self.after.iter().any(|other| key(other) == key(found))
            && !self.before.iter().any(|other| key(other) == key(found))
    }

    /// Refuses types, given by their paths, whose `Drop` came or went in the code, though the texts do not say it: a
    /// macro or a derive wrote it.
    pub(super) fn drops(&self, paths: &[String], refusals: &mut Vec<ReloadRefusal>) {
        let is_type = |item: &Item, name: &str| {
            matches!(item.kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Union) && item.name == name
        };
        for path in paths {
            let name = path.rsplit("::").next().unwrap_or(path);
            let is_written =
                |(_, item): &ItemInFile| item.kind == ItemKind::Drop && words(&item.name).next() == Some(name);
            let is_known = self.before.iter().chain(&self.all).any(is_written);
            let had = |all: &[ItemInFile]| all.iter().any(|(_, item)| is_type(item, name));
            // A type that came has no values yet, and of one that went none are made any more.
            let is_changed = had(&self.before) != had(&self.after);
            let Some((file, item)) = self.all.iter().find(|(_, item)| is_type(item, name)) else {
                continue;
            };
            if !is_known && !is_changed {
                refusals.push(ReloadRefusal {
                    what: format!("impl Drop for `{name}`"),
                    file: file.clone(),
                    line: item.line,
                    why: "it came or went, and running code does not know",
                    type_end: None,
                });
            }
        }
    }

    /// Refuses an `impl Drop` that came or went, unless its type did, too.
    fn dropped(&self, refuse: Refuse<'_>) {
        let drops = |all: &'_ [ItemInFile]| -> Vec<ItemInFile> {
            let drops = all.iter().filter(|(_, item)| item.kind == ItemKind::Drop);
            drops.cloned().collect()
        };
        let (old, new) = (drops(&self.before), drops(&self.after));
        let is_type = |item: &Item, name: &str| {
            matches!(item.kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Union) && item.name == name
        };
        for drop in &new {
            let name = words(&drop.1.name).next().unwrap_or_default().to_owned();
            let was_there = old.iter().any(|(_, other)| other.text == drop.1.text);
            let is_of_new = self.after.iter().any(|(_, item)| is_type(item, &name))
                && !self.before.iter().any(|(_, item)| is_type(item, &name));
            if !was_there && !is_of_new {
                refuse(drop, "impl Drop for", "running code does not call it");
            }
        }
        for drop in &old {
            let name = words(&drop.1.name).next().unwrap_or_default().to_owned();
            let is_there = new.iter().any(|(_, other)| other.text == drop.1.text);
            let has_type = self.all.iter().any(|(_, item)| is_type(item, &name));
            if !is_there && has_type {
                refuse(drop, "impl Drop for", "it is gone, and running code calls it");
            }
        }
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

/// Returns whether the symbol of a function does not tell its signature.
fn is_exported(item: &Item) -> bool {
    words(&item.text).any(|word| matches!(word, "no_mangle" | "export_name"))
}

/// Returns whether other crates may name a function.
fn is_public(item: &Item) -> bool {
    item.text.starts_with("pub ") && !item.text.starts_with("pub (")
        || item.text.contains("] pub ") && !item.text.contains("] pub (")
}

/// Returns whether an item mentions one of others, which it sees, names by a path, or imports.
fn mentions(found: &ItemInFile, meanings: &[&ItemInFile], all: &[ItemInFile]) -> bool {
    mentions_in(found, &found.1.text, meanings, all)
}

/// Returns whether a text of an item mentions one of others, which the item sees.
fn mentions_in((file, item): &ItemInFile, text: &str, meanings: &[&ItemInFile], all: &[ItemInFile]) -> bool {
    let sees = |of: &PathBuf, other: &Item| {
        of == file && item.scope.starts_with(&other.scope) && other.scope.len() >= item.module
    };
    meanings.iter().any(|(meant, meaning)| {
        if meaning.kind == ItemKind::Import && meaning.name.ends_with('*') {
            return sees(meant, meaning);
        }
        let own = usize::from(meaning.name == item.name && item.kind != ItemKind::Import);
        if words(text).filter(|word| *word == meaning.name).count() <= own {
            return false;
        }
        let is_import = |(of, import): &ItemInFile| {
            let names_it = import.name == meaning.name || import.name.ends_with('*') && is_of(import, (meant, meaning));
            import.kind == ItemKind::Import && names_it && sees(of, import)
        };
        sees(meant, meaning)
            || meaning.kind == ItemKind::Macro
            || text.contains(&format!(": {}", meaning.name)) && text.contains(": : ")
            || all.iter().any(is_import)
    })
}

/// Returns whether an import of all that a module has may bring in an item.
fn is_of(import: &Item, (file, item): (&Path, &Item)) -> bool {
    let from = import
        .text
        .trim_end_matches("::*")
        .rsplit("::")
        .next()
        .unwrap_or_default();
    let named = |path: Option<&Path>| path.and_then(Path::file_stem).is_some_and(|name| name == from);
    let within = item.scope.trim_end_matches("::").rsplit("::").next();
    matches!(from, "super" | "self" | "crate") || within == Some(from) || named(Some(file)) || named(file.parent())
}

/// Returns whether a macro may define what is laid out in memory. `defining` are the macros that do.
fn defines(item: &Item, defining: &HashSet<String>) -> bool {
    match item.text.starts_with("macro_rules") {
        true => defining.contains(&item.name),
        false => item.kind != ItemKind::Call || defining.contains(&item.name),
    }
}

/// Returns the names of the crate's own macros that may define what is laid out in memory, by themselves or by others.
fn defining_macros(all: &[ItemInFile]) -> HashSet<String> {
    const KEYWORDS: [&str; 6] = ["struct", "enum", "union", "static", "trait", "impl"];
    let is_macro = |(_, item): &&ItemInFile| item.kind == ItemKind::Macro && item.text.starts_with("macro_rules");
    let mut rest: Vec<&ItemInFile> = all.iter().filter(is_macro).collect();
    let mut defining = HashSet::new();
    loop {
        let is_one = |(_, item): &&ItemInFile| {
            words(&item.text).any(|word| KEYWORDS.contains(&word))
                || defining
                    .iter()
                    .any(|other: &String| item.text.contains(&format!("{other} !")))
        };
        let (more, others): (Vec<&ItemInFile>, _) = rest.into_iter().partition(is_one);
        if more.is_empty() {
            return defining;
        }
        defining.extend(more.into_iter().map(|(_, item)| item.name.clone()));
        rest = others;
    }
}

/// Returns a path as rustc names it, relative to the folder that it ran in.
pub(super) fn shown<'p>(path: &'p Path, dir: &Path) -> &'p Path {
    path.strip_prefix(dir).unwrap_or(path)
}

#[cfg(test)]
mod tests;
