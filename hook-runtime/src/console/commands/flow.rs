//! Going on, going back, ending.

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::nothing;
use crate::render::{Limit, Shown};

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
    let local = console.frame.undo()?;
    let name = local.binding.name;
    let room = width.saturating_sub(name.len() + 12).max(20);
    let again = match local.line(Limit::line(room)) {
        Some(Shown::Text { text, cut }) => format!("{text}{}", if cut { "..." } else { "" }),
        _ => "what it was".to_owned(),
    };
    console.out.remark(&format!("{name} is {again} again"));
    Ok(Flow::Stay)
}
