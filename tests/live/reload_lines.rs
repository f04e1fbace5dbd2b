//! Lines after a reload are compiled without the bodies that the program has, and mean the sources of their hook.

use std::fs;
use std::path::Path;

use super::{answers, merged};
use crate::support::{Package, succeeds};

const PROGRAM: &str = r#"
#![allow(dead_code)]
use hookable::{hook, hookable};

const FACTOR: u32 = 10;

fn edited(n: u32) -> u32 {
    let sum = 1;
    sum + n
}

fn same(n: u32) -> u32 {
    let sum = 2;
    sum + n
}

fn follows(n: u32) -> u32 {
    let sum = n + 1;
    sum * FACTOR
}

fn loses_its_caller(n: u32) -> u32 {
    let sum = n + 2;
    sum * FACTOR
}

fn calls_edited(n: u32) -> u32 {
    let sum = edited(n);
    sum + same(n)
}

struct Kind(u32);
trait Told {
    fn told(&self) -> u32;
}
impl Told for Kind {
    fn told(&self) -> u32 {
        let sum = 7;
        sum + self.0
    }
}
impl Told for u16 {
    fn told(&self) -> u32 {
        let sum = 9;
        sum * edited(1)
    }
}

fn generic<T: Into<u32>>(n: T) -> u32 {
    let n = n.into();
    edited(n) * same(n)
}

fn all(n: u32) -> u32 {
    let sum = edited(n) + same(n) + follows(n) + calls_edited(n) + generic(n);
    sum + Kind(n).told() + 3_u16.told() + loses_its_caller(n)
}

#[hookable]
fn stop(n: u32) -> u32 {
    hook!();
    n
}

#[hookable]
fn main() {
    hook!();
    for n in 1..4 {
        // What tells where it panics is another when lines move, so a call of it goes on in its old code.
        assert_ne!(all(stop(n)), 0);
    }
}
"#;

const EDITS: [(&str, &str); 5] = [
    ("FACTOR: u32 = 10", "FACTOR: u32 = 100"),
    ("let sum = 1;", "let sum = 1000;"),
    (
        "struct Kind(u32);",
        "fn added(n: u32) -> u32 {\n    let sum = edited(n);\n    sum + FACTOR\n}\nstruct Kind(u32);",
    ),
    (
        "impl Told for Kind",
        "impl Told for u8 {\n    fn told(&self) -> u32 {\n        let sum = 5;\n        sum + u32::from(*self)\n    }\n}\n\
         impl Told for Kind",
    ),
    (
        "loses_its_caller(n)\n}\n\n#[hookable]",
        "added(n) + 4_u8.told()\n}\n\n#[hookable]",
    ),
];

/// What calls give before the edit and after it.
const CALLS: [(&str, &str, &str); 9] = [
    ("same(3)", "5", "5"),
    ("edited(3)", "4", "1003"),
    ("follows(3)", "40", "400"),
    ("loses_its_caller(3)", "50", "500"),
    ("calls_edited(3)", "9", "1008"),
    ("generic(3_u8)", "20", "5015"),
    ("(Kind(3).told(), 3_u16.told())", "(10, 18)", "(10, 9009)"),
    (
        "[same, edited, follows].map(|function| function(1))",
        "[3, 2, 20]",
        "[3, 1001, 200]",
    ),
    ("all(3)", "156", "17562"),
];

/// Returns the hook whose line was last compiled with all bodies of a crate. A reload compiles them for a hook 0.
fn compiled_whole(executable: &Path, name: &str) -> String {
    let lines = executable.parent().unwrap().join("hookable/lines");
    let entries = fs::read_dir(lines).unwrap().flatten();
    let mut of_crate = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{name}-")));
    let last = of_crate.next().unwrap().path().join("whole/last");
    fs::read_to_string(last).unwrap().split(' ').next().unwrap().to_owned()
}

#[test]
fn what_lines_call_after_reloads() {
    let name = "live_reload_lines";
    let package = Package::new(name).main(PROGRAM);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let source = package.path().join("src/main.rs");
    let edited = EDITS.iter().fold(PROGRAM.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    });
    let copies = [("plain.txt", PROGRAM), ("edited.txt", &edited)].map(|(file, text)| {
        let file = package.path().join(file);
        fs::write(&file, text).unwrap();
        format!("drop(std::fs::copy({file:?}, {source:?}).unwrap())")
    });
    let mut script: Vec<(&str, Option<&str>)> = Vec::new();
    script.extend(CALLS.iter().map(|(call, before, _)| (*call, Some(*before))));
    // A frame of before goes on with its own sources, and what they call is what the program runs now.
    script.extend([(&*copies[1], Some("")), (":reload", None)]);
    script.extend([
        ("same(3)", Some("5")),
        ("edited(3)", Some("1003")),
        ("loses_its_caller(3)", Some("50")),
    ]);
    script.push((":c", None));
    script.extend(CALLS.iter().map(|(call, _, after)| (*call, Some(*after))));
    script.extend([("added(3)", Some("1103")), ("(n, 4_u8.told())", Some("(1, 9)"))]);
    script.extend([(&*copies[0], Some("")), (":reload", None), (":c", None)]);
    script.extend(CALLS.iter().map(|(call, before, _)| (*call, Some(*before))));
    script.extend([(&*copies[1], Some("")), (":reload", None), (":c", None)]);
    script.extend(CALLS.iter().map(|(call, _, after)| (*call, Some(*after))));
    script.extend([("loses_its_caller(n) + added(n)", Some("1603")), (":off", None)]);
    let lines: Vec<&str> = script.iter().map(|(line, _)| *line).collect();
    let executable = package.executable("debug");
    let (answers, said) = answers(&mut merged(&executable, &[]), &lines);
    for ((line, expected), answer) in script.iter().zip(&answers) {
        assert!(
            expected.is_none_or(|expected| answer == expected),
            "{line}: {answer}\n{}",
            said.stdout
        );
    }
    assert!(answers.len() >= script.len(), "{}", said.stdout);
    assert_eq!(compiled_whole(&executable, name), "0");
}
