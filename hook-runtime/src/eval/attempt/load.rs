//! A compiled line is loaded. Where it needs a body that was left out of the crate, it is compiled again with that.

use hook_loader::{Host, LoadError, LoadedSlot, RunningSlot};

use super::spared;
use crate::eval::compile::fallback::CompiledLine;
use crate::eval::compile::{Compiled, CrateCompiler};
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::session::history::HookContext;

/// Loads a line. The inner error is what the loader says once nothing is left out that the line could need.
pub(super) fn load(
    frame: &EvalFrame<'_>,
    host: &Host,
    compiler: &CrateCompiler,
    compiled: &mut CompiledLine,
    slot: &RunningSlot,
    hook: &HookContext<'_>,
) -> Result<Result<LoadedSlot, LoadError>, EvaluateError> {
    let (path, place) = (frame.spot.path, (frame.spot.line, frame.spot.column));
    loop {
        let loaded = hook_loader::load(host, &compiled.objects, compiler.archives, slot);
        let more = match &loaded {
            Err(LoadError::LeftOut(symbols)) => compiler.restore(hook.id, symbols),
            Err(LoadError::NoSlot(_)) => compiler.restore_callers(hook.id, path, place) || compiler.needs_all(hook.id),
            _ => false,
        };
        if !more {
            return Ok(loaded);
        }
        loop {
            match spared(|| compiler.compile(hook.id, &compiled.text, &hook.outer))? {
                Compiled::Objects(objects, _) => {
                    compiled.objects = objects;
                    break;
                }
                Compiled::Rejected(_) if compiler.needs_all(hook.id) => {}
                Compiled::Rejected(_) => return Ok(loaded),
            }
        }
    }
}
