//! `:reload` replaces the functions of the crate that are others in its sources now.

use super::super::{Console, Flow, Outcome};
use super::usage;
use crate::eval::frame::EvalFrame;
use crate::eval::reload;

pub(super) fn reload(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let frame = EvalFrame::of(console.frame);
    let lines = match rest {
        "" => reload::replace(&frame, &|_| None)?.lines(),
        "undo" => match reload::undo(&frame)? {
            true => vec!["the functions are as they were before the last reload".to_owned()],
            false => vec!["there is no reload to take back".to_owned()],
        },
        _ => return Err(usage("reload")),
    };
    drop(frame);
    for line in lines {
        console.out.remark(&line);
    }
    if console.frame.is_old() {
        console
            .out
            .remark("the function at this hook goes on in its old code, and so does what is typed here");
    }
    Ok(Flow::Stay)
}
