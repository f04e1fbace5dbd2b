//! The value of a place without a `Debug` is shown by its parts, by code that is compiled for that.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::{LineAnswer, attempt, learn};
use crate::eval::abi::LineOutcome;
use crate::eval::codegen::input::Purpose;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse;
use crate::format::Shown;
use crate::os::interrupt;
use crate::parts::{self, TypeProbe};

/// Shows the value of a place without `Debug` by its parts. Returns `None` if no more than the name of its type is
/// known.
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
    let (binding, signals) = (frame.binding(place, ty), interrupt::noted());
    let source = parse::parse(place).ok()?;
    let probe = TypeProbe::new();
    let answer = attempt(frame, source, Purpose::Parts { full, ty }, width);
    drop(probe);
    let (shown, shower) = match answer {
        Ok(LineAnswer {
            outcome: LineOutcome::Value(shown, _),
            parts: Some(shower),
            loaded,
            ..
        }) => {
            let again = || loaded.as_ref()?.shown(frame, full, width);
            (learned(frame, shown, &again), shower)
        }
        Err(EvaluateError::Interrupted) => return None,
        _ => {
            in_vain().insert((slot, ty));
            return None;
        }
    };
    if matches!(&shown, Shown::Text { text, .. } if text.starts_with('<')) {
        if interrupt::noted() == signals {
            in_vain().insert((slot, ty));
        }
        return None;
    }
    if let Some(binding) = binding {
        // SAFETY: the line was compiled into this slot, and what it showed is the binding: nothing else has the name
        // there.
        unsafe { parts::remember(slot, binding, shower) };
    }
    Some(shown)
}

/// Shows a value `again` as long as there are types in it that a line can bring code for.
fn learned(frame: &EvalFrame<'_>, first: Shown, again: &dyn Fn() -> Option<Shown>) -> Shown {
    let first = Cell::new(Some(first));
    let show = || first.take().or_else(again).unwrap_or(Shown::Opaque);
    let known = parts::until_known(&show, Shown::text, &|names| learn::learn(frame, names));
    known.or_else(again).unwrap_or(Shown::Opaque)
}
