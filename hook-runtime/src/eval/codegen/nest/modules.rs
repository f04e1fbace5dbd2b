//! The modules that typed items stand in, so that a `mod` typed later sees them. Pure.
//!
//! No path leads to an item of a block. So the items of each level stand in a module, nested in that of the level
//! before it, and the level's block imports them:
//!
//! ```text
//! |frame, line| {                                        the slot
//!     mod level1 {
//!         use super::*;                                  all that the module of the hook has
//!         pub(in super) struct P { pub(in super) x: u8 }
//!         pub(in super) mod level2 {
//!             use super::*;                              that, and `P`
//!             pub(in super::super) mod m { use super::*; }
//!         }
//!     }
//!     (move || { use level1::P; (move || { use level1::level2::m; the line })() })()
//! }
//! ```
//!
//! What would be private to the module of the hook is visible just there, so an item has the visibility that it would
//! have in the block. Names mean what they mean in blocks: an item hides an earlier one of its name from all that is
//! typed later. Only the items of the function's own blocks are not seen from here, so what names one of those stays in
//! the block (`session::scopes`).

use hook_rustc::sorted::sort;

use super::{ItemScope, Nest};
use crate::eval::codegen::piece::{Piece, Written};

/// The beginning of the name of a level's module. The numbers of the era and of the level follow.
pub(crate) const NAME: &str = "__hookable_level";

fn name(nest: &Nest<'_>, level: usize) -> String {
    format!("{NAME}{}_{level}", nest.era)
}

/// Returns the names of the items in the module of a level.
fn items<'n>(nest: &'n Nest<'_>, level: usize) -> Vec<&'n str> {
    let named = |(name, scope): (&'n str, ItemScope)| scope.is_in_module().then_some(name);
    match nest.levels.get(level) {
        Some(level) => level
            .items
            .iter()
            .filter_map(|item| named((item.name, item.scope)))
            .collect(),
        None if nest.opens => nest.own.iter().copied().filter_map(named).collect(),
        None => Vec::new(),
    }
}

/// Writes the modules of all levels. A level's number is that of its modules, whether there is an item in each or not,
/// so that no path changes.
pub(super) fn write(out: &mut Written, nest: &Nest<'_>, own: &dyn Fn(&mut Written, usize)) {
    let last = (1..=nest.levels.len())
        .rfind(|level| !items(nest, *level).is_empty())
        .unwrap_or(0);
    for level in 1..=last {
        let visible = match level {
            1 => String::new(),
            _ => format!("pub(in {}) ", vec!["super"; level - 1].join("::")),
        };
        out.push(&format!("{visible}mod {} {{\n{IMPORT} super::*;\n", name(nest, level)));
        match nest.levels.get(level) {
            Some(level) => {
                for item in level.items.iter().filter(|item| item.scope.is_in_module()) {
                    out.piece_of(&nest.text_of(item, true), Piece::Item(item.id));
                    out.push("\n");
                }
            }
            None => own(out, level),
        }
    }
    out.push(&"}\n".repeat(last));
}

/// Imports the items of a level into its block. They are imported by name where that is known: such a name hides one
/// that a block around has, and a name that comes by `*` would be ambiguous beside it in the path of an import.
pub(super) fn import(out: &mut Written, nest: &Nest<'_>, level: usize) {
    let path: String = (1..=level).map(|level| name(nest, level) + "::").collect();
    let mut imported: Vec<&str> = items(nest, level).into_iter().filter_map(import_of).collect();
    sort(&mut imported);
    imported.dedup();
    for name in imported {
        out.push(&format!("{IMPORT} {path}{name};\n"));
    }
}

/// Returns what imports an item by its kind and name, if there is something to import.
fn import_of(name: &str) -> Option<&str> {
    match name.split_once(' ')? {
        ("value" | "type", name) => Some(name).filter(|name| *name != "_"),
        ("extern", rest) if rest.starts_with("crate") => None,
        ("call" | "extern", _) => Some("*"),
        _ => None,
    }
}

const IMPORT: &str = "#[allow(unused_imports)] use";
