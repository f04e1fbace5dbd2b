//! Whether an item mentions others, as far as texts tell.

use std::path::{Path, PathBuf};

use super::changes::ItemInFile;
use super::items::tokens::words;
use super::items::{Item, ItemKind};

/// Returns whether an item mentions one of others, which it sees, names by a path, or imports.
pub(super) fn mentions(found: &ItemInFile, meanings: &[&ItemInFile], all: &[ItemInFile]) -> bool {
    mentions_in(found, &found.1.text, meanings, all)
}

/// Returns whether a text of an item mentions one of others, which the item sees.
pub(super) fn mentions_in((file, item): &ItemInFile, text: &str, meanings: &[&ItemInFile], all: &[ItemInFile]) -> bool {
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
