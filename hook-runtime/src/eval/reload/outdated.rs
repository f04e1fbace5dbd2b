//! Values that lines keep, and whose types are laid out in another way once the bodies of functions have changed.
//!
//! A line gets a kept value by its `TypeId`, and a coroutine keeps that when its body changes. A line in new code would
//! take the value for one of the new layout.

use hook_rustc::sorted::sort;

use super::changes::{Changes, ItemInFile};
use crate::eval::session::{held, kept};
use crate::parts::learned;

/// Why a name means nothing any more.
const WHY: &str = "a body that its type follows from was reloaded";

/// Returns whether the body of a function decides how something is laid out.
pub(super) fn follows_from_body((_, function): &ItemInFile) -> bool {
    function.may_await || function.is_opaque
}

/// Forgets the values whose types may follow from bodies that have changed. Returns what the user is told.
pub(super) fn forget(changes: &Changes) -> Vec<String> {
    let functions: Vec<&ItemInFile> = changes
        .functions()
        .filter(|function| follows_from_body(function))
        .collect();
    if functions.is_empty() {
        return Vec::new();
    }
    learned::forget();
    let is_outdated = |name: &str| {
        name.contains("{{")
            || functions
                .iter()
                .any(|(_, function)| name.contains(&format!("::{}", function.name)))
    };
    let mut names = kept::forget(|about| is_outdated(about.type_name));
    names.extend(held::hide(is_outdated, WHY));
    sort(&mut names);
    names.dedup();
    names.iter().map(|name| format!("`{name}` is gone: {WHY}")).collect()
}
