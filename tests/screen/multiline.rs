//! Text of several lines: its indentation while it is typed, pasted and edited.

use super::{DISCARD, at_hook};

const PASTE: [&str; 2] = ["\x1b[200~", "\x1b[201~"];

#[test]
fn lines_are_indented_as_they_are_typed() {
    let mut screen = at_hook("plain", 60);
    screen.press("fn area(w: u32, h: u32) -> u32 {\r");
    screen.press("if w > 1 {\rw * h\r} else {\r");
    screen.ends_with(&[
        "hook> fn area(w: u32, h: u32) -> u32 {",
        "    if w > 1 {",
        "        w * h",
        "    } else {",
    ]);
    screen.press("0\r}\r}\r");
    let typed = [
        "hook> fn area(w: u32, h: u32) -> u32 {",
        "    if w > 1 {",
        "        w * h",
        "    } else {",
        "        0",
        "    }",
        "}",
        "hook>",
    ];
    screen.ends_with(&typed);
    screen.press("area(3, 4)\r");
    screen.ends_with(&["hook> area(3, 4)", "12", "hook>"]);
    // The history has the text as it settled.
    screen.press("\x10\x10");
    screen.ends_with(&typed[1..7]);
    screen.press(DISCARD);
    screen.ends_with(&["hook>"]);
    // Enter within a line breaks it there.
    screen.press("vec![1, 2\x1b[D\r");
    screen.ends_with(&["hook> vec![1,", "    2"]);
    screen.press("\x1b[F\r].len()\r");
    screen.ends_with(&["hook> vec![1,", "    2", "].len()", "2", "hook>"]);
    // The spaces of a string are its own.
    screen.press("f(\"a {\r  b\", [\r1");
    screen.ends_with(&["hook> f(\"a {", "  b\", [", "        1"]);
    screen.press(DISCARD);
    screen.ends_with(&["hook>"]);
}

#[test]
fn tabs_indent_a_later_line() {
    let mut screen = at_hook("plain", 60);
    // As an editor's text comes that is pasted into a terminal which does not mark what is pasted.
    screen.press("fn half(n: i32) -> i32 {\r\tif n > 1 {\r\t\tn / 2\r\t} else {\r\t\t0\r\t}\r}\r");
    screen.ends_with(&[
        "hook> fn half(n: i32) -> i32 {",
        "    if n > 1 {",
        "        n / 2",
        "    } else {",
        "        0",
        "    }",
        "}",
        "hook>",
    ]);
    // Behind a word it completes, as in the first line.
    screen.press("vec![1,\rhal\t(8)]\r");
    screen.ends_with(&["hook> vec![1,", "    half(8)]", "[1, 4]", "hook>"]);
}

#[test]
fn what_is_pasted_keeps_its_own_indentation() {
    let text = "fn half(n: i32) -> i32 {\r    [n]\r        .iter()\r        .map(|n| {\r            n / 2\r        })\r        .sum()\r}";
    let shown = [
        "hook> fn half(n: i32) -> i32 {",
        "    [n]",
        "        .iter()",
        "        .map(|n| {",
        "            n / 2",
        "        })",
        "        .sum()",
        "}",
    ];
    let mut screen = at_hook("plain", 60);
    for paste in [text.to_owned(), format!("{}{text}{}", PASTE[0], PASTE[1])] {
        screen.press(&paste);
        screen.sees(".sum()");
        screen.press("\r");
        screen.ends_with(&[&shown[..], &["hook>"]].concat());
        screen.press("half(n)\r");
        screen.ends_with(&["hook> half(n)", "2", "hook>"]);
    }
    // Behind an indentation that was given.
    screen.press("{\r");
    screen.press(&format!("{}    let a = 1;\r    a + 1\r}}{}", PASTE[0], PASTE[1]));
    screen.press("\r");
    screen.ends_with(&["hook> {", "    let a = 1;", "    a + 1", "}", "2", "hook>"]);
}
