//! A place that is looked at again is shown by the code that showed it before, without the compiler.

use super::{merged, typed};
use crate::support::{Package, succeeds};

/// The program counts what its logger is told of rustc.
const MAIN: &str = r#"
use hookable::{hook, hookable};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static COMPILED: AtomicUsize = AtomicUsize::new(0);
static TOLD: Mutex<u8> = Mutex::new(5);

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let _told = TOLD.lock();
        if record.args().to_string().starts_with("rustc took") {
            COMPILED.fetch_add(1, Relaxed);
        }
    }

    fn flush(&self) {}
}

struct Item {
    name: String,
}

struct Inventory {
    items: Vec<Item>,
    tick: u64,
}

#[hookable]
fn generic<T: std::fmt::Debug>(pair: (T, u8)) -> u8 {
    hook!();
    pair.1
}

#[hookable]
fn main() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let mut inv = Inventory { items: vec![Item { name: "a".to_owned() }], tick: 0 };
    for _ in 0..2 {
        inv.tick += 1;
        hook!();
    }
    let sum = generic(("text", 1)) + generic((2.5, 2));
    println!("{} {} {sum}", inv.tick, inv.items[0].name);
}
"#;

const LINES: &[(&str, &str)] = &[
    ("inv.tick", "1"),
    ("COMPILED", "2"),
    ("inv.tick", "1"),
    ("COMPILED", "2"),
    ("inv.tick += 5", ""),
    ("inv.tick", "6"),
    ("it + 1", "7"),
    ("COMPILED", "4"),
    // The code that shows by parts is called again as well.
    ("inv.items[0]", "Item { name: \"a\" }"),
    ("inv.items[0]", "Item { name: \"a\" }"),
    ("COMPILED", "6"),
    // Another value of the type needs no other code than that which looks at it.
    ("inv.items.last().unwrap()", "Item { name: \"a\" }"),
    ("COMPILED", "7"),
    // A name that was typed may change what a line means.
    ("let inv = (1, 2)", ""),
    ("inv.1", "2"),
    ("inv.1", "2"),
    (":c\ninv.tick", "7"),
    ("inv.tick", "7"),
    ("COMPILED", "12"),
    // A place that a held value borrows stays where it is.
    ("let item = &inv.items[0]", ""),
    ("inv.tick", "7"),
    ("item.name", "\"a\""),
    (
        "let more = &mut inv",
        "`item` is gone: it borrowed from `inv`, which this may write or move",
    ),
    (
        "inv.tick",
        "7\n`more` is gone: it borrowed from `inv`, which this may write or move",
    ),
    ("more.tick", GONE),
    (
        "inv.items[3]",
        "the line panicked: index out of bounds: the len is 1 but the index is 3\n --> hook:1:10",
    ),
    (
        "inv.items[3]",
        "the line panicked: index out of bounds: the len is 1 but the index is 3\n --> hook:1:10",
    ),
    // The logger waits for a lock that a value has, while its types are learned and in later lines, and no line waits.
    (
        "struct Bare<'b>(std::sync::MutexGuard<'b, u8>, Inner, &'b u64); struct Inner;",
        "",
    ),
    ("Bare(TOLD.lock().unwrap(), Inner, &inv.tick)", "Bare(5, Inner, 7)"),
    ("let told = TOLD.lock().unwrap()", ""),
    ("*told", "5"),
    ("drop(told)", ""),
    // Each instance of a generic function has types of its own.
    (":c\npair.0", "\"text\""),
    ("pair.0", "\"text\""),
    (":c\npair.0", "2.5"),
    ("pair.0", "2.5"),
];

const GONE: &str = "error: `more` cannot be used here: it borrowed from `inv`, which may have been written or moved since\n --> hook:1:1\n | more.tick\n | ^^^^";

#[test]
fn places_that_are_looked_at_again() {
    let package = Package::new("repeats_live").manifest("log = \"0.4\"").main(MAIN);
    for level in ["0", "3"] {
        let config = format!("profile.dev.package.repeats_live.opt-level={level}");
        succeeds(&mut package.cargo(&["--config", &config, "build", "-q"]));
        typed(&mut merged(&package.executable("debug"), &[]), LINES, "7 a 3");
    }
}
