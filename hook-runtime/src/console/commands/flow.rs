//! Going on, going back, ending.

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::nothing;
use crate::format::{Limit, Shown};
use crate::frame::{Local, Undone};

pub(super) fn resume(_: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("continue", rest)?;
    Ok(Flow::Resume)
}

pub(super) fn exit(_: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    if rest.is_empty() {
        return Ok(Flow::Exit(0));
    }
    let code = rest.parse().map_err(|_| ConsoleError::Argument {
        text: rest.to_owned(),
        what: "exit code",
    })?;
    Ok(Flow::Exit(code))
}

pub(super) fn undo(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("undo", rest)?;
    let width = console.out.width;
    let Undone { locals, lost } = console.frame.undo()?;
    let said: Vec<String> = locals.iter().map(|local| again(local, width)).collect();
    said.iter().for_each(|text| console.out.remark(text));
    lost.map_or(Ok(Flow::Stay), |lost| Err(lost.into()))
}

/// What a local is again.
fn again(local: &Local<'_, '_>, width: usize) -> String {
    let name = local.binding.name;
    let room = width.saturating_sub(name.len() + 12).max(20);
    let value = match local.line(Limit::line(room)) {
        Some(Shown::Text { text, cut }) => format!("{text}{}", if cut { "..." } else { "" }),
        _ => "what it was".to_owned(),
    };
    format!("{name} is {value} again")
}
