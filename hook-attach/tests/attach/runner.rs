//! Hooks in tests: libtest captures what they print and runs each on a thread, nextest runs each in a process of its
//! own and by the same arguments as here.

use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};

use hookable::{hook, hookable};
use rexpect::session::spawn_command;
use tempfile::TempDir;

use crate::service::run;

/// The variable that has the test below stop at its hook. It is set where this program is run by one of its own tests.
const STOPS: &str = "HOOKABLE_TEST_STOPS";

#[hookable]
fn price(number: u32) -> u32 {
    let total = number * 2;
    hook!(when = std::env::var_os(STOPS).is_some());
    total
}

#[test]
fn a_price() {
    println!("what a test prints is captured");
    let expected = if std::env::var_os(STOPS).is_some() { 7 } else { 4 };
    assert_eq!(price(2), expected);
}

/// Returns the command that runs the test as a runner does.
fn runner(hookable: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "runner::a_price"])
        .args(arguments)
        .envs([
            (STOPS, "1"),
            ("HOOKABLE", hookable),
            ("NO_COLOR", "1"),
            ("TERM", "xterm"),
        ])
        .env("RUST_BACKTRACE", "0");
    command
}

/// Starts the test with a hook that listens. It has no terminal and no input.
fn listening(arguments: &[&str]) -> (TempDir, String, JoinHandle<Output>) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("s").to_str().unwrap().to_owned();
    let mut command = runner(&format!("listen={socket}"), arguments);
    command.stdin(Stdio::null());
    let test = thread::spawn(move || command.output().unwrap());
    let connects = || run(&[&socket, "--state"], folder.path()).status.success();
    while !test.is_finished() && !connects() {
        thread::sleep(std::time::Duration::from_millis(20));
    }
    (folder, socket, test)
}

#[track_caller]
fn check_listens(arguments: &[&str], printed: &str) {
    let (folder, socket, test) = listening(arguments);
    let says = |arguments: &[&str]| {
        let output = run(&[&[socket.as_str()], arguments].concat(), folder.path());
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let stopped = says(&["--wait", "60"]);
    assert!(
        stopped.contains(" in price, thread runner::a_price, hit 1\n"),
        "{stopped}"
    );
    assert_eq!(
        says(&["-e", "println!(\"seen\"); total * 100"]),
        format!("{printed}400\n")
    );
    assert_eq!(says(&["-e", "total = 7", "-e", ":c"]), "");
    let output = test.join().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("test result: ok. 1 passed"),
        "{told}"
    );
}

#[test]
fn a_hook_in_a_test_listens() {
    check_listens(&[], "");
}

#[test]
fn a_hook_in_a_test_of_nextest_listens() {
    check_listens(&["--nocapture"], "seen\n");
}

#[test]
fn a_hook_in_a_test_has_the_terminal() {
    for arguments in [&[][..], &["--nocapture"]] {
        let mut terminal = spawn_command(runner("tty", arguments), Some(60_000)).unwrap();
        terminal
            .exp_string(" in price, thread runner::a_price, 2 locals")
            .unwrap();
        for line in ["total", "total = 7", ":c"] {
            terminal.exp_regex(r"hook(\[.*\])?> ").unwrap();
            terminal.send_line(line).unwrap();
        }
        terminal.exp_string("1 passed; 0 failed").unwrap();
        terminal.exp_eof().unwrap();
    }
}
