//! What a line holds until the hook goes on, what it ends of that, and what it does to it.

use hook_rustc::sorted::sort_by_key;

use crate::eval::abi::RunningLine;
use crate::eval::codegen::sight::SCALAR;
use crate::eval::compile::fallback::{CompiledLine, EndedValue};
use crate::eval::frame::EvalFrame;
use crate::eval::session::held::{self, Borrows, HeldAbout};

/// Tells the line what the values that it holds may borrow: the places that it has by reference, and what the held
/// values that it uses borrow.
pub(super) fn prepare(frame: &EvalFrame<'_>, compiled: &CompiledLine, line: &mut RunningLine<'_>) {
    let (shared, unique) = compiled.references.clone();
    let mut borrows = Borrows {
        shared,
        unique,
        values: Vec::new(),
    };
    for name in &compiled.held {
        if let Some(held) = held::about(frame.opening, name) {
            borrows.add(&held.borrows);
            if compiled.fallbacks.seen.pinned.contains(name) {
                borrows.values.push(held.id);
            }
        }
    }
    line.opening = frame.opening;
    line.borrows = borrows;
}

/// Returns the held values that the line may have changed, or whose lifetimes it may have bound: it may have put a
/// borrow of something else into the value, or given away what shares a cell with it.
pub(super) fn touched(frame: &EvalFrame<'_>, compiled: &CompiledLine) -> Vec<String> {
    let has_lifetimes = |name: &&String| {
        let about = held::about(frame.opening, name);
        about.is_none_or(|about| !SCALAR.contains(&about.type_name))
    };
    let touched = compiled.held.iter().filter(|name| !compiled.fallbacks.moves(name));
    touched.filter(has_lifetimes).cloned().collect()
}

/// Ends held values, because a line needs what they borrow. Returns what the user is told.
pub(super) fn end(frame: &EvalFrame<'_>, ended: &[EndedValue]) -> Vec<String> {
    let why = |EndedValue { id, place, .. }: &EndedValue| {
        let why = format!("it borrowed from `{place}`, which may have been written or moved since");
        (*id, why)
    };
    held::end(frame.opening, &ended.iter().map(why).collect::<Vec<_>>());
    let mut places: Vec<&str> = ended.iter().map(|ended| ended.place.as_str()).collect();
    places.dedup();
    let note = |place: &str| {
        let of_place = ended.iter().filter(|ended| ended.place == place && !ended.is_hidden);
        let names: Vec<&str> = of_place.map(|ended| ended.name.as_str()).collect();
        let (is, it) = match names.len() {
            0 => return None,
            1 => ("is", "it"),
            _ => ("are", "they"),
        };
        let names = names.join("`, `");
        Some(format!(
            "`{names}` {is} gone: {it} borrowed from `{place}`, which this may write or move"
        ))
    };
    places.into_iter().filter_map(note).collect()
}

/// Ends the held values that borrow from one of these bindings, which is written without a line of Rust. Returns what
/// the user is told.
pub(crate) fn end_borrowers(frame: &EvalFrame<'_>, bindings: &[usize]) -> Vec<String> {
    let all = held::all(frame.opening);
    let all: Vec<&HeldAbout> = all.iter().collect();
    let mut ended: Vec<EndedValue> = Vec::new();
    for (position, place) in frame.places.iter().enumerate() {
        if bindings.contains(&frame.bindings[position]) {
            let borrowers = held::borrowers(&all, |held| held.borrows_place(position, false));
            ended.extend(borrowers.into_iter().map(|held| EndedValue::of(held, place.name)));
        }
    }
    sort_by_key(&mut ended, &|ended| ended.id);
    ended.dedup_by_key(|ended| ended.id);
    end(frame, &ended)
}

/// Returns the bindings that held values borrow uniquely, each with the name of the value.
pub(crate) fn borrowed_uniquely(frame: &EvalFrame<'_>) -> Vec<(usize, String)> {
    let all = held::all(frame.opening);
    let of = |held: &HeldAbout| -> Vec<(usize, String)> {
        let unique = held.borrows.unique.iter();
        unique
            .map(|position| (frame.bindings[*position], held.name.clone()))
            .collect()
    };
    all.iter().flat_map(of).collect()
}

/// Notes that a line moved held values out.
pub(super) fn moved(frame: &EvalFrame<'_>, compiled: &CompiledLine) {
    for name in compiled.held.iter().filter(|name| compiled.fallbacks.moves(name)) {
        held::moved(frame.opening, name);
    }
}

/// Notes that a line may have changed what held values borrow.
pub(super) fn touch(frame: &EvalFrame<'_>, line: &RunningLine<'_>, touched: &[String]) {
    for name in touched {
        held::touch(frame.opening, name, line.number, &line.borrows);
    }
}
