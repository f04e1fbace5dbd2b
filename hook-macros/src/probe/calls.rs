//! Which macro calls are hooks, from what a probe came to.
//!
//! The attribute reports which hooks it wrote code for, and `hook!` notes which came to it: one that did not is another
//! macro of that name, or stands in code that is not compiled; it is left as it was written. A hook of which no
//! attribute knew makes itself an error, for rustc says of an error out of which macros it comes. So a macro of another
//! name, or one that a hook comes out of, is known by the place of its call.

use hook_rustc::{Diagnostic, Span};

use super::protocol::{ExpectedHook, Reports, messages};
use crate::syntax::hook::calls::MacroCalls;
use crate::syntax::location::SourceLocation;

/// Adds what a round came to. Returns whether the next round has to know it before anything else is asked.
pub(super) fn learn(calls: &mut MacroCalls, reports: &Reports, diagnostics: &[Diagnostic]) -> bool {
    let framed =
        |calls: &MacroCalls| -> Vec<bool> { calls.unforeseen.iter().map(|hook| calls.is_framed(hook)).collect() };
    let (framed_before, unforeseen_before) = (framed(calls), calls.unforeseen.len());
    let mut again = false;
    for hook in &reports.expected {
        let (place, surely) = match hook {
            ExpectedHook::Framed(call) => {
                calls.frames.insert(call.clone());
                continue;
            }
            ExpectedHook::Surely(place) => (place, true),
            ExpectedHook::Perhaps(place) => (place, false),
        };
        if !reports.arrived.contains(place) && calls.others.insert(place.clone()) {
            again |= surely;
        }
    }
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
        take_unseen(calls, diagnostic);
    }
    again || calls.unforeseen.len() > unforeseen_before || framed(calls) != framed_before
}

/// Takes the error of a hook that no attribute saw.
fn take_unseen(calls: &mut MacroCalls, diagnostic: &Diagnostic) {
    let span = diagnostic.spans.iter().find(|span| span.primary);
    let (Some(hook), Some(span)) = (messages::unseen_hook(&diagnostic.message), span) else {
        return;
    };
    calls.others.remove(&hook);
    calls.unforeseen.insert(hook.clone());
    match span.calls().last().map(location_of) {
        Some(outermost) if outermost != hook => drop(calls.around.insert((outermost, hook))),
        _ => drop(calls.renamed.insert(hook)),
    }
}

/// Returns the place where a span of rustc's begins, as [`SourceLocation::of`] gives that of a token.
fn location_of(span: &Span) -> SourceLocation {
    SourceLocation {
        file: span.file.clone(),
        line: span.line,
        column: span.column.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize) -> SourceLocation {
        SourceLocation {
            file: "src/main.rs".into(),
            line,
            column: 4,
        }
    }

    /// An error that the hook in a line made of itself, called through macros in these lines, outermost last.
    fn unseen(line: usize, around: &[usize]) -> Diagnostic {
        let span = |line, call| Span {
            file: "src/main.rs".into(),
            line,
            column: 5,
            primary: true,
            call,
            ..Span::default()
        };
        let outwards = around
            .iter()
            .rev()
            .fold(None, |call, &line| Some(Box::new(span(line, call))));
        Diagnostic {
            level: "error".into(),
            message: messages::unseen(&at(line)),
            spans: vec![span(line, outwards)],
            ..Diagnostic::default()
        }
    }

    #[test]
    fn a_hook_that_did_not_arrive_is_of_another_macro() {
        let mut calls = MacroCalls::default();
        let reports = Reports {
            expected: vec![ExpectedHook::Surely(at(1)), ExpectedHook::Perhaps(at(2))],
            arrived: [at(1)].into(),
            ..Reports::default()
        };
        // Code that is perhaps not compiled decides nothing that another round has to know.
        assert!(!learn(&mut calls, &reports, &[]));
        assert_eq!(calls.others, [at(2)].into());
        let reports = Reports {
            arrived: [].into(),
            ..reports
        };
        assert!(learn(&mut calls, &reports, &[]));
        assert!(!learn(&mut calls, &reports, &[]));
    }

    #[test]
    fn a_hook_that_no_attribute_saw_is_renamed_or_out_of_a_macro() {
        let mut calls = MacroCalls::default();
        assert!(learn(
            &mut calls,
            &Reports::default(),
            &[unseen(3, &[]), unseen(4, &[5, 6])]
        ));
        assert_eq!(calls.renamed, [at(3)].into());
        assert_eq!(calls.around, [(at(6), at(4))].into());
        // The frame before the call is news once.
        let framed = Reports {
            expected: vec![ExpectedHook::Framed(at(6))],
            ..Reports::default()
        };
        assert!(learn(&mut calls, &framed, &[unseen(4, &[5, 6])]));
        assert!(!learn(&mut calls, &framed, &[unseen(4, &[5, 6])]));
    }
}
