//! The command `:help`, which explains what a line can be, the commands, and the environment variables.

use super::super::output::Style;
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

/// A line of the list, in parts of different styles.
type Line = Vec<(Style, String)>;

pub(super) fn help(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let out = &mut *console.out;
    let width = out.width;
    // The list shows `HOOKABLE=tty`, so a user may ask for that whole text.
    let variable = rest.split('=').next().unwrap_or_default();
    let is_meant = |(form, _): &&(&str, &str)| form.split('=').next() == Some(variable);
    let variables: Vec<_> = VARIABLES.iter().filter(is_meant).map(row).collect();
    if !variables.is_empty() {
        out.page_lines(&table(&variables, 0, width));
    } else if rest.is_empty() {
        out.page_lines(&list(width));
    } else {
        let command = find(rest.trim_start_matches(':'))?;
        let mut lines = vec![vec![(Style::Bold, command.usage())]];
        for text in [command.about, command.details] {
            let text = wrapped(text, width.saturating_sub(2)).into_iter();
            lines.extend(
                text.filter(|line| !line.is_empty())
                    .map(|line| plain(format!("  {line}"))),
            );
        }
        out.page_lines(&lines);
    }
    Ok(Flow::Stay)
}

/// Returns all that can be typed, and the variables.
fn list(width: usize) -> Vec<Line> {
    let widest = COMMANDS.iter().map(|command| command.usage().len()).max().unwrap_or(0);
    let mut lines = table(&LINES.iter().map(row).collect::<Vec<_>>(), widest, width);
    for group in Group::ALL {
        lines.push(vec![(Style::Bold, group.title().to_owned())]);
        let commands = COMMANDS.iter().filter(|command| command.group == group);
        let commands: Vec<_> = commands.map(|command| (command.usage(), command.about)).collect();
        lines.extend(table(&commands, widest, width));
    }
    let short = "A command may be shortened as long as it is clear which is meant: `:c` resumes.";
    lines.extend(wrapped(short, width).into_iter().map(plain));
    lines.push(Vec::new());
    lines.push(plain("Variables of the environment, read once:".to_owned()));
    lines.extend(table(&VARIABLES.iter().map(row).collect::<Vec<_>>(), 0, width));
    lines
}

fn row(&(form, about): &(&str, &'static str)) -> (String, &'static str) {
    (form.to_owned(), about)
}

fn plain(text: String) -> Line {
    vec![(Style::Plain, text)]
}

/// Lays out two columns. The first one is at least `least` wide. On a narrow terminal the second one stands below the
/// first.
fn table(rows: &[(String, &str)], least: usize, width: usize) -> Vec<Line> {
    let widest = rows.iter().map(|(form, _)| form.len()).max().unwrap_or(0).max(least);
    let beside = width >= widest + 40;
    let indent = if beside { widest + 4 } else { 6 };
    let mut table = Vec::new();
    for (form, about) in rows {
        let mut lines = wrapped(about, width.saturating_sub(indent)).into_iter();
        let padding = if beside { indent - 2 - form.len() } else { 0 };
        let first = lines.by_ref().take(usize::from(beside)).collect::<String>();
        table.push(vec![
            (Style::Plain, "  ".to_owned()),
            (Style::Bold, form.clone()),
            (Style::Plain, format!("{:padding$}{first}", "")),
        ]);
        table.extend(lines.map(|line| plain(format!("{:indent$}{line}", ""))));
    }
    table
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
