//! The commands that go through a function: `:next`, `:step`, `:finish`.
//!
//! A call stops at a statement only if its code has a hook there. So in a function without such hooks `:next` and
//! `:finish` plant what the next call of it needs, and say so.

use std::cell::OnceCell;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome, sources};
use super::backtrace::backtrace;
use super::flow;
use super::nothing;
use super::planting::Planting;
use crate::breakpoints::place::{BreakpointLocation, Place};
use crate::breakpoints::planted::{self, Breakpoint, HookAction};
use crate::breakpoints::shape::HookShape;
use crate::frame::step::Request;
use crate::frame::{Steps, step};

pub(super) fn next(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("next", rest)?;
    if console.frame.site.steps == Steps::None {
        let PlantedHere {
            number,
            function,
            which,
            is_kept,
        } = plant(console, HookShape::Statements)?;
        // A single hook makes no future larger.
        let in_kept = if is_kept {
            ". `:break LINE` stops in those that are kept, too"
        } else {
            ""
        };
        console.out.remark(&format!(
            "this call of `{function}` has no hooks before its statements: `:c` goes on with it. {which} has them: hook {number} stops at its beginning, and there `:next` goes on to the next statement{in_kept}. A function with `#[hookable(step)]` has them in every call"
        ));
        return Ok(Flow::Stay);
    }
    flow::repeat_next();
    step::ask(next_request(console));
    Ok(Flow::Resume)
}

/// A planted hook stands before a statement, where another one sleeps.
fn next_request(console: &Console<'_, '_, '_>) -> Request {
    let site = console.frame.site;
    if site.steps == Steps::Sleeps {
        return Request::Next;
    }
    match planted::shape(site) {
        Some(HookShape::Alone | HookShape::Statements | HookShape::Steppable) => Request::Past(site.line),
        Some(HookShape::Return) | None => Request::Next,
    }
}

pub(super) fn step(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("step", rest)?;
    let is_into = into_calls(console);
    if console.frame.site.steps == Steps::None && !is_into {
        console.out.remark(
            "this call has no hooks before its statements: it stops at the next hook, or in the next call of a function with `#[hookable(step)]`",
        );
    }
    step::ask(next_request(console));
    step::ask_into();
    Ok(Flow::Resume)
}

pub(super) fn finish(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("finish", rest)?;
    if console.frame.site.steps != Steps::None && may_stop_in_caller(console) {
        console.out.remark(
            "this call goes on until it returns: the next statement of a caller with hooks before its statements stops",
        );
        step::ask(Request::Out);
        return Ok(Flow::Resume);
    }
    let PlantedHere {
        number,
        function,
        which,
        ..
    } = plant(console, HookShape::Return)?;
    console.out.remark(&format!(
        "this call of `{function}` has no hook where it returns: `:c` goes on with it. {which} has one: hook {number} stops there, with the value"
    ));
    Ok(Flow::Stay)
}

/// Returns whether a caller of the function that is stopped here may have sleeping hooks. A function for which some
/// were planted has them in the code that was loaded since, which has no place in a backtrace.
fn may_stop_in_caller(console: &Console<'_, '_, '_>) -> bool {
    let site = console.frame.site;
    let Ok(planting) = Planting::new(console) else {
        return true;
    };
    if this_function(console, &planting).is_ok_and(|(_, found)| found.function.is_stepped) {
        return true;
    }
    let (steppable, others) = (planted::steppable_names(), OnceCell::new());
    let rows = backtrace(site, false);
    rows.iter().skip(1).any(|row| match &row.place {
        Some((file, line)) => {
            let place = Place::Line(Some(file.clone()), *line as usize);
            let found = planting.find(&place).or_else(|why| {
                let others = others.get_or_init(|| planting.others());
                others.iter().find_map(|other| other.find(&place).ok()).ok_or(why)
            });
            found.is_ok_and(|found| found.function.is_stepped)
        }
        None => {
            let function = row.name.split("::{{closure}}").next();
            let name = function.and_then(|path| path.rsplit("::").next());
            name.is_some_and(|name| steppable.iter().any(|other| other == name))
        }
    })
}

/// Plants sleeping hooks in the functions that the statement here may call. Returns whether there are any. Where that
/// fails, the calls are gone over.
fn into_calls(console: &mut Console<'_, '_, '_>) -> bool {
    let Ok(planting) = Planting::new(console) else {
        return false;
    };
    let site = console.frame.site;
    let is_hook = site.steps != Steps::Sleeps && planted::shape(site).is_none();
    let line = site.line as usize;
    let before = sources::of(console.frame).filter(|_| console.frame.is_old());
    let place = before.map_or(Place::Line(None, line), |before| planting.moved(line, &before));
    let (called, not) = planting.called(&place, is_hook, site.steps != Steps::None);
    not.iter().for_each(|why| console.out.remark(why));
    let (mut is_into, mut refused) = (false, Vec::new());
    for (planting, found) in called {
        let names: Vec<String> = found.iter().map(|(_, found)| found.function.path.join("::")).collect();
        match plant_steps(console, planting, found) {
            Ok(()) => is_into = true,
            Err(error) => refused.push((names, error)),
        }
    }
    // Of functions with one name in several crates, the one with hooks is the one that is called.
    let steppable = planted::steppable_names();
    let is_steppable = |path: &String| {
        path.rsplit("::")
            .next()
            .is_some_and(|name| steppable.iter().any(|one| one == name))
    };
    refused.retain(|(names, _)| !names.iter().all(is_steppable));
    for (names, error) in refused {
        let names = names.join("` or `");
        let why = format!("`:step` does not go into `{names}`, which may be called here: {error}");
        console.out.remark(&why);
    }
    is_into
}

/// Plants sleeping hooks in functions of a crate.
fn plant_steps(
    console: &mut Console<'_, '_, '_>,
    mut planting: Planting,
    found: Vec<(Place, BreakpointLocation)>,
) -> Result<(), ConsoleError> {
    for (place, found) in found {
        let code = format!("{}::hook!(step);", planting.root);
        planting.add(place, &found, code, true, (HookShape::Statements, HookAction::Sleep));
    }
    planting.plant(console).map(drop)
}

/// A hook in the function that is stopped here.
struct PlantedHere {
    number: usize,
    function: String,
    /// The calls of the function that have it.
    which: &'static str,
    /// Those that do not have it are calls of futures.
    is_kept: bool,
}

/// Plants what the next call of the function needs that is stopped here.
fn plant(console: &mut Console<'_, '_, '_>, shape: HookShape) -> Result<PlantedHere, ConsoleError> {
    let mut planting = Planting::new(console)?;
    let (place, found) = this_function(console, &planting)?;
    let name = found.function.path.join("::");
    if let Some(planted) = planted::has(shape, &name) {
        return Ok(PlantedHere::of(Some(&planted), name, found.function.is_async));
    }
    if found.function.is_main() {
        return Err(ConsoleError::MainRuns(match shape {
            HookShape::Return => "where it returns",
            _ => "before its statements",
        }));
    }
    if shape == HookShape::Return && planting.never_returns(&found) {
        return Err(ConsoleError::NeverReturns(name));
    }
    let code = format!("{}::hook!();", planting.root);
    let action = HookAction::Stop {
        condition: None,
        is_temporary: true,
    };
    let is_async = found.function.is_async;
    planting.add(place, &found, code, true, (shape, action));
    let new = planting.plant(console)?;
    Ok(PlantedHere::of(new.first(), name, is_async))
}

impl PlantedHere {
    fn of(planted: Option<&Breakpoint>, function: String, is_async: bool) -> PlantedHere {
        let is_in_new_code_alone = planted.is_some_and(|one| one.is_in_new_code_alone);
        PlantedHere {
            number: planted.map_or(0, |one| one.number),
            function,
            which: match is_in_new_code_alone {
                true => "A call that new code makes",
                false => "The next call",
            },
            is_kept: is_in_new_code_alone && is_async,
        }
    }
}

/// Finds the function that is stopped here, and the place of its beginning.
fn this_function(
    console: &Console<'_, '_, '_>,
    planting: &Planting,
) -> Result<(Place, BreakpointLocation), ConsoleError> {
    let site = console.frame.site;
    let by_line = Place::Line(None, site.line as usize);
    let at_line = planting.find(&by_line);
    let by_name = Place::Function(site.function.to_owned());
    let named = planting.find(&by_name);
    match (named, at_line) {
        // The line may be another one in sources that were edited meanwhile.
        (Ok(named), Ok(at_line)) if named.function == at_line.function || console.frame.is_old() => {
            Ok((by_name, named))
        }
        (Ok(named), Err(_)) => Ok((by_name, named)),
        (_, Ok(at_line)) => Ok((by_line, planting.entered(at_line))),
        (Err(error), Err(_)) => Err(error),
    }
}
