//! `:reload` replaces the functions that are others in the sources of the program's crates now.

use std::path::Path;

use super::super::{Console, Flow, Outcome};
use super::{breakpoints, usage};
use crate::breakpoints::{caught, planted};
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
        "undo" => match reload::undo()? {
            true => {
                planted::undo();
                vec!["the functions are as they were before the last reload".to_owned()]
            }
            false => vec!["there is no reload to take back".to_owned()],
        },
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
