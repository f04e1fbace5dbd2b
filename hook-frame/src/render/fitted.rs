//! A message with lines of code and marks below them is fitted to a width: code that would be wrapped is cut around its
//! first mark, so that each mark stays below what it marks. Sentences are broken between words.

use super::columns;

/// Stands for code that is left out.
const LEFT_OUT: &str = "..";

/// Returns a message so that its code and its marks fit a width.
pub fn fitted(message: &str, width: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut lines = message.split('\n').peekable();
    let mut in_excerpt = false;
    while let Some(line) = lines.next() {
        let is_first = std::mem::replace(&mut in_excerpt, line.starts_with(" --> hook:"));
        let Some((gutter, code)) = code(line).filter(|(gutter, _)| is_first || gutter.trim() != "|") else {
            out.push(wrapped(line, width, sentence(line)));
            continue;
        };
        let mut marks = Vec::new();
        while let Some(mark) = lines.peek().and_then(|line| Mark::read(line)) {
            marks.push(mark);
            lines.next();
        }
        drawn(&mut out, gutter, code, &marks, width);
    }
    out.join("\n")
}

/// Returns a text with each line that is wider than the width broken between words. What follows is indented so far. A
/// word that is too long stays whole.
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for piece in text.split_inclusive([' ', '\n']) {
        let word = piece.trim_end_matches([' ', '\n']);
        if column > indent && !word.is_empty() && column + columns(word) > width {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out += &" ".repeat(indent);
            column = indent;
        }
        out += piece;
        column = match piece.ends_with('\n') {
            true => 0,
            false => column + columns(piece),
        };
    }
    out
}

/// Returns where the sentence in a line of a message begins, behind what says that it is help or a note.
fn sentence(line: &str) -> usize {
    let is_note = line.trim_start().starts_with("= ");
    line.find(": ").filter(|_| is_note).map_or(0, |at| at + 2)
}

/// Takes a line of code apart into what stands before it and the code.
fn code(line: &str) -> Option<(&str, &str)> {
    let end = line
        .find("| ")
        .map(|at| at + 2)
        .or(line.ends_with(" |").then_some(line.len()))?;
    let number = line[..end].trim_end().strip_suffix('|')?;
    let is_number = number.chars().all(|c| c == ' ' || c.is_ascii_digit());
    is_number.then(|| line.split_at(end))
}

/// A mark below a line of code.
struct Mark<'m> {
    gutter: &'m str,
    start: usize,
    sign: &'m str,
    label: &'m str,
}

impl Mark<'_> {
    fn read(line: &str) -> Option<Mark<'_>> {
        let (gutter, rest) = code(line).filter(|(gutter, _)| gutter.trim() == "|")?;
        let sign = rest.trim_start_matches(' ');
        let first = sign.chars().next().filter(|c| matches!(c, '^' | '-'))?;
        let length = sign.len() - sign.trim_start_matches(first).len();
        Some(Mark {
            gutter,
            start: rest.len() - sign.len(),
            sign: &sign[..length],
            label: sign[length..].trim_start(),
        })
    }
}

/// Writes a line of code and its marks.
fn drawn(out: &mut Vec<String>, gutter: &str, code: &str, marks: &[Mark<'_>], width: usize) {
    let room = width.saturating_sub(gutter.len()).max(20);
    let first = marks
        .first()
        .map_or((0, 0), |mark| (mark.start, mark.start + mark.sign.len()));
    let (shown, from) = match columns(code) > room && !code.contains('\t') {
        true => around(code, first, room),
        false => (code.to_owned(), 0),
    };
    out.push(format!("{gutter}{shown}"));
    for mark in marks {
        // What is missing at the end of the line is marked behind it.
        let shown_to = (from + columns(&shown)).max(mark.start.saturating_add(1).min(columns(code) + 1));
        let end = (mark.start + mark.sign.len()).min(shown_to).min(from + room);
        let start = mark.start.max(if from == 0 { 0 } else { from + LEFT_OUT.len() });
        if start >= end {
            continue;
        }
        let (before, sign) = (" ".repeat(start - from), &mark.sign[..end - start]);
        let line = format!("{}{before}{sign} {}", mark.gutter, mark.label);
        if columns(&line) <= width || mark.label.is_empty() {
            out.push(line.trim_end().to_owned());
            continue;
        }
        out.push(format!("{}{before}{sign}", mark.gutter));
        let before = " ".repeat((start - from).min(room.saturating_sub(columns(mark.label))));
        out.push(format!("{}{before}{}", mark.gutter, mark.label));
    }
}

/// Returns the part of a line around these columns that fits, with what stands for the rest, and the column that it
/// begins at.
fn around(code: &str, (start, end): (usize, usize), room: usize) -> (String, usize) {
    let mut column = 0;
    let placed = code.chars().map(|c| {
        let at = column;
        column += columns(c.encode_utf8(&mut [0; 4]));
        (at, column, c)
    });
    let placed: Vec<(usize, usize, char)> = placed.collect();
    let is_begun = end + LEFT_OUT.len() > room;
    let least = if is_begun {
        start.saturating_sub(room / 3).min(column.saturating_sub(room)) + LEFT_OUT.len()
    } else {
        0
    };
    let rest = placed.iter().filter(|(at, _, _)| *at >= least);
    let from = rest.clone().next().map_or(0, |(at, _, _)| *at) - if is_begun { LEFT_OUT.len() } else { 0 };
    let ends = column - from <= room;
    let mut shown = if is_begun { LEFT_OUT.to_owned() } else { String::new() };
    for (_, end, c) in rest {
        if !ends && end - from > room - LEFT_OUT.len() {
            shown += LEFT_OUT;
            break;
        }
        shown.push(*c);
    }
    (shown, from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, width: usize, expected: &str) {
        assert_eq!(fitted(message, width), expected, "\n{}", fitted(message, width));
    }

    #[test]
    fn what_fits_stays() {
        for message in [
            "error: no\n --> hook:1:3\n | a + b\n |   ^ no",
            "error: no\n --> hook:2:1\n  1 | a\n    | - this\n  2 | b\n    | ^\n  = help: a | b",
            "error: no\n --> hook:1:4\n | a +\n |    ^",
            "",
        ] {
            check(message, 40, message);
        }
    }

    #[test]
    fn sentences_are_broken_between_words() {
        check(
            "error: a | b and ^ that is long enough to be wrapped\n --> hook:1:3\n | a + b\n |   ^ no\n  = help: use `a` or `b`, or a_word_that_is_longer_than_a_line",
            30,
            "error: a | b and ^ that is\nlong enough to be wrapped\n --> hook:1:3\n | a + b\n |   ^ no\n  = help: use `a` or `b`, or\n          a_word_that_is_longer_than_a_line",
        );
        let check = |text, expected| assert_eq!(wrapped(text, 10, 0), expected);
        check("", "");
        check("12345 7890", "12345 7890");
        check("12345 78901", "12345\n78901");
        check("日本語 日本語\n  a b", "日本語\n日本語\n  a b");
        check("a  b  c  d  e", "a  b  c  d\ne");
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let code = "0123456789".repeat(8);
        check(
            &format!("e\n --> hook:1:6\n | {code}\n |      ^^^ no"),
            33,
            "e\n --> hook:1:6\n | 0123456789012345678901234567..\n |      ^^^ no",
        );
        check(
            &format!("e\n --> hook:1:41\n | {code}\n | {}^^^ no", " ".repeat(40)),
            33,
            "e\n --> hook:1:41\n | ..23456789012345678901234567..\n |           ^^^ no",
        );
        check(
            &format!("e\n --> hook:1:78\n | {code}\n | {}^^^ no", " ".repeat(77)),
            33,
            &format!(
                "e\n --> hook:1:78\n | ..2345678901234567890123456789\n | {0}^^^\n | {0}no",
                " ".repeat(27)
            ),
        );
    }

    #[test]
    fn a_label_that_does_not_fit_has_a_line() {
        check(
            "e\n --> hook:1:20\n | abcdefghijklmnopqrstuvwxyz\n |                    ^^ not found here",
            33,
            "e\n --> hook:1:20\n | abcdefghijklmnopqrstuvwxyz\n |                    ^^\n |                 not found here",
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let code = "日本".repeat(20);
        check(
            &format!("e\n --> hook:1:21\n | {code}\n | {}^^^^ no", " ".repeat(40)),
            33,
            "e\n --> hook:1:21\n | ..日本日本日本日本日本日本日..\n |           ^^^^ no",
        );
    }
}
