//! Rust at the prompt: a line is compiled in the slot of the hook, loaded, and called on the live frame.
//!
//! - `parse` takes the typed text apart, `codegen` puts the places of the frame around it, `diagnostics` brings
//!   rustc's errors back to   what was typed. All three are pure.
//! - `compile` calls the crate's own rustc again until it has nothing to refuse; `hook_loader` loads what comes out.
//! - `abi` is what the compiled line calls.
//! - `session` is what lines leave for later ones: items, and values of `let`.
#![allow(unsafe_code)]

pub(crate) mod abi;
pub(crate) mod again;
mod beside;
pub(crate) mod codegen;
mod compile;
mod diagnostics;
mod error;
pub(crate) mod frame;
mod parse;
#[cfg(test)]
mod random;
mod session;

pub(crate) use codegen::input::{LAST, Purpose};
pub(crate) use error::EvaluateError;

use std::collections::{HashMap, HashSet};
use std::iter;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use codegen::piece::Spot;
use codegen::write;
use compile::CrateCompiler;
use compile::fallback;
use compile::fallback::{CompiledLine, compile_with_fallback};
use hook_loader::{Host, LoadError, LoadedSlot, RunningSlot};
use parse::ParsedLine;
use session::history::{HookContext, history, numbering};
use session::{kept, origin};

use crate::format::Shown;
use crate::frame::Restores;
use crate::guard;
use crate::os::interrupt::InterruptWatch;
use crate::parts::{self, Shower};
use crate::progress::{self, Phase};
use crate::syntax::spelled;
use crate::turn;
use crate::value::Saved;
use abi::{LineOutcome, Role, RunningLine, Wants, call_loaded};
use again::LoadedLine;
use frame::EvalFrame;

/// The parts of a line's code are no further apart in memory than this.
const MARGIN: usize = 1 << 20;

/// The answer to a line that ran.
pub(crate) struct Answer {
    pub(crate) outcome: LineOutcome,
    /// It ends in `;`, and had a value before that.
    pub(crate) ended: bool,
    /// There is this to say besides.
    pub(crate) notes: Vec<String>,
    /// The places that it may have written, by position, with what they had where that is known.
    pub(crate) writes: Vec<(usize, Option<Vec<Saved>>)>,
    /// The kept values that it may have written or moved, and what takes that back, where it is known.
    pub(crate) kept: Vec<(String, Option<Restores>)>,
    /// Its code, to be called again.
    pub(crate) loaded: Option<LoadedLine>,
    /// What shows its value by its parts.
    parts: Option<Shower>,
}

/// Makes the first line at a hook quick, in the background: reads the symbols of the program, and has rustc compile
/// what most lines have in common.
pub(crate) fn prepare(frame: &EvalFrame<'_>) {
    let Some((code, recorded)) = frame.slot else { return };
    let line = write::common(&frame.places);
    let run = move || {
        let _ = Host::of_this_process().and_then(|host| host.slot_at(code.address()));
        if let Ok(compiler) = CrateCompiler::of(recorded)
            && !compiler.is_warm(recorded.id)
        {
            let _ = compiler.compile(recorded.id, &line, &[]);
        }
    };
    // Without a thread, the first line is slower.
    let _ = std::thread::Builder::new().name("hookable-prepare".into()).spawn(run);
}

/// Gives what can be typed besides the locals.
pub(crate) fn known() -> Vec<String> {
    history().known()
}

/// Gives the type of a kept value, as `std::any::type_name` gives it.
pub(crate) fn type_of_kept(name: &str) -> Option<&'static str> {
    let all = kept::all().into_iter();
    all.rev()
        .find(|(kept, _)| kept == name)
        .map(|(_, about)| about.type_name)
}

/// What the session has: the heads of its items in the order in which they were typed, and its kept values with their
/// types.
pub(crate) fn session() -> (Vec<String>, Vec<(String, &'static str)>) {
    let kept = kept::all().into_iter();
    let lent = kept::all_lent().into_iter();
    let mut kept: Vec<_> = kept.chain(lent).map(|(name, about)| (name, about.type_name)).collect();
    kept.sort();
    (history().heads(), kept)
}

/// Gives kept values to `wants`, each of these names that can be used at this hook.
pub(crate) fn capture(frame: &mut EvalFrame<'_>, names: &[&str], wants: Wants) -> Result<Answer, EvaluateError> {
    let text: String = names.iter().map(|name| format!("&{}; ", spelled(name))).collect();
    frame.wants = Some(wants);
    let source = parse::parse(&text).map_err(EvaluateError::Lex)?;
    attempt(frame, source, Purpose::Capture, 80)
}

/// Tells whether a name means a kept value, though a local of the frame has it too.
pub(crate) fn shadows(name: &str, opening: u64) -> bool {
    history().shadows(spelled(name), opening)
}

/// Runs a line, or asks for its type.
pub(crate) fn evaluate(
    frame: &EvalFrame<'_>,
    text: &str,
    purpose: Purpose,
    width: usize,
) -> Result<Answer, EvaluateError> {
    let source = parse::parse(text).map_err(EvaluateError::Lex)?;
    let call = source.is_call().then(|| source.calls().collect::<String>());
    let refused = match attempt(frame, source, purpose, width) {
        Err(EvaluateError::Rejected(refused)) => refused,
        answer => return answer,
    };
    // Perhaps it wants what a macro's call made on an earlier line, or is itself such a call.
    let calls = history().calls(call.clone());
    let mut made = items_of(frame, calls, width);
    match call.and_then(|call| made.remove(&call)) {
        Some(answer) if purpose == Purpose::Run => Ok(answer),
        None if !made.is_empty() => attempt(frame, parse::parse(text).map_err(EvaluateError::Lex)?, purpose, width),
        _ => Err(EvaluateError::Rejected(refused)),
    }
}

/// Finds the calls of macros that make items, and has these hold from now on.
fn items_of(frame: &EvalFrame<'_>, calls: Vec<String>, width: usize) -> HashMap<String, Answer> {
    let Ok(made) = question(frame, &calls) else {
        return HashMap::new();
    };
    let items = calls.into_iter().zip(made).filter(|(_, made)| *made);
    let held = items.filter_map(|(call, _)| {
        let answer = attempt(frame, ParsedLine::of_items(&call).ok()?, Purpose::Run, width).ok()?;
        Some((call, answer))
    });
    held.collect()
}

/// Asks rustc of each call of a macro whether it makes items: in a module, nothing else can stand.
fn question(frame: &EvalFrame<'_>, calls: &[String]) -> Result<Vec<bool>, EvaluateError> {
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let modules = calls.iter().enumerate();
    let modules = modules.map(|(number, call)| format!("mod __hookable_items{number} {{ {call} }}\n"));
    let text: String = modules.collect();
    let source = parse::parse(&text).map_err(EvaluateError::Lex)?;
    let (_, recorded) = frame.slot.ok_or(EvaluateError::NoSymbol("it has none"))?;
    let (_, hook) = where_it_is(frame)?;
    let _numbers = numbering();
    spared(|| fallback::are_items(frame, &source, &hook, &*CrateCompiler::of(recorded)?))
}

/// Finds the slot of a hook in the program, and what a line is compiled for there.
fn where_it_is<'s>(frame: &EvalFrame<'s>) -> Result<(RunningSlot, HookContext<'s>), EvaluateError> {
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
        outer: origin::of(code.address(), recorded.folder),
        tokio: None,
        parts: "",
    };
    Ok((slot, hook))
}

/// Runs a line as it was read.
fn attempt(
    frame: &EvalFrame<'_>,
    mut source: ParsedLine<'_>,
    purpose: Purpose,
    width: usize,
) -> Result<Answer, EvaluateError> {
    static LINES: AtomicU64 = AtomicU64::new(1);
    source.find_parts(frame.places.iter().map(|place| place.name));
    let (slot, mut hook) = where_it_is(frame)?;
    let (_, recorded) = frame.slot.ok_or(EvaluateError::NoSymbol("it has none"))?;
    let (host, symbol, text) = (
        Host::of_this_process().map_err(EvaluateError::Load)?,
        slot.name,
        source.text,
    );
    let start = Instant::now();
    progress::enter(Some(match compile::has_compiled(recorded) {
        true => Phase::Rustc,
        false => Phase::FirstRustc,
    }));
    let numbers = numbering();
    let compiler = spared(|| CrateCompiler::of(recorded))?;
    hook.tokio = compiler.tokio;
    let path = hook.spot.path.map(|path| compiler.read_at(path));
    let parts = compiler.put_beside(match purpose {
        Purpose::Parts { ty, .. } => Some(ty),
        _ => None,
    });
    let parts = parts.ok_or(EvaluateError::NoParts)?;
    let hook = HookContext {
        spot: Spot {
            path: path.as_deref(),
            ..hook.spot
        },
        parts: &parts,
        ..hook
    };
    let constants = history().constants(&source);
    if let Some(name) = constants.iter().find(|name| compiler.names_within(name)) {
        return Err(EvaluateError::Rejected(format!(
            "error: the program has a path that ends in `::{name}`, and this constant could change what that means there, and with it the \
             types of running values: give it another name"
        )));
    }
    let compiled_line = spared(|| compile_with_fallback(frame, &mut source, &hook, &compiler, purpose))?;
    let compiling = start.elapsed();
    let CompiledLine {
        written,
        fallbacks,
        objects,
        moved,
        text: compiled,
        unwritten,
        values,
        kept_written,
        replaced,
        mut notes,
    } = compiled_line;
    let start = Instant::now();
    progress::enter(Some(Phase::Loading));
    let loaded = hook_loader::load(host, &objects, compiler.archives, &slot).map_err(|error| match error {
        LoadError::NoSlot(_) => EvaluateError::Elsewhere,
        error => EvaluateError::Load(error),
    });
    let loaded = match loaded {
        // The line may have settled a type that rustc infers otherwise without it.
        Err(EvaluateError::Elsewhere) if history().write_types(symbol) => {
            drop((compiler, numbers));
            let again = attempt(frame, again(&source)?, purpose, width);
            if again.is_err() {
                history().typed.remove(symbol);
            }
            return again;
        }
        loaded => loaded?,
    };
    let code = loaded.start..loaded.start + loaded.code;
    let lines = iter::once((recorded.id, compiled)).chain(hook.outer.clone()).collect();
    origin::remember(code, recorded.folder, lines);
    let (taken, gone) = history().take(&source, &hook, &frame.places, &replaced);
    notes.extend(
        gone.iter()
            .map(|name| format!("`{name}` is gone: an impl that its type may depend on was typed anew")),
    );
    let file = compiler.line().to_string_lossy().into_owned();
    // The line may open hooks, and there lines of their own.
    drop((compiler, numbers));
    report(compiling, start.elapsed(), &loaded);
    abi::linked();
    let role = if matches!(purpose, Purpose::Aside | Purpose::Text) {
        Role::Aside
    } else {
        Role::Typed
    };
    let mut line = RunningLine::new(LINES.fetch_add(1, Ordering::Relaxed), role);
    let is_full = matches!(
        purpose,
        Purpose::Full | Purpose::Text | Purpose::Parts { full: true, .. }
    );
    (line.width, line.full) = (width, is_full);
    let writes = |name: &&String| kept_written.contains(name) || fallbacks.moves(name);
    line.wants = frame.wants.clone();
    line.reads = values.iter().filter(|name| !writes(name)).cloned().collect();
    let loaded_line = LoadedLine::new(loaded.address, frame, values.clone());
    let in_use = kept::InUse::new(values);
    progress::enter(Some(Phase::Running));
    // SAFETY: the loaded function bears the name of the hook's own slot, so its type is the same; the places are
    // those of this hit, in order, and the frame that borrows them is not used until this returns.
    turn::lend(|| unsafe { call_loaded(loaded.address, &frame.pointers, &mut line) });
    progress::enter(None);
    drop(in_use);
    if let LineOutcome::Panicked(panic) = &mut line.outcome {
        panic.message = written.as_typed(&panic.message);
        panic.at = panic.at.take().and_then(|at| {
            let code = loaded.address..loaded.address + loaded.code + loaded.data + MARGIN;
            written.told(text, &file, code, at)
        });
    }
    notes.extend(kept::panicked());
    if let LineOutcome::Mistaken(name) = line.outcome {
        // The line did not run.
        history().drop_items(&taken);
        if history().mistaken(name, symbol) {
            return attempt(frame, again(&source)?, purpose, width);
        }
        return Err(EvaluateError::Mistaken(name));
    }
    if let Purpose::Type | Purpose::Capture | Purpose::Parts { .. } = purpose {
        history().drop_items(&taken);
    } else if matches!(line.outcome, LineOutcome::Nothing | LineOutcome::Value(..)) {
        fallbacks.unkept.iter().for_each(|name| kept::discard_here(name));
        let mut history = history();
        history.add(&source, &fallbacks, &hook, taken, (line.number, line.kept_last));
        history.called(source.calls());
        history.unkept(&fallbacks.unkept);
    }
    if let LineOutcome::Panicked(_) | LineOutcome::Early(_) | LineOutcome::Returned(_) | LineOutcome::Interrupted =
        line.outcome
    {
        let gone = fallbacks
            .moved
            .iter()
            .filter(|name| *name != LAST && !kept::is_here(name));
        notes.extend(gone.map(|name| format!("`{name}` is gone: the line had moved it")));
    }
    let looks = source.only_looks();
    let mut writes = Vec::new();
    for position in moved.into_iter().filter(|_| !looks) {
        let mut before: Vec<_> = line
            .before
            .extract_if(.., |before| before.position == position)
            .collect();
        let through = frame.places[position].type_name.starts_with("&mut ");
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
    if let (LineOutcome::Value(shown @ Shown::Opaque, ty), Purpose::Run | Purpose::Full) = (&mut line.outcome, purpose)
    {
        let place = if looks {
            Some(text)
        } else {
            line.kept_last.then_some(LAST)
        };
        let full = purpose == Purpose::Full;
        if let Some(parts) = place.and_then(|place| by_parts(frame, place, ty, full, width)) {
            *shown = parts;
        }
    }
    let bound = source.bound();
    let moved = fallbacks.moved.iter().filter(|name| *name != LAST).cloned();
    // Through a shared reference, a call may write to these.
    let shared = line
        .taken
        .iter()
        .filter(|(_, about)| about.has_cells() && text.contains('('));
    let shared = shared.map(|(name, _)| (*name).to_owned());
    let shared: Vec<String> = shared
        .filter(|name| !kept_written.contains(name) && !fallbacks.moves(name))
        .collect();
    let changed = |name: &String| !looks && !bound.contains(&&**name);
    let kept = kept_written.into_iter().chain(moved).chain(shared).filter(changed);
    let kept = kept.map(|name| {
        let mut before = line.kept_before.iter();
        let at = before.position(|before| before.name() == name);
        let before = at.map(|at| line.kept_before.remove(at));
        (
            name,
            before.map(|before| Box::new(move || before.restore()) as Restores),
        )
    });
    let kept = kept.collect();
    Ok(Answer {
        ended: line.ended && line.outcome == LineOutcome::Nothing,
        kept,
        outcome: line.outcome,
        parts: line.parts,
        notes,
        writes,
        loaded: loaded_line,
    })
}

/// Reads a line once more, as it was read.
fn again<'t>(source: &ParsedLine<'t>) -> Result<ParsedLine<'t>, EvaluateError> {
    let source = match source.items().next() {
        Some((name, _)) if name.starts_with("call ") => ParsedLine::of_items(source.text),
        _ => parse::parse(source.text),
    };
    source.map_err(EvaluateError::Lex)
}

/// What there is to show of the value of a place without `Debug`: its parts. `None` if there is no more than the name
/// of its type.
pub(crate) fn by_parts(
    frame: &EvalFrame<'_>,
    place: &str,
    ty: &'static str,
    full: bool,
    width: usize,
) -> Option<Shown> {
    static IN_VAIN: LazyLock<Mutex<HashSet<(usize, &str)>>> = LazyLock::new(Mutex::default);
    let slot = frame.slot.as_ref()?.0.address();
    let in_vain = || IN_VAIN.lock().unwrap_or_else(PoisonError::into_inner);
    if in_vain().contains(&(slot, ty)) {
        return None;
    }
    let source = parse::parse(place).ok()?;
    let answer = attempt(frame, source, Purpose::Parts { full, ty }, width);
    match answer {
        Ok(Answer {
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

/// Logs where the time of a line went. The logger is the user's code, so hooks in it are passed over.
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

/// Compiles. If Ctrl-C came meanwhile, the answer is that it was interrupted.
fn spared<T>(compile: impl FnOnce() -> Result<T, EvaluateError>) -> Result<T, EvaluateError> {
    let watch = InterruptWatch::new();
    let compiled = compile();
    if watch.was_interrupted() {
        return Err(EvaluateError::Interrupted);
    }
    compiled
}
