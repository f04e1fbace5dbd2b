//! Rust at the prompt: a line is compiled in the slot of the hook, loaded, and called on the live frame.
//!
//! - `parse` takes the typed text apart, `codegen` puts the places of the frame around it, and `diagnostics` relates
//!   rustc's errors to what was typed. These three have no state.
//! - `compile` calls the crate's own rustc, again without the code that rustc refuses. `hook_loader` loads the objects.
//! - `abi`, in the crate below, is what the compiled line calls.
//! - `session` keeps what lines leave for later ones: items, and values of `let`.
//! - `attempt` takes a line through all of these, and `complete` asks rustc what could be typed.

pub(crate) mod again;
mod attempt;
mod beside;
pub(crate) mod codegen;
mod compile;
pub(crate) mod complete;
mod diagnostics;
mod error;
pub(crate) mod frame;
pub(crate) mod hooked;
pub(crate) mod loaded;
mod macro_items;
pub(crate) mod parse;
#[cfg(test)]
mod random;
pub(crate) mod reload;
mod session;
pub(crate) mod sites;

use std::sync::MutexGuard;
use std::thread;
use std::time::Duration;

pub(crate) use hook_frame::abi;
use hook_rustc::sorted::sort;

pub(crate) use attempt::{LineAnswer, borrowed_uniquely, by_parts, end_borrowers};
pub(crate) use codegen::input::{LAST, Purpose};
pub(crate) use error::EvaluateError;
pub(crate) use session::held::HeldValues;

use abi::Wants;
use attempt::attempt;
use codegen::write;
pub(crate) use compile::ahead::end as end_ahead;
use compile::{CrateCompiler, ahead};
use frame::EvalFrame;
use hook_loader::Host;
use session::history::history;
use session::{held, kept};

use crate::progress::{self, NotTheProgram};
use crate::syntax::spelled;

/// The time in which the first prompt is drawn, so that what is prepared meanwhile does not compete with it.
const FIRST_PROMPT: Duration = Duration::from_millis(20);

/// Makes the first line at a hook quick, in the background: reads the symbols of the program, and has rustc compile
/// what most lines have in common. Then it has rustc started for each line that is typed.
pub(crate) fn prepare(frame: &EvalFrame<'_>) {
    let (Some((code, recorded)), Some(snapshot)) = (frame.slot, frame.snapshot.clone()) else {
        return;
    };
    let line = write::common(&frame.places, frame.returns);
    let (path, place) = (frame.spot.path.map(str::to_owned), (frame.spot.line, frame.spot.column));
    let opening = frame.opening;
    ahead::open(opening);
    let run = move || {
        let _here = NotTheProgram::new();
        thread::sleep(FIRST_PROMPT);
        let _ = Host::of_this_process().and_then(|host| host.slot_at(code.address()));
        let turned = |compiler: MutexGuard<'static, CrateCompiler>| {
            compiler.turn_to(recorded.id, path.as_deref(), place);
            compiler
        };
        if let Ok(compiler) = CrateCompiler::at(recorded.folder, &snapshot)
            && !compiler.is_warm(recorded.id)
        {
            let _ = turned(compiler).compile_early(recorded.id, &line);
            progress::process_ended();
        }
        // Where a compiler is a program of another system, as it may be on Windows, nobody knows what it does with its
        // standard input.
        if cfg!(unix) {
            ahead::serve(opening, || CrateCompiler::idle(recorded.folder, &snapshot).map(turned));
        }
    };
    // If no thread can be made, the first line only takes longer.
    let _ = thread::Builder::new().name("hookable-prepare".into()).spawn(run);
}

/// Drops what is held at an opening of a hook. Returns what the user is to be told of that.
pub(crate) fn end_held(opening: u64) -> Vec<String> {
    drop(HeldValues::new(opening));
    kept::panicked()
}

/// Returns the names that can be typed besides those of the locals.
pub(crate) fn known(opening: u64) -> Vec<String> {
    let held = held::all(opening).into_iter().filter(|held| !held.is_hidden);
    let mut known = history().known();
    known.extend(held.map(|held| held.name));
    known
}

/// Returns the type of a kept or held value, as `std::any::type_name` gives it.
pub(crate) fn type_of_kept(name: &str, opening: u64) -> Option<&'static str> {
    let kept = kept::all().into_iter().find(|(kept, _)| kept == name);
    let kept = kept.map(|(_, about)| (about.line, about.type_name));
    let held = held::about(opening, name).map(|held| (held.line, held.type_name));
    kept.max(held).map(|(_, type_name)| type_name)
}

/// Returns the heads of the session's items in the order in which they were typed, and its kept and held values with
/// their types.
pub(crate) fn session(opening: u64) -> (Vec<String>, Vec<(String, &'static str)>) {
    let kept = kept::all().into_iter();
    let lent = kept::all_lent().into_iter();
    let mut kept: Vec<_> = kept.chain(lent).map(|(name, about)| (name, about.type_name)).collect();
    for held in held::all(opening).into_iter().filter(|held| !held.is_hidden) {
        kept.retain(|(name, _)| *name != held.name);
        kept.push((held.name, held.type_name));
    }
    sort(&mut kept);
    (history().heads(), kept)
}

/// Returns the head of the function, type, trait or macro of that name that was typed last.
pub(crate) fn head_of(name: &str) -> Option<String> {
    history().head_of(name)
}

/// Hands those of the named kept values that can be used at this hook to `wants`.
pub(crate) fn capture(frame: &mut EvalFrame<'_>, names: &[&str], wants: Wants) -> Result<LineAnswer, EvaluateError> {
    let text: String = names.iter().map(|name| format!("&{}; ", spelled(name))).collect();
    frame.wants = Some(wants);
    let source = parse::parse(&text).map_err(EvaluateError::Lex)?;
    attempt(frame, source, Purpose::Capture, 80)
}

/// Returns whether a name means a kept value, though a local of the frame has it too.
pub(crate) fn shadows(name: &str, opening: u64) -> bool {
    history().shadows(spelled(name), opening)
}

/// Runs a line, or asks for its type.
pub(crate) fn evaluate(
    frame: &EvalFrame<'_>,
    text: &str,
    purpose: Purpose,
    width: usize,
) -> Result<LineAnswer, EvaluateError> {
    let source = parse::parse(text).map_err(EvaluateError::Lex)?;
    let call = source.is_call().then(|| source.calls().collect::<String>());
    let refused = match attempt(frame, source, purpose, width) {
        Err(EvaluateError::Rejected(refused)) => refused,
        answer => return answer,
    };
    // The line may need an item that a macro's call made on an earlier line, or may be such a call itself.
    let calls = history().calls(call.clone());
    let mut made = macro_items::define(frame, calls, width);
    match call.and_then(|call| made.remove(&call)) {
        Some(answer) if purpose == Purpose::Run => Ok(answer),
        None if !made.is_empty() => attempt(frame, parse::parse(text).map_err(EvaluateError::Lex)?, purpose, width),
        _ => Err(EvaluateError::Rejected(refused)),
    }
}
