//! The running program gets the code of other sources of a crate: those that the files have now, or others.
//!
//! [`replace`] compiles the crate from the new sources, as a build would, and has `hook_loader` replace every function
//! whose code is another. Frames that run meanwhile go on in the old code.

mod before;
mod changes;
mod compiled;
mod crates;
mod debug_types;
mod interface;
mod items;
mod kind;
mod layouts;
mod mentions;
mod outdated;
mod refuse;
mod report;

pub(crate) use report::Report;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use hook_rustc::{Sources, source_path};

use super::compile::CrateCompiler;
use super::error::EvaluateError;
use super::frame::EvalFrame;
use crate::frame::{Recorded, Snapshot};
use crate::progress::{Entered, Phase};
use changes::{Changes, ItemInFile, Texts};
use compiled::CompiledCrate;
pub(crate) use crates::ReloadedCrate;

/// Functions with futures that would keep something longer, each with the names of that.
pub(crate) type KeptLonger = Vec<(String, Vec<String>)>;

/// Tells why the program gets other code.
#[derive(Clone, Copy)]
pub(crate) enum ReloadCause<'c> {
    /// The sources were edited.
    Edited,
    /// Hooks are planted, which change nothing that code elsewhere knows. A copy of a function in another crate may go
    /// on without them. Where that changes how futures are laid out, this function says whether the hooks can capture
    /// less: if they can, nothing is replaced. Else only futures that are made from then on get them.
    Planted(&'c dyn Fn(&KeptLonger) -> bool),
}

impl ReloadCause<'_> {
    fn is_edited(self) -> bool {
        matches!(self, ReloadCause::Edited)
    }
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
    cause: ReloadCause<'_>,
    amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
) -> Result<Report, EvaluateError> {
    let _entered = Entered::new(Phase::Replacing);
    let compiled = CompiledCrate::of(ReloadedCrate::of_frame(frame)?, cause, amended)?;
    perform(compiled.into_iter().collect(), cause)
}

/// Replaces functions as [`replace`] does, of the frame's crate and of others of the program. All are compiled before
/// anything is replaced, and where one cannot be, none is.
pub(crate) fn replace_all(
    frame: &EvalFrame<'_>,
    others: &[ReloadedCrate],
    amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
) -> Result<Report, EvaluateError> {
    let _entered = Entered::new(Phase::Replacing);
    let own = ReloadedCrate::of_frame(frame)?;
    let others = others.iter().copied();
    let mut all = vec![own];
    all.extend(others.filter(|other| other.recorded.folder != own.recorded.folder));
    let mut notes = crates::without_hooks(&all);
    let mut compiled = Vec::new();
    for &krate in &all {
        match CompiledCrate::of(krate, ReloadCause::Edited, amended) {
            Ok(more) => compiled.extend(more),
            Err(EvaluateError::Rejected(mut refusal)) => {
                // The compilers of those that were compiled are needed once more.
                drop(compiled);
                refusal.text += &interfaces(krate, &all, amended);
                return Err(EvaluateError::Rejected(refusal));
            }
            // Another crate may be one that nobody edits.
            Err(error) if krate.recorded.folder != own.recorded.folder => {
                notes.push(format!("`{}` is not looked at: {error}", krate.krate));
            }
            Err(error) => return Err(error),
        }
    }
    let mut report = perform(compiled, ReloadCause::Edited)?;
    report.notes.extend(notes);
    Ok(report)
}

/// Takes back what the last reload did, of all crates that it was of. Returns `false` if there is none.
pub(crate) fn undo() -> Result<bool, EvaluateError> {
    let mut done = done();
    let Some(last) = done.last().cloned() else {
        return Ok(false);
    };
    take_back(&last)?;
    done.pop();
    Ok(true)
}

/// The crates that each reload replaced functions of, in order.
fn done() -> MutexGuard<'static, Vec<Vec<ReloadedCrate>>> {
    static DONE: Mutex<Vec<Vec<ReloadedCrate>>> = Mutex::new(Vec::new());
    DONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Replaces functions of crates that are compiled.
fn perform(crates: Vec<CompiledCrate>, cause: ReloadCause<'_>) -> Result<Report, EvaluateError> {
    let mut report = Report {
        is_same: crates.is_empty(),
        ..Report::default()
    };
    let mut replaced = Vec::new();
    for compiled in crates {
        let krate = compiled.krate;
        match compiled.perform(cause) {
            Ok(more) => report.add(more),
            Err(error) => {
                take_back(&replaced)?;
                return Err(error);
            }
        }
        replaced.push(krate);
    }
    if !replaced.is_empty() {
        done().push(replaced);
    }
    Ok(report)
}

/// Takes back what was done last of each of these crates.
fn take_back(crates: &[ReloadedCrate]) -> Result<(), EvaluateError> {
    for krate in crates.iter().rev() {
        let (host, slot) = krate.slot()?;
        if hook_loader::undo_reload(host, &slot).map_err(EvaluateError::Load)? {
            let recorded = krate.recorded;
            let latest = recorded.latest();
            let dir = CrateCompiler::at(recorded.folder, &latest)?.dir();
            recorded.reload_undone();
            let changes = Changes::of(&texts(&latest, &dir), &texts(&recorded.latest(), &dir));
            gone(recorded, &changes.gone());
            outdated::forget(&changes);
        }
    }
    Ok(())
}

/// Returns what is said behind errors of a crate, if libraries of the program are others than when it was built.
fn interfaces(krate: ReloadedCrate, all: &[ReloadedCrate], amended: &dyn Fn(&Path) -> Option<Vec<u8>>) -> String {
    let differs = |other: &&ReloadedCrate| {
        let latest = other.recorded.latest();
        let compiler = CrateCompiler::at(other.recorded.folder, &latest);
        compiler.is_ok_and(|compiler| {
            let is_reloaded = latest != other.recorded.snapshot();
            compiler.is_library() && (is_reloaded || compiler.has_changed(amended).unwrap_or(false))
        })
    };
    let latest = krate.recorded.latest();
    let used =
        CrateCompiler::at(krate.recorded.folder, &latest).map_or_else(|_| Vec::new(), |own| own.named_libraries());
    let is_used = |other: &&ReloadedCrate| {
        let stem = format!("lib{}-", other.krate);
        let mut names = used.iter().filter_map(|file| file.file_name()?.to_str());
        names.any(|name| name.starts_with(&stem))
    };
    let others = all.iter().filter(is_used);
    let mut names: Vec<String> = others
        .filter(differs)
        .map(|other| format!("`{}`", other.krate))
        .collect();
    if names.is_empty() {
        return String::new();
    }
    names.sort();
    format!(
        "\n\nnote: `{}` is compiled against {} as the program was built with: restart to get what is new in the interface",
        krate.krate,
        names.join(", ")
    )
}

/// Adds to the items that code of a crate was once compiled with and that its sources have no more, and returns them
/// all. Values of such types may live on, and rustc knows a type by its path alone.
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

/// Returns the texts of the Rust sources of a snapshot by their absolute paths, and those of files of any name that are
/// included.
fn texts(snapshot: &Snapshot, dir: &Path) -> Texts {
    let sources = Sources::read(&snapshot.build()).unwrap_or_default();
    let is_rust = |file: &Path| file.extension().is_some_and(|kind| kind == "rs");
    let text = |file: &Path| -> Option<(PathBuf, String)> {
        let text = sources.text(&dir.join(file), &snapshot.unit)?;
        Some((source_path(dir, file), String::from_utf8_lossy(&text).into_owned()))
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
