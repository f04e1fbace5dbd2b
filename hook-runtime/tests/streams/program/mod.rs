//! The programs under test.

mod hostile;
mod output;
mod screen;

use std::fmt;
use std::io;
use std::thread;
use std::time::Duration;

pub(crate) fn run(name: &str) {
    match name {
        "once" => once(),
        "thrice" => thrice(),
        "twice" => twice(),
        "often" => often(),
        "waiting" => waiting(),
        "lines" => lines(),
        "after" => after(),
        "nosy" => nosy(),
        #[cfg(feature = "serde")]
        "nested" => nested::run(),
        #[cfg(feature = "serde")]
        "panicky" => panicky::run(),
        "logged" => logged(),
        "threads" => threads(),
        "named" => named(),
        "recorded" => recorded(),
        "screen" => screen::full(),
        "pair" => screen::pair(),
        "bars" => screen::bars(),
        "keys" => screen::keys(),
        "slow" => hostile::slow(),
        "hostile" => hostile::hostile(),
        "small" => hostile::small(),
        "message" => hostile::message(),
        "locked" => output::locked(),
        "own" => output::own(),
        "partial" => output::partial(),
        "escapes" => output::escapes(),
        other => panic!("no program is called {other}"),
    }
}

fn read_line() -> String {
    let mut line = String::new();
    io::stdin().read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

fn once() {
    let mut a = 1;
    hook!("once", "demo", a);
    println!("{a} {}", read_line());
}

fn thrice() {
    let mut seen = Vec::new();
    for i in 0..3 {
        let mut n = i;
        hook!("thrice", "demo", n);
        seen.push(n.to_string());
    }
    println!("{}", seen.join(" "));
}

fn twice() {
    let mut words = "one".to_owned();
    hook!("twice", "demo", words);
    println!("{words}");
    let mut words = words.len();
    hook!("again", "demo", words);
    println!("{words}");
}

fn often() {
    let mut seen = Vec::new();
    for i in 0..9 {
        let mut n = i / 2;
        hook!("often", "demo", n);
        seen.push(n.to_string());
    }
    println!("{}", seen.join(" "));
}

/// Three threads are at a hook before any of them goes on.
fn waiting() {
    let work = |name: &'static str| {
        let mut n = 1;
        hook!("waiting", "demo", n);
        println!("{name} {n}");
    };
    thread::scope(|scope| {
        for name in ["first", "second", "third"] {
            let thread = thread::Builder::new().name(name.to_owned());
            thread.spawn_scoped(scope, move || work(name)).unwrap();
            thread::sleep(Duration::from_millis(300));
        }
    });
}

fn lines() {
    let mut seen = Vec::new();
    for line in io::stdin().lines() {
        let mut line = line.unwrap();
        hook!("lines", "demo", line);
        seen.push(line);
    }
    println!("{}", seen.join(" "));
}

fn after() {
    let mut line = read_line();
    hook!("after", "demo", line);
    println!("{line:?}");
}

struct Nosy;

impl fmt::Debug for Nosy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut x = 1;
        hook!("fmt", "demo", x);
        write!(f, "Nosy {x}")
    }
}

fn nosy() {
    let mut nosy = Nosy;
    hook!("nosy", "demo", nosy);
}

#[cfg(feature = "serde")]
mod nested {
    use serde::{Deserialize, Deserializer};

    #[derive(Debug)]
    struct Inner(#[allow(dead_code)] i32);

    impl<'de> Deserialize<'de> for Inner {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let mut x = i32::deserialize(from)?;
            hook!("deserialize", "demo", x);
            Ok(Inner(x))
        }
    }

    pub(super) fn run() {
        let mut inner = Inner(1);
        hook!("nested", "demo", inner);
    }
}

#[cfg(feature = "serde")]
mod panicky {
    use serde::{Deserialize, Deserializer};

    #[derive(Debug)]
    struct Panicky(#[allow(dead_code)] i32);

    impl<'de> Deserialize<'de> for Panicky {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            panic!("not {}", i32::deserialize(from)?)
        }
    }

    pub(super) fn run() {
        let mut p = Panicky(1);
        hook!("panicky", "demo", p);
    }
}

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut hooked = 1;
        hook!("logger", "demo", hooked);
        eprintln!(
            "[{} {} {}:{} {}] {}",
            record.level(),
            record.target(),
            record.file().unwrap_or_default(),
            record.line().unwrap_or_default(),
            record.module_path().unwrap_or_default(),
            record.args(),
        );
    }

    fn flush(&self) {}
}

fn logged() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
    let mut a = 1;
    hook!("logged", "logged::module", a);
    drop(a.to_string());
}

fn threads() {
    let work = |start: i32| {
        let mut n = start;
        hook!("work", "demo", n);
        n
    };
    let total: i32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|n| scope.spawn(move || work(n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{total}");
}

fn named() {
    for name in ["first", "second"] {
        let work = || {
            let mut n = 1;
            hook!("named", "demo", n);
            drop(n.to_string());
        };
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(work)
            .unwrap()
            .join()
            .unwrap();
    }
    println!("done");
}

fn recorded() {
    let work = || {
        for _ in 0..10 {
            let mut text = "x".repeat(5000);
            hook!("recorded", "demo", text);
            drop(text);
        }
    };
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(work);
        }
    });
}
