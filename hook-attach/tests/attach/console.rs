//! The console of the service on a terminal of the client.

use std::fs::{self, DirEntry};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};

use crate::service::{Service, client};

/// Nothing takes longer than this, in milliseconds.
const LONG: u64 = 60_000;

fn attach(service: &Service, arguments: &[&str]) -> PtySession {
    let mut command = Command::new(client());
    command
        .arg(service.socket())
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("TERM", "xterm");
    spawn_command(command, Some(LONG)).unwrap()
}

/// Waits for the prompt, and types a line.
fn line(terminal: &mut PtySession, line: &str) {
    terminal.exp_string("hook> ").unwrap();
    terminal.send_line(line).unwrap();
}

#[test]
fn a_console_stays_from_hook_to_hook() {
    let service = Service::at_socket();
    let mut terminal = attach(&service, &[]);
    terminal
        .exp_string("(no hook is open; waiting for the next one, Ctrl-C leaves)")
        .unwrap();
    service.order("apple 3");
    terminal.exp_string("order of 3 apple").unwrap();
    line(&mut terminal, "number * 100");
    terminal.exp_string("300").unwrap();
    line(&mut terminal, ":c");
    terminal.exp_string("(no hook is open").unwrap();
    assert_eq!(service.line(), "1 in total");
    service.order("pear 1");
    terminal.exp_string("order of 1 pear").unwrap();
    line(&mut terminal, ":detach");
    terminal.exp_string("the hook stays open").unwrap();
    terminal.exp_eof().unwrap();
    assert_eq!(service.says(&["-e", "number"]), "1\n");
}

/// The lines are typed on a thread that has files of its own, and rustc is the child of another.
#[test]
fn rustc_is_started_while_a_line_is_typed() {
    let service = Service::at_socket();
    service.order("apple 3");
    let mut terminal = attach(&service, &[]);
    for (beginning, end, value) in [("number + 1", "0 + 500", "513"), ("number + 2", "7 + 500", "530")] {
        terminal.exp_string("hook> ").unwrap();
        terminal.send(beginning).unwrap();
        terminal.flush().unwrap();
        let start = Instant::now();
        while waiting_children(service.child.id()) == 0 {
            assert!(start.elapsed() < Duration::from_millis(LONG), "rustc is not started");
            thread::sleep(Duration::from_millis(5));
        }
        terminal.send_line(end).unwrap();
        terminal.exp_string(value).unwrap();
        assert_eq!(waiting_children(service.child.id()), 0);
    }
}

/// Returns how many children of a process are compilers that were started before their line was known.
fn waiting_children(process: u32) -> usize {
    let is_one = |entry: DirEntry| {
        let read = |name| fs::read(entry.path().join(name)).unwrap_or_default();
        let status = String::from_utf8_lossy(&read("status")).into_owned();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        let environment = String::from_utf8_lossy(&read("environ")).into_owned();
        parent.is_some_and(|parent| parent.trim() == process.to_string()) && environment.contains("HOOKABLE_WAITS=")
    };
    let processes = fs::read_dir("/proc").unwrap().map_while(Result::ok);
    processes.map(is_one).filter(|is_one| *is_one).count()
}

#[test]
fn one_client_at_a_time_and_others_look_on() {
    let service = Service::at_socket();
    service.order("apple 3");
    let mut first = attach(&service, &[]);
    first.exp_string("hook> ").unwrap();
    let mut second = attach(&service, &[]);
    second.exp_string("another client has the console").unwrap();
    assert!(
        service
            .says(&["-e", "number"])
            .contains("another client has the console")
    );
    let mut looks = attach(&service, &["--watch"]);
    looks.exp_string("(looking on; Ctrl-C leaves)").unwrap();
    // Ctrl-L draws the screen anew.
    first.send("\x0c").unwrap();
    first.flush().unwrap();
    looks.exp_string("hook> ").unwrap();
    first.send_line("number + 39").unwrap();
    looks.exp_string("42").unwrap();
    looks.send_control('c').unwrap();
    looks.exp_string("detached").unwrap();
    looks.exp_eof().unwrap();
}

#[test]
fn a_client_that_is_killed_leaves_the_hook_open() {
    let service = Service::at_socket();
    service.order("apple 3");
    let mut terminal = attach(&service, &[]);
    line(&mut terminal, "number = 5");
    terminal.exp_string("hook> ").unwrap();
    // The process of the client is killed.
    drop(terminal);
    let mut next = attach(&service, &[]);
    line(&mut next, "number + 1");
    next.exp_string("6").unwrap();
}
