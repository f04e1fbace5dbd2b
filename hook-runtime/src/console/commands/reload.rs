//! `:reload` replaces the functions of the crate that are others in its sources now.

use std::path::Path;

use super::super::{Console, Flow, Outcome, sources};
use super::{breakpoints, usage};
use crate::breakpoints::{caught, planted};
use crate::eval::frame::EvalFrame;
use crate::eval::reload::{self, ReloadCause};
use crate::eval::sites::HookedCrate;

pub(super) fn reload(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let krate = HookedCrate::of(console.frame);
    let lines = match rest {
        "" => {
            let recorded = krate.map(|krate| krate.recorded);
            let files = recorded.map_or(Vec::new(), sources::paths_and_texts).into_iter();
            let (breakpoints, lost, texts) = breakpoints::in_files(&files.map(|(path, _)| path).collect::<Vec<_>>());
            let planted = |path: &Path| texts.iter().find(|(file, _)| file == path);
            let report = reload::replace(&EvalFrame::of(console.frame), ReloadCause::Edited, &|path| {
                let text = match planted(path) {
                    Some((_, text)) => {
                        Some(caught::compiled(text).map_or_else(|| text.clone(), |text| text.to_string()))
                    }
                    None => caught::compiled_file(path).map(|text| text.to_string()),
                };
                text.map(String::into_bytes)
            })?;
            planted::replace(breakpoints, krate.filter(|_| !report.is_same));
            let lost = lost
                .iter()
                .map(|number| format!("hook {number} has no place in the sources any more"));
            report.lines().into_iter().chain(lost).collect()
        }
        "undo" => {
            // The last reload may have been of another crate.
            let undone = match planted::last_reloaded() {
                Some(last) => reload::undo(&EvalFrame::of(&mut last.frame()))?,
                None => reload::undo(&EvalFrame::of(console.frame))?,
            };
            match undone {
                true => {
                    planted::undo();
                    vec!["the functions are as they were before the last reload".to_owned()]
                }
                false => vec!["there is no reload to take back".to_owned()],
            }
        }
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
