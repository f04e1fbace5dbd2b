//! Rust at the prompt: a line is compiled in the slot of the hook, loaded, and called on the live frame.
//!
//! - `source` takes the typed text apart, `write` puts the places of the frame around it, `message` brings rustc's errors
//!   back to what was typed. All pure.
//! - `compile` calls the crate's own rustc again, `settle` until it has nothing to refuse; `crate::live` loads what comes out.
//! - `history` and `kept` are what lines leave for later ones: items, and values of `let`.
#![allow(unsafe_code)]

mod child;
mod compile;
mod error;
mod excerpt;
mod folder;
mod history;
mod impls;
mod kept;
mod lifetime;
mod message;
mod names;
mod nest;
mod piece;
#[cfg(test)]
mod random;
mod settle;
mod sight;
mod source;
mod write;

pub(crate) use error::EvaluateError;
pub(crate) use kept::{About, keep, keep_boxed, kept, put_back};
pub(crate) use names::spelled;
pub(crate) use piece::{Spot, as_typed};
pub(crate) use write::{LAST, Named, Purpose};

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use compile::Unit;
use history::{Place, history, numbering};
use settle::{Settled, settle};

use crate::capture::{Code, Line, Recorded, Said, Save};
use crate::interrupt::Watch;
use crate::live::{self, Host, LoadError, LoadedSlot};
use crate::render::guard;
use crate::turn;

/// A frame as a line needs it.
pub(crate) struct Stage<'s> {
    pub(crate) slot: Option<(Code, &'static Recorded)>,
    /// What the frame has, last first.
    pub(crate) places: Vec<Named<'s>>,
    /// The crate of the hook.
    pub(crate) krate: &'s str,
    pub(crate) spot: Spot<'s>,
    /// Which opening of a hook this is, counted over all.
    pub(crate) opening: u64,
    /// Where they are. The frame is borrowed for as long as the stage lives.
    pub(crate) pointers: Vec<*mut ()>,
    /// Bindings that it has not, and why.
    pub(crate) absent: Vec<(&'s str, String)>,
}

/// What came of a line.
pub(crate) struct Answer {
    pub(crate) said: Said,
    /// What else there is to say.
    pub(crate) notes: Vec<String>,
    /// The places that it may have written, by position, and what they had where that is known.
    pub(crate) writes: Vec<(usize, Option<Vec<Save>>)>,
}

/// Makes the first line at a hook quick, in the background: reads the symbols of the program, and has rustc compile what most
/// lines have in common.
pub(crate) fn prepare(stage: &Stage<'_>) {
    let Some((code, recorded)) = stage.slot else { return };
    let line = write::common(&stage.places);
    let run = move || {
        let _ = Host::of_this_process().and_then(|host| host.slot_at(code.address()));
        if let Ok(unit) = Unit::of(recorded)
            && !unit.is_warm(recorded.id)
        {
            let _ = unit.compile(recorded.id, &line);
        }
    };
    // Without a thread, the first line is slower.
    let _ = std::thread::Builder::new().name("hookable-prepare".into()).spawn(run);
}

/// What can be typed besides the locals.
pub(crate) fn known() -> Vec<String> {
    history().known()
}

/// Whether a name means a kept value, though a local of the frame has it too.
pub(crate) fn shadows(name: &str, opening: u64) -> bool {
    history().shadows(spelled(name), opening)
}

/// Runs a line, or asks for its type.
pub(crate) fn evaluate(stage: &Stage<'_>, text: &str, purpose: Purpose, width: usize) -> Result<Answer, EvaluateError> {
    static LINES: AtomicU64 = AtomicU64::new(1);
    let why = "the crate was compiled without asking rustc what hooks can capture";
    let (code, recorded) = stage.slot.ok_or(EvaluateError::NotRecorded(why))?;
    let mut source = source::parse(text).map_err(EvaluateError::Lex)?;
    source.mark_parts(stage.places.iter().map(|place| place.name));
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let slot = host.slot_at(code.address()).map_err(EvaluateError::Load)?;
    let slot = slot.ok_or(EvaluateError::NoSymbol("it has no symbol"))?;
    let symbol = slot.name;
    let place = Place {
        slot: symbol,
        krate: stage.krate,
        opening: stage.opening,
        id: recorded.id,
        spot: stage.spot,
    };
    let start = Instant::now();
    let numbers = numbering();
    let (unit, settled) = spared(|| {
        let unit = Unit::of(recorded)?;
        let settled = settle(stage, &mut source, &place, &unit, purpose)?;
        Ok((unit, settled))
    })?;
    let compiling = start.elapsed();
    let Settled {
        terms,
        objects,
        moved,
        unwritten,
        replaced,
        mut notes,
    } = settled;
    let start = Instant::now();
    let loaded = live::load(host, &objects, unit.archives, &slot).map_err(|error| match error {
        LoadError::NoSlot(_) => EvaluateError::Elsewhere,
        error => EvaluateError::Load(error),
    })?;
    let (taken, gone) = history().take(&source, &place, &stage.places, &replaced);
    notes.extend(
        gone.iter()
            .map(|name| format!("`{name}` is gone: an impl that its type may depend on was typed anew")),
    );
    // The line may open hooks, and there lines of their own.
    drop((unit, numbers));
    report(compiling, start.elapsed(), &loaded);
    let mut line = Line {
        width,
        full: purpose == Purpose::Full,
        number: LINES.fetch_add(1, Ordering::Relaxed),
        said: Said::default(),
        kept_last: false,
        before: Vec::new(),
        taken: Vec::new(),
    };
    // SAFETY: the loaded function bears the name of the hook's own slot, so its type is the same; the places are those of this
    // hit, in order, and the frame that borrows them is not used until this returns.
    turn::lend(|| unsafe { Code::call_loaded(loaded.address, &stage.pointers, &mut line) });
    if let Said::Panicked(message) = &mut line.said {
        *message = as_typed(message);
    }
    if let Said::Mistaken(name) = line.said {
        // The line did not run.
        history().drop_items(&taken);
        let again = history().mistaken(name, symbol);
        if again {
            return evaluate(stage, text, purpose, width);
        }
        return Err(EvaluateError::Mistaken(name));
    }
    if purpose == Purpose::Type {
        history().drop_items(&taken);
    } else if matches!(line.said, Said::Nothing | Said::Value(..)) {
        history().add(&source, &terms, &place, taken, (line.number, line.kept_last));
    }
    if let Said::Panicked(_) | Said::Early(_) = line.said {
        let gone = terms.moved.iter().filter(|name| *name != LAST && !kept::is_here(name));
        notes.extend(gone.map(|name| format!("`{name}` is gone: the line had moved it")));
    }
    let looks = source.ends_in_place && source.statements.len() == 1 && !text.contains('(');
    let mut writes = Vec::new();
    for position in moved.into_iter().filter(|_| !looks) {
        let mut before: Vec<_> = line
            .before
            .extract_if(.., |before| before.position == position)
            .collect();
        let through = stage.places[position].type_name.starts_with("&mut ");
        if through && !before.is_empty()
            || !through && !unwritten.contains(&position)
            || before.iter().any(|before| before.sure)
        {
            // What is written in no way that is known is written somewhere.
            let known = !before.is_empty() && before.iter().all(|before| before.save.is_some());
            let saves = before.drain(..).filter_map(|before| before.save).collect();
            writes.push((position, known.then_some(saves)));
        }
    }
    Ok(Answer {
        said: line.said,
        notes,
        writes,
    })
}

/// For whoever wonders where the time of a line goes. The logger is the user's code.
fn report(compiling: Duration, loading: Duration, loaded: &LoadedSlot) {
    let LoadedSlot {
        code, data, sections, ..
    } = loaded;
    guard::unhooked(|| {
        log::trace!(
            target: "hookable",
            "rustc took {compiling:.1?}, loading {loading:.1?}: {sections} sections, {code} bytes of code, {data} of data"
        );
    });
}

/// Compiles; if Ctrl-C came meanwhile, nothing came of it.
fn spared<T>(compile: impl FnOnce() -> Result<T, EvaluateError>) -> Result<T, EvaluateError> {
    let watch = Watch::new();
    let compiled = compile();
    if watch.was_interrupted() {
        return Err(EvaluateError::Interrupted);
    }
    compiled
}
