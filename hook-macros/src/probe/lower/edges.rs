//! Hooks at which the function cannot be left. A capture is worth more than a way out, so where an error is about both,
//! or may be, the way out is given up.
//!
//! A way out must not keep a lint away either. In a function that cannot return without calling itself, which rustc
//! warns of, it would be the only one. Nor must it cause one: rustc warns of a `return` with a value of the type `!`,
//! which a closure may have without saying so.

use hook_rustc::{Diagnostic, RECURSION, UNREACHABLE};

use super::Lowering;
use crate::plan::NEVER;
use crate::probe::diagnostics::reason;
use crate::probe::protocol::Question;
use crate::syntax::hook::HookKey;

const RECURSES: &str = "the function calls itself before it can return, and rustc would not warn of that any more";

/// Returns the hook whose way out an error is about, besides whatever else it may be about.
pub(super) fn subject(diagnostic: &Diagnostic) -> Option<HookKey> {
    let mut tags = diagnostic.spans.iter().filter_map(reason::tag);
    let tag = tags.find(|tag| tag.question == Question::Return)?;
    Some(tag.key.hook)
}

/// Gives up the way out at a hook, and returns the function, if there was one.
pub(super) fn refuse(lowering: &mut Lowering, hook: &HookKey, diagnostic: &Diagnostic) -> Option<String> {
    give_up(lowering, hook, said(diagnostic))
}

fn give_up(lowering: &mut Lowering, hook: &HookKey, why: String) -> Option<String> {
    let function = lowering.edges.get(hook)?.function.clone();
    (lowering.no_return.insert(hook.clone(), why).is_none()).then_some(function)
}

/// Gives up all ways out of a function, since rustc reports something in it that no capture is the reason of. Tells
/// whether there were any.
pub(super) fn refuse_all(lowering: &mut Lowering, function: &str, why: &str) -> bool {
    let of_function = lowering.edges.iter().filter(|(_, fact)| fact.function == function);
    let hooks: Vec<HookKey> = of_function.map(|(hook, _)| hook.clone()).collect();
    let given_up = hooks
        .into_iter()
        .map(|hook| match lowering.no_return.contains_key(&hook) {
            true => false,
            false => lowering.no_return.insert(hook, why.to_owned()).is_none(),
        });
    given_up.filter(|given_up| *given_up).count() > 0
}

/// Takes the warning that a function cannot return without calling itself.
pub(super) fn recurses(lowering: &mut Lowering, diagnostic: &Diagnostic) {
    if !diagnostic.has_code(RECURSION) {
        return;
    }
    let places: Vec<_> = diagnostic.spans.iter().filter(|span| span.primary).collect();
    let is_in = |hook: &HookKey, (first, last): (usize, usize)| {
        let mut places = places.iter().flat_map(|span| span.calls());
        places.any(|place| place.file == hook.location.file && (first..=last).contains(&place.line))
    };
    let edges = lowering.edges.iter();
    let within = edges.filter(|(hook, fact)| is_in(hook, fact.lines));
    let functions: Vec<String> = within.map(|(_, fact)| fact.function.clone()).collect();
    for function in functions {
        refuse_all(lowering, &function, RECURSES);
    }
}

/// Takes the warning that a `return` has a value of the type `!`, and returns the function, if there was a way out.
pub(super) fn never_returns(lowering: &mut Lowering, diagnostic: &Diagnostic) -> Option<String> {
    let hook = subject(diagnostic).filter(|_| diagnostic.has_code(UNREACHABLE))?;
    give_up(lowering, &hook, NEVER.to_owned())
}

/// Returns the reason that an error is.
pub(super) fn said(diagnostic: &Diagnostic) -> String {
    format!("rustc refuses a `return` there: {}", diagnostic.message)
}
