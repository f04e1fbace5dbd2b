//! The commands that plant hooks, and that switch hooks by number: `:break`, `:tbreak`, `:breaks`, `:delete`,
//! `:disable`, `:enable`, `:ignore`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome, sources};
use super::{nothing, usage};
use crate::breakpoints::Insertion;
use crate::breakpoints::place::{CrateSource, Place};
use crate::breakpoints::planted::{self, BreakState, Breakpoint, Breakpoints, Planted};
use crate::eval::frame::EvalFrame;
use crate::eval::reload;

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
    let record = sources::record(console.frame).ok_or(ConsoleError::NoPlanting)?;
    let texts = sources::latest(console.frame);
    let here = sources::path(console.frame.site);
    let mut breakpoints = planted::current();
    breakpoints.clear();
    let texts: Vec<(PathBuf, PathBuf, Arc<str>)> = texts
        .into_iter()
        .map(|(file, text)| {
            let path = record.call.dir.join(&file);
            let base = breakpoints.base(&path).cloned();
            (file, path, base.unwrap_or(text))
        })
        .collect();
    let all: Vec<CrateSource<'_>> = texts.iter().map(|(file, _, text)| CrateSource { file, text }).collect();
    let own = texts.iter().find(|(file, path, _)| *path == here || *file == here);
    let own = own.map_or(&*here, |(file, ..)| file);
    let name = record.call.name_of_library("hookable");
    let name = name.unwrap_or_else(|| "hookable".to_owned());
    let mut numbers = Vec::new();
    for place in &places {
        let found = place.find(&all, own)?;
        let (file, path, text) = &texts[found.source];
        let when = condition
            .as_ref()
            .map_or(String::new(), |condition| format!("when = {condition}"));
        let needed = format!("#[::{name}::hookable] ");
        let planted = Planted {
            place: place.clone(),
            insertion: Insertion {
                point: found.point,
                code: format!("::{name}::hook!({when});"),
                attribute: found.function.attribute.map(|at| (at, needed.clone())),
            },
            condition: condition.clone(),
            needed,
            is_temporary,
        };
        let function = found.function.path.join("::");
        let shown = file.display().to_string();
        numbers.push(breakpoints.add(text, (shown, found.line), function, path.clone(), planted));
    }
    let is_reload = compile(console, &mut breakpoints, &texts)?;
    let new: Vec<&Breakpoint> = breakpoints
        .listed()
        .filter(|one| numbers.contains(&one.number))
        .collect();
    let is_here = new.iter().any(|one| one.function == console.frame.site.function);
    let said: Vec<String> = new
        .iter()
        .map(|one| {
            format!(
                "hook {} is planted at {}:{} in {}",
                one.number, one.shown, one.line, one.function
            )
        })
        .collect();
    planted::replace(breakpoints, is_reload);
    said.iter().for_each(|line| console.out.remark(line));
    if is_here && console.frame.is_old() {
        console
            .out
            .remark("the call of the function that is stopped here goes on without it: it stops from the next call on");
    }
    Ok(Flow::Stay)
}

/// Has the program get the code of its sources with all that is planted in them. Tells whether that is other code.
fn compile(
    console: &mut Console<'_, '_, '_>,
    breakpoints: &mut Breakpoints,
    texts: &[(PathBuf, PathBuf, Arc<str>)],
) -> Result<bool, ConsoleError> {
    let files = breakpoints.files();
    let planted: Vec<(PathBuf, String)> = files
        .into_iter()
        .filter_map(|file| Some((file.clone(), breakpoints.text(&file)?)))
        .collect();
    let amended = |path: &Path| {
        let own = planted
            .iter()
            .find(|(file, _)| file == path)
            .map(|(_, text)| text.as_str());
        let as_it_is = || texts.iter().find(|(_, file, _)| file == path).map(|(.., text)| &**text);
        own.or_else(as_it_is).map(|text| text.as_bytes().to_vec())
    };
    let report = reload::replace(&EvalFrame::of(console.frame), &amended)?;
    match report.replaced.is_empty() && report.others == 0 && !report.is_same {
        true => Err(ConsoleError::NotInProgram),
        false => Ok(!report.is_same),
    }
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
    let mut said = format!("{number}  {shown}:{line} in {function}");
    if let Some(planted) = planted {
        said += if planted.is_temporary {
            ", planted for one stop"
        } else {
            ", planted"
        };
        if let Some(condition) = &planted.condition {
            said += &format!(", if {condition}");
        }
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

/// Gives the breakpoints for the sources as the files are now, the numbers of those that have no place there, and the
/// texts of the files in which something is planted.
pub(super) fn in_files() -> (Breakpoints, Vec<usize>, Vec<(PathBuf, String)>) {
    let mut breakpoints = planted::current();
    let lost = breakpoints.find_again(&|file| std::fs::read_to_string(file).ok());
    let files = breakpoints.files().into_iter();
    let texts = files.filter_map(|file| Some((file.clone(), breakpoints.text(&file)?)));
    let texts = texts.collect();
    (breakpoints, lost, texts)
}
