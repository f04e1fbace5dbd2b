//! Exits at which no hook can stand, or whose expression cannot be evaluated again. The function as the user wrote it
//! is worth more than either, so where an error is in an exit and about no capture, the second evaluation is given up,
//! and then the hook.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use hook_rustc::{Diagnostic, Span};

use super::Lowering;
use crate::probe::diagnostics::is_borrow_check;
use crate::probe::protocol::{ExitFact, FunctionMark};
use crate::syntax::hook::HookKey;

const ELSEWHERE: &str = "rustc reported something in this function, and that may have been the reason";

/// Gives up what may be the reason of an error, and returns the function, if there was anything. `given_up` are the
/// exits at which something was given up in this round: that may be the reason of further errors.
pub(super) fn refuse(
    lowering: &mut Lowering,
    given_up: &mut BTreeSet<HookKey>,
    diagnostic: &Diagnostic,
) -> Option<String> {
    let mut around = around(lowering, given_up, diagnostic, true);
    if around.is_empty() {
        around = self::around(lowering, given_up, diagnostic, false);
    }
    if let Some((_, fact)) = around.iter().find(|(key, _)| given_up.contains(key)) {
        return Some(fact.function.clone());
    }
    let why = said(diagnostic);
    // What the borrow checker refuses is mostly the second evaluation; what has no such type, both.
    let (mut retry, mut exit) = (around.iter().find(|(_, fact)| fact.retries), around.first());
    match is_borrow_check(diagnostic.code()) || diagnostic.has_code("E0308") {
        true => exit = if retry.is_some() { None } else { exit },
        false => retry = None,
    }
    let (key, fact) = retry.or(exit)?;
    given_up.insert(key.clone());
    match exit {
        Some(_) => drop(lowering.no_exit.insert(key.clone())),
        None => drop(lowering.no_retry.insert(key.clone(), why)),
    }
    Some(fact.function.clone())
}

/// Gives up all second evaluations of a function, and if there are none, all hooks at its exits. Returns whether
/// there were any.
pub(super) fn refuse_all(lowering: &mut Lowering, function: &str) -> bool {
    let of_function = standing(lowering).filter(|(_, fact)| fact.function == function);
    let all: Vec<(HookKey, ExitFact)> = of_function.collect();
    let retries: Vec<_> = all.iter().filter(|(_, fact)| fact.retries).collect();
    for (key, _) in &retries {
        lowering.no_retry.insert(key.clone(), ELSEWHERE.to_owned());
    }
    if retries.is_empty() {
        lowering.no_exit.extend(all.iter().map(|(key, _)| key.clone()));
    }
    !all.is_empty()
}

/// Gives up all hooks at the exits of functions with which rustc came to no end.
pub(super) fn refuse_unsettled(lowering: &mut Lowering) {
    let all: Vec<(HookKey, ExitFact)> = standing(lowering).collect();
    for (key, fact) in all {
        if !lowering.is(&fact.function, FunctionMark::Settled) {
            lowering.no_exit.insert(key);
        }
    }
}

/// Returns the exits at which a hook stands, as they are now.
fn standing(lowering: &Lowering) -> impl Iterator<Item = (HookKey, ExitFact)> {
    let exits = lowering.exits.iter();
    exits
        .filter(|(key, _)| !lowering.no_exit.contains(key))
        .map(|(key, fact)| {
            let retries = fact.retries && !lowering.no_retry.contains_key(key);
            (
                key.clone(),
                ExitFact {
                    retries,
                    ..fact.clone()
                },
            )
        })
}

/// Returns the exits around an error, the innermost first. An error whose place is elsewhere may be about an exit that
/// one of its labels is in.
fn around(
    lowering: &Lowering,
    given_up: &BTreeSet<HookKey>,
    diagnostic: &Diagnostic,
    primary: bool,
) -> Vec<(HookKey, ExitFact)> {
    let spans = diagnostic.spans.iter().filter(|span| span.primary || !primary);
    let places: Vec<&Span> = spans.flat_map(Span::calls).collect();
    let within = |(key, fact): &(HookKey, ExitFact)| {
        let (start, end) = fact.extent;
        let is_in = |place: &&Span| {
            let at = (place.line, place.column);
            place.file == key.location.file && start <= at && at < end
        };
        places.iter().any(is_in)
    };
    let given_up = lowering.exits.iter().filter(|(key, _)| given_up.contains(key));
    let given_up = given_up.map(|(key, fact)| (key.clone(), fact.clone()));
    let mut around: Vec<_> = standing(lowering).chain(given_up).filter(within).collect();
    around.sort_by_key(|(_, fact)| (Reverse(fact.extent.0), fact.extent.1));
    around
}

fn said(diagnostic: &Diagnostic) -> String {
    format!("rustc refuses that: {}", diagnostic.message)
}
