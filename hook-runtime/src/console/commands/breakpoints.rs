//! The commands that plant hooks, and that switch hooks by number: `:break`, `:tbreak`, `:breaks`, `:delete`,
//! `:disable`, `:enable`, `:ignore`.

use std::path::PathBuf;

use hook_rustc::sorted::sort_by_key;

use super::super::conditions::{self, ConditionKind};
use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::planting::Planting;
use super::{nothing, stop, usage};
use crate::breakpoints::place::Place;
use crate::breakpoints::planted::{self, BreakState, Breakpoint, Breakpoints, HookAction};
use crate::breakpoints::shape::HookShape;
use crate::eval::sites;
use crate::frame::{self, Steps, stops};

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
    let (mut plantings, mut in_main) = (Vec::new(), false);
    for (mut planting, found) in Planting::at(console, places)? {
        for (place, found) in found {
            in_main |= found.function.is_main() && !found.function.is_stepped;
            let when = condition
                .as_ref()
                .map_or(String::new(), |condition| format!("when = {condition}"));
            let code = format!("{}::hook!({when});", planting.root);
            let action = HookAction::Stop {
                condition: condition.clone(),
                is_temporary,
            };
            let shape = planting.shape(&found);
            planting.add(place, &found, code, true, (shape, action));
        }
        plantings.push(planting);
    }
    let mut is_here = false;
    for one in Planting::plant_all(plantings, console)? {
        console.out.remark(&format!(
            "hook {} is planted at {}",
            one.number,
            frame::place(&one.shown, one.line, &one.function)
        ));
        is_here |= one.function == console.frame.site.function && !one.is_in_new_code_alone;
    }
    if in_main && console.frame.is_stopped() {
        console
            .out
            .remark("`main` runs already, and is called but once: what is planted in it stops in its closures alone");
    } else if is_here && console.frame.is_stopped() && console.frame.is_old() {
        console
            .out
            .remark("the call of the function that is stopped here goes on without it: it stops from the next call on");
    }
    Ok(Flow::Stay)
}

pub(super) fn list(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("breaks", rest)?;
    number_hooks();
    let breakpoints = planted::current();
    let is_seen = |one: &&Breakpoint| {
        one.planted
            .as_ref()
            .is_none_or(|planted| planted.action != HookAction::Sleep)
    };
    let lines: Vec<String> = breakpoints.listed().filter(is_seen).map(line).collect();
    if lines.is_empty() {
        console.out.say("no hook has a number: `:break PLACE` plants one");
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
                Some(HookShape::Alone | HookShape::Steppable) | None => "",
            };
        }
        Some(HookAction::Sleep) | None => {}
    }
    for kind in [ConditionKind::When, ConditionKind::Check] {
        for text in conditions::listed(*number, kind) {
            said += &format!(", {} {text}", kind.name());
        }
    }
    if one.is_off() {
        said += ", disabled";
    }
    said += &match one.hits() {
        0 => ", not hit yet".to_owned(),
        1 => ", hit once".to_owned(),
        hits => format!(", hit {hits} times"),
    };
    match stops::skipped(*number) {
        0 => {}
        1 => said += ", passes over the next hit",
        hits => said += &format!(", passes over the next {hits} hits"),
    }
    said
}

/// Gives each hook of the program a number, also those that were not reached. Hooks that sleep for `:next`, and traces,
/// have none.
fn number_hooks() {
    let mut all = sites::sites();
    sort_by_key(&mut all, &|(site, _)| (site.file, site.line, site.column));
    for (site, _) in all {
        if site.steps != Steps::Sleeps && !site.function.is_empty() {
            planted::seen(site);
        }
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

/// Switches the hooks off that `:off` names.
pub(super) fn off(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, "off", rest, BreakState::Off)
}

/// Switches the hooks on that `:on` names.
pub(super) fn on(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    change(console, "on", rest, BreakState::On)
}

fn change(console: &mut Console<'_, '_, '_>, command: &'static str, rest: &str, state: BreakState) -> Outcome {
    let hooks: Vec<Vec<usize>> = rest.split_whitespace().map(hooks).collect::<Result<_, _>>()?;
    if hooks.is_empty() {
        return Err(usage(command));
    }
    for number in hooks.into_iter().flatten() {
        let of_source = planted::current()
            .listed()
            .any(|one| one.number == number && one.planted.is_none());
        // A hook of the source stays in the source.
        let state = if of_source && state == BreakState::Deleted {
            BreakState::Off
        } else {
            state
        };
        planted::set_state(number, state);
        if of_source && command == "delete" {
            console
                .out
                .remark(&format!("hook {number} stands in the source: it is disabled"));
        }
    }
    Ok(Flow::Stay)
}

/// Returns the numbers of the hooks that a word names: a number, a function, or `FILE:LINE`.
fn hooks(word: &str) -> Result<Vec<usize>, ConsoleError> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(vec![number(word)?]);
    }
    number_hooks();
    let place = Place::parse(word)?;
    let all = planted::current();
    let numbers: Vec<usize> = all
        .listed()
        .filter(|one| is_at(one, &place))
        .map(|one| one.number)
        .collect();
    match numbers.is_empty() {
        true => Err(ConsoleError::NoHookAt(word.to_owned())),
        false => Ok(numbers),
    }
}

/// Returns whether a hook is at a place, of whose path the last parts are enough.
fn is_at(one: &Breakpoint, place: &Place) -> bool {
    match place {
        Place::Function(name) => ends_with(&one.function, name, "::"),
        Place::Line(file, line) => {
            let is_in = |file: &String| ends_with(&one.shown, file, "/");
            one.line == *line && file.as_ref().is_none_or(is_in)
        }
    }
}

/// Returns whether a path ends with these parts.
fn ends_with(path: &str, parts: &str, separator: &str) -> bool {
    let before = path.strip_suffix(parts);
    before.is_some_and(|before| before.is_empty() || before.ends_with(separator))
}

pub(super) fn ignore(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let [first, second] = rest.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(usage("ignore"));
    };
    let (number, hits) = (number(first)?, stop::number(second, "number of hits")?);
    stops::skip(number, hits);
    console.out.remark(&match hits {
        0 => format!("no hit of hook {number} is passed over"),
        1 => format!("the next hit of hook {number} is passed over"),
        hits => format!("the next {hits} hits of hook {number} are passed over"),
    });
    Ok(Flow::Stay)
}

/// Reads the number of a hook that there is.
pub(super) fn number(text: &str) -> Result<usize, ConsoleError> {
    let number = text.parse().map_err(|_| ConsoleError::Argument {
        text: text.to_owned(),
        what: "number of a hook",
    })?;
    if !planted::is_there(number) {
        number_hooks();
    }
    match planted::is_there(number) {
        true => Ok(number),
        false => Err(ConsoleError::NoBreakpoint(number)),
    }
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
