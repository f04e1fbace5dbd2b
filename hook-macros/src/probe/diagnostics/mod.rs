//! Which capture a diagnostic concerns, and in which function it is.

pub(crate) mod reason;

use std::path::Path;

use hook_rustc::{Diagnostic, Span};

use crate::probe::protocol::{BindingFact, BindingKey, Tag};

/// Returns the tag of the line of a probe that a diagnostic is about, by its primary span if that is in such a line.
pub(crate) fn subject(diagnostic: &Diagnostic) -> Option<Tag> {
    let mut tags: Vec<(bool, Tag)> = diagnostic
        .spans
        .iter()
        .filter_map(|span| reason::tag(span).map(|tag| (span.primary, tag)))
        .collect();
    tags.sort_by_key(|(primary, _)| !primary);
    tags.into_iter().next().map(|(_, tag)| tag)
}

/// Returns the binding whose capture keeps a borrow alive.
pub(crate) fn used_later(diagnostic: &Diagnostic) -> Option<BindingKey> {
    let tag = diagnostic
        .spans
        .iter()
        .filter(|span| span.label.contains("later used"))
        .find_map(reason::tag)?;
    Some(tag.key)
}

/// Returns whether an error is in the function of a binding, or in the files that a probe of the function includes. A
/// function that a macro made is where the macro is defined, and where it is called.
pub(crate) fn concerns(diagnostic: &Diagnostic, key: &BindingKey, fact: &BindingFact) -> bool {
    let primary = diagnostic.spans.iter().filter(|span| span.primary);
    let mut places = primary.flat_map(Span::calls);
    places.any(|place| {
        let (first, last) = fact.lines;
        let here = place.line == fact.attribute || (first..=last).contains(&place.line);
        let within = place.file == key.hook.location.file && here;
        within || is_in_files(place, fact)
    })
}

/// Returns whether an error is at the place of a binding's name, in what the attribute emitted there: rustc does not
/// accept the type of the binding.
pub(crate) fn is_of_type(diagnostic: &Diagnostic, key: &BindingKey, fact: &BindingFact) -> bool {
    let file = &key.hook.location.file;
    let mut primary = diagnostic.spans.iter().filter(|span| span.primary);
    primary.any(|span| {
        let at = span.file == *file && (span.line, span.column) == fact.declared;
        let emitted = span
            .calls()
            .skip(1)
            .any(|call| call.file == *file && call.line == fact.attribute);
        at && emitted
    })
}

/// Returns whether an error is in the code that a probe of this function includes.
pub(crate) fn is_ours(diagnostic: &Diagnostic, fact: &BindingFact) -> bool {
    let mut primary = diagnostic.spans.iter().filter(|span| span.primary);
    primary.any(|span| span.calls().any(|place| is_in_files(place, fact)))
}

fn is_in_files(place: &Span, fact: &BindingFact) -> bool {
    Path::new(&place.file).iter().any(|part| part == fact.function.as_str())
}

/// Returns whether an error comes from the borrow checker, which runs only on a body whose types are right. Its
/// errors about lifetimes have no code.
pub(crate) fn is_borrow_check(code: Option<&str>) -> bool {
    const CODES: [&str; 24] = [
        "E0381", "E0382", "E0384", "E0499", "E0500", "E0501", "E0502", "E0503", "E0505", "E0506", "E0507", "E0508",
        "E0509", "E0510", "E0515", "E0521", "E0524", "E0594", "E0596", "E0597", "E0626", "E0712", "E0713", "E0716",
    ];
    code.is_none_or(|code| CODES.contains(&code))
}
