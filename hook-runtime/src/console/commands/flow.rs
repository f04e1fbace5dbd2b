//! The commands that resume the program, end the function, undo a write, or end the program: `:continue`, `:return`,
//! `:retry`, `:undo`, `:exit`.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::error::ConsoleError;
use super::super::{Console, Flow, Outcome};
use super::{nothing, step, usage};
use crate::eval::Purpose;
use crate::format::{Limit, Shown};
use crate::frame::{Exit, Local, Undone, numbers, stops};

/// The number of hits that the last `:continue` of this process asked for, 0 if there was none, or [`NEXT`]. An empty
/// line repeats that command.
static LAST: AtomicU64 = AtomicU64::new(0);

pub(super) fn resume(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let hits = match rest {
        "" => 1,
        rest => rest
            .parse()
            .ok()
            .filter(|hits| *hits > 0)
            .ok_or_else(|| usage("continue"))?,
    };
    LAST.store(hits, Ordering::Relaxed);
    Ok(resume_for(console, hits))
}

/// Stands for a `:next`.
const NEXT: u64 = u64::MAX;

/// Has an empty line repeat `:next`.
pub(super) fn repeat_next() {
    LAST.store(NEXT, Ordering::Relaxed);
}

/// Resumes the program as the last `:continue` or `:next` did. If there was none, the console stays.
pub(crate) fn resume_again(console: &mut Console<'_, '_, '_>) -> Flow {
    match LAST.load(Ordering::Relaxed) {
        0 => Flow::Stay,
        NEXT => {
            console.out.remark(":next");
            step::next(console, "").unwrap_or_else(|error| {
                console.out.error(&error.to_string());
                Flow::Stay
            })
        }
        hits => {
            let again = if hits == 1 {
                ":c".to_owned()
            } else {
                format!(":c {hits}")
            };
            console.out.remark(&again);
            resume_for(console, hits)
        }
    }
}

fn resume_for(console: &Console<'_, '_, '_>, hits: u64) -> Flow {
    if hits > 1 {
        stops::skip(numbers::key(console.frame.site), hits - 1);
    }
    Flow::Resume
}

/// Ends the function around the hook.
pub(super) fn leave(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let line = format!("return {rest}");
    console.rust(line.trim_end(), Purpose::Run).map(|()| Flow::Stay)
}

/// Has the expression evaluated again whose error leaves the function here.
pub(super) fn retry(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    nothing("retry", rest)?;
    match console.frame.site.exit {
        Exit::None | Exit::Panics => Err(ConsoleError::NoError),
        Exit::Stops(why) => Err(ConsoleError::NoRetry(why)),
        Exit::Retries => {
            crate::frame::retry();
            Ok(Flow::Resume)
        }
    }
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
    console.end_borrowers(&console.frame.undone_next());
    let Undone { locals, kept, lost } = console.frame.undo()?;
    let mut said: Vec<String> = locals.iter().map(|local| again(local, width)).collect();
    let (names, text) = kept;
    said.extend(names.iter().map(|name| format!("{name} is as it was before `{text}`")));
    said.iter().for_each(|text| console.out.remark(text));
    lost.map_or(Ok(Flow::Stay), |lost| Err(lost.into()))
}

/// Says which value a local has again after an undo.
fn again(local: &Local<'_, '_>, width: usize) -> String {
    let name = local.binding.name;
    let room = width.saturating_sub(name.len() + " is ... again".len()).max(20);
    let value = match local.line(Limit::line(room)) {
        Some(Shown::Text { text, cut }) => format!("{text}{}", if cut { "..." } else { "" }),
        _ => "what it was".to_owned(),
    };
    format!("{name} is {value} again")
}
