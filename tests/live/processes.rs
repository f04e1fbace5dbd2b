//! Several processes at one terminal: those that a program forks.

use crate::support::terminal::Terminal;
use crate::support::{Package, bare, succeeds};

const MAIN: &str = r#"use hookable::{hook, hookable};

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
}

#[hookable]
fn stop(who: &str) {
    hook!();
    println!("{who} goes on");
}

fn wait(child: i32) {
    unsafe { waitpid(child, std::ptr::null_mut(), 0) };
}

fn forked() -> i32 {
    let child = unsafe { fork() };
    if child == 0 {
        if std::env::args().nth(1).is_some_and(|word| word == "later") {
            std::thread::sleep(std::time::Duration::from_secs(2));
        }
        stop("child");
        std::process::exit(0);
    }
    child
}

#[hookable]
fn parent(child: i32) {
    let who = "parent";
    hook!();
    println!("{who} goes on");
    wait(child);
}

fn main() {
    if std::env::args().nth(1).is_some_and(|word| word == "thread") {
        let thread = std::thread::spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(1500));
            wait(forked());
        });
        stop("parent");
        thread.join().unwrap();
    } else {
        parent(forked());
    }
    println!("end");
}
"#;

#[test]
fn they_take_turns() {
    let package = Package::new("live_processes").main(MAIN);
    succeeds(&mut package.cargo(&["build", "-q"]));
    let program = package.executable("debug");

    // Either may be the first. What is typed arrives at one of them, and the other opens when that has gone on.
    let (mut terminal, opened) = Terminal::opened(&bare(&program));
    assert_eq!(opened.matches("hooked at").count(), 1, "{opened}");
    assert_eq!(terminal.answer("1 + 1"), "2");
    assert_eq!(terminal.answer("2 + 2"), "4");
    terminal.types(":c");
    let then = terminal.prompt();
    assert!(
        then.contains(" goes on") && then.contains("had the terminal before"),
        "{then}"
    );
    assert_eq!(terminal.answer("3 + 3"), "6");
    terminal.types(":c");
    assert!(terminal.ends().contains("end"));

    // A line that waits for the other process lets that one open, behind a hook that the line reached as well.
    for reaches in [false, true] {
        let mut terminal = Terminal::open(bare(&program).arg("later"));
        if reaches {
            terminal.types("stop(\"line\"); wait(child)");
            terminal.sees("hook(2)> ");
            terminal.types("who");
            terminal.sees("\"line\"");
            terminal.sees("hook(2)> ");
            terminal.types(":c");
        } else {
            terminal.types("wait(child)");
        }
        let then = terminal.prompt();
        assert!(reaches || then.contains("had the terminal before"), "{then}");
        assert_eq!(terminal.answer("who"), "\"child\"");
        terminal.types(":c");
        terminal.prompt();
        assert_eq!(terminal.answer("who"), "\"parent\"");
        terminal.types(":c");
        assert!(terminal.ends().contains("end"));
    }

    // A child that was forked while a line was typed has no editor, and reads lines all the same.
    let mut terminal = Terminal::open(bare(&program).arg("thread"));
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert_eq!(terminal.answer("who"), "\"parent\"");
    terminal.types(":c");
    terminal.prompt();
    assert_eq!(terminal.answer("who"), "\"child\"");
    terminal.types(":c");
    assert!(terminal.ends().contains("end"));
}
