//! What rustc permits of a capture after an error about it.

use hook_rustc::Diagnostic;

use super::{Lowering, yielding};
use crate::plan::{Capture, Level, NOT_COPIED, State, Typing};
use crate::probe::diagnostics::reason;
use crate::probe::diagnostics::{is_borrow_check, used_later};
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey, CaptureTable, Question};
use crate::syntax::hook::HookKey;

/// The reason of a binding that a hook sees from the guard of the pattern that binds it.
const IN_GUARD: &str = "a guard cannot write what its pattern binds";

/// Returns how much a capture asks for, so that two can be compared.
pub(super) fn rank(capture: &Capture) -> (Level, Typing, bool) {
    (capture.level, capture.typing, capture.state != State::Moved)
}

pub(super) fn current(table: &CaptureTable, facts: &BindingFacts, key: &BindingKey) -> Capture {
    table.lowered.get(key).unwrap_or(&facts[key].capture).clone()
}

/// Returns what an error about a binding by itself leaves of it; `None` where the error says nothing.
pub(super) fn alone_permits(
    question: Question,
    fact: &BindingFact,
    facts: &BindingFacts,
    hook: &HookKey,
    diagnostic: &Diagnostic,
) -> Option<Capture> {
    let has_code = |code| diagnostic.has_code(code);
    match question {
        Question::Whole | Question::Unique | Question::Shared | Question::Capture if has_code("E0382") => {
            reason::moved(question, diagnostic)
        }
        Question::Whole | Question::Name | Question::Enclosed => None,
        Question::Unique | Question::Shared if has_code("E0381") => {
            Some(Capture::refused(State::Unassigned, "not yet assigned"))
        }
        Question::Unique if has_code("E0596") && fact.may_add_mut && !fact.made_mutable => None,
        Question::Unique if has_code("E0596") && in_guard(diagnostic) => Some(Capture::read_only(IN_GUARD)),
        Question::Unique if has_code("E0596") && fact.may_add_mut => Some(bound_otherwise()),
        Question::Unique if has_code("E0596") => Some(Capture::read_only("not declared `mut`")),
        Question::Unique => Some(Capture::read_only(reason::borrowed(facts, hook, diagnostic).0)),
        Question::Shared if is_borrow_check(diagnostic.code()) => {
            let (reason, state) = reason::borrowed(facts, hook, diagnostic);
            Some(Capture::refused(state, reason))
        }
        Question::Type if has_code("E0745") => Some(Capture::doubtful()),
        Question::Shared | Question::Type => Some(Capture::unknown(diagnostic.message.clone())),
        Question::Traits | Question::Reference => Some(mistyped(fact.capture.clone(), diagnostic)),
        Question::Sent | Question::Capture | Question::Return | Question::Closure => None,
    }
}

/// Lowers what a capture that was permitted by itself hinders, or is hindered by, and tells which.
pub(super) fn hindered(
    table: &mut Lowering,
    facts: &BindingFacts,
    key: &BindingKey,
    diagnostic: &Diagnostic,
) -> Option<BindingKey> {
    let capture = current(table, facts, key);
    let fact = &facts[key];
    if diagnostic.has_code("E0596") && fact.may_add_mut && !fact.made_mutable {
        return None;
    }
    if diagnostic.has_code("E0596") && in_guard(diagnostic) {
        table.lowered.insert(key.clone(), Capture::read_only(IN_GUARD));
        return Some(key.clone());
    }
    // The type is not `Copy`, or nothing is known of it.
    if capture.level == Level::Copied && !is_borrow_check(diagnostic.code()) {
        table
            .lowered
            .insert(key.clone(), Capture::refused(State::Unavailable, NOT_COPIED));
        return Some(key.clone());
    }
    // A lifetime that is too short may be one that an `impl` of a trait asks for, and then the capture is legal without
    // the trait.
    let by_trait =
        matches!(diagnostic.code(), None | Some("E0521" | "E0597" | "E0716")) && capture.typing > Typing::Named;
    if by_trait || !is_borrow_check(diagnostic.code()) {
        let next = mistyped(capture, diagnostic);
        table.lowered.insert(key.clone(), next);
        return Some(key.clone());
    }
    let (who, next) = match used_later(diagnostic).filter(|other| other != key) {
        // Only another hook uses `r` again, so this one shows what `r` borrows.
        Some(r) if r.hook != key.hook => (
            r,
            Capture::refused(
                State::Borrowed,
                format!(
                    "last used before line {}, where {} is shown",
                    key.hook.location.line, fact.name
                ),
            ),
        ),
        // `r` holds a shared borrow, so both can be read.
        Some(r) if capture.level == Level::Unique && diagnostic.message.contains("also borrowed as immutable") => (
            key.clone(),
            Capture::read_only(format!("borrowed by {}", facts[&r].name)),
        ),
        Some(r) if current(table, facts, &r).level > Level::Snapshot => {
            let reason = format!("shown as the hook opened: it borrows {}", fact.name);
            (
                r,
                Capture {
                    level: Level::Snapshot,
                    ..Capture::read_only(reason)
                },
            )
        }
        _ => (
            key.clone(),
            below(&capture, &reason::borrowed(facts, &key.hook, diagnostic).0),
        ),
    };
    if who != *key {
        let before = current(table, facts, &who);
        yielding::note(table, who.clone(), key.clone(), (before, next.reason.clone()));
    }
    let typing = current(table, facts, &who).typing;
    table.lowered.insert(
        who.clone(),
        Capture {
            typing: next.typing.min(typing),
            ..next
        },
    );
    Some(who)
}

/// Returns whether what cannot be written is bound by a pattern, and the hook stands in the guard of that pattern.
fn in_guard(diagnostic: &Diagnostic) -> bool {
    diagnostic.message.contains("pattern guard")
}

/// Returns the capture of a name that is not that of the binding which was made `mut`, but, say, that of a `let` which
/// a macro makes.
fn bound_otherwise() -> Capture {
    Capture::read_only("bound by a macro, without `mut`")
}

/// Returns the capture with less asked of its type.
pub(super) fn mistyped(capture: Capture, diagnostic: &Diagnostic) -> Capture {
    match capture.typing.below() {
        Typing::Unknown => Capture::unknown(diagnostic.message.clone()),
        typing => Capture { typing, ..capture },
    }
}

/// Returns the next lower capture.
fn below(capture: &Capture, reason: &str) -> Capture {
    match capture.level {
        Level::Unique => Capture::read_only(reason),
        Level::Shared => Capture {
            level: Level::Snapshot,
            ..Capture::read_only(format!("shown as the hook opened: {reason}"))
        },
        Level::Snapshot | Level::Copied => Capture::refused(State::Borrowed, reason),
        Level::None => Capture::unknown(reason),
    }
}
