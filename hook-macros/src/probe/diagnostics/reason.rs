//! Why a binding is not writable, in a few words, from the labels that rustc put on the user's code.

use std::cmp::Reverse;

use hook_rustc::{Diagnostic, Span};

use crate::plan::{Capture, PARTLY, State};
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey, Question, Tag};
use crate::syntax::hook::HookKey;

/// Returns the tag of the line of a probe that a span is in, if it is in one.
pub(crate) fn tag(span: &Span) -> Option<Tag> {
    span.calls().find_map(|span| Tag::read(&span.text))
}

/// Returns the place in the user's file, where the outermost macro was called.
pub(crate) fn place(span: &Span) -> &Span {
    span.calls().last().unwrap_or(span)
}

/// Says where a value was moved, unless the probe itself moved it.
pub(crate) fn moved(question: Question, diagnostic: &Diagnostic) -> Option<Capture> {
    let mut labels = diagnostic.spans.iter().filter(|span| tag(span).is_none());
    let label = labels.find(|span| span.label.contains("moved") && !span.label.starts_with("move occurs"));
    let Some(span) = label else {
        return (question != Question::Whole).then(|| Capture::refused(State::Moved, "moved"));
    };
    let part = if diagnostic.message.contains("partially") {
        PARTLY
    } else {
        ""
    };
    let into = if span.label.contains("closure") {
        " into a closure"
    } else {
        ""
    };
    let line = place(span).line;
    Some(Capture::refused(
        State::Moved,
        format!("{part}moved{into} at line {line}"),
    ))
}

/// Returns the capture that asks what its binding borrows to live longer than it does. An `impl` of a trait asks that,
/// as one for `Held<'static>` does: the capture is legal without the trait.
pub(crate) fn asks_longer(diagnostic: &Diagnostic) -> Option<BindingKey> {
    let asking = diagnostic
        .spans
        .iter()
        .filter(|span| span.label.contains("requires that"));
    let mut tags = asking.filter_map(tag);
    tags.find(|tag| tag.question == Question::Capture).map(|tag| tag.key)
}

/// Says by what a binding is borrowed, and in which state that leaves it.
pub(crate) fn borrowed(facts: &BindingFacts, hook: &HookKey, diagnostic: &Diagnostic) -> (String, State) {
    let label = taken(diagnostic);
    let said = label.map_or(diagnostic.message.as_str(), |span| &span.label);
    let mutably = match label {
        Some(_) => said.contains("mutable borrow") && !said.contains("immutable"),
        None => said.contains("also borrowed as mutable"),
    };
    let how = if mutably { "mutably borrowed" } else { "borrowed" };
    let Some(span) = label.map(place) else {
        return (how.to_string(), State::Borrowed);
    };
    let holder = holder_at(facts, hook, span);
    let by = holder.map(|(_, fact)| format!(" by {}", fact.name)).unwrap_or_default();
    (format!("{how}{by}, line {}", span.line), State::Borrowed)
}

/// Returns the binding that holds the borrow which an error is about.
pub(crate) fn holder<'f>(facts: &'f BindingFacts, hook: &HookKey, diagnostic: &Diagnostic) -> Option<&'f BindingKey> {
    let span = place(taken(diagnostic)?);
    holder_at(facts, hook, span).map(|(key, _)| key)
}

/// Returns the place where the user's code takes the borrow which an error is about.
fn taken(diagnostic: &Diagnostic) -> Option<&Span> {
    let mut labels = diagnostic.spans.iter().filter(|span| tag(span).is_none());
    labels.find(|span| span.label.contains("borrow") && !span.label.contains("later used"))
}

fn holder_at<'f>(facts: &'f BindingFacts, hook: &HookKey, span: &Span) -> Option<(&'f BindingKey, &'f BindingFact)> {
    let at = (span.line, span.column);
    let whole = |fact: &BindingFact| !fact.name.contains('.');
    let here = || facts.iter().filter(|(key, fact)| key.hook == *hook && whole(fact));
    let within = here().filter(|(_, fact)| fact.extent.0 <= at && at <= fact.extent.1);
    // The binding is the innermost that the place is in. Of several names in one pattern it is the one that follows, as
    // in `ref name`.
    here()
        .find(|(_, fact)| fact.declared == at)
        .or_else(|| within.min_by_key(|(_, fact)| (Reverse(fact.extent.0), fact.declared < at, fact.declared)))
}
