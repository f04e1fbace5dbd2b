//! The examples, with the sessions that their headers and the README show.

use std::fs;
use std::process::Command;

#[cfg(unix)]
use crate::support::screen::Screen;
use crate::support::{bare, cargo_as_told, root, run, succeeds, workspace_target, written};

fn example(arguments: &[&str], path: &str) -> Command {
    // `cargo test --workspace` has built them and what they depend on, so this finds nearly all done.
    let mut build = cargo_as_told();
    build
        .args(["build", "-q", "--workspace"])
        .args(arguments)
        .env("CARGO_TARGET_DIR", workspace_target())
        .current_dir(root());
    succeeds(&mut build);
    let mut command = bare(&workspace_target().join("debug").join(path));
    let folder = written("examples");
    fs::create_dir_all(&folder).expect("the target folder is ours");
    command.current_dir(folder);
    command
}

#[track_caller]
fn prints(command: &mut Command, script: &str, stdout: &str) {
    let said = run(command, script);
    assert_eq!(said.stdout, stdout, "{}", said.stderr);
    assert_eq!(said.code, Some(0));
}

/// Returns the sessions that a document shows, without the commands that start them: of each run of a program what
/// stands on the terminal.
#[cfg(unix)]
fn sessions(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).expect("it is there");
    let uncommented = |line| str::strip_prefix(line, "//! ").or_else(|| line.strip_prefix("//!"));
    let lines: Vec<&str> = text.lines().map(|line| uncommented(line).unwrap_or(line)).collect();
    let blocks = lines.split(|line| line.starts_with("```"));
    let starts = |line: &&str| line.starts_with("$ cargo run");
    let runs = blocks.filter(|block| block.first().is_some_and(starts));
    let runs = runs.flat_map(|block| block.split(starts).skip(1));
    runs.map(|run| run.join("\n")).collect()
}

/// A program on a terminal that has room for its session, and shows what is typed as a user's does.
#[cfg(unix)]
fn on_a_terminal(program: &Command) -> Screen {
    let text = |text: &std::ffi::OsStr| text.to_str().expect("it is a text").to_owned();
    let folder = program.get_current_dir().expect("it was set");
    let script = "stty echo && cd \"$0\" && exec \"$@\"".to_owned();
    let mut arguments = vec![
        "-c".to_owned(),
        script,
        text(folder.as_os_str()),
        text(program.get_program()),
    ];
    arguments.extend(program.get_args().map(text));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    Screen::open(std::path::Path::new("sh"), &arguments, (80, 140), &[])
}

#[test]
#[cfg(unix)]
fn quickstart_on_a_terminal() {
    let quickstart = example(&["--example", "quickstart"], "examples/quickstart");
    let [session] = &sessions("README.md")[..] else {
        panic!("the README shows one session of an example")
    };
    on_a_terminal(&quickstart).shows(session);
}

#[test]
fn quickstart_in_a_pipe() {
    let mut quickstart = example(&["--example", "quickstart"], "examples/quickstart");
    prints(
        &mut quickstart,
        "a\na = 1000\n",
        "Starting program.\n1\n1000\n1001\n101\n",
    );
    prints(&mut quickstart, "", "Starting program.\n1\n2\n101\n");
}

#[test]
#[cfg(unix)]
fn filehasher() {
    let mut filehasher = example(&["--example", "filehasher"], "examples/filehasher");
    let folder = filehasher.get_current_dir().expect("it was set").to_owned();
    fs::write(folder.join("a.bin"), b"abc\xff").expect("the target folder is ours");
    for session in sessions("examples/filehasher.rs") {
        let mut screen = on_a_terminal(&filehasher);
        screen.sees("Give me a file:");
        screen.press("a.bin\r");
        screen.shows(&session);
    }
    let failed = "Give me a file: It cannot be hashed: invalid utf-8 sequence of 1 bytes from index 3\n";
    prints(&mut filehasher, "a.bin\n", failed);
    prints(&mut filehasher, "none\n", "Give me a file: The file does not exist!\n");
}

#[test]
#[cfg(unix)]
fn convergence() {
    let convergence = example(&["--example", "convergence"], "examples/convergence");
    for session in sessions("examples/convergence.rs") {
        on_a_terminal(&convergence).shows(&session);
    }
}

#[test]
#[cfg(unix)]
fn datascience() {
    let mut datascience = example(&["--bin", "datascience"], "datascience");
    let sessions = sessions("examples/datascience/src/main.rs");
    let [trained, loaded] = &sessions[..] else {
        panic!("the header shows two runs")
    };
    on_a_terminal(&datascience).shows(trained);
    datascience.arg("1");
    on_a_terminal(&datascience).shows(loaded);
    prints(&mut datascience, "trees\n", "1\n9 of 190 wrong\n");
    prints(&mut datascience, ":load forest forest.json\n", "6 of 190 wrong\n");
}
