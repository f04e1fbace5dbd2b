//! Programs that are in the way of what a console writes.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

/// Another thread has both streams until this one goes on.
pub(super) fn locked() {
    let (locked, is_locked) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<()>();
    let other = thread::spawn(move || {
        let (mut out, _err) = (io::stdout().lock(), io::stderr().lock());
        write!(out, "half ").unwrap();
        locked.send(()).unwrap();
        is_done.recv().unwrap_err();
        writeln!(out, "a line").unwrap();
    });
    is_locked.recv().unwrap();
    let mut n = 1;
    hook!("locked", "demo", n);
    drop(done);
    other.join().unwrap();
    println!("{n}");
}

/// This thread has it.
pub(super) fn own() {
    let mut out = io::stdout().lock();
    let mut n = 1;
    hook!("own", "demo", n);
    writeln!(out, "{n}").unwrap();
}

/// A line without its end.
pub(super) fn partial() {
    print!("half ");
    let mut n = 1;
    hook!("partial", "demo", n);
    println!("{n}");
}

/// Escapes wherever a text of the program's is shown.
pub(super) fn escapes() {
    let work = || {
        let mut text = Raw("\x1b[2J\x07\u{9b}31m\rx\u{202e}");
        hook!("escapes", "demo", text, "message \x1b]0;title\x07");
        let mut bad = Bad;
        hook!("bad", "demo", bad);
    };
    thread::Builder::new()
        .name("wo\x1brk".into())
        .spawn(work)
        .unwrap()
        .join()
        .unwrap();
}

struct Raw(&'static str);

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

struct Bad;

impl std::fmt::Debug for Bad {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no \x1b[31m")
    }
}
