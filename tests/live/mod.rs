//! Rust at the prompt: what is typed, and what comes of it.

#[cfg(target_os = "linux")]
mod ahead;
mod callers;
#[cfg(target_os = "linux")]
mod coverage;
mod crates;
#[cfg(unix)]
mod early;
#[cfg(unix)]
mod environment;
mod exits;
#[cfg(unix)]
mod failures;
mod fresh;
mod graph;
mod held;
mod identity;
mod images;
mod instances;
mod knowing;
mod left_out;
mod lifetimes;
mod line_ends;
mod lines;
mod modules;
mod names_v0;
mod optimized;
mod optimized_unit;
mod parts;
mod patterns;
mod places;
mod planted;
mod planted_elsewhere;
mod planted_futures;
mod private;
mod private_items;
#[cfg(target_os = "linux")]
mod processes;
mod reload;
mod reload_crates;
mod reload_frames;
mod reload_lines;
mod repeats;
mod returns;
mod rust;
mod rustc;
mod session;
mod shown;
mod snapshot;
#[cfg(unix)]
mod stand_in;
mod steps;
mod steps_elsewhere;
#[cfg(unix)]
mod stopped;
mod tests;
#[cfg(unix)]
mod typing;
mod undo;
mod waits;

use std::path::Path;
use std::process::Command;

use crate::support::{Said, bare, command_line, program, run};

/// What an unknown command is answered with stands between the answers to the lines.
const MARK: &str = ":mark";

/// A program whose two streams are one, to have what it says in order.
fn merged(program: &Path, args: &[&str]) -> Command {
    let mut both = Command::new("sh");
    both.args(["-c", "exec \"$0\" \"$@\" 2>&1"]);
    both.args(command_line(program)).args(args);
    for (name, value) in bare(program).get_envs() {
        match value {
            Some(value) => both.env(name, value),
            None => both.env_remove(name),
        };
    }
    both
}

/// Types lines; gives the answer to each, and last what the program says when it goes on.
fn answers(command: &mut Command, lines: &[&str]) -> (Vec<String>, Said) {
    let script: String = lines.iter().map(|line| format!("{line}\n{MARK}\n")).collect();
    let said = run(command, &script);
    // Of the banner, and of a test harness, nothing.
    let silent = [
        "hooked at ",
        "back at ",
        "Ctrl-D or :c resumes",
        "an error leaves ",
        "running 1 test",
        "test result: ",
    ];
    let shown = |line: &&str| !line.is_empty() && *line != "." && !silent.iter().any(|silent| line.contains(silent));
    let text: Vec<&str> = said.stdout.lines().filter(shown).collect();
    let mark = format!("there is no command `{MARK}`; `:help` lists them");
    let answers = text.split(|line| *line == mark).map(|lines| lines.join("\n")).collect();
    (answers, said)
}

/// Types lines into the hooks of a program, and compares each answer; then what the program prints.
#[track_caller]
fn typed(command: &mut Command, lines: &[(&str, &str)], end: &str) {
    let (answers, said) = answers(command, &lines.iter().map(|(line, _)| *line).collect::<Vec<_>>());
    for ((line, expected), answer) in lines.iter().zip(&answers) {
        assert_eq!(answer, expected, "{line}\n{}", said.stdout);
    }
    assert_eq!(answers.len(), lines.len() + 1, "{}", said.stdout);
    assert_eq!(answers.last().map(String::as_str), Some(end), "{}", said.stdout);
    assert_eq!(said.code, Some(0));
}

/// Types lines into the hooks of a function of a program. Each line compiles all of the program, so those are small.
#[track_caller]
fn check(name: &str, function: &str, lines: &[(&str, &str)], end: &str) {
    typed(&mut merged(&program(name), &[function]), lines, end);
}
