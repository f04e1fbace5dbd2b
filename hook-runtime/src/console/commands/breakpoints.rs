//! The commands that plant hooks, and that switch hooks by number: `:break`, `:tbreak`, `:breaks`, `:delete`,
//! `:disable`, `:enable`, `:ignore`.

use std::path::PathBuf;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::planting::Planting;
use super::{nothing, usage};
use crate::breakpoints::place::Place;
use crate::breakpoints::planted::{self, BreakState, Breakpoint, Breakpoints, HookAction};
use crate::breakpoints::shape::HookShape;
use crate::frame;

pub(super) fn plant(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    match rest {
        "" => list(console, rest),
        rest => plant_all(console, "break", rest, false),
    }
}

pub(super) fn plant_once(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    plant_all(console, "tbreak", rest, true)
}

/// Plants a hook at each of the places, all with one call of rustc.
fn plant_all(console: &mut Console<'_, '_, '_>, command: &str, rest: &str, is_temporary: bool) -> Outcome {
    let rest = format!(" {rest} ");
    let (places, condition) = match rest.split_once(" if ") {
        Some((places, condition)) => (places, Some(condition.trim().to_owned())),
        None => (&*rest, None),
    };
    let places: Vec<Place> = places.split_whitespace().map(Place::parse).collect::<Result<_, _>>()?;
    if places.is_empty() || condition.as_ref().is_some_and(String::is_empty) {
        return Err(usage(command));
    }
    let mut is_here = false;
    for (mut planting, found) in Planting::at(console, places)? {
        for (place, found) in found {
            let when = condition
                .as_ref()
                .map_or(String::new(), |condition| format!("when = {condition}"));
            let code = format!("{}::hook!({when});", planting.root);
            let action = HookAction::Stop {
                condition: condition.clone(),
                is_temporary,
            };
            planting.add(place, &found, code, true, (HookShape::Alone, action));
        }
        for one in planting.plant(console)? {
            console.out.remark(&format!(
                "hook {} is planted at {}",
                one.number,
                frame::place(&one.shown, one.line, &one.function)
            ));
            is_here |= one.function == console.frame.site.function;
        }
    }
    if is_here && console.frame.is_stopped() && console.frame.is_old() {
        console
            .out
            .remark("the call of the function that is stopped here goes on without it: it stops from the next call on");
    }
    Ok(Flow::Stay)
}

pub(super) fn list(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("breaks", rest)?;
    let breakpoints = planted::current();
    let lines: Vec<String> = breakpoints.listed().map(line).collect();
    if lines.is_empty() {
        console.out.say("no hook has a number yet: `:break PLACE` plants one");
    }
    lines.iter().for_each(|line| console.out.value(line));
    Ok(Flow::Stay)
}

fn line(one: &Breakpoint) -> String {
    let Breakpoint {
        number,
        shown,
        line,
        function,
        planted,
        state,
        ..
    } = one;
    let mut said = format!("{number}  {}", frame::place(shown, *line, function));
    match planted.as_ref().map(|planted| &planted.action) {
        Some(HookAction::Trace(values)) if values.is_empty() => said += ", traced",
        Some(HookAction::Trace(values)) => said += &format!(", traces {}", values.join(", ")),
        Some(HookAction::Stop {
            condition,
            is_temporary,
        }) => {
            said += if *is_temporary {
                ", planted for one stop"
            } else {
                ", planted"
            };
            if let Some(condition) = condition {
                said += &format!(", if {condition}");
            }
            said += match planted.as_ref().map(|planted| planted.shape) {
                Some(HookShape::Statements) => ", with a hook before each statement",
                Some(HookShape::Return) => ", where it returns",
                Some(HookShape::Alone) | None => "",
            };
        }
        None => {}
    }
    if *state == BreakState::Off {
        said += ", disabled";
    }
    said + &match one.hits() {
        0 => ", not hit yet".to_owned(),
        1 => ", hit once".to_owned(),
        hits => format!(", hit {hits} times"),
    }
}

pub(super) fn delete(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, "delete", rest, BreakState::Deleted)
}

pub(super) fn disable(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, "disable", rest, BreakState::Off)
}

pub(super) fn enable(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, "enable", rest, BreakState::On)
}

fn change(console: &mut Console<'_, '_, '_>, command: &'static str, rest: &str, state: BreakState) -> Outcome {
    let numbers: Vec<usize> = rest.split_whitespace().map(number).collect::<Result<_, _>>()?;
    if numbers.is_empty() {
        return Err(usage(command));
    }
    for number in numbers {
        let of_source = planted::current()
            .listed()
            .any(|one| one.number == number && one.planted.is_none());
        // A hook of the source stays in the source.
        let state = if of_source && state == BreakState::Deleted {
            BreakState::Off
        } else {
            state
        };
        if !planted::set_state(number, state) {
            return Err(ConsoleError::NoBreakpoint(number));
        }
        if of_source && command == "delete" {
            console
                .out
                .remark(&format!("hook {number} stands in the source: it is disabled"));
        }
    }
    Ok(Flow::Stay)
}

pub(super) fn ignore(_: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let [first, second] = rest.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(usage("ignore"));
    };
    let hits = second.parse().map_err(|_| usage("ignore"))?;
    match planted::ignore(number(first)?, hits) {
        true => Ok(Flow::Stay),
        false => Err(ConsoleError::NoBreakpoint(number(first)?)),
    }
}

fn number(text: &str) -> Result<usize, ConsoleError> {
    text.parse().map_err(|_| ConsoleError::Argument {
        text: text.to_owned(),
        what: "number of a hook",
    })
}

/// Returns the breakpoints for the sources as the files are now, the numbers of those that have no place there, and the
/// texts of the files in which something is planted.
pub(super) fn in_files() -> (Breakpoints, Vec<usize>, Vec<(PathBuf, String)>) {
    let mut breakpoints = planted::current();
    let lost = breakpoints.find_again(&|file| std::fs::read_to_string(file).ok());
    let files = breakpoints.files().into_iter();
    let texts = files.filter_map(|file| Some((file.clone(), breakpoints.text(&file)?)));
    let texts = texts.collect();
    (breakpoints, lost, texts)
}
