//! Programs that have the terminal for themselves.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::{fs, thread};

/// What `stty` says of the terminal, or makes of it.
fn stty(args: &[&str]) -> String {
    let output = Command::new("stty")
        .args(args)
        .stdin(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

pub(super) fn full() {
    stty(&["raw", "-echo"]);
    print!("\x1b[?1049h\x1b[?1003h\x1b[?25l");
    io::stdout().flush().unwrap();
    let before = stty(&["-g"]);
    let mut a = 1;
    hook!("screen", "demo", a);
    let settings = if stty(&["-g"]) == before { "as before" } else { "others" };
    stty(&["sane"]);
    println!("{a}, settings: {settings}");
}

pub(super) fn keys() {
    let (tell, told) = mpsc::channel();
    let events = move || {
        tell.send(fs::read_link("/proc/thread-self").unwrap()).unwrap();
        let _ = io::stdin().lines().count();
    };
    thread::Builder::new().name("events".into()).spawn(events).unwrap();
    let stat = Path::new("/proc").join(told.recv().unwrap()).join("stat");
    while !fs::read_to_string(&stat).unwrap().contains(") S ") {
        thread::yield_now();
    }
    let mut a = 1;
    hook!("keys", "demo", a);
    println!("{a}");
}
