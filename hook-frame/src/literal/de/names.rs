//! Types, variants and fields are found by the names that Rust has for them, or by those that serde was told to rename
//! them to.

use super::{Literal, LiteralError, Result};

/// Returns the last segment of a path.
pub(super) fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

/// Refuses a value that was typed with the name of another type than `name`.
pub(super) fn check_type(path: &str, name: &str, found: &Literal) -> Result<()> {
    if last(path) == name || path == "Self" {
        return Ok(());
    }
    Err(found.mismatch(&name))
}

pub(super) fn check_length(name: &str, found: usize, expected: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(LiteralError::Custom(format!(
        "{name} has {expected} {}, found {found}",
        if expected == 1 { "field" } else { "fields" },
    )))
}

/// Returns the one of serde's names that a typed name means. `rename_all` changes only case and separators, so the name
/// in Rust is found, too.
pub(super) fn find(given: &str, known: &'static [&'static str], owner: &str, what: &str) -> Result<&'static str> {
    let same = |name: &&&str| folded(name).eq(folded(given));
    if let Some(name) = known
        .iter()
        .find(|name| **name == given)
        .or_else(|| known.iter().find(same))
    {
        return Ok(name);
    }
    let hint = match crate::suggest::nearest(given, known.iter().copied()) {
        Some(suggestion) => format!("did you mean {suggestion}?"),
        None if known.is_empty() => format!("it has no {what}s"),
        None => format!("it has {}", known.join(", ")),
    };
    let owner = if owner.is_empty() { "the variant" } else { owner };
    Err(LiteralError::Custom(format!("{owner} has no {what} {given}: {hint}")))
}

fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
}
