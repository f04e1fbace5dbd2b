//! The lines of a text that have marks are drawn with the marks below them, as rustc draws them. Pure.

use std::fmt::Write as _;
use std::ops::Range;

use crate::render::columns;

/// A mark below a part of a text, with a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Annotation {
    pub(crate) bytes: Range<usize>,
    pub(crate) primary: bool,
    pub(crate) label: String,
}

impl Annotation {
    /// Marks the part that is wrong.
    pub(crate) fn primary(bytes: Range<usize>) -> Annotation {
        Annotation {
            bytes,
            primary: true,
            label: String::new(),
        }
    }

    /// Marks another part that the error has to do with.
    pub(crate) fn beside(bytes: Range<usize>, label: &str) -> Annotation {
        Annotation {
            bytes,
            primary: false,
            label: label.to_owned(),
        }
    }
}

/// The largest number of bytes of a line that are drawn. A longer line is cut around a mark.
const WIDEST: usize = 240;

/// Returns the place of the first mark, and the lines. All marks lie on the boundaries of characters.
pub(crate) fn excerpt(text: &str, marks: &[Annotation]) -> String {
    let first = marks
        .iter()
        .find(|mark| mark.primary)
        .map_or(0, |mark| mark.bytes.start);
    let (row, column) = place(text, first);
    let mut out = format!("\n --> hook:{row}:{column}");
    let many = text.contains('\n');
    let mut start = 0;
    for (number, line) in (1..).zip(text.split('\n')) {
        let end = start + line.len();
        let here = marks.iter().filter(|mark| (start..=end).contains(&mark.bytes.start));
        let mut here = here.peekable();
        let gutter = if many { format!("{number:>3}") } else { String::new() };
        if let Some(mark) = here.peek() {
            let (from, to) = shown(line, mark.bytes.start - start);
            let _ = write!(out, "\n{gutter} | {}", &line[from..to]);
            for mark in here.filter(|mark| (from..=to).contains(&(mark.bytes.start - start))) {
                let before = line[from..mark.bytes.start - start].chars().map(|c| match c {
                    '\t' => "\t".to_owned(),
                    c => " ".repeat(columns(c.encode_utf8(&mut [0; 4]))),
                });
                let length = columns(&text[mark.bytes.start..mark.bytes.end.min(start + to).max(mark.bytes.start)]);
                let sign = if mark.primary { "^" } else { "-" }.repeat(length.max(1));
                let (blank, before) = (" ".repeat(gutter.len()), before.collect::<String>());
                let _ = write!(out, "\n{blank} | {before}{sign} {}", mark.label);
                out.truncate(out.trim_end().len());
            }
        }
        start = end + 1;
    }
    out
}

/// Returns the part of a line that is drawn: all of it, or the part around a byte of it.
fn shown(line: &str, byte: usize) -> (usize, usize) {
    if line.len() <= WIDEST {
        return (0, line.len());
    }
    let boundary = |mut at: usize| {
        while !line.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = boundary(byte.saturating_sub(WIDEST / 2));
    (from, boundary((from + WIDEST).min(line.len())).max(byte))
}

/// Returns line and column of a byte, from 1.
pub(crate) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte.min(text.len())];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, bytes: Range<usize>, expected: &str) {
        assert_eq!(excerpt(text, &[Annotation::primary(bytes)]), expected);
    }

    #[test]
    fn marks_below_their_lines() {
        check("a +", 3..3, "\n --> hook:1:4\n | a +\n |    ^");
        check("ä\tb)", 4..5, "\n --> hook:1:4\n | ä\tb)\n |  \t ^");
        check("f(\n g(])", 6..7, "\n --> hook:2:4\n  2 |  g(])\n    |    ^");
        check("日本 + b", 9..10, "\n --> hook:1:6\n | 日本 + b\n |        ^");
        check("日本", 3..6, "\n --> hook:1:2\n | 日本\n |   ^^");
        check("a\nb", 1..1, "\n --> hook:1:2\n  1 | a\n    |  ^");
    }

    #[test]
    fn a_long_line_is_not_drawn_whole() {
        let text = format!("{}!{}", "ä".repeat(5000), "b".repeat(5000));
        let drawn = excerpt(&text, &[Annotation::primary(10_000..10_001)]);
        let expected = format!(
            "\n --> hook:1:5001\n | {}!{}\n | {}^",
            "ä".repeat(60),
            "b".repeat(119),
            " ".repeat(60)
        );
        assert_eq!(drawn, expected);
    }
}
