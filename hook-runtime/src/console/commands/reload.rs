//! `:reload` replaces the functions of the crate that are others in its sources now.

use super::super::{Console, Flow, Outcome};
use crate::eval::frame::EvalFrame;
use crate::eval::reload;

pub(super) fn reload(console: &mut Console<'_, '_, '_>, _: &str) -> Outcome {
    let report = reload::replace(&EvalFrame::of(console.frame), &|_| None)?;
    for reported in &report.replaced {
        console.out.remark(&format!("replaced {}", reported.path));
    }
    for reported in &report.added {
        console.out.remark(&format!("added {}", reported.path));
    }
    Ok(Flow::Stay)
}
