//! `:reload` replaces the functions that are others in the sources of the program's crates now.

use std::path::Path;

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::{breakpoints, usage};
use crate::breakpoints::caught;
use crate::breakpoints::planted::{self, Breakpoint, HookAction};
use crate::eval::frame::EvalFrame;
use crate::eval::hooked::{self, HookedCrate};
use crate::eval::reload::{self, ReloadedCrate};

pub(super) fn reload(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let lines = match rest {
        "" => {
            let (breakpoints, lost, texts) = breakpoints::in_files();
            let planted = |path: &Path| texts.iter().find(|(file, _)| file == path);
            let others: Vec<ReloadedCrate> = hooked::crates().iter().map(HookedCrate::reloaded).collect();
            let report = reload::replace_all(&EvalFrame::of(console.frame), &others, &|path| {
                let text = match planted(path) {
                    Some((_, text)) => {
                        Some(caught::compiled(text).map_or_else(|| text.clone(), |text| text.to_string()))
                    }
                    None => caught::compiled_file(path).map(|text| text.to_string()),
                };
                text.map(String::into_bytes)
            })?;
            planted::replace(breakpoints, !report.is_same);
            let lost = lost
                .iter()
                .map(|number| format!("hook {number} has no place in the sources any more"));
            report.lines().into_iter().chain(lost).collect()
        }
        "undo" => vec![undo()?],
        _ => return Err(usage("reload")),
    };
    for line in lines {
        console.out.remark(&line);
    }
    if console.frame.is_stopped() && console.frame.is_old() {
        console
            .out
            .remark("the function at this hook goes on in its old code, and so does what is typed here");
    }
    Ok(Flow::Stay)
}

/// Takes back the last reload or planted hook. Returns what the user is told.
fn undo() -> Result<String, ConsoleError> {
    loop {
        if !reload::undo()? {
            return Ok("there is no reload to take back".to_owned());
        }
        let planted = planted::undo();
        if planted.is_empty() {
            return Ok("the functions are as they were before the last reload".to_owned());
        }
        let is_asleep = |one: &Breakpoint| one.planted.as_ref().is_some_and(|one| one.action == HookAction::Sleep);
        let numbers: Vec<String> = planted
            .iter()
            .filter(|one| !is_asleep(one))
            .map(|one| one.number.to_string())
            .collect();
        // The user did not ask for what `:step` planted, and goes back further.
        match &numbers[..] {
            [] => {}
            [number] => {
                return Ok(format!(
                    "hook {number} is gone: the functions are as they were before it was planted"
                ));
            }
            numbers => {
                let numbers = numbers.join(", ");
                return Ok(format!(
                    "hooks {numbers} are gone: the functions are as they were before they were planted"
                ));
            }
        }
    }
}
