//! Which capture a diagnostic concerns.

use hook_rustc::Diagnostic;

use super::facts::{Fact, Key, file_of};
use super::reason;
use crate::emit::Tag;

/// The line of a probe that a diagnostic is about: the primary one if there is one.
pub(super) fn subject(diagnostic: &Diagnostic) -> Option<(Tag, Key)> {
    let mut tags: Vec<(bool, Tag)> = diagnostic
        .spans
        .iter()
        .filter_map(|span| reason::tag(span).map(|tag| (span.primary, tag)))
        .collect();
    tags.sort_by_key(|(primary, _)| !primary);
    let tag = tags.into_iter().next()?.1;
    let key = (tag.key.clone(), tag.position);
    Some((tag, key))
}

/// The capture that keeps a borrow alive.
pub(super) fn used_later(diagnostic: &Diagnostic) -> Option<Key> {
    let tag = diagnostic
        .spans
        .iter()
        .filter(|span| span.label.contains("later used"))
        .find_map(reason::tag)?;
    Some((tag.key, tag.position))
}

/// Whether an error is in the function of a binding.
pub(super) fn concerns(diagnostic: &Diagnostic, key: &Key, fact: &Fact) -> bool {
    let mut places = diagnostic.spans.iter().filter(|span| span.primary).map(reason::place);
    places.any(|place| place.file == file_of(&key.0) && (fact.lines.0..=fact.lines.1).contains(&place.line))
}

/// Whether an error comes from the borrow checker, which runs only on a body whose types are right.
pub(super) fn is_borrow_check(code: &str) -> bool {
    matches!(
        code,
        "" | "E0381"
            | "E0382"
            | "E0384"
            | "E0499"
            | "E0500"
            | "E0501"
            | "E0502"
            | "E0503"
            | "E0505"
            | "E0506"
            | "E0507"
            | "E0508"
            | "E0509"
            | "E0510"
            | "E0515"
            | "E0521"
            | "E0524"
            | "E0594"
            | "E0596"
            | "E0597"
            | "E0626"
            | "E0712"
            | "E0713"
            | "E0716"
    )
}
