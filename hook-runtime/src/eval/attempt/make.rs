//! A line is compiled and loaded.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{fs, iter, thread};

use hook_loader::{Host, LoadError, LoadedSlot, RunningSlot};
use log::Level;

use super::load::{self, Loaded, Target};
use super::{learn, spared};
use crate::eval::beside::Additions;
use crate::eval::codegen::input::{PartsCode, Purpose};
use crate::eval::codegen::piece::Spot;
use crate::eval::compile::early::WaitingLine;
use crate::eval::compile::fallback::{CompiledLine, compile_with_fallback};
use crate::eval::compile::{self, CrateCompiler};
use crate::eval::error::{EvaluateError, Refusal};
use crate::eval::frame::EvalFrame;
use crate::eval::parse::ParsedLine;
use crate::eval::session::history::{HookContext, TYPED_ANEW, UsedPaths, history, numbering};
use crate::eval::session::origin;
use crate::guard;
use crate::progress::{self, Phase};
use crate::syntax;

/// What came of a line that rustc accepts.
pub(super) enum Made {
    Line(Box<MadeLine>),
    /// The line may have settled a type that rustc infers in another way without it. So nothing of it fits the slot of
    /// this name.
    OtherTypes(&'static str),
    /// The crate may be able to name the instance of the function, or the type of a kept value, by paths for which
    /// rustc was not asked.
    OpenPaths(&'static str),
}

/// A line that can be called.
pub(super) struct MadeLine {
    pub(super) compiled: CompiledLine,
    pub(super) loaded: Loaded,
    pub(super) taken: UsedPaths,
    /// Remarks for the user.
    pub(super) notes: Vec<String>,
    /// The file that it was compiled from.
    pub(super) file: String,
    /// The symbol of the slot.
    pub(super) slot: &'static str,
    /// The file of the hook, as the line's sources have it.
    pub(super) path: Option<String>,
}

/// Finds the slot of a hook in the program, and what a line is compiled for there.
pub(crate) fn where_it_is<'s>(frame: &EvalFrame<'s>) -> Result<(RunningSlot, HookContext<'s>), EvaluateError> {
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

/// Compiles and loads a line.
pub(super) fn make(
    frame: &EvalFrame<'_>,
    source: &mut ParsedLine<'_>,
    purpose: Purpose,
) -> Result<Made, EvaluateError> {
    let (slot, hook) = where_it_is(frame)?;
    let (_, recorded) = frame.slot.ok_or(EvaluateError::NoSymbol("it has none"))?;
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let start = Instant::now();
    progress::enter(Some(match compile::has_compiled(recorded) {
        true => Phase::Rustc,
        false => Phase::FirstRustc,
    }));
    let numbers = numbering();
    let waiting = WaitingLine::new();
    let compiler = spared(|| CrateCompiler::of(frame))?;
    drop(waiting);
    if compiler.is_unmade(slot.name) {
        return Err(load::elsewhere(frame));
    }
    compiler.turn_to(recorded.id, hook.spot.path, (hook.spot.line, hook.spot.column));
    let path = hook.spot.path.map(|path| compiler.read_at(path));
    let beside = CodeBeside::of(frame, purpose, &compiler)?;
    let hook = HookContext {
        parts: beside.parts(),
        ..completed(hook, path.as_deref(), source, &compiler)
    };
    check_constants(source, &compiler)?;
    let compiled = spared(|| compile_with_fallback(frame, source, &hook, &compiler, purpose));
    if let Err(EvaluateError::OpenPaths(ty)) = compiled {
        return Ok(Made::OpenPaths(ty));
    }
    let mut compiled = compiled?;
    let compiling = start.elapsed();
    let start = Instant::now();
    progress::enter(Some(Phase::Loading));
    let target = Target {
        frame,
        host,
        compiler: &compiler,
        slot: &slot,
        hook: &hook,
    };
    let loaded = match load::load(&target, &mut compiled)? {
        Err(LoadError::NoSlot(_)) => {
            return match load::open_instance(frame) {
                Some(instance) => Ok(Made::OpenPaths(instance)),
                None if history().write_types(slot.name) => Ok(Made::OtherTypes(slot.name)),
                None => Err(load::elsewhere(frame)),
            };
        }
        loaded => loaded.map_err(EvaluateError::Load)?,
    };
    let code = loaded.at.start..loaded.at.start + loaded.at.code;
    let lines = iter::once((recorded.id, compiled.text.clone())).chain(hook.outer.clone());
    origin::remember(code, recorded.folder, lines.collect());
    let (taken, gone) = history().take(source, &hook, &frame.places, (&compiled.items, &compiled.fallbacks));
    let mut notes = std::mem::take(&mut compiled.notes);
    let said = |name| format!("`{name}` is gone: {TYPED_ANEW}");
    notes.extend(gone.iter().map(said));
    let file = compiler.line().to_string_lossy().into_owned();
    // The logger is the user's, and lines that are typed at other hooks need these locks.
    drop((compiler, numbers));
    report(compiling, start.elapsed(), &loaded.at);
    Ok(Made::Line(Box::new(MadeLine {
        compiled,
        loaded,
        taken,
        notes,
        file,
        slot: slot.name,
        path,
    })))
}

/// The code that shows a value by its parts, if that is wanted.
struct CodeBeside {
    show: String,
    learn: Option<String>,
    items: HashMap<String, Additions>,
}

impl CodeBeside {
    fn of(frame: &EvalFrame<'_>, purpose: Purpose, compiler: &CrateCompiler) -> Result<CodeBeside, EvaluateError> {
        let shown = match purpose {
            Purpose::Parts { ty, .. } | Purpose::Learn { ty } => Some((ty, history().sources())),
            _ => None,
        };
        let has_name = shown.as_ref().is_some_and(|(ty, _)| learn::has_name(frame, ty));
        let show = compiler.put_beside(shown.as_ref().map(|(ty, items)| (*ty, &items[..])), has_name);
        Ok(CodeBeside {
            items: compiler.beside_items(),
            learn: learn::beside(frame, purpose),
            show: show.ok_or(EvaluateError::NoParts)?,
        })
    }

    fn parts(&self) -> PartsCode<'_> {
        PartsCode {
            show: &self.show,
            learn: self.learn.as_deref(),
            items: Some(&self.items),
        }
    }
}

/// Adds what the compiler knows of a hook. `path` is the file of the hook as the line's sources have it.
pub(crate) fn completed<'p>(
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

/// The logger is waited for at most this long.
const PATIENCE: Duration = Duration::from_millis(100);

/// Logs how long the steps of a line took. The logger is the user's code, so hooks in it are passed over. It may wait
/// for a lock that this thread has, by a value that is being shown or is held; so another thread calls it.
fn report(compiling: Duration, loading: Duration, loaded: &LoadedSlot) {
    if Level::Trace > log::max_level() {
        return;
    }
    let LoadedSlot {
        code, data, sections, ..
    } = loaded;
    let message = format!(
        "rustc took {compiling:.1?}, loading {loading:.1?}: {sections} sections, {code} bytes of code, {data} of data"
    );
    let (done, is_done) = mpsc::channel::<()>();
    let tells = move || {
        let _ = guard::caught(|| guard::unhooked(|| log::trace!(target: "hookable", "{message}")));
        drop(done);
    };
    if thread::Builder::new().name("hookable-log".into()).spawn(tells).is_ok() {
        let _ = is_done.recv_timeout(PATIENCE);
    }
}
