//! The way of a line from its text to its answer: it is compiled, loaded, called on the live frame, and noted in the
//! session.

mod assigned;
mod changes;
mod holding;
mod learn;
mod load;
mod make;
mod parts;
mod public;
mod repeat;
mod run;

pub(crate) use holding::{borrowed_uniquely, end_borrowers};
pub(crate) use make::{completed, where_it_is};
pub(crate) use parts::by_parts;

use super::abi::{self, LineOutcome, RunningLine};
use super::again::LoadedLine;
use super::codegen::input::{LAST, Purpose};
use super::codegen::piece::Spot;
use super::compile::fallback::CompiledLine;
use super::error::EvaluateError;
use super::frame::EvalFrame;
use super::parse::{self, ParsedLine};
use super::session::history::{LineMade, UsedPaths, history};
use super::session::kept;
use crate::format::Shown;
use crate::frame::Restores;
use crate::os::interrupt::{self, InterruptWatch};
use crate::parts::Shower;
use crate::value::Saved;
use make::{Made, MadeLine};

/// The answer to a line that ran.
pub(crate) struct LineAnswer {
    pub(crate) outcome: LineOutcome,
    /// Whether the line ended in `;` behind an expression with a value.
    pub(crate) ended: bool,
    /// Remarks for the user.
    pub(crate) notes: Vec<String>,
    /// The places that the line may have written, by position, with the values from before that are known.
    pub(crate) writes: Vec<(usize, Option<Vec<Saved>>)>,
    /// The kept values that the line may have written or moved, and what takes that back, if anything does.
    pub(crate) kept: Vec<(String, Option<Restores>)>,
    /// Whether the value of the line was kept, so that it can be shown again.
    pub(crate) is_kept: bool,
    /// Whether the line is a place, so that it can be evaluated again without running anything.
    pub(crate) is_place: bool,
    /// The code of the line, with which it can be called again.
    pub(crate) loaded: Option<LoadedLine>,
    /// A function that shows the value of the line by its parts.
    parts: Option<Shower>,
}

/// Compiles, loads and calls a line.
pub(super) fn attempt(
    frame: &EvalFrame<'_>,
    mut source: ParsedLine<'_>,
    purpose: Purpose,
    width: usize,
) -> Result<LineAnswer, EvaluateError> {
    if let (true, Some(why)) = (source.returns(), frame.no_return) {
        return Err(EvaluateError::NoReturn(why));
    }
    if let Some(name) = assigned::moved_before(frame, &source, purpose) {
        return assigned::as_let(frame, &source, name, (purpose, width));
    }
    source.number = run::next_number();
    source.find_parts(frame.places.iter().map(|place| place.name));
    if let Some(answer) = repeat::repeat(frame, &source, purpose, width) {
        return Ok(answer);
    }
    match make::make(frame, &mut source, purpose)? {
        Made::Line(made) => call(frame, &source, purpose, width, *made),
        Made::OtherTypes(slot) => attempt_with_types(frame, &source, purpose, width, slot),
        Made::OpenPaths(name) => {
            public::find(frame, name);
            attempt(frame, again(&source)?, purpose, width)
        }
    }
}

/// Calls a line that was compiled and loaded.
fn call(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    purpose: Purpose,
    width: usize,
    made: MadeLine,
) -> Result<LineAnswer, EvaluateError> {
    let MadeLine {
        compiled,
        loaded,
        taken,
        mut notes,
        file,
        slot,
        path,
    } = made;
    abi::linked();
    let learns = |names: &[String]| learn::learn(frame, names);
    let mut line = run::prepared(frame, &compiled, source.number, purpose, width);
    if let (Purpose::Run | Purpose::Full | Purpose::Text, false) = (purpose, source.only_looks()) {
        line.learns = Some(&learns);
        line.keeps_value = purpose != Purpose::Text
            && !(compiled.fallbacks.borrows || compiled.fallbacks.in_place || is_local(frame, LAST));
    }
    run::remember(&compiled, (source.text, &file), &loaded.at);
    notes.extend(holding::end(frame, &compiled.ended));
    let signals = interrupt::noted();
    run::call(frame, &compiled, loaded.code, &mut line);
    run::tell_panic(&mut line, &compiled.written, (source.text, &file), &loaded.at);
    notes.extend(kept::panicked());
    if let LineOutcome::Mistaken(name) = line.outcome {
        // The line did not run.
        history().drop_items(&taken);
        if history().mistaken(name, frame.opening, slot) {
            return attempt(frame, again(source)?, purpose, width);
        }
        return Err(EvaluateError::Mistaken(name));
    }
    if compiled.fallbacks.unlearned {
        learn::has_no_name(frame, purpose);
    }
    holding::moved(frame, &compiled);
    note(frame, source, &compiled, (slot, path.as_deref()), purpose, &line, taken);
    repeat::remember(frame, source, purpose, (&compiled, file), loaded, &line);
    notes.extend(changes::lost(&compiled, &line));
    let writes = changes::of_places(frame, source, &compiled, &mut line);
    // Where a local is called so, the name does not lead to the value.
    line.kept_last &= !is_local(frame, LAST);
    show_by_parts(frame, source, &mut line, purpose, (width, signals));
    Ok(LineAnswer {
        ended: line.ended && line.outcome == LineOutcome::Nothing,
        kept: changes::of_kept(source, &compiled, &mut line),
        outcome: line.outcome,
        is_kept: line.kept_last,
        is_place: source.only_looks(),
        parts: line.parts,
        notes,
        writes,
        loaded: Some(LoadedLine::new(loaded.code, compiled.values)),
    })
}

/// Attempts a line again with the types of the places written down, because the line may have settled a type that rustc
/// infers in another way without it.
fn attempt_with_types(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    purpose: Purpose,
    width: usize,
    symbol: &'static str,
) -> Result<LineAnswer, EvaluateError> {
    let answer = attempt(frame, again(source)?, purpose, width);
    if answer.is_err() {
        history().typed.remove(symbol);
    }
    answer
}

/// Parses the text of a line once more, as it was parsed before.
fn again<'t>(source: &ParsedLine<'t>) -> Result<ParsedLine<'t>, EvaluateError> {
    let source = match source.items().next() {
        Some((name, _)) if name.starts_with("call ") => ParsedLine::of_items(source.text),
        _ => parse::parse(source.text),
    };
    source.map_err(EvaluateError::Lex)
}

/// Notes in the session what a line that ran leaves for later ones.
fn note(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    compiled: &CompiledLine,
    (slot, path): (&'static str, Option<&str>),
    purpose: Purpose,
    line: &RunningLine<'_>,
    taken: UsedPaths,
) {
    if let Purpose::Type | Purpose::Capture | Purpose::Parts { .. } | Purpose::Learn { .. } = purpose {
        history().drop_items(&taken);
        return;
    }
    let fallbacks = &compiled.fallbacks;
    let is_ended = matches!(line.outcome, LineOutcome::Nothing | LineOutcome::Value(..));
    let touched = holding::touched(frame, compiled);
    holding::touch(frame, line, &touched);
    let made = LineMade {
        slot,
        opening: frame.opening,
        spot: Spot { path, ..frame.spot },
        number: line.number,
        is_ended,
        keeps_last: line.kept_last,
        touched: &touched,
    };
    if is_ended {
        let unkept = fallbacks.unkept.iter().map(String::as_str);
        let held = source.bound().into_iter().filter(|_| fallbacks.holds);
        unkept.chain(held).for_each(kept::discard_here);
    }
    let mut history = history();
    if is_ended {
        history.called(source.calls());
        history.unkept(&fallbacks.unkept);
    }
    history.add(source, fallbacks, taken, &made);
    for (name, about) in line.taken.iter().filter(|(name, _)| fallbacks.moves(name)) {
        history.moved(name, about.type_name);
    }
}

fn is_local(frame: &EvalFrame<'_>, name: &str) -> bool {
    frame.places.iter().any(|place| place.name == name && !place.shadowed)
}

/// What is said of a value where Ctrl-C ended the search for its fields.
const NOT_LOOKED_AT: &str = "Ctrl-C ended what asks for its fields, and the line has run";

/// Shows the value of a line by its parts, if its type has no `Debug` and the value is still there to be looked at.
/// Before the line, so many `signals` had come.
fn show_by_parts(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    line: &mut RunningLine<'_>,
    purpose: Purpose,
    (width, signals): (usize, u64),
) {
    let (LineOutcome::Value(shown @ Shown::Opaque, ty), Purpose::Run | Purpose::Full | Purpose::Text) =
        (&mut line.outcome, purpose)
    else {
        return;
    };
    let place = match source.only_looks() {
        true => Some(source.text),
        false => line.kept_last.then_some(LAST),
    };
    let parts = place.and_then(|place| by_parts(frame, place, ty, purpose != Purpose::Run, width));
    match parts {
        Some(parts) => *shown = parts,
        None if interrupt::noted() != signals => *shown = Shown::Failed(NOT_LOOKED_AT.to_owned()),
        None => {}
    }
}

/// Compiles. The error says that the line was interrupted if Ctrl-C came meanwhile.
pub(super) fn spared<T>(compile: impl FnOnce() -> Result<T, EvaluateError>) -> Result<T, EvaluateError> {
    let watch = InterruptWatch::new();
    let compiled = compile();
    if watch.was_interrupted() {
        return Err(EvaluateError::Interrupted);
    }
    compiled
}
