//! The way of a line from its text to its answer: it is compiled, loaded, called on the live frame, and noted in the
//! session.

mod changes;
mod holding;
mod learn;
mod load;
mod parts;
mod repeat;
mod run;

pub(crate) use holding::{borrowed_uniquely, end_borrowers};
pub(crate) use parts::by_parts;

use std::time::{Duration, Instant};
use std::{fs, iter};

use hook_loader::{Host, LoadError, LoadedSlot, RunningSlot};

use super::abi::{self, LineOutcome, RunningLine};
use super::again::LoadedLine;
use super::codegen::input::{LAST, PartsCode, Purpose};
use super::codegen::piece::Spot;
use super::compile::fallback::{CompiledLine, compile_with_fallback};
use super::compile::{self, CrateCompiler};
use super::error::{EvaluateError, Refusal};
use super::frame::EvalFrame;
use super::parse::{self, ParsedLine};
use super::session::history::{HookContext, LineMade, UsedPaths, history, numbering};
use super::session::{kept, origin};
use crate::format::Shown;
use crate::frame::Restores;
use crate::guard;
use crate::os::interrupt::InterruptWatch;
use crate::parts::Shower;
use crate::progress::{self, Phase};
use crate::syntax;
use crate::value::Saved;

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

/// Finds the slot of a hook in the program, and what a line is compiled for there.
pub(super) fn where_it_is<'s>(frame: &EvalFrame<'s>) -> Result<(RunningSlot, HookContext<'s>), EvaluateError> {
    let why = "the crate was compiled without asking rustc what hooks can capture";
    let (code, recorded) = frame.slot.ok_or(EvaluateError::NotRecorded(why))?;
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let slot = host.slot_at(code.address()).map_err(EvaluateError::Load)?;
    let slot = slot.ok_or(EvaluateError::NoSymbol("it has no symbol"))?;
    let hook = HookContext {
        slot: slot.name,
        krate: frame.krate,
        opening: frame.opening,
        id: recorded.id,
        spot: frame.spot,
        returns: frame.returns,
        outer: origin::of(code.address(), recorded.folder),
        tokio: None,
        parts: PartsCode::default(),
        own_names: None,
    };
    Ok((slot, hook))
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
    source.number = run::next_number();
    source.find_parts(frame.places.iter().map(|place| place.name));
    if let Some(answer) = repeat::repeat(frame, &source, purpose, width) {
        return Ok(answer);
    }
    let (slot, hook) = where_it_is(frame)?;
    let (_, recorded) = frame.slot.ok_or(EvaluateError::NoSymbol("it has none"))?;
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let start = Instant::now();
    progress::enter(Some(match compile::has_compiled(recorded) {
        true => Phase::Rustc,
        false => Phase::FirstRustc,
    }));
    let numbers = numbering();
    let compiler = spared(|| CrateCompiler::of(frame))?;
    if compiler.is_unmade(slot.name) {
        return Err(load::elsewhere(frame));
    }
    compiler.turn_to(recorded.id, hook.spot.path, (hook.spot.line, hook.spot.column));
    let path = hook.spot.path.map(|path| compiler.read_at(path));
    let shown = match purpose {
        Purpose::Parts { ty, .. } | Purpose::Learn { ty } => Some((ty, history().sources())),
        _ => None,
    };
    let parts = compiler.put_beside(shown.as_ref().map(|(ty, items)| (*ty, &items[..])));
    let items = compiler.beside_items();
    let learn = learn::beside(frame, purpose);
    let parts = PartsCode {
        show: parts.as_deref().ok_or(EvaluateError::NoParts)?,
        learn: learn.as_deref(),
        items: Some(&items),
    };
    let hook = HookContext {
        parts,
        ..completed(hook, path.as_deref(), &source, &compiler)
    };
    check_constants(&source, &compiler)?;
    let mut compiled = spared(|| compile_with_fallback(frame, &mut source, &hook, &compiler, purpose))?;
    let compiling = start.elapsed();
    let start = Instant::now();
    progress::enter(Some(Phase::Loading));
    let loaded = match load::load(frame, host, &compiler, &mut compiled, &slot, &hook)? {
        Err(LoadError::NoSlot(_)) if history().write_types(slot.name) => {
            drop((compiler, numbers));
            return attempt_with_types(frame, &source, purpose, width, slot.name);
        }
        Err(LoadError::NoSlot(_)) => return Err(load::elsewhere(frame)),
        loaded => loaded.map_err(EvaluateError::Load)?,
    };
    let code = loaded.start..loaded.start + loaded.code;
    let lines = iter::once((recorded.id, compiled.text.clone())).chain(hook.outer.clone());
    origin::remember(code, recorded.folder, lines.collect());
    let (taken, gone) = history().take(&source, &hook, &frame.places, (&compiled.items, &compiled.fallbacks));
    let mut notes = std::mem::take(&mut compiled.notes);
    notes.extend(
        gone.iter()
            .map(|name| format!("`{name}` is gone: an impl that its type may depend on was typed anew")),
    );
    let file = compiler.line().to_string_lossy().into_owned();
    // The line may reach hooks, and lines that are typed there need these locks.
    drop((compiler, numbers));
    report(compiling, start.elapsed(), &loaded);
    abi::linked();
    let mut line = run::prepared(frame, &compiled, source.number, purpose, width);
    run::remember(&compiled, (source.text, &file), &loaded);
    notes.extend(holding::end(frame, &compiled.ended));
    run::call(frame, &compiled, &loaded, &mut line);
    run::tell_panic(&mut line, &compiled.written, (source.text, &file), &loaded);
    notes.extend(kept::panicked());
    if let LineOutcome::Mistaken(name) = line.outcome {
        // The line did not run.
        history().drop_items(&taken);
        if history().mistaken(name, frame.opening, slot.name) {
            return attempt(frame, again(&source)?, purpose, width);
        }
        return Err(EvaluateError::Mistaken(name));
    }
    if compiled.fallbacks.unlearned {
        learn::has_no_name(frame, purpose);
    }
    holding::moved(frame, &compiled);
    note(frame, &source, &compiled, &hook, purpose, &line, taken);
    repeat::remember(frame, &source, purpose, (&compiled, file), loaded, &line);
    notes.extend(changes::lost(&compiled, &line));
    let writes = changes::of_places(frame, &source, &compiled, &mut line);
    notes.extend(show_by_parts(frame, &source, &mut line, purpose, width).map(str::to_owned));
    Ok(LineAnswer {
        ended: line.ended && line.outcome == LineOutcome::Nothing,
        kept: changes::of_kept(&source, &compiled, &mut line),
        outcome: line.outcome,
        is_kept: line.kept_last,
        is_place: source.only_looks(),
        parts: line.parts,
        notes,
        writes,
        loaded: LoadedLine::new(loaded.address, frame, compiled.values),
    })
}

/// Adds what the compiler knows of a hook. `path` is the file of the hook as the line's sources have it.
pub(super) fn completed<'p>(
    hook: HookContext<'p>,
    path: Option<&'p str>,
    source: &ParsedLine<'_>,
    compiler: &CrateCompiler,
) -> HookContext<'p> {
    let has_items = source.has_items() || history().has_items();
    HookContext {
        spot: Spot { path, ..hook.spot },
        own_names: path
            .filter(|_| has_items)
            .and_then(|path| own_names(path, &hook, compiler)),
        tokio: compiler.tokio,
        ..hook
    }
}

/// Returns the names of the items that the function around a hook has itself. In the edition of 2015 a block cannot
/// import what stands in its modules, so the names are of no use there.
fn own_names(path: &str, hook: &HookContext<'_>, compiler: &CrateCompiler) -> Option<Vec<String>> {
    history().own_names(hook.slot, || {
        let text = fs::read_to_string(path).ok().filter(|_| compiler.edition() >= 2018)?;
        syntax::own_names(&text, hook.spot.line, hook.spot.column)
    })
}

/// Refuses a constant that could change the meaning of a path in the program.
fn check_constants(source: &ParsedLine<'_>, compiler: &CrateCompiler) -> Result<(), EvaluateError> {
    let constants = history().constants(source);
    match constants.iter().find(|name| compiler.names_within(name)) {
        None => Ok(()),
        Some(name) => Err(EvaluateError::Rejected(Refusal::from(format!(
            "error: the program has a path that ends in `::{name}`, and this constant could change what that means there, and with it the \
             types of running values: give it another name"
        )))),
    }
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
    hook: &HookContext<'_>,
    purpose: Purpose,
    line: &RunningLine,
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
    history.add(source, fallbacks, hook, taken, &made);
}

/// What is said where the value of a line was gone before it was known how to show it.
const KNOWN_NOW: &str = "its fields are known now: type the line again to see them";

/// Shows the value of a line by its parts, if its type has no `Debug` and the value is still there to be looked at. If
/// it is not, its type is learned for later values, and the user is told so.
fn show_by_parts(
    frame: &EvalFrame<'_>,
    source: &ParsedLine<'_>,
    line: &mut RunningLine,
    purpose: Purpose,
    width: usize,
) -> Option<&'static str> {
    let (LineOutcome::Value(shown @ Shown::Opaque, ty), Purpose::Run | Purpose::Full) = (&mut line.outcome, purpose)
    else {
        return None;
    };
    let place = match source.only_looks() {
        true => Some(source.text),
        false => line.kept_last.then_some(LAST),
    };
    let full = purpose == Purpose::Full;
    match place {
        Some(place) => {
            if let Some(parts) = by_parts(frame, place, ty, full, width) {
                *shown = parts;
            }
            None
        }
        None => learn::learn(frame, &[(*ty).to_owned()]).then_some(KNOWN_NOW),
    }
}

/// Logs how long the steps of a line took. The logger is the user's code, so hooks in it are passed over.
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

/// Compiles. The error says that the line was interrupted if Ctrl-C came meanwhile.
pub(super) fn spared<T>(compile: impl FnOnce() -> Result<T, EvaluateError>) -> Result<T, EvaluateError> {
    let watch = InterruptWatch::new();
    let compiled = compile();
    if watch.was_interrupted() {
        return Err(EvaluateError::Interrupted);
    }
    compiled
}
