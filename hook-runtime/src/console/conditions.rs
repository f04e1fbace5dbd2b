//! The conditions that the user sets at a hook. `:when` and `:check` decide at which hits it stops, and `:watch` adds
//! values to what a stop prints. A condition is compiled once, and its code is called at every hit.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::eval::abi::{LineOutcome, Role};
use crate::eval::again::LoadedLine;
use crate::eval::frame::EvalFrame;
use crate::eval::{self, Purpose};
use crate::format::Shown;
use crate::frame::changes::cut;
use crate::frame::{Frame, numbers};

/// The purpose of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConditionKind {
    /// The hook stops only at hits where the condition is true.
    When,
    /// The hook stops only at hits where the condition is false, or where `:when` is true.
    Check,
    /// A stop prints the value if it differs from the value at the last stop.
    Watch,
}

#[derive(Clone, Debug)]
struct Condition {
    kind: ConditionKind,
    text: String,
    /// The compiled code, one for each instance of a generic function.
    loaded: Vec<LoadedLine>,
    /// The value at the last stop.
    last: String,
}

/// Whether any hook has a condition. It spares the other hits the lock.
static ANY: AtomicBool = AtomicBool::new(false);

/// The conditions of all hooks, by their keys.
type Conditions = HashMap<usize, Vec<Condition>>;

fn conditions() -> MutexGuard<'static, Option<Conditions>> {
    static CONDITIONS: Mutex<Option<Conditions>> = Mutex::new(None);
    CONDITIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConditionKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            ConditionKind::When => "when",
            ConditionKind::Check => "check",
            ConditionKind::Watch => "watch",
        }
    }
}

/// Sets a condition of the hook with this key. A hook has at most one `:when`, and any number of the other kinds.
pub(crate) fn set(key: usize, kind: ConditionKind, text: &str, value: String, loaded: Option<LoadedLine>) {
    let mut conditions = conditions();
    let of_hook = conditions.get_or_insert_default().entry(key).or_default();
    of_hook.retain(|other| !(other.kind == kind && (kind == ConditionKind::When || other.text == text)));
    of_hook.push(Condition {
        kind,
        text: text.to_owned(),
        loaded: loaded.into_iter().collect(),
        last: value,
    });
    ANY.store(true, Ordering::Relaxed);
}

/// Removes the conditions of a kind, and returns their texts.
pub(crate) fn remove(key: usize, kind: ConditionKind) -> Vec<String> {
    let mut conditions = conditions();
    let of_hook = conditions.get_or_insert_default().entry(key).or_default();
    of_hook
        .extract_if(.., |other| other.kind == kind)
        .map(|removed| removed.text)
        .collect()
}

/// Returns the texts of the conditions of a kind.
pub(crate) fn listed(key: usize, kind: ConditionKind) -> Vec<String> {
    let all = of(key).into_iter();
    all.filter(|condition| condition.kind == kind)
        .map(|condition| condition.text)
        .collect()
}

fn of(key: usize) -> Vec<Condition> {
    let conditions = conditions();
    let of_hook = conditions.as_ref().and_then(|all| all.get(&key));
    of_hook.cloned().unwrap_or_default()
}

fn of_frame(frame: &Frame<'_, '_>) -> Vec<Condition> {
    match ANY.load(Ordering::Relaxed) {
        true => of(numbers::key(frame.site)),
        false => Vec::new(),
    }
}

/// The decision whether a hit stops, with the reasons that are printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Not,
    Because(Vec<String>),
}

/// Evaluates the conditions of the hook and decides whether this hit stops.
pub(crate) fn stop(frame: &mut Frame<'_, '_>) -> Stop {
    let conditions = of_frame(frame);
    let asked = conditions
        .into_iter()
        .filter(|condition| condition.kind != ConditionKind::Watch);
    let answers: Vec<_> = asked
        .map(|condition| (condition.kind, value(frame, &condition), condition.text))
        .collect();
    decided(answers)
}

fn decided(answers: Vec<(ConditionKind, Result<String, String>, String)>) -> Stop {
    let (mut because, mut waits) = (Vec::new(), false);
    for (kind, value, text) in answers {
        match (kind, value.as_deref()) {
            (ConditionKind::When, Ok("true")) => because.push(format!("`{text}` is true")),
            (ConditionKind::When, Ok(_)) | (ConditionKind::Check, Ok("true")) => waits = true,
            (ConditionKind::Check, Ok("false")) => because.push(format!("check failed: `{text}` is false")),
            (_, Err(why)) => because.push(format!("`{text}` cannot be evaluated: {why}")),
            (ConditionKind::Check | ConditionKind::Watch, Ok(_)) => {}
        }
    }
    if because.is_empty() && waits {
        Stop::Not
    } else {
        Stop::Because(because)
    }
}

/// Returns a line of at most `width` columns for each watched value that differs from the last stop.
pub(crate) fn watched(frame: &mut Frame<'_, '_>, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for condition in of_frame(frame)
        .into_iter()
        .filter(|condition| condition.kind == ConditionKind::Watch)
    {
        let now = value(frame, &condition).unwrap_or_else(|why| format!("({why})"));
        if now != condition.last {
            let room = width.saturating_sub(condition.text.len() + 6) / 2;
            lines.push(format!(
                "{}: {} -> {}",
                condition.text,
                cut(&condition.last, room),
                cut(&now, room)
            ));
            update(numbers::key(frame.site), &condition, |same| same.last.clone_from(&now));
        }
    }
    lines
}

/// Changes a condition of the hook with this key, unless it was removed meanwhile.
fn update(key: usize, condition: &Condition, change: impl FnOnce(&mut Condition)) {
    let mut conditions = conditions();
    let of_site = conditions.get_or_insert_default().get_mut(&key).into_iter().flatten();
    let mut same = of_site.filter(|other| other.kind == condition.kind && other.text == condition.text);
    if let Some(same) = same.next() {
        change(same);
    }
}

/// Returns the value of a condition at this hit, or why it has none. The condition is compiled again if the hit is in
/// an instance of a generic function that it was not compiled for.
fn value(frame: &mut Frame<'_, '_>, condition: &Condition) -> Result<String, String> {
    let key = numbers::key(frame.site);
    let frame = EvalFrame::of(frame);
    let called = condition
        .loaded
        .iter()
        .find_map(|loaded| loaded.call(&frame, Role::Aside));
    let outcome = match called {
        Some((outcome, _)) => outcome,
        None => {
            let answer =
                eval::evaluate(&frame, &condition.text, Purpose::Aside, 80).map_err(|error| error.to_string())?;
            update(key, condition, |same| same.loaded.extend(answer.loaded));
            answer.outcome
        }
    };
    text(outcome)
}

/// Returns the text of a value, or why there is none.
pub(crate) fn text(outcome: LineOutcome) -> Result<String, String> {
    match outcome {
        LineOutcome::Value(Shown::Text { text, cut }, _) => Ok(text + if cut { "..." } else { "" }),
        LineOutcome::Value(Shown::Opaque, ty) => {
            Err(format!("{} has neither Debug nor Display", crate::render::short(ty)))
        }
        LineOutcome::Value(Shown::Failed(why), _) => Err(why),
        LineOutcome::Panicked(panic) => Err(format!("it panicked: {}", panic.message)),
        LineOutcome::Mistaken(name) => Err(format!("`{name}` is not what it was")),
        LineOutcome::Interrupted => Err("interrupted".to_owned()),
        LineOutcome::Early(_) => Err("it ended at `?`".to_owned()),
        LineOutcome::Returned(_) => Err("it would return from the function".to_owned()),
        LineOutcome::Nothing | LineOutcome::Type(_) | LineOutcome::Signature(..) => Err("it has no value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answers: &[(ConditionKind, Result<&str, &str>)], expected: Option<&[&str]>) {
        let answers = answers.iter().map(|(kind, value)| {
            let value = value.map(str::to_owned).map_err(str::to_owned);
            (*kind, value, "n > 1".to_owned())
        });
        let stop = match expected {
            Some(texts) => Stop::Because(texts.iter().map(|text| (*text).to_owned()).collect()),
            None => Stop::Not,
        };
        assert_eq!(decided(answers.collect()), stop);
    }

    #[test]
    fn which_hits_stop() {
        check(&[], Some(&[]));
        check(&[(ConditionKind::When, Ok("true"))], Some(&["`n > 1` is true"]));
        check(&[(ConditionKind::When, Ok("false"))], None);
        check(&[(ConditionKind::Check, Ok("true"))], None);
        let failed = "check failed: `n > 1` is false";
        check(&[(ConditionKind::Check, Ok("false"))], Some(&[failed]));
        check(
            &[(ConditionKind::When, Ok("false")), (ConditionKind::Check, Ok("false"))],
            Some(&[failed]),
        );
        check(
            &[(ConditionKind::When, Ok("false")), (ConditionKind::Check, Ok("true"))],
            None,
        );
        check(
            &[(ConditionKind::When, Err("it panicked: x"))],
            Some(&["`n > 1` cannot be evaluated: it panicked: x"]),
        );
    }
}
