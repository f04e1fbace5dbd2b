//! What a hook in a future must not borrow. A variable that was ever borrowed is kept at each later `.await` of its
//! scope, also where it was moved by then; and where its type is not `Send`, the future is not `Send` either. rustc
//! says so where the future is sent, and tells in a note which variable is kept.

use hook_rustc::{Diagnostic, Span};

use super::Lowering;
use super::permit::current;
use super::round::everywhere;
use crate::plan::{Capture, Level, State};
use crate::probe::diagnostics::reason;
use crate::probe::protocol::{BindingFact, BindingFacts, BindingKey};

/// Leaves out the variable that a future keeps, and returns the function, if a hook borrows the variable.
pub(super) fn refuse(lowering: &mut Lowering, facts: &BindingFacts, diagnostic: &Diagnostic) -> Option<String> {
    let mut notes = diagnostic.children.iter();
    let note = notes.find(|note| note.message.contains("used across an await"))?;
    let line = note
        .spans
        .iter()
        .find(|span| span.primary)
        .map(|span| reason::place(span).line)?;
    let mut places = note.spans.iter().filter(|span| !span.primary);
    let declares = |span: &Span, key: &BindingKey, fact: &BindingFact| {
        let place = reason::place(span);
        place.file == key.hook.location.file && (place.line, place.column) == fact.declared
    };
    let kept = places.find_map(|span| facts.iter().find(|(key, fact)| declares(span, key, fact)));
    let (_, fact) = kept?;
    let missing = note.message.split('`').nth(1).unwrap_or("Send");
    let why = format!("the `.await` at line {line} would keep it, and the future would not be `{missing}`");
    leave_out(lowering, facts, fact, &why).then(|| fact.function.clone())
}

/// The reason of what rustc was asked about where the future is not sent.
pub(super) const BEHIND: &str = "an `.await` behind this hook would keep it, and the future would not be `Send`";

/// Leaves a variable out at all hooks of its function. Returns whether one borrowed it.
pub(super) fn leave_out(lowering: &mut Lowering, facts: &BindingFacts, fact: &BindingFact, why: &str) -> bool {
    let mut lowered = false;
    for key in everywhere(facts, fact) {
        let before = current(lowering, facts, key);
        if before.level > Level::None {
            let typing = before.typing;
            let refused = Capture::refused(State::Unavailable, why);
            lowering.lowered.insert(key.clone(), Capture { typing, ..refused });
            lowered = true;
        }
    }
    lowered
}
