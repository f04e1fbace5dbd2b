//! The value of a place without a `Debug` is shown by its parts, by code that is compiled for that.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{LineAnswer, attempt};
use crate::eval::abi::LineOutcome;
use crate::eval::codegen::input::Purpose;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse;
use crate::format::Shown;
use crate::parts;

/// Shows the value of a place without `Debug` by its parts. Gives `None` if no more than the name of its type is known.
pub(crate) fn by_parts(
    frame: &EvalFrame<'_>,
    place: &str,
    ty: &'static str,
    full: bool,
    width: usize,
) -> Option<Shown> {
    /// The slots and types for which this failed, so that it is not tried again.
    static IN_VAIN: LazyLock<Mutex<HashSet<(usize, &str)>>> = LazyLock::new(Mutex::default);
    let slot = frame.slot.as_ref()?.0.address();
    let in_vain = || IN_VAIN.lock().unwrap_or_else(PoisonError::into_inner);
    if in_vain().contains(&(slot, ty)) {
        return None;
    }
    let source = parse::parse(place).ok()?;
    let answer = attempt(frame, source, Purpose::Parts { full, ty }, width);
    match answer {
        Ok(LineAnswer {
            outcome: LineOutcome::Value(shown, _),
            parts: Some(shower),
            ..
        }) if !matches!(&shown, Shown::Text { text, .. } if text.starts_with('<')) => {
            if let Some(binding) = frame.binding(place) {
                parts::remember(slot, binding, shower);
            }
            Some(shown)
        }
        Err(EvaluateError::Interrupted) => None,
        _ => {
            in_vain().insert((slot, ty));
            None
        }
    }
}
