//! A program with one hook, which runs each line of its standard input there: it calls its own rustc again with the
//! line in the slot, loads what comes out, and calls it. Compiled and driven by `tests/live.rs`.
//!
//! What runs the lines is no part of a line, so rustc is spared it with the flag `no_host`.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

#[cfg(not(no_host))]
use host::run;

static COUNTER: AtomicUsize = AtomicUsize::new(7);
static ZERO: AtomicUsize = AtomicUsize::new(0);
static UNUSED: AtomicUsize = AtomicUsize::new(40);
static CACHE: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
static TABLE: [u32; 4] = [2, 3, 5, 7];
static NAMES: [&str; 3] = ["red", "green", "blue"];

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(1) };
    static WORDS: RefCell<Vec<String>> = RefCell::new(vec!["first".into()]);
    static UNUSED_DEPTH: Cell<u32> = const { Cell::new(0) };
}

trait Shape {
    fn area(&self) -> f64;
    fn name(&self) -> String {
        "shape".into()
    }
}

#[derive(Debug, Clone, Default)]
struct Square(f64);

impl Shape for Square {
    fn area(&self) -> f64 {
        COUNTER.fetch_add(1, Ordering::SeqCst);
        self.0 * self.0
    }
}

struct Loud(&'static str);

impl Drop for Loud {
    fn drop(&mut self) {
        CACHE.get_or_init(Mutex::default).lock().unwrap().push(self.0.into());
    }
}

#[inline(never)]
fn private(n: usize) -> usize {
    ZERO.fetch_add(n, Ordering::SeqCst);
    TABLE[n % 4] as usize
}

fn unused<T: Clone>(value: &T, times: usize) -> Vec<T> {
    (0..times).map(|_| value.clone()).collect()
}

struct Frame {
    a: i32,
    words: Vec<String>,
    shape: Box<dyn Shape>,
}

#[inline(never)]
fn wrapped<F: FnOnce()>(line: F) {
    line();
}

/// Each calls the next: the line is many steps away, and some of them lead in a circle.
macro_rules! chain {
    ($($name:ident $next:ident),*) => {$(
        #[inline(never)]
        fn $name<F: FnOnce()>(times: usize, line: F) {
            match times {
                0 => $next(0, line),
                _ => first(times - 1, line),
            }
        }
    )*};
}

chain!(first s1, s1 s2, s2 s3, s3 s4, s4 s5, s5 s6, s6 s7, s7 s8, s8 s9, s9 s10, s10 s11, s11 s12, s12 s13, s13 s14, s14 last);

#[inline(never)]
fn last<F: FnOnce()>(_: usize, line: F) {
    wrapped(line);
}

#[derive(Clone, Copy)]
#[repr(align(16384))]
struct Wide(u8);

static WIDE: Wide = Wide(3);

type Slot = fn(&mut Frame, &mut String);

#[inline(never)]
fn stop(frame: &mut Frame) {
    let slot: Slot = |frame: &mut Frame, out: &mut String| {
        // The functions between the slot and the line are the same in the program, the line is not.
        first(3, || {
            std::hint::black_box((&mut *frame, &mut *out));
            #[cfg(line)]
            {
                #[allow(unused_variables)]
                let Frame { a, words, shape } = frame;
                let value = include!(env!("LINE"));
                write!(out, "{value:?}").unwrap();
            }
        });
    };
    run(frame, slot);
}

#[cfg(no_host)]
fn run(frame: &mut Frame, slot: Slot) {
    std::hint::black_box((frame, slot));
}

/// The lines are compiled and run.
#[cfg(not(no_host))]
mod host {
    use std::fs::Permissions;
    use std::io::BufRead as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use hook_loader::{Archives, Host, SlotCode, load};

    use super::{Frame, Slot};

    fn compile(line: &str, dir: &Path) -> Vec<PathBuf> {
        let path = dir.join("line.rs");
        std::fs::write(&path, line).unwrap();
        let out = dir.join("objects");
        _ = std::fs::remove_dir_all(&out);
        std::fs::create_dir(&out).unwrap();
        let args = std::env::var("RUSTC_ARGS").unwrap();
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap());
        rustc
            .args(args.lines())
            .args(["--cfg", "line", "--cap-lints=allow"])
            .env("LINE", &path);
        if std::env::var_os("WHOLE").is_some() {
            rustc.arg("--emit=obj").arg("-o").arg(out.join("line.o"));
        } else {
            let linker = dir.join("linker");
            std::fs::write(&linker, KEEP_OBJECTS).unwrap();
            std::fs::set_permissions(&linker, Permissions::from_mode(0o755)).unwrap();
            rustc
                .args(["--cfg", "no_host"])
                .arg(format!("-Clinker={}", linker.display()))
                .env("LINK_TO", &out)
                .arg("-o")
                .arg(dir.join("line"));
        }
        let done = rustc.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    }

    /// In the place of the linker: a script, for this program may be another machine's.
    const KEEP_OBJECTS: &str = "#!/bin/sh\nfor arg; do case $arg in *.rcgu.o) cp \"$arg\" \"$LINK_TO\" ;; esac; done\n";

    pub(super) fn run(frame: &mut Frame, slot: Slot) {
        let dir = std::env::var_os("LINE_DIR").unwrap();
        let paths = std::env::var("ARCHIVES").unwrap();
        let archives = Archives::index(paths.lines().map(Into::into));
        let host = match Host::of_this_process() {
            Ok(host) => host,
            Err(error) => return println!("{error}"),
        };
        let running = match host.slot_at(slot as usize) {
            Ok(slot) => slot.expect("a name"),
            Err(error) => return println!("{error}"),
        };
        for line in std::io::stdin().lock().lines() {
            let objects = compile(&line.unwrap(), Path::new(&dir));
            let loaded = match load(host, &objects, archives, &running, SlotCode::Named) {
                Ok(loaded) => loaded,
                Err(error) => {
                    println!("error: {error}");
                    continue;
                }
            };
            let again = host.slot_at(loaded.address).unwrap().expect("a name");
            assert_eq!(again.name, running.name);
            // SAFETY: loaded from an object in which the slot has this type.
            let slot: Slot = unsafe { std::mem::transmute(loaded.address) };
            let mut out = String::new();
            match catch_unwind(AssertUnwindSafe(|| slot(frame, &mut out))) {
                Ok(()) => println!("{out}"),
                Err(panic) => println!(
                    "panic: {}",
                    panic.downcast_ref::<String>().map_or("?", |message| message)
                ),
            }
        }
    }
}

fn main() {
    DEPTH.set(42);
    WORDS.with_borrow_mut(|words| words.push("host".into()));
    COUNTER.store(100, Ordering::SeqCst);
    let _ = (private(1), NAMES[1].len(), WIDE.0);
    let mut frame = Frame {
        a: 1,
        words: vec!["x".into()],
        shape: Box::new(Square(2.0)),
    };
    stop(&mut frame);
    let counts = (COUNTER.load(Ordering::SeqCst), ZERO.load(Ordering::SeqCst));
    let words = WORDS.with_borrow(Vec::clone);
    println!(
        "end: {} {:?} {counts:?} {} {words:?}",
        frame.a,
        frame.words,
        DEPTH.get()
    );
    let cache = CACHE.get().map(|cache| cache.lock().unwrap().clone());
    println!("cache: {cache:?} {}", frame.shape.name());
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    println!(
        "writable and executable: {}",
        maps.lines().filter(|line| line.contains(" rwx")).count()
    );
}
