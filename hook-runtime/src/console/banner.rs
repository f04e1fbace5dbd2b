//! What is said when a hook opens.

use super::frame::Frame;
use super::output::{Output, Style};

pub(crate) fn print(frame: &Frame<'_, '_>, out: &mut Output) {
    if let Some(message) = &frame.message {
        let message = out.styled_talk(Style::Bold, message);
        out.say(&message);
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
        frame.thread,
        if count == 1 { "local" } else { "locals" },
    )
}
