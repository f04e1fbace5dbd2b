//! What changed in the sources that the running program cannot follow: it has values that are laid out as before, and
//! code that relies on it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use hook_rustc::sorted::sort;
use hook_rustc::source_path;

use super::changes::{Changes, ItemInFile, Resigned};
use super::items::tokens::words;
use super::items::{Item, ItemKind};
use super::mentions::mentions;

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

impl Changes {
    /// Returns what keeps the program from following. Of a library, other crates have code.
    pub(super) fn refusals(&self, (is_library, is_optimized): (bool, bool)) -> Vec<ReloadRefusal> {
        let mut refusals = Vec::new();
        let mut refuse = |(file, item): &ItemInFile, what: &str, why| {
            refusals.push(ReloadRefusal {
                what: format!("{what} `{}`", item.name),
                file: file.clone(),
                line: item.line,
                why,
                type_end: Some(item.end).filter(|_| self.is_told_by_layout(item)),
            });
        };
        self.in_memory(&mut refuse);
        self.dropped(&mut refuse);
        self.opaque((is_library, is_optimized), &mut refuse);
        if is_library {
            self.of_library(&mut refuse);
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
        self.other_meaning(&mut refuse);
        sort(&mut refusals);
        refusals.dedup_by(|a, b| (&a.what, &a.file, a.line) == (&b.what, &b.file, b.line));
        refusals
    }

    /// Refuses what has changed of which there is something in memory, and macros that may define such a thing.
    fn in_memory(&self, refuse: Refuse<'_>) {
        let defining = defining_macros(&self.all);
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
    }

    /// Refuses functions that return a type which follows from their bodies. Neither a name nor a `TypeId` tells such
    /// values of the old code from those of the new, and optimized code does not tell whether it asks for a `TypeId`.
    fn opaque(&self, (is_library, is_optimized): (bool, bool), refuse: Refuse<'_>) {
        for function in self.functions().filter(|_| is_library || is_optimized) {
            if !function.1.is_opaque || !self.had(&function.1.name) {
                continue;
            }
            let why = match is_optimized {
                true => {
                    "the type of what it returns follows from its body, and optimized code does not tell what is done with values of that: it can \
                     be done where the package has `opt-level = 0`"
                }
                false => "the type of what it returns follows from its body, and crates that use it have code for that",
            };
            refuse(function, "function", why);
        }
    }

    /// Refuses functions of a library that other crates have copies of, or call as they were.
    fn of_library(&self, refuse: Refuse<'_>) {
        for function in self.functions().filter(|(_, item)| self.had(&item.name)) {
            if !function.1.is_opaque && (function.1.is_generic || function.1.is_inline) {
                refuse(
                    function,
                    "function",
                    "it is generic or inline, and crates that use it have their own copies",
                );
            }
        }
        let resigned = self.resigned().into_iter().filter(|resigned| resigned.is_written);
        for Resigned { function, .. } in resigned.filter(|resigned| is_public(&resigned.function.1)) {
            refuse(
                &function,
                "function",
                "its signature has changed, and crates that use it call it as it was",
            );
        }
    }

    /// Refuses what mentions a name that means something else now.
    fn other_meaning(&self, refuse: Refuse<'_>) {
        let meanings = self.meanings();
        if meanings.is_empty() {
            return;
        }
        let is_function = |found: &&&ItemInFile| found.1.kind == ItemKind::Function;
        let others: Vec<&ItemInFile> = meanings.iter().filter(|found| !is_function(found)).copied().collect();
        for found in &self.all {
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
            if !self.is_new(found) && mentions(found, meanings, &self.all) {
                refuse(
                    found,
                    what,
                    "it mentions a name that came, went, or means something else now",
                );
            }
        }
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

    /// Refuses types, given by their paths, whose `Drop` came or went in the code, though the texts do not say it: a
    /// macro or a derive wrote it.
    pub(super) fn drops(&self, paths: &[String], refusals: &mut Vec<ReloadRefusal>) {
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

/// Returns whether an item is the type of this name.
fn is_type(item: &Item, name: &str) -> bool {
    matches!(item.kind, ItemKind::Struct | ItemKind::Enum | ItemKind::Union) && item.name == name
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
    path.strip_prefix(source_path(dir, "")).unwrap_or(path)
}

#[cfg(test)]
mod tests;
