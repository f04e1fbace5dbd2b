//! A compiled line is loaded. Where it needs a body that was left out of the crate, it is compiled again with that.
#![allow(unsafe_code)]

use std::cell::Cell;

use hook_loader::{Host, LoadError, LoadedSlot, RunningSlot, SlotCode};
use hook_rustc::slot_mark;

use super::spared;
use crate::eval::abi::{Instance, instance_at};
use crate::eval::again::LineCode;
use crate::eval::compile::fallback::CompiledLine;
use crate::eval::compile::{Compiled, CrateCompiler};
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::session::history::HookContext;
use crate::render;

/// A line that is loaded.
#[derive(Clone, Copy)]
pub(super) struct Loaded {
    /// Where it is.
    pub(super) at: LoadedSlot,
    pub(super) code: LineCode,
}

/// What a line is loaded into.
pub(super) struct Target<'t, 'f> {
    pub(super) frame: &'t EvalFrame<'f>,
    pub(super) host: &'static Host,
    pub(super) compiler: &'t CrateCompiler,
    /// The slot of the frame.
    pub(super) slot: &'t RunningSlot,
    pub(super) hook: &'t HookContext<'f>,
}

/// Loads a line. The inner error is what the loader says once nothing is left out that the line could need.
pub(super) fn load(
    target: &Target<'_, '_>,
    compiled: &mut CompiledLine,
) -> Result<Result<Loaded, LoadError>, EvaluateError> {
    let loaded = load_whole(target, compiled)?;
    Ok(loaded.and_then(|at| {
        // SAFETY: what was loaded has the name of the slot, or is in the same instance of the function around the hook,
        // as both slots say. It stays where it is.
        let code = unsafe { LineCode::at(at.address, target.frame) };
        code.map(|code| Loaded { at, code })
            .ok_or_else(|| LoadError::NoSlot(target.slot.name.into()))
    }))
}

/// Loads a line, compiled again as often as it needs more bodies.
fn load_whole(
    target: &Target<'_, '_>,
    compiled: &mut CompiledLine,
) -> Result<Result<LoadedSlot, LoadError>, EvaluateError> {
    let Target {
        frame,
        host,
        compiler,
        slot,
        hook,
    } = *target;
    let (path, place) = (frame.spot.path, (frame.spot.line, frame.spot.column));
    let running = running(frame);
    let called = running.and_then(|instance| render::called(instance.name, hook.krate));
    let is_made = Cell::new(false);
    let is_open = open_instance(frame).is_some();
    loop {
        let loaded = match hook_loader::load(host, &compiled.objects, compiler.archives, slot, SlotCode::Named) {
            Err(LoadError::NoSlot(_)) => load_instance(target, compiled, (running, &is_made)),
            loaded => loaded,
        };
        let more = match &loaded {
            Err(LoadError::LeftOut(symbols)) => compiler.restore(hook.id, symbols),
            // The crate makes the instance, and the line gives a local another type.
            Err(LoadError::NoSlot(_)) if is_made.get() => false,
            Err(LoadError::NoSlot(_)) => {
                compiler.make_instance(path, place, called.as_deref())
                    || !is_open && (compiler.restore_callers(hook.id, path, place) || compiler.needs_all(hook.id))
            }
            _ => false,
        };
        if !more {
            if matches!(loaded, Err(LoadError::NoSlot(_))) && !is_made.get() && !is_open {
                compiler.note_unmade(slot.name);
            }
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

/// Loads a line for an instance of a function that another crate made. The crate that the function is written in makes
/// one with another name, which is the same if its slot says so.
fn load_instance(
    target: &Target<'_, '_>,
    compiled: &CompiledLine,
    (running, is_made): (Option<Instance>, &Cell<bool>),
) -> Result<LoadedSlot, LoadError> {
    let mark = slot_mark(target.hook.id);
    let mut number = 0;
    loop {
        let code = SlotCode::Marked { mark: &mark, number };
        let archives = target.compiler.archives;
        let loaded = hook_loader::load(target.host, &compiled.objects, archives, target.slot, code)?;
        // SAFETY: what was loaded refers to a variable that nothing but the slot with the line knows.
        let made = unsafe { instance_at(loaded.address) };
        if running.is_some() && made == running {
            return Ok(loaded);
        }
        let is_same = |running: Instance| made.is_some_and(|made| made.name == running.name);
        is_made.set(is_made.get() || running.is_some_and(is_same));
        number += 1;
    }
}

/// Returns the instance of its function that the slot of a hook is in.
fn running(frame: &EvalFrame<'_>) -> Option<Instance> {
    let (code, _) = frame.slot.filter(|(code, _)| code.is_slot())?;
    // SAFETY: the code is that of a slot.
    unsafe { instance_at(code.address()) }
}

/// Returns the instance of a function if the crate may be able to name it by paths that were not asked for.
pub(super) fn open_instance(frame: &EvalFrame<'_>) -> Option<&'static str> {
    let name = running(frame)?.name;
    render::is_open(name, frame.krate).then_some(name)
}

/// Returns the error for a line at a hook of which no slot with the line can be made.
pub(super) fn elsewhere(frame: &EvalFrame<'_>) -> EvaluateError {
    let name = running(frame).map_or("", |instance| instance.name);
    match render::around_closure(name) {
        Some(function) if function.contains('<') => EvaluateError::Instance(render::short(function)),
        _ => EvaluateError::Elsewhere,
    }
}
