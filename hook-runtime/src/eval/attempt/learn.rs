//! Lines of their own bring functions that show values of types which can be named at the hook: the type that a type
//! parameter stands for, a type of another crate, a type that a macro made.
//!
//! Of a type that has neither `Debug` nor code beside it, rustc is asked for the fields: its errors about a pattern
//! name those that can be reached from the hook.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use super::{attempt, public};
use crate::eval::abi::LineOutcome;
use crate::eval::beside::{self, AskedShape};
use crate::eval::codegen::input::Purpose;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{self, mentions};
use crate::format::Shown;

/// rustc is asked so many times for the fields and variants of one type. It names up to three variants at a time.
const QUESTIONS: usize = 12;

/// Types by the slot at which they were tried.
type TriedTypes = HashSet<(usize, String)>;

/// The types for which lines were tried.
fn tried() -> MutexGuard<'static, TriedTypes> {
    static TRIED: LazyLock<Mutex<TriedTypes>> = LazyLock::new(Mutex::default);
    TRIED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The types that cannot be named.
fn nameless() -> MutexGuard<'static, TriedTypes> {
    static NAMELESS: LazyLock<Mutex<TriedTypes>> = LazyLock::new(Mutex::default);
    NAMELESS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn slot(frame: &EvalFrame<'_>) -> usize {
    frame.slot.map_or(0, |(code, _)| code.address())
}

/// Returns the code that, in a line which shows a value by its parts, keeps a function for all values of the type.
pub(super) fn beside(frame: &EvalFrame<'_>, purpose: Purpose) -> Option<String> {
    let Purpose::Parts { ty, .. } = purpose else {
        return None;
    };
    let is_tried = nameless().contains(&(slot(frame), ty.to_owned()));
    let path = beside::candidates(ty, frame.krate, frame.function).into_iter().next();
    path.filter(|_| !is_tried).map(|path| beside::learn(&path))
}

/// Returns whether a type can be named at the hook, as far as its name from `std::any::type_name` tells.
pub(super) fn has_name(frame: &EvalFrame<'_>, ty: &str) -> bool {
    !beside::candidates(ty, frame.krate, frame.function).is_empty()
}

/// Notes that rustc refused the name of the type of a value that is shown by its parts.
pub(super) fn has_no_name(frame: &EvalFrame<'_>, purpose: Purpose) {
    if let Purpose::Parts { ty, .. } = purpose {
        nameless().insert((slot(frame), ty.to_owned()));
    }
}

/// Brings functions for types, by the names that `std::any::type_name` gives them. Returns `false` if there is none
/// that was not tried before.
pub(super) fn learn(frame: &EvalFrame<'_>, names: &[String]) -> bool {
    let mut learned = false;
    for name in names.iter().filter(|name| has_name(frame, name)) {
        if !tried().insert((slot(frame), name.clone())) {
            continue;
        }
        // A module in the path of a type may be called as a local is, which the running line may borrow.
        let is_named = frame.places.iter().any(|place| mentions(name, place.name));
        let without = is_named.then(|| frame.without_places());
        match learn_one(without.as_ref().unwrap_or(frame), name) {
            Ok(is_new) => learned |= is_new,
            Err(EvaluateError::Interrupted) => {
                tried().remove(&(slot(frame), name.clone()));
                return false;
            }
            Err(_) => {}
        }
    }
    learned
}

/// Brings a function for a type. Returns `false` if no more than its name can be shown.
fn learn_one(frame: &EvalFrame<'_>, name: &str) -> Result<bool, EvaluateError> {
    match learn_as_written(frame, name) {
        Ok(is_learned) => Ok(is_learned),
        Err(EvaluateError::Rejected(refusal)) if !is_no_type(&refusal.text) && public::find(frame, name) => {
            learn_as_written(frame, name)
        }
        Err(error) => Err(error),
    }
}

/// Brings a function for a type that has a name by one of the paths that are known.
fn learn_as_written(frame: &EvalFrame<'_>, name: &str) -> Result<bool, EvaluateError> {
    let mut refused = EvaluateError::NoParts;
    for path in beside::candidates(name, frame.krate, frame.function) {
        let ty: &'static str = path.clone().leak();
        match run(frame, &beside::learn(&path), ty) {
            Ok(only_name) if !only_name => return Ok(true),
            Ok(_) if beside::is_tuple(&path) => return run(frame, &beside::learn_tuple(&path), ty),
            Ok(_) => {
                let Some(shape) = ask(frame, &path, ty)? else {
                    return Ok(false);
                };
                return run(frame, &beside::learn_fields(&path, &shape), ty);
            }
            Err(EvaluateError::Interrupted) => return Err(EvaluateError::Interrupted),
            Err(EvaluateError::Rejected(refusal)) if is_no_type(&refusal.text) => {
                return Err(EvaluateError::Rejected(refusal));
            }
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Returns whether a name is that of a function, whose type has no other name.
fn is_no_type(refusal: &str) -> bool {
    refusal.contains("error[E0573]")
}

/// Asks rustc what a type is made of, as far as that can be reached from the hook.
fn ask(frame: &EvalFrame<'_>, path: &str, ty: &'static str) -> Result<Option<AskedShape>, EvaluateError> {
    let mut shape = AskedShape::default();
    for _ in 0..QUESTIONS {
        let text = shape.question(path);
        let source = parse::parse(&text).map_err(EvaluateError::Lex)?;
        match attempt(frame, source, Purpose::Learn { ty }, 80) {
            Ok(_) => {
                shape.accepted();
                return Ok(Some(shape));
            }
            Err(EvaluateError::Rejected(refusal)) if shape.answered(&refusal.text) => {}
            Err(EvaluateError::Interrupted) => return Err(EvaluateError::Interrupted),
            Err(_) => break,
        }
    }
    Ok(Some(shape).filter(AskedShape::is_known))
}

/// Runs a line whose value is a truth value.
fn run(frame: &EvalFrame<'_>, text: &str, ty: &'static str) -> Result<bool, EvaluateError> {
    let source = parse::parse(text).map_err(EvaluateError::Lex)?;
    match attempt(frame, source, Purpose::Learn { ty }, 80)?.outcome {
        LineOutcome::Value(Shown::Text { text, .. }, _) => Ok(text == "true"),
        _ => Err(EvaluateError::NoParts),
    }
}
