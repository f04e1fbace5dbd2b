//! The command `:where`, which prints the source around the hook.

use std::fs;
use std::io;

use super::super::error::ConsoleError;
use super::super::output::Style;
use super::super::{Console, Flow, Outcome, sources};
use crate::frame::Site;

pub(super) fn around(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let reach = match rest {
        "" => 5,
        text => text.parse().map_err(|_| ConsoleError::Argument {
            text: text.to_owned(),
            what: "number of lines",
        })?,
    };
    if let Some(answered) = super::callers::around(console, reach) {
        return answered;
    }
    let site = console.frame.site;
    let text = match sources::of(console.frame) {
        Some(text) => text,
        None => read(site).map(Into::into).map_err(|error| ConsoleError::File {
            what: "read",
            path: site.file.to_owned(),
            error,
        })?,
    };
    console.out.say(&site.place());
    if console.frame.is_old() {
        console
            .out
            .remark("this is the source that the running code was compiled from; it was reloaded since");
    }
    print(console, &text, site.line as usize, reach);
    Ok(Flow::Stay)
}

/// Prints the lines around a line of a source.
pub(super) fn print(console: &mut Console<'_, '_, '_>, text: &str, line: usize, reach: usize) {
    for (marked, line) in excerpt(text, line, reach) {
        let style = if marked { Style::Bold } else { Style::Plain };
        console.out.value_parts(&[(style, &line)]);
    }
}

fn read(site: &Site) -> io::Result<String> {
    let read = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    match site.path {
        None => read(site.file),
        Some(path) => read(path).or_else(|_| read(site.file)),
    }
}

/// Returns the lines around a line with their numbers, and for each whether it is that line itself.
fn excerpt(text: &str, line: usize, reach: usize) -> Vec<(bool, String)> {
    let first = line.saturating_sub(reach).max(1);
    let last = line.saturating_add(reach);
    let digits = last.min(text.lines().count()).to_string().len();
    let numbered = text
        .lines()
        .zip(1..)
        .skip(first - 1)
        .take_while(|(_, number)| *number <= last);
    numbered
        .map(|(text, number)| {
            let marked = number == line;
            let mark = if marked { ">" } else { " " };
            (marked, format!("{mark} {number:digits$}  {text}").trim_end().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: usize, reach: usize, expected: &[&str]) {
        let text = "a\n\n  c\nd\ne\nf\ng\nh\ni\nj";
        let lines: Vec<_> = excerpt(text, line, reach).into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn around_a_line() {
        check(3, 1, &["  2", "> 3    c", "  4  d"]);
        check(1, 1, &["> 1  a", "  2"]);
        check(10, 1, &["   9  i", "> 10  j"]);
        check(2, 0, &["> 2"]);
        check(99, 1, &[]);
    }
}
