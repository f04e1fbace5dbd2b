//! The running program gets the code of other sources of a crate: those that the files have now, or others.
//!
//! [`replace`] compiles the crate from the new sources, as a build would, and has `hook_loader` replace every function
//! whose code is another. Frames that run meanwhile go on in the old code.

mod before;
mod kind;
mod report;

pub(crate) use report::Report;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use hook_loader::{Host, ReloadRules};

use super::compile::CrateCompiler;
use super::compile::anew::CompiledAnew;
use super::error::EvaluateError;
use super::frame::EvalFrame;

/// What the sites of hooks have in their names.
const SITE: &str = "__HOOKABLE_SITE";

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
    amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
) -> Result<Report, EvaluateError> {
    static RELOADS: AtomicU64 = AtomicU64::new(1);
    let why = "the crate was compiled without asking rustc what hooks can capture";
    let (code, recorded) = frame.slot.ok_or(EvaluateError::NotRecorded(why))?;
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let slot = host.slot_at(code.address()).map_err(EvaluateError::Load)?;
    let slot = slot.ok_or(EvaluateError::NoSymbol("it has no symbol"))?;
    let latest = recorded.latest();
    let mut compiler = CrateCompiler::at(recorded.folder, &latest)?;
    let before = before::objects(&compiler, &latest)?;
    let number = RELOADS.fetch_add(1, Ordering::Relaxed);
    let (objects, snapshot) = match compiler.compile_anew(number, amended)? {
        CompiledAnew::Same => return Ok(Report::default()),
        CompiledAnew::Rejected(diagnostics) => return Err(report::rejected(&diagnostics)),
        CompiledAnew::Objects(objects, snapshot) => (objects, snapshot),
    };
    let rules = ReloadRules {
        builds: &[recorded.fingerprint, latest.fingerprint, snapshot.fingerprint],
        site: SITE,
        kind: &|name| kind::of(name, frame.krate),
    };
    // SAFETY: both are compilations of the crate of the slot by its own compiler.
    let reload = unsafe { hook_loader::reload(host, &slot, (&before, &objects), compiler.archives, &rules) };
    let reload = reload.map_err(EvaluateError::Load)?;
    before::keep(&compiler, &snapshot, &objects)?;
    recorded.reloaded(snapshot, Vec::new());
    Ok(Report::of(&reload, frame.krate))
}
