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

/// Two threads are at a hook before one of them goes on.
pub(super) fn pair() {
    stty(&["raw", "-echo"]);
    let before = stty(&["-g"]);
    let work = || {
        let mut n = 1;
        hook!("pair", "demo", n);
        assert_eq!(n, 1);
    };
    thread::scope(|scope| {
        for name in ["first", "second"] {
            let thread = thread::Builder::new().name(name.to_owned());
            thread.spawn_scoped(scope, work).unwrap();
            thread::sleep(std::time::Duration::from_millis(300));
        }
    });
    let settings = if stty(&["-g"]) == before { "as before" } else { "others" };
    stty(&["sane"]);
    println!("settings: {settings}");
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

/// A bar of three lines, drawn again and again.
pub(super) fn bars() {
    let (tell, told) = mpsc::channel();
    let draw = move || {
        let mut out = fs::File::options().write(true).open("/dev/tty").unwrap();
        loop {
            out.write_all(b"\r\x1b[2A\x1b[Jone\ntwo\nthree").unwrap();
            let _ = tell.send(());
            thread::sleep(std::time::Duration::from_millis(1));
        }
    };
    thread::spawn(draw);
    told.iter().take(10).for_each(drop);
    let mut a = 1;
    hook!("bars", "demo", a);
    println!("{a}");
}
