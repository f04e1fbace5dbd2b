//! The command `:help`, which explains what a line can be, the commands, and the environment variables.

use super::super::output::{Output, Style};
use super::super::{Console, Flow, Outcome};
use super::{COMMANDS, Group, find};

/// The kinds of lines besides commands.
const LINES: [(&str, &str); 4] = [
    ("NAME", "print a local"),
    ("?NAME", "its type and value; of a function, type and doc comment"),
    (
        "NAME = VALUE",
        "write it: 5 or \"x\" at once, JSON by serde, any other Rust as Rust",
    ),
    (
        "RUST",
        "anything else: runs at the hook; `let`, `fn`, `use`.. hold, `it` is the last value, `_1` and `_2` the ones before",
    ),
];

/// The environment variables that the program or the build reads.
const VARIABLES: [(&str, &str); 18] = [
    ("HOOKABLE=off", "hooks do nothing"),
    (
        "HOOKABLE=tty",
        "the console is on the controlling terminal, also where standard input is a pipe",
    ),
    (
        "HOOKABLE=tty=PATH",
        "the console is on another terminal: `tty` prints its PATH there; then let `sleep infinity` run in it",
    ),
    (
        "HOOKABLE=listen",
        "hooks open for `hook-attach`, which connects to a socket in the user's own folder; the program needs no terminal",
    ),
    (
        "HOOKABLE=listen=PATH",
        "the same at a Unix socket at PATH; at tcp:PORT, clients of this machine need the token that is printed",
    ),
    (
        "HOOKABLE_UNATTENDED",
        "with HOOKABLE=listen, what a hook does while no client is there: wait, pass, or record=FILE; wait if not set",
    ),
    (
        "HOOKABLE=catch=err",
        "all functions with `#[hookable]` have hooks where an error leaves; catch=panic: where one panics; 'catch=err|panic': both",
    ),
    (
        "HOOKABLE=script=FILE",
        "lines are read from FILE, each hook reading on where the last one stopped",
    ),
    (
        "HOOKABLE=record=FILE",
        "no console: each hit appends a line of JSON to FILE",
    ),
    (
        "HOOKABLE_RECORD_HITS",
        "how many hits of each hook are recorded; 10 if not set",
    ),
    (
        "HOOKABLE_RECORD_VALUE",
        "how many characters of a value are recorded; 1000 if not set",
    ),
    (
        "HOOKABLE_RUSTC=PATH",
        "the compiler for typed lines, if it was moved since the build",
    ),
    (
        "HOOKABLE_MACOS_LINES=1",
        "on macOS, lines of Rust are compiled and loaded: that was tested in parts, and not yet run on a Mac",
    ),
    (
        "HOOKABLE_MSVC_LINES=1",
        "on Windows with msvc, the same: that was run in wine, and not yet on Windows",
    ),
    (
        "HOOKABLE_ASK=off",
        "in a build: rustc is not asked what hooks may capture, so they capture only what is certainly allowed",
    ),
    (
        "HOOKABLE_DEBUG_INFO=keep",
        "in a build: the console's own debug information stays in the executable",
    ),
    (
        "HOOKABLE_HISTORY=off",
        "typed lines are not kept for later sessions; otherwise each project has a history in the user's own folder",
    ),
    ("NO_COLOR=1", "no colours"),
];

pub(super) fn help(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let out = &mut *console.out;
    // The list shows `HOOKABLE=tty`, so a user may ask for that whole text.
    let variable = rest.split('=').next().unwrap_or_default();
    let mut variables = VARIABLES
        .iter()
        .filter(|(form, _)| form.split('=').next() == Some(variable))
        .peekable();
    if variables.peek().is_some() {
        let rows: Vec<_> = variables.map(|(form, about)| (form.to_string(), *about)).collect();
        table(out, &rows, 0);
        return Ok(Flow::Stay);
    }
    if !rest.is_empty() {
        let command = find(rest.trim_start_matches(':'))?;
        out.value_parts(&[(Style::Bold, &command.usage())]);
        for text in [command.about, command.details]
            .into_iter()
            .filter(|text| !text.is_empty())
        {
            let width = out.width;
            wrapped(text, width.saturating_sub(2))
                .iter()
                .for_each(|line| out.value(&format!("  {line}")));
        }
        return Ok(Flow::Stay);
    }
    let lines = LINES.iter().map(|(form, about)| (form.to_string(), *about));
    let widest = COMMANDS.iter().map(|command| command.usage().len()).max().unwrap_or(0);
    table(out, &lines.collect::<Vec<_>>(), widest);
    for group in Group::ALL {
        out.value_parts(&[(Style::Bold, group.title())]);
        let commands = COMMANDS.iter().filter(|command| command.group == group);
        table(
            out,
            &commands
                .map(|command| (command.usage(), command.about))
                .collect::<Vec<_>>(),
            widest,
        );
    }
    let short = "A command may be shortened as long as it is clear which is meant: `:c` resumes.";
    let width = out.width;
    wrapped(short, width).iter().for_each(|line| out.value(line));
    out.value("");
    out.value("Variables of the environment, read once:");
    let variables = VARIABLES.iter().map(|(form, about)| (form.to_string(), *about));
    table(out, &variables.collect::<Vec<_>>(), 0);
    Ok(Flow::Stay)
}

/// Prints two columns. The first one is at least `least` wide. On a narrow terminal the second one is printed below the
/// first.
fn table(out: &mut Output, rows: &[(String, &str)], least: usize) {
    let widest = rows.iter().map(|(form, _)| form.len()).max().unwrap_or(0).max(least);
    let beside = out.width >= widest + 40;
    let indent = if beside { widest + 4 } else { 6 };
    for (form, about) in rows {
        let lines = wrapped(about, out.width.saturating_sub(indent));
        let mut lines = lines.iter().map(String::as_str);
        let first = if beside { lines.next().unwrap_or_default() } else { "" };
        let padding = if beside {
            " ".repeat(indent - 2 - form.len())
        } else {
            String::new()
        };
        out.value_parts(&[
            (Style::Plain, "  "),
            (Style::Bold, form),
            (Style::Plain, &(padding + first)),
        ]);
        lines.for_each(|line| out.value(&format!("{:indent$}{line}", "")));
    }
}

/// Breaks a text into lines of whole words. A line is longer than `width` only if a single word is.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is one");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensibly long", 7), ["incomprehensibly", "long"]);
        assert_eq!(wrapped("", 7), [""]);
    }
}
