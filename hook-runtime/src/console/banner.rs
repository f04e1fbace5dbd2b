//! What is said when a hook opens.

use super::frame::Frame;
use super::output::{Output, Style};
use crate::render::visible_line;

pub(crate) fn print(frame: &Frame<'_, '_>, out: &mut Output) {
    if let Some(message) = &frame.message {
        out.say_as(Style::Bold, message);
    }
    out.say(&place(frame));
    if !frame.site.note.is_empty() {
        out.say(&format!("note: {}", frame.site.note));
    }
    let hit = if frame.number > 1 {
        format!("hit {}: ", frame.number)
    } else {
        String::new()
    };
    out.remark(&format!(
        "{hit}Ctrl-D or :c resumes the program, :help lists the commands"
    ));
}

fn place(frame: &Frame<'_, '_>) -> String {
    let site = frame.site;
    let count = site.bindings.len();
    format!(
        "hooked at {}:{} in {}, thread {}, {count} {}",
        site.file,
        site.line,
        site.function,
        visible_line(&frame.thread),
        if count == 1 { "local" } else { "locals" },
    )
}
