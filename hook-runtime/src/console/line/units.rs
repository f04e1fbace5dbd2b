//! Splits a text of several lines into units, each of which is answered alone. It is split only where that is certain:
//! after a command, before a command, and after an expression without a semicolon at the end of a line. The rest stays
//! together and is compiled as one.

use super::{MOST, command};
use crate::syntax::BracketScanner;

/// The words after which an expression or an item continues.
const OPEN: [&str; 26] = [
    "as", "async", "await", "break", "const", "dyn", "else", "enum", "extern", "fn", "for", "if", "impl", "in", "let",
    "loop", "match", "move", "mut", "pub", "ref", "return", "static", "unsafe", "where", "while",
];

/// The words that continue the line before them.
const MORE: [&str; 3] = ["as", "else", "where"];

/// Returns the units of a text, in order.
pub(crate) fn units(text: &str) -> Vec<&str> {
    let (mut units, mut start, mut scan) = (Vec::new(), 0, BracketScanner::default());
    if text.len() > MOST {
        return vec![text];
    }
    for (end, _) in text.match_indices('\n') {
        let (unit, rest) = (&text[start..end], &text[end + 1..]);
        if command(unit).is_none() {
            scan.read(unit);
        }
        if ends(unit, rest, &scan) {
            units.push(unit);
            (start, scan) = (end + 1, BracketScanner::default());
        }
    }
    units.push(&text[start..]);
    units
}

/// Returns whether a text goes on with the next line, though it could end where it does: that line begins as no other
/// text can.
pub(crate) fn goes_on(text: &str, next: &str) -> bool {
    let next = next.trim_start();
    let word = &next[..next.find(|c| !is_part(c)).unwrap_or(next.len())];
    let is_method = next
        .strip_prefix('.')
        .is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    let text = text.trim();
    let may_go_on = !text.is_empty() && !text.ends_with(';') && command(text).is_none();
    may_go_on && (is_method || MORE.contains(&word))
}

/// Returns whether a unit ends before `rest`.
fn ends(unit: &str, rest: &str, scan: &BracketScanner) -> bool {
    if command(unit).is_some() {
        return true;
    }
    if scan.is_open() {
        return false;
    }
    let next = rest.trim_start();
    if command(next).is_some() {
        return true;
    }
    let next_word = &next[..next.find(|c| !is_part(c)).unwrap_or(next.len())];
    let begins =
        next.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '#')) && !MORE.contains(&next_word);
    // `impl A` may end a line and `for B` begin the next, which is one item.
    let implements = unit.trim_start().starts_with("impl") && next_word == "for";
    begins && !implements && is_expression(unit)
}

/// Returns whether the last line of a unit can be the end of an expression.
fn is_expression(unit: &str) -> bool {
    let last = unit.lines().next_back().unwrap_or_default();
    let code = last.split_once("//").map_or(last, |(code, _)| code).trim_end();
    let last_word = code.rsplit(|c| !is_part(c)).next().unwrap_or_default();
    code.ends_with(|c: char| is_part(c) || matches!(c, ')' | ']' | '"' | '\'' | '?')) && !OPEN.contains(&last_word)
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(units(text), expected);
    }

    #[test]
    fn an_expression_ends_with_its_line() {
        check(
            "60 + 6\nfn g() -> i32 { 7 }\ng()",
            &["60 + 6", "fn g() -> i32 { 7 }\ng()"],
        );
        check("a\nb", &["a", "b"]);
        check("f(1)? // x\nlet y = 2\ny", &["f(1)? // x", "let y = 2", "y"]);
        check(
            "\"a\"\n#[derive(Debug)]\nstruct S;\nS",
            &["\"a\"", "#[derive(Debug)]\nstruct S;\nS"],
        );
        check("a\n:type a\n:c\nb", &["a", ":type a", ":c", "b"]);
        check("ä\nö", &["ä", "ö"]);
    }

    #[test]
    fn lines_that_only_continue_others() {
        for (text, next) in [
            ("v", "    .iter()"),
            ("v\n  .iter()", ".count()"),
            ("if a { 1 }", "else { 2 }"),
            ("fn f<T>(t: T)", "where T: Copy {}"),
        ] {
            assert!(goes_on(text, next), "{text} {next}");
        }
        for (text, next) in [
            ("v;", ".iter()"),
            ("v", "..3"),
            ("v", ".5"),
            ("v", "elsewhere()"),
            (":type v", ".iter()"),
            ("", ".iter()"),
            ("a", "-1"),
            ("a", ""),
        ] {
            assert!(!goes_on(text, next), "{text} {next}");
        }
    }

    #[test]
    fn what_is_one_stays_one() {
        for one in [
            "a",
            "a +\nb",
            "v.iter()\n    .map(f)\n    .count()",
            "if a { 1 }\nelse { 2 }",
            "let x = if a\n{ 1 } else { 2 };\nx",
            "let r = &v;\nr.len()",
            "fn f<T>(t: T) -> T\nwhere T: Copy { t }",
            "impl A\nfor B {}",
            "f(\n1,\n2)",
            "\"a\nb\"",
            "a\n- 1",
            "a\n    as u8",
            "match a\n{ _ => 1 }",
            "",
        ] {
            check(one, &[one]);
        }
    }
}
