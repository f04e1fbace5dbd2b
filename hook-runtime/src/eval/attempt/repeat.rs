//! A place that is looked at again needs no compiler: the code that showed it stays loaded, and is called again.
//!
//! That holds where the text means what it meant: at the same slot, compiled against the same sources, as long as no
//! item and no `let` was typed since; and for lines that are a place and nothing else, which define nothing, take no
//! kept value and call no function by name. A value that such a line keeps as `it` counts as that of the line it
//! repeats, so later lines find its type where it stood.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use super::load::Loaded;
use super::{LineAnswer, run, show_by_parts};
use crate::eval::abi::{LineOutcome, RunningLine};
use crate::eval::again::LoadedLine;
use crate::eval::codegen::input::Purpose;
use crate::eval::compile::fallback::CompiledLine;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::ParsedLine;
use crate::eval::session::held::{self, HeldId};
use crate::eval::session::history::history;
use crate::eval::session::kept;
use crate::frame::Snapshot;
use crate::os::interrupt;

/// So many lines are remembered. Then it begins anew; their code stays loaded in any case.
const MOST: usize = 1000;

/// A line by its slot, which has places of the same types each time, the position of the hook in the source, the text
/// of the line, and the type that the line shows by its parts, if it does.
type PlaceKey = (usize, (u32, u32), String, Option<&'static str>);

/// What the names in a line depend on besides the places.
#[derive(Clone, PartialEq, Eq)]
struct NameMeaning {
    snapshot: Option<Snapshot>,
    /// The count of what was typed that could change the meaning of a name.
    changes: u64,
    /// The values that are held at this opening. A place that one of them borrows is given to a line by reference.
    held: Vec<HeldId>,
}

/// The loaded code of a line, and what it is called with.
#[derive(Clone)]
struct RepeatableLine {
    loaded: Loaded,
    compiled: Arc<CompiledLine>,
    /// The file that the line was compiled from.
    file: Arc<str>,
    /// The number of the line in the session.
    number: u64,
    meaning: NameMeaning,
}

fn known() -> MutexGuard<'static, HashMap<PlaceKey, RepeatableLine>> {
    static KNOWN: LazyLock<Mutex<HashMap<PlaceKey, RepeatableLine>>> = LazyLock::new(Mutex::default);
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(frame: &EvalFrame<'_>, source: &ParsedLine<'_>, purpose: Purpose) -> Option<PlaceKey> {
    let part = match purpose {
        Purpose::Run | Purpose::Full => None,
        Purpose::Parts { ty, .. } => Some(ty),
        Purpose::Aside | Purpose::Text | Purpose::Type | Purpose::Capture | Purpose::Learn { .. } => return None,
    };
    let is_plain = source.only_looks() && !source.awaits() && !source.ends_early() && !source.text.contains(['{', '=']);
    let (code, _) = frame.slot.filter(|_| is_plain)?;
    let place = (frame.spot.line, frame.spot.column);
    Some((code.address(), place, source.text.to_owned(), part))
}

/// Returns what the names in a line depend on, or `None` if the line names a kept value.
fn meaning(frame: &EvalFrame<'_>, source: &ParsedLine<'_>) -> Option<NameMeaning> {
    let history = history();
    let means_kept = history.means_kept(source, &frame.places, frame.opening);
    (!means_kept).then(|| NameMeaning {
        snapshot: frame.snapshot.clone(),
        changes: history.changes(),
        held: held::all(frame.opening).iter().map(|held| held.id).collect(),
    })
}

/// Remembers a line that showed a value, if it can be called again.
pub(super) fn remember(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    purpose: Purpose,
    (compiled, file): (&CompiledLine, String),
    loaded: Loaded,
    line: &RunningLine<'_>,
) {
    let is_shown = matches!(line.outcome, LineOutcome::Value(..)) && compiled.notes.is_empty();
    let takes = !line.taken.is_empty() || !compiled.held.is_empty() || !compiled.ended.is_empty();
    let Some(key) = key(frame, source, purpose).filter(|_| is_shown && !takes) else {
        return;
    };
    let Some(meaning) = meaning(frame, source) else {
        return;
    };
    let again = RepeatableLine {
        loaded,
        compiled: Arc::new(compiled.clone()),
        file: file.into(),
        number: line.number,
        meaning,
    };
    let mut known = known();
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(key, again);
}

/// Calls a line again that was typed before and means the same. Returns `None` if there is none.
pub(super) fn repeat(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    purpose: Purpose,
    width: usize,
) -> Option<LineAnswer> {
    let key = key(frame, source, purpose)?;
    let known = known().get(&key).cloned()?;
    if meaning(frame, source).as_ref() != Some(&known.meaning) {
        return None;
    }
    let mut line = run::prepared(frame, &known.compiled, known.number, purpose, width);
    run::call(frame, &known.compiled, known.loaded.code, &mut line);
    let typed = (source.text, &*known.file);
    run::tell_panic(&mut line, &known.compiled.written, typed, &known.loaded.at);
    let notes = kept::panicked();
    show_by_parts(frame, source, &mut line, purpose, (width, interrupt::noted()));
    Some(LineAnswer {
        outcome: line.outcome,
        ended: false,
        notes,
        writes: Vec::new(),
        kept: Vec::new(),
        is_kept: line.kept_last,
        is_place: true,
        loaded: Some(LoadedLine::new(known.loaded.code, Vec::new())),
        parts: line.parts,
    })
}
