//! The command `:expect`, by which a script is a test.

use super::super::output::Style;
use super::super::{Console, Flow, Outcome, line};

/// Compares the next line of what the last line printed with a text. If it differs in a script, the program ends with
/// exit code 1.
pub(super) fn expect(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let found = console.out.next_recent();
    if found.as_deref().map(str::trim) == Some(rest.trim()) {
        return Ok(Flow::Stay);
    }
    let site = console.frame.site;
    let found = found.unwrap_or_else(|| "(nothing more was printed)".to_owned());
    console.out.error(&format!(
        "the script expected something else at {}:{}",
        site.file, site.line
    ));
    console.out.say_as(Style::Plain, &format!("- {}", rest.trim()));
    console.out.say_as(Style::Plain, &format!("+ {}", found.trim()));
    Ok(if console.out.is_script() {
        Flow::Exit(1)
    } else {
        Flow::Stay
    })
}

/// Returns whether a line is this command, which looks at what the line before it printed.
pub(crate) fn is_expectation(text: &str) -> bool {
    let line::TypedLine::Command { name, .. } = line::parse(text) else {
        return false;
    };
    super::find(name).is_ok_and(|command| command.name == "expect")
}
