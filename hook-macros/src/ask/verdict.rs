//! From rustc's diagnostics to what a hook may capture: pure.
//!
//! A diagnostic concerns a capture if one of its spans, primary or label, is a line of a probe file. What it says depends on
//! what the line asked ([`Role`]). The answers about each binding by itself come first, for they are about the user's code
//! alone. Only then do captures that hinder each other count: where `r` borrows `v` and is not used again, each may be
//! captured, but not both. Then `r`, which through the capture alone lives on, is kept as a snapshot taken before `v`.

use std::collections::{HashMap, HashSet};

use hook_rustc::{Diagnostic, Span};

use super::facts::{Fact, Facts};
use super::table::{Mark, Table};
use crate::emit::{Role, Tag, beside};
use crate::plan::{Capture, Level, State, Typing};

/// What a round came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing stands in the way.
    Done,
    /// Captures were lowered: ask again.
    Lowered,
    /// The first error that is about no capture.
    Foreign(String),
}

type Key = (String, usize);

/// Lowers the table by the errors among the diagnostics.
///
/// With `all`, a binding whose borrow ended before one hook counts as ended at every hook of the function.
pub(super) fn lower(table: &mut Table, facts: &Facts, diagnostics: &[Diagnostic], all: bool) -> Progress {
    let (mut alone, mut together, mut unjudged) = (HashMap::new(), Vec::new(), HashSet::new());
    let (mut foreign, mut lowered, mut newly_alone) = (None, false, HashSet::<String>::new());
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
        let Some((tag, key)) = subject(diagnostic) else {
            if !diagnostic.message.starts_with("aborting due to") {
                if beside(&diagnostic.message).is_some() {
                    lowered |= table.retreat(beside(&diagnostic.message));
                } else {
                    foreign.get_or_insert_with(|| diagnostic.message.clone());
                }
            }
            continue;
        };
        let Some(fact) = facts.get(&key) else { continue };
        if !is_borrow_check(&diagnostic.code) {
            unjudged.insert(fact.function.clone());
        }
        // rustc gathers all mutable borrows of an immutable binding in one error at its declaration.
        let gathered = diagnostic.code == "E0596";
        if gathered && diagnostic.spans.iter().any(|span| self::tag(span).is_none() && span.label.starts_with("cannot borrow")) {
            foreign.get_or_insert_with(|| diagnostic.message.clone());
        }
        let elsewhere = diagnostic.spans.iter().find(|span| !gathered && span.primary && self::tag(span).is_none());
        // Here one hook speaks for others, or hinders them.
        let other_hook = used_later(diagnostic).filter(|(site, _)| *site != tag.key);
        let entangled = elsewhere.is_some() || other_hook.is_some() || diagnostic.code == "E0381";
        if entangled && (newly_alone.contains(&fact.function) || table.marks.insert((fact.function.clone(), Mark::Alone))) {
            newly_alone.insert(fact.function.clone());
            continue;
        }
        match tag.role {
            _ if elsewhere.is_some() && is_borrow_check(&diagnostic.code) => {
                // The user's line is fine unless this binding is used after it.
                let line = elsewhere.map_or(0, |span| span.line);
                let ended = Capture::refused(State::Borrowed, format!("its borrow ended at line {line}"));
                if all {
                    alone.extend(everywhere(facts, fact).map(|key| (key.clone(), ended.clone())));
                }
                alone.insert(key, ended);
            }
            Role::Capture => together.push((key, diagnostic)),
            role => {
                if let Some(capture) = alone_permits(role, fact, facts, &tag.key, diagnostic) {
                    let entry = alone.entry(key).or_insert_with(|| capture.clone());
                    if rank(&capture) < rank(entry) {
                        *entry = capture;
                    }
                }
            }
        }
    }
    lowered |= !newly_alone.is_empty();
    unjudged.extend(newly_alone);
    for (key, capture) in alone {
        let current = current(table, facts, &key);
        if rank(&capture) < rank(&current) {
            table.lowered.insert(key, Capture { typing: capture.typing.min(current.typing), ..capture });
            lowered = true;
        }
    }
    if !lowered {
        let mut changed = HashSet::new();
        for (key, diagnostic) in together {
            // One step at a time: what was lowered just now may have been all that was in the way.
            let other = used_later(diagnostic);
            if !changed.contains(&key) && !other.is_some_and(|other| changed.contains(&other)) {
                changed.extend(hindered(table, facts, &key, diagnostic));
            }
        }
        lowered |= !changed.is_empty();
    }
    if !lowered && foreign.is_none() {
        // Once a function is fine but for what is not `mut`, that is added, and the borrow checker looks again.
        let writes = |(key, fact): &(&Key, &Fact)| fact.may_add_mut && current(table, facts, key).level == Level::Unique;
        let functions: Vec<_> = facts.iter().filter(writes).map(|(_, fact)| (fact.function.clone(), Mark::Mutable)).collect();
        for mark in functions {
            lowered |= table.marks.insert(mark);
        }
    }
    let judged = facts.values().map(|fact| &fact.function).filter(|function| !unjudged.contains(*function));
    table.marks.extend(judged.map(|function| (function.clone(), Mark::Judged)));
    match (lowered, foreign) {
        (_, Some(_)) if table.retreat(None) => Progress::Lowered,
        (_, Some(error)) => Progress::Foreign(error),
        (true, None) => Progress::Lowered,
        (false, None) => Progress::Done,
    }
}

/// The same binding at all hooks of its function.
fn everywhere<'a>(facts: &'a Facts, of: &'a Fact) -> impl Iterator<Item = &'a Key> {
    let same = |fact: &Fact| fact.function == of.function && fact.name == of.name && fact.extent == of.extent;
    facts.iter().filter(move |(_, fact)| same(fact)).map(|(key, _)| key)
}

/// The line of a probe that a diagnostic is about: the primary one if there is one.
fn subject(diagnostic: &Diagnostic) -> Option<(Tag, Key)> {
    let mut tags: Vec<(bool, Tag)> =
        diagnostic.spans.iter().filter_map(|span| tag(span).map(|tag| (span.primary, tag))).collect();
    tags.sort_by_key(|(primary, _)| !primary);
    let tag = tags.into_iter().next()?.1;
    let key = (tag.key.clone(), tag.position);
    Some((tag, key))
}

fn tag(span: &Span) -> Option<Tag> {
    span.calls().find_map(|span| Tag::read(&span.text))
}

/// Whether an error comes from the borrow checker, which runs only on a body whose types are right.
fn is_borrow_check(code: &str) -> bool {
    matches!(
        code,
        "" | "E0381" | "E0382" | "E0384" | "E0499" | "E0500" | "E0501" | "E0502" | "E0503" | "E0505" | "E0506" | "E0507" | "E0508"
            | "E0509" | "E0510" | "E0515" | "E0521" | "E0524" | "E0594" | "E0596" | "E0597" | "E0626" | "E0712" | "E0713" | "E0716"
    )
}

/// How much a capture asks for, to compare two.
fn rank(capture: &Capture) -> (Level, Typing, bool) {
    (capture.level, capture.typing, capture.state != State::Moved)
}

fn current(table: &Table, facts: &Facts, key: &Key) -> Capture {
    table.lowered.get(key).unwrap_or(&facts[key].capture).clone()
}

/// What an error about a binding by itself leaves of it; `None` where it says nothing.
fn alone_permits(role: Role, fact: &Fact, facts: &Facts, site: &str, diagnostic: &Diagnostic) -> Option<Capture> {
    let code = diagnostic.code.as_str();
    match role {
        Role::Whole | Role::Unique | Role::Shared if matches!(code, "E0382") => moved(role, fact, diagnostic),
        Role::Whole => None,
        Role::Unique | Role::Shared if code == "E0381" => Some(Capture::refused(State::Unassigned, "not yet assigned")),
        Role::Unique if code == "E0596" && fact.may_add_mut => None,
        Role::Unique if code == "E0596" => Some(Capture::read_only("not declared `mut`")),
        Role::Unique => Some(Capture::read_only(borrowed(facts, site, diagnostic).0)),
        Role::Shared if is_borrow_check(code) => {
            let (reason, state) = borrowed(facts, site, diagnostic);
            Some(Capture::refused(state, reason))
        }
        Role::Shared | Role::Type => Some(Capture::unknown(diagnostic.message.clone())),
        Role::Traits if fact.capture.typing == Typing::Full => Some(Capture { typing: Typing::Named, ..fact.capture.clone() }),
        Role::Traits => Some(Capture::unknown(diagnostic.message.clone())),
        Role::Capture => None,
    }
}

/// Where a value was moved, unless the probe itself moved it.
fn moved(role: Role, _: &Fact, diagnostic: &Diagnostic) -> Option<Capture> {
    let place = diagnostic.spans.iter().find(|span| {
        tag(span).is_none() && span.label.contains("moved") && !span.label.starts_with("move occurs")
    });
    match place {
        Some(span) => {
            let what = match span.label.contains("closure") {
                true => format!("moved into a closure at line {}", span.line),
                false => format!("moved at line {}", span.line),
            };
            let part = if diagnostic.message.contains("partially") { "partly " } else { "" };
            Some(Capture::refused(State::Moved, format!("{part}{what}")))
        }
        None if role == Role::Whole => None,
        None => Some(Capture::refused(State::Moved, "moved")),
    }
}

/// By whom a binding is borrowed, from the labels on the user's code.
fn borrowed(facts: &Facts, site: &str, diagnostic: &Diagnostic) -> (String, State) {
    let place = diagnostic.spans.iter().find(|span| tag(span).is_none() && span.label.contains("borrow") && !span.label.contains("later used"));
    let Some(span) = place else {
        let mutably = diagnostic.message.contains("also borrowed as mutable");
        return (if mutably { "mutably borrowed" } else { "borrowed" }.to_string(), State::Borrowed);
    };
    let at = (span.line, span.column);
    let holders = facts.iter().filter(|((key, _), fact)| key == site && fact.extent[0] <= at && at <= fact.extent[1]);
    let holder = holders.max_by_key(|(_, fact)| fact.extent[0]).map(|(_, fact)| format!(" by {}", fact.name));
    let how = if span.label.contains("mutable borrow") && !span.label.contains("immutable") { "mutably borrowed" } else { "borrowed" };
    (format!("{how}{}, line {}", holder.unwrap_or_default(), span.line), State::Borrowed)
}

/// Lowers what a capture that was permitted by itself hinders, or is hindered by, and tells which.
fn hindered(table: &mut Table, facts: &Facts, key: &Key, diagnostic: &Diagnostic) -> Option<Key> {
    let capture = current(table, facts, key);
    let fact = &facts[key];
    if diagnostic.code == "E0596" && fact.may_add_mut {
        return None;
    }
    if !is_borrow_check(&diagnostic.code) {
        let typing = if capture.typing == Typing::Full { Typing::Named } else { Typing::Unknown };
        let next = match typing {
            Typing::Unknown => Capture::unknown(diagnostic.message.clone()),
            typing => Capture { typing, ..capture },
        };
        table.lowered.insert(key.clone(), next);
        return Some(key.clone());
    }
    let (who, next) = match used_later(diagnostic).filter(|other| other != key) {
        // Only another hook uses `r` again: this one shows what `r` borrows.
        Some(r) if r.0 != key.0 => {
            (r, Capture::refused(State::Borrowed, format!("last used before line {}, where {} is shown", line_of(&key.0), fact.name)))
        }
        // `r` holds a shared borrow: reading both is fine.
        Some(r) if capture.level == Level::Unique && diagnostic.message.contains("also borrowed as immutable") => {
            (key.clone(), Capture::read_only(format!("borrowed by {}", facts[&r].name)))
        }
        Some(r) if current(table, facts, &r).level > Level::Snapshot => {
            let reason = format!("shown as the hook opened: it borrows {}", fact.name);
            (r, Capture { level: Level::Snapshot, ..Capture::read_only(reason) })
        }
        _ => (key.clone(), below(&capture, &borrowed(facts, &key.0, diagnostic).0)),
    };
    let typing = current(table, facts, &who).typing;
    table.lowered.insert(who.clone(), Capture { typing: next.typing.min(typing), ..next });
    Some(who)
}

/// The capture that keeps a borrow alive.
fn used_later(diagnostic: &Diagnostic) -> Option<Key> {
    let tag = diagnostic.spans.iter().filter(|span| span.label.contains("later used")).find_map(tag)?;
    Some((tag.key, tag.position))
}

/// The line of the hook with this key.
fn line_of(key: &str) -> &str {
    key.rsplit(':').nth(1).unwrap_or_default()
}

/// The next lower capture.
fn below(capture: &Capture, reason: &str) -> Capture {
    match capture.level {
        Level::Unique => Capture::read_only(reason),
        Level::Shared => Capture { level: Level::Snapshot, ..Capture::read_only(reason) },
        Level::Snapshot => Capture::refused(State::Borrowed, reason),
        Level::None => Capture::unknown(reason),
    }
}
