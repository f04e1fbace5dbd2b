//! What a line may have changed: the places of the frame, and the values that the session keeps.

use crate::eval::abi::{LineOutcome, RunningLine};
use crate::eval::codegen::input::RESULTS;
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::compile::fallback::CompiledLine;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{ParsedLine, written_through};
use crate::eval::session::history::history;
use crate::eval::session::kept;
use crate::frame::Restores;
use crate::value::Saved;

/// Tells for each kept value that a line moved, and then did not run to its end, that the value is gone.
pub(super) fn lost(compiled: &CompiledLine, line: &RunningLine<'_>) -> Vec<String> {
    if !matches!(
        line.outcome,
        LineOutcome::Panicked(_) | LineOutcome::Early(_) | LineOutcome::Returned(_) | LineOutcome::Interrupted
    ) {
        return Vec::new();
    }
    let moved = compiled.fallbacks.moved.iter();
    let gone = moved.filter(|name| !RESULTS.contains(&name.as_str()) && !kept::is_here(name));
    gone.map(|name| format!("`{name}` is gone: the line had moved it"))
        .collect()
}

/// Returns whether only the type of a line was asked for, so that it did not run.
fn is_asked(line: &RunningLine<'_>) -> bool {
    matches!(line.outcome, LineOutcome::Type(_) | LineOutcome::Signature(..))
}

/// Returns the places that a line may have written, by position, with the values from before that are known.
pub(super) fn of_places(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    compiled: &CompiledLine,
    line: &mut RunningLine<'_>,
) -> Vec<(usize, Option<Vec<Saved>>)> {
    let mut writes = Vec::new();
    if source.only_looks() || is_asked(line) {
        return writes;
    }
    for &position in &compiled.moved {
        let mut before: Vec<_> = line
            .before
            .extract_if(.., |before| before.position == position)
            .collect();
        let through = frame.places[position].type_name.starts_with("&mut ");
        if through && !before.is_empty()
            || !through && !compiled.unwritten.contains(&position)
            || before.iter().any(|before| before.sure)
        {
            // A place without a noted path may be written anywhere, and one path without a value spoils the others.
            let known = !before.is_empty() && before.iter().all(|before| before.save.is_some());
            let saves = before.drain(..).filter_map(|before| before.save).collect();
            writes.push((position, known.then_some(saves)));
        }
    }
    let bound = source.bound();
    for name in written_through(source.text) {
        let is_local = !bound.contains(&name.as_str()) && !history().shadows(&name, frame.opening);
        let is_it = |place: &VisiblePlace<'_>| place.name == name && !place.shadowed;
        let Some(position) = frame.places.iter().position(is_it).filter(|_| is_local) else {
            continue;
        };
        match writes.iter_mut().find(|(written, _)| *written == position) {
            None => writes.push((position, None)),
            // The value from before is the pointer alone.
            Some((_, saves)) if is_shared(frame.places[position].type_name) => *saves = None,
            Some(_) => {}
        }
    }
    writes
}

/// Returns whether a value of a type leads to another value that it does not own alone.
fn is_shared(type_name: &str) -> bool {
    let type_name = type_name.trim_start_matches("&mut ");
    ["&", "alloc::rc::Rc<", "alloc::sync::Arc<"]
        .iter()
        .any(|pointer| type_name.starts_with(pointer))
}

/// Returns the kept values that a line may have written or moved, and what takes that back, if anything does.
pub(super) fn of_kept(
    source: &ParsedLine<'_>,
    compiled: &CompiledLine,
    line: &mut RunningLine<'_>,
) -> Vec<(String, Option<Restores>)> {
    if source.only_looks() || is_asked(line) {
        return Vec::new();
    }
    let (bound, fallbacks) = (source.bound(), &compiled.fallbacks);
    let moved = fallbacks.moved.iter().filter(|name| !RESULTS.contains(&name.as_str()));
    // A call may write to these through a shared reference.
    let shared = line
        .taken
        .iter()
        .filter(|(_, about)| about.has_cells() && source.text.contains('('));
    let shared: Vec<String> = shared
        .map(|(name, _)| (*name).to_owned())
        .filter(|name| !compiled.kept_written.contains(name) && !fallbacks.moves(name))
        .collect();
    let changed = compiled.kept_written.iter().chain(moved).chain(&shared);
    let changed = changed.filter(|name| !bound.contains(&name.as_str()));
    let kept = changed.map(|name| {
        let at = line.kept_before.iter().position(|before| before.name() == name);
        let before = at.map(|at| line.kept_before.remove(at));
        let restores = before.map(|before| Box::new(move || before.restore()) as Restores);
        (name.clone(), restores)
    });
    kept.collect()
}
