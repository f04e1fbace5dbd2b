//! The running program gets the code of other sources of a crate: those that the files have now, or others.
//!
//! [`replace`] compiles the crate from the new sources, as a build would, and has `hook_loader` replace every function
//! whose code is another. Frames that run meanwhile go on in the old code.

mod before;
mod items;
mod kind;
mod layouts;
mod refuse;
mod report;

pub(crate) use report::Report;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use hook_loader::{Host, LoadError, ReloadRules, RunningSlot};
use hook_rustc::Sources;

use super::beside::LAYOUT_TABLE;
use super::compile::CrateCompiler;
use super::compile::anew::CompiledAnew;
use super::error::EvaluateError;
use super::frame::EvalFrame;
use crate::frame::{Recorded, Snapshot};
use kind::CrateFunctions;
use refuse::{Changes, ItemInFile, Texts};

/// What the sites of hooks have in their names.
pub(super) const SITE: &str = "__HOOKABLE_SITE";

/// Tells why the program gets other code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReloadCause {
    /// The sources were edited.
    Edited,
    /// Hooks are planted, which change nothing that code elsewhere knows. A copy of a function in another crate may go
    /// on without them.
    Planted,
}

/// Replaces the functions of the frame's crate that are others in its sources as the files are now. `amended` gives the
/// text of a file that is to be compiled in place of what the file has; its argument is the absolute path.
///
/// So a hook is planted by an `amended` that puts it into a text, and taken out again by one that does not. The texts
/// that the program is as, those of the last reload or else those of the build, are given by
/// `console::sources::all`; a file that is to stay as it is there has to be amended to that, or a change on the disk
/// takes part.
///
/// Nothing has changed where an error is returned. Errors of the new sources are [`EvaluateError::Rejected`].
pub(crate) fn replace(
    frame: &EvalFrame<'_>,
    cause: ReloadCause,
    amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
) -> Result<Report, EvaluateError> {
    static RELOADS: AtomicU64 = AtomicU64::new(1);
    let (host, slot, recorded) = slot(frame)?;
    let latest = recorded.latest();
    let mut compiler = CrateCompiler::at(recorded.folder, &latest)?;
    let before = before::objects(&compiler, &latest)?;
    let number = RELOADS.fetch_add(1, Ordering::Relaxed);
    let (objects, snapshot) = match compiler.compile_anew(number, amended)? {
        CompiledAnew::Same => {
            return Ok(Report {
                is_same: true,
                ..Report::default()
            });
        }
        CompiledAnew::Rejected(diagnostics) => return Err(report::rejected(&diagnostics)),
        CompiledAnew::Objects(objects, snapshot) => (objects, snapshot),
    };
    let dir = compiler.dir();
    let (texts, new) = (texts(&latest, &dir), texts(&snapshot, &dir));
    let changes = Changes::of(&texts, &new).with_gone(&gone(recorded, &[]));
    // What the optimizer makes of a copy may be called in another way.
    let may_differ = cause == ReloadCause::Planted && !compiler.is_optimized();
    let refusals = changes.refusals(&new, compiler.is_library() && !may_differ);
    let refusals = RefCell::new(refusals);
    let functions = CrateFunctions::new(frame.krate, &new);
    let rules = ReloadRules {
        krate: frame.krate,
        builds: &[recorded.fingerprint, latest.fingerprint, snapshot.fingerprint],
        is_optimized: compiler.is_optimized(),
        site: SITE,
        table: LAYOUT_TABLE,
        suits: &|tables| {
            let decided = layouts::decided(refusals.take(), tables, &new);
            let suits = decided.is_empty();
            refusals.replace(decided);
            suits
        },
        kind: &|name| functions.kind(name),
    };
    // SAFETY: both are compilations of the crate of the slot by its own compiler. What changes types, statics and
    // traits is refused.
    let reload = unsafe { hook_loader::reload(host, &slot, (&before, &objects), compiler.archives, &rules) };
    let reload = reload.map_err(|error| match error {
        LoadError::Layouts => report::refused(&refusals.borrow(), &dir),
        error => EvaluateError::Load(error),
    })?;
    before::keep(&compiler, &snapshot, &objects)?;
    recorded.reloaded(snapshot, reload.sites.clone());
    gone(recorded, &changes.gone());
    Ok(Report::of(&reload, &changes, &functions, &dir))
}

/// Takes back what the last reload of the frame's crate did. Returns `false` if there is none.
pub(crate) fn undo(frame: &EvalFrame<'_>) -> Result<bool, EvaluateError> {
    let (host, slot, recorded) = slot(frame)?;
    let undone = hook_loader::undo_reload(host, &slot).map_err(EvaluateError::Load)?;
    if undone {
        let (latest, dir) = (recorded.latest(), {
            let compiler = CrateCompiler::at(recorded.folder, &recorded.latest())?;
            compiler.dir()
        });
        recorded.reload_undone();
        let changes = Changes::of(&texts(&latest, &dir), &texts(&recorded.latest(), &dir));
        gone(recorded, &changes.gone());
    }
    Ok(undone)
}

/// Adds to the items that code of a crate was once compiled with and that its sources have no more, and gives them all.
/// Values of such types may live on, and rustc knows a type by its path alone.
fn gone(recorded: &Recorded, more: &[ItemInFile]) -> Vec<ItemInFile> {
    static GONE: LazyLock<Mutex<HashMap<&'static str, Vec<ItemInFile>>>> = LazyLock::new(Mutex::default);
    let mut all = GONE.lock().unwrap_or_else(PoisonError::into_inner);
    let of_crate = all.entry(recorded.folder).or_default();
    for found in more {
        if !of_crate.contains(found) {
            of_crate.push(found.clone());
        }
    }
    of_crate.clone()
}

fn slot(frame: &EvalFrame<'_>) -> Result<(&'static Host, RunningSlot, &'static Recorded), EvaluateError> {
    let why = "the crate was compiled without asking rustc what hooks can capture";
    let (code, recorded) = frame.slot.ok_or(EvaluateError::NotRecorded(why))?;
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let slot = host.slot_at(code.address()).map_err(EvaluateError::Load)?;
    Ok((host, slot.ok_or(EvaluateError::NoSymbol("it has no symbol"))?, recorded))
}

/// Returns the texts of the Rust sources of a snapshot by their absolute paths, and those of files of any name that are
/// included.
fn texts(snapshot: &Snapshot, dir: &Path) -> Texts {
    let sources = Sources::read(&snapshot.build()).unwrap_or_default();
    let is_rust = |file: &Path| file.extension().is_some_and(|kind| kind == "rs");
    let text = |file: &Path| -> Option<(PathBuf, String)> {
        let path = dir.join(file);
        let text = sources.text(&path, &snapshot.unit)?;
        Some((path, String::from_utf8_lossy(&text).into_owned()))
    };
    let (rust, others): (Vec<&Path>, Vec<&Path>) = sources.files().partition(|file| is_rust(file));
    let mut texts: Texts = rust.into_iter().filter_map(text).collect();
    let including: Vec<&String> = texts.values().filter(|text| text.contains("include!")).collect();
    let is_included = |file: &&Path| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| including.iter().any(|text| text.contains(name)))
    };
    let included: Vec<&Path> = others.into_iter().filter(is_included).collect();
    texts.extend(included.into_iter().filter_map(text));
    texts
}
