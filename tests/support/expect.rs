//! What is expected of a hook, written under it.
//!
//! ```text
//! hook!();
//! //~ a: i32 = 1
//! //~ v: Vec<i32> = [1] -- read_only: borrowed by r
//! //~ words: Vec<String> -- moved: moved at line -3
//! ```
//!
//! Each line is a binding in scope, outermost first, at the hook's first hit; a line number is counted from the hook.
//! With `HOOKABLE_BLESS=1` in the environment, what happened is written in the place of what was expected: read it
//! before you commit it.

use std::fs;
use std::path::Path;

use super::hits::{Hit, Local, record};
use super::{bare, program, root};

const MARK: &str = "//~ ";
/// What a line ends in at which a hook stands because an error leaves the function there.
const FAILS: &str = "// fails";

/// Runs a program of `tests/programs` to record its hits, and compares them with what its source expects.
#[track_caller]
pub(crate) fn check(name: &str) {
    let path = root().join(format!("tests/programs/src/bin/{name}.rs"));
    let hits = record(&mut bare(&program(name)));
    let source = fs::read_to_string(&path).expect("the program was just built");
    let happened = happened(&source, &hits);
    if std::env::var_os("HOOKABLE_BLESS").is_some() {
        write(&path, &source, &happened);
        return;
    }
    if source != happened {
        let differences = differences(&source, &happened);
        panic!("{}:\n{differences}", path.display());
    }
}

/// The source as it would be if all of it had been expected.
fn happened(source: &str, hits: &[Hit]) -> String {
    let mut out = String::new();
    let mut lines = source.lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let is_hook = line.contains("hook!(") || line.ends_with(FAILS);
        if !is_hook || line.trim_start().starts_with("//") {
            continue;
        }
        while lines
            .next_if(|(line, _)| line.trim_start().starts_with(MARK.trim_end()))
            .is_some()
        {}
        let indent = &line[..line.len() - line.trim_start().len()];
        match hits.iter().find(|hit| hit.line == number && hit.number == 1) {
            Some(hit) if hit.locals.is_empty() => out.push_str(&format!("{indent}{MARK}nothing\n")),
            Some(hit) => hit
                .locals
                .iter()
                .for_each(|local| out.push_str(&format!("{indent}{MARK}{}\n", shown(local, number)))),
            None => out.push_str(&format!("{indent}{MARK}not reached\n")),
        }
    }
    out
}

/// A local as a line of the source.
fn shown(local: &Local, hook: usize) -> String {
    let mut text = local.name.clone();
    if let Some(ty) = &local.ty {
        text.push_str(&format!(": {ty}"));
    }
    if let Some(value) = &local.value {
        text.push_str(&format!(" = {}", without_addresses(value)));
    }
    let reason = local.reason.as_deref().map(|reason| relative(reason, hook));
    match (&*local.state, reason) {
        ("writable", None) => {}
        (state, None) => text.push_str(&format!(" -- {state}")),
        (state, Some(reason)) => text.push_str(&format!(" -- {state}: {reason}")),
    }
    text
}

/// A value with its addresses left out, which differ from run to run.
fn without_addresses(value: &str) -> String {
    let mut pieces = value.split("0x");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(piece.len());
        out.push_str("0x");
        out.push_str(if digits > 6 { ".." } else { &piece[..digits] });
        out.push_str(&piece[digits..]);
    }
    out
}

/// A reason with its line numbers counted from the hook.
pub(crate) fn relative(reason: &str, hook: usize) -> String {
    let mut pieces = reason.split("line ");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let (number, rest) = piece.split_at(digits);
        out.push_str("line ");
        match number.parse::<isize>() {
            Ok(number) => out.push_str(&format!("{:+}{rest}", number - hook as isize)),
            Err(_) => out.push_str(piece),
        }
    }
    out
}

fn write(path: &Path, source: &str, happened: &str) {
    if source != happened {
        fs::write(path, happened).expect("the programs are in a folder of ours");
    }
}

/// The expectations that differ, hook by hook, under the line of each.
fn differences(expected: &str, happened: &str) -> String {
    let hooks = |text: &str| -> Vec<(usize, String, Vec<String>)> {
        let mut hooks = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            if line.contains("hook!(") {
                hooks.push((number, line.trim().to_owned(), Vec::new()));
            } else if let (Some(hook), Some(rest)) = (hooks.last_mut(), line.trim_start().strip_prefix(MARK)) {
                hook.2.push(rest.to_owned());
            }
        }
        hooks
    };
    let mut out = String::new();
    for ((number, line, expected), (_, _, happened)) in hooks(expected).into_iter().zip(hooks(happened)) {
        if expected != happened {
            out.push_str(&format!("{number}: {line}\n"));
            let missing = expected
                .iter()
                .filter(|line| !happened.contains(line))
                .map(|line| format!("  - {line}\n"));
            let found = happened
                .iter()
                .filter(|line| !expected.contains(line))
                .map(|line| format!("  + {line}\n"));
            out.extend(missing.chain(found));
        }
    }
    out
}
