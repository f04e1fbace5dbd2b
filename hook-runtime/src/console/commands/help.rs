//! `:help`.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::{COMMANDS, find};

/// What a line can be besides a command.
const LINES: [(&str, &str); 3] = [
    ("NAME", "print a local"),
    (
        "NAME = VALUE",
        "write it: 5, -2.5e3, \"x\", Some(3), [1, 2], Point { x: 1.0 }, or JSON",
    ),
    (
        "RUST",
        "anything else: runs at the hook; `let`, `fn`, `use`.. hold, `it` is the last value",
    ),
];

pub(super) fn help(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let out = &mut *console.out;
    if !rest.is_empty() {
        let command = find(rest.trim_start_matches(':'))?;
        out.value_parts(&[(Style::Bold, &command.usage())]);
        out.value(&format!("  {}", command.about));
        if !command.details.is_empty() {
            out.value(&format!("  {}", command.details));
        }
        return Ok(Flow::Stay);
    }
    let commands = COMMANDS.iter().map(|command| (command.usage(), command.about));
    let rows: Vec<_> = LINES
        .iter()
        .map(|(form, about)| (form.to_string(), *about))
        .chain(commands)
        .collect();
    let widest = rows.iter().map(|(form, _)| form.len()).max().unwrap_or(0);
    for (form, about) in rows {
        let padding = " ".repeat(widest - form.len());
        let about = format!("{padding}  {about}");
        out.value_parts(&[(Style::Plain, "  "), (Style::Bold, &form), (Style::Plain, &about)]);
    }
    out.value("A command may be shortened as long as it is clear which is meant: `:c` resumes.");
    Ok(Flow::Stay)
}
