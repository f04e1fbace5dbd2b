//! The lines that a console prints when its hook opens, and when the prompt returns to it from another hook.

use std::sync::atomic::{AtomicU64, Ordering};

use super::conditions;
use super::output::{Output, Style};
use crate::frame::Frame;
use crate::render::visible_line;

/// The number of the opening that had the prompt last; openings are counted over all hooks of the process.
static PROMPTED: AtomicU64 = AtomicU64::new(u64::MAX);

/// Prints the banner of a console whose lines come from a script. `between` is the place of the hook whose line waits
/// while this hook is open, if there is one.
pub(crate) fn print(frame: &mut Frame<'_, '_>, between: Option<&str>, because: &[String], out: &mut Output) {
    opens(frame, between, out);
    because.iter().for_each(|why| out.say_as(Style::Bold, why));
    conditions::watched(frame, out.width)
        .iter()
        .for_each(|line| out.say(line));
    let hit = if frame.number > 1 {
        format!("hit {}: ", frame.number)
    } else {
        String::new()
    };
    out.remark(&format!(
        "{hit}Ctrl-D or :c resumes the program, :help lists the commands"
    ));
}

/// Says which hook this is, which line waits for it, and what the build noted about it.
pub(super) fn opens(frame: &Frame<'_, '_>, between: Option<&str>, out: &mut Output) {
    if let Some(place) = between {
        out.say(&format!("the line at {place} waits, so this hook opens in between:"));
    }
    if let Some(message) = &frame.message {
        out.say_as(Style::Bold, message);
    }
    out.say(&place(frame));
    if let Some(note) = frame.site.note {
        out.say(&format!("note: {note}"));
    }
}

/// Records that the prompt belongs to this hook now.
pub(crate) fn prompts(frame: &Frame<'_, '_>) {
    PROMPTED.store(frame.opening, Ordering::Relaxed);
}

/// Says which hook the next prompt belongs to, if the last prompt belonged to another one. `takes` is called before
/// that.
pub(crate) fn back(frame: &Frame<'_, '_>, out: &mut Output, takes: &dyn Fn(&mut Output)) {
    if PROMPTED.swap(frame.opening, Ordering::Relaxed) != frame.opening {
        takes(out);
        let message = frame.message.as_ref().map(|message| format!(": {message}"));
        out.say(&format!(
            "back at {}, hit {}{}",
            where_it_is(frame),
            frame.number,
            message.unwrap_or_default()
        ));
    }
}

/// Returns the place and the thread of a hook.
pub(crate) fn where_it_is(frame: &Frame<'_, '_>) -> String {
    let (site, thread) = (frame.site, visible_line(&frame.thread));
    format!("{}, thread {thread}", site.place())
}

fn place(frame: &Frame<'_, '_>) -> String {
    let count = frame.site.bindings.len();
    let locals = if count == 1 { "local" } else { "locals" };
    format!("hooked at {}, {count} {locals}", where_it_is(frame))
}
