//! Prints the value of a line, or its panic.

use super::output::Output;
use crate::format::Shown;
use crate::frame::Site;
use crate::guard::Panic;
use crate::guard::frames::{LINE, is_in};
use crate::render;

/// Returns the message for a line that panicked at a hook.
pub(super) fn panicked(panic: &Panic, site: &Site) -> String {
    let mut said = format!("the line panicked: {}", panic.message);
    if let Some(at) = &panic.at {
        said += &format!("\n --> {}", at.told());
    }
    // The first frame of the hook's function behind the line is the one that the line was typed in.
    let mut is_behind_line = false;
    for (number, frame) in panic.frames.iter().enumerate() {
        said += &format!("\n{number:>4}: ");
        match frame.split_once(" at ") {
            // A backtrace has the line of the attribute here, whose code calls the line.
            Some((name, _)) if is_behind_line && is_in(name, site.function) => {
                said += &format!("{name} at {}:{}:{}", site.file, site.line, site.column);
                is_behind_line = false;
            }
            _ => said += frame,
        }
        is_behind_line |= frame == LINE;
    }
    said
}

/// Prints the value of what was typed. `what` names the value in the message for a value that cannot be shown.
pub(super) fn show(out: &mut Output, site: &Site, shown: &Shown, typed: &str, what: &str, ty: &str) {
    out.typed(&render::short(ty));
    match shown {
        Shown::Text { text, cut } => {
            out.value(text);
            if *cut {
                out.remark(&format!("... and more: `:full {typed}` prints all of it"));
            }
        }
        Shown::Opaque => {
            let ty = render::short(ty);
            out.value(&format!("<{ty}>"));
            out.remark(&match site.generics.filter(|_| !ty.ends_with("{{closure}}")) {
                None => format!("{ty} has neither Debug nor Display"),
                // The attribute of a method alone sees no parameters of the impl.
                Some("Self") => format!("{ty} has neither Debug nor Display that is known in this method"),
                Some(generics) => {
                    format!("not known here: neither Debug nor Display of {ty} follows from the bounds of `{generics}`")
                }
            });
        }
        Shown::Failed(why) => out.error(&format!("{what} cannot be shown: {why}")),
    }
}
