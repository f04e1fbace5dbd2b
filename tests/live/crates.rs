//! Every kind of target, every way to build it.

use std::path::PathBuf;

use serde_json::Value;

use super::{merged, typed};
use crate::support::{Package, succeeds};

const LIB: &str = r#"
use hookable::{hook, hookable};
use std::sync::atomic::{AtomicUsize, Ordering};

static CALLS: AtomicUsize = AtomicUsize::new(0);

fn private(n: usize) -> usize {
    CALLS.fetch_add(1, Ordering::SeqCst) + n
}

pub struct Stack<T>(pub Vec<T>);

#[hookable]
impl<T: Clone + std::fmt::Debug> Stack<T> {
    pub fn top(&self) -> Option<T> {
        let depth = self.0.len();
        hook!();
        self.0.last().cloned()
    }
}

#[hookable]
pub fn plain(n: usize) -> usize {
    let before = private(n);
    hook!();
    before
}

#[test]
#[hookable]
fn unit() {
    let n = plain(1);
    hook!();
    println!("{n}");
}
"#;

const INTEGRATION: &str = r#"
use hookable::{hook, hookable};

fn helper(text: &str) -> String {
    text.to_uppercase()
}

#[test]
#[hookable]
fn integration() {
    let text = "in a test".to_string();
    hook!();
    println!("{text}");
}
"#;

const EXAMPLE: &str = r#"
use hookable::{hook, hookable};

#[derive(Debug, Default)]
struct State {
    steps: Vec<f64>,
}

#[hookable]
fn main() {
    let mut state = State::default();
    for step in 0..2 {
        state.steps.push(f64::from(step));
        hook!(when = step == 1);
    }
    println!("{state:?} {}", targets_live::plain(7));
}
"#;

const BENCH: &str = r#"
use hookable::{hook, hookable};

#[hookable]
fn main() {
    let stack = targets_live::Stack(vec!["a", "b"]);
    let rounds = 3;
    hook!();
    println!("{rounds} {}", stack.0.len());
    println!("{:?}", stack.top());
}
"#;

const BIN: &str = r#"
use hookable::{hook, hookable};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static GLOBAL: Counting = Counting;

thread_local!(static SEEN: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) });

struct Logger;

impl log::Log for Logger {
    fn enabled(&self, _: &log::Metadata) -> bool {
        true
    }
    fn log(&self, record: &log::Record) {
        println!("{} {}", record.level(), record.args());
    }
    fn flush(&self) {}
}

trait Area {
    fn area(&self) -> f64;
    #[hookable]
    fn twice(&self) -> f64 {
        let factor = 2.0;
        hook!();
        self.area() * factor
    }
}

impl Area for f64 {
    fn area(&self) -> f64 {
        self * self
    }
}

fn measure(run: impl FnOnce()) -> usize {
    let before = ALLOCATED.load(Relaxed);
    run();
    ALLOCATED.load(Relaxed) - before
}

#[hookable]
fn main() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(log::LevelFilter::Info);
    SEEN.with_borrow_mut(|seen| seen.push(1));
    let mut total = 1;
    let mut add = |n: i32| {
        total += n;
        hook!();
        total
    };
    println!("{}", add(2));
    println!("{}", 3.0.twice());
    println!("{:?}", SEEN.with_borrow(Vec::clone));
}
"#;

/// What is typed at the hooks of `BIN`, however it was built.
const IN_BIN: &[(&str, &str)] = &[
    ("n + total", "5"),
    ("total *= 10", ""),
    ("measure(|| std::mem::forget(vec![0u8; 4096]))", "4096"),
    ("SEEN.with_borrow_mut(|seen| seen.push(2))", ""),
    ("log::warn!(\"typed {n}\")", "WARN typed 2"),
    ("(0..3).map(|i| i * n).collect::<Vec<_>>()", "[0, 2, 4]"),
    ("let v = vec![n; 3];", ""),
    ("v.iter().sum::<i32>()", "6"),
    (
        "std::thread::spawn(|| SEEN.with_borrow(|seen| seen.len())).join().unwrap()",
        "0",
    ),
    (":c\nself.area() + factor", "30\n11.0"),
    ("Area::area(&1.5)", "2.25"),
    ("factor = 3.0", ""),
    ("v.len()", "3"),
];

/// A few of them, for builds that differ little.
const SOME_IN_BIN: &[(&str, &str)] = &[
    ("measure(|| drop(vec![n; 100])) + total as usize", "3"),
    ("total *= 10", ""),
    (":c\nself.area() + factor", "30\n11.0"),
    ("factor = 3.0", ""),
];

const END_OF_BIN: &str = "27\n[1, 2]";

/// Builds every target, and gives the executables by kind and name.
fn build(package: &Package) -> impl Fn(&str, &str) -> PathBuf + use<> {
    let said = succeeds(&mut package.cargo(&["build", "-q", "--all-targets", "--message-format=json"]));
    let built: Vec<Value> = said
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    move |kind, name| {
        let is_it = |message: &&Value| {
            let target = &message["target"];
            let has_harness = message["profile"]["test"] == true;
            let right = kind != "bin" || !has_harness;
            message["executable"].is_string() && target["kind"][0] == kind && target["name"] == name && right
        };
        let found = built.iter().find(is_it).unwrap_or_else(|| panic!("no {kind} {name}"));
        found["executable"].as_str().unwrap().into()
    }
}

fn package(name: &str) -> Package {
    Package::new(name).main(BIN)
}

#[test]
fn targets() {
    let package = package("targets_live")
        .manifest("log = \"0.4\"\n[[bench]]\nname = \"bench\"\nharness = false")
        .lib(LIB)
        .file("tests/integration.rs", INTEGRATION)
        .file("examples/example.rs", EXAMPLE)
        .file("benches/bench.rs", BENCH);
    let built = build(&package);
    let harness = ["-q", "--nocapture", "--test-threads=1"];
    let harnessed = |kind: &str, name: &str| merged(&built(kind, name), &harness);

    typed(
        &mut harnessed("lib", "targets_live"),
        &[
            ("private(10)", "11"),
            ("before += CALLS.load(Ordering::SeqCst)", ""),
            ("crate::private(0) + self::private(0)", "5"),
            (":c\nn", "3"),
            ("private as usize == crate::private as usize", "true"),
            ("n = Stack(vec![1, 2]).0.len()", ""),
            ("let top = Stack(vec![n]).0.pop();", ""),
            ("top", "Some(2)"),
        ],
        "2",
    );
    typed(
        &mut harnessed("test", "integration"),
        &[
            ("helper(&text)", "\"IN A TEST\""),
            ("targets_live::Stack(vec![text.len()]).0", "[9]"),
            ("text += \"!\"", ""),
        ],
        "in a test!",
    );
    typed(
        &mut merged(&built("example", "example"), &[]),
        &[
            ("state.steps", "[0.0, 1.0]"),
            ("state.steps.iter().sum::<f64>() + f64::from(step)", "2.0"),
            ("state.steps.push(0.5)", ""),
            // A function of the library, called by this crate: the library is compiled for it.
            (":c\nprivate(n)", "8"),
            ("CALLS.load(Ordering::SeqCst) + before", "9"),
            ("before = 70", ""),
        ],
        "State { steps: [0.0, 1.0, 0.5] } 70",
    );
    typed(
        &mut merged(&built("bench", "bench"), &[]),
        &[
            ("stack.0.iter().rev().copied().collect::<String>()", "\"ba\""),
            ("rounds -= 1", ""),
            // The instance of a generic function is made where its type arguments are chosen.
            (":c\ndepth + 1", "2 2\n3"),
            ("depth", "2"),
        ],
        "Some(\"b\")",
    );
    typed(&mut merged(&built("bin", "targets_live"), &[]), IN_BIN, END_OF_BIN);
}

#[test]
fn ways_to_build() {
    let package = package("ways_live").manifest("log = \"0.4\"");
    for level in ["1", "2", "3"] {
        let config = format!("profile.dev.package.ways_live.opt-level={level}");
        succeeds(&mut package.cargo(&["--config", &config, "build", "-q"]));
        let (lines, end) = match level {
            "3" => (IN_BIN, END_OF_BIN),
            _ => (SOME_IN_BIN, "27\n[1]"),
        };
        typed(&mut merged(&package.executable("debug"), &[]), lines, end);
    }
    for option in ["panic=abort", "symbol-mangling-version=v0"] {
        succeeds(&mut package.cargo(&["rustc", "-q", "--", "-C", option]));
        typed(&mut merged(&package.executable("debug"), &[]), IN_BIN, END_OF_BIN);
    }
}

/// The code that a line brings along meets ours in the program, however that was compiled. To optimize ours takes most
/// of a minute, so it is done at the level that takes least; `OPT_LEVEL_OF_HOOKABLE` names another, as `.ci/run` does.
#[test]
fn our_own_code_optimized() {
    let package = package("ours_live").manifest("log = \"0.4\"");
    let level = std::env::var("OPT_LEVEL_OF_HOOKABLE").unwrap_or_else(|_| "1".to_owned());
    let mut build = package.cargo(&[]);
    // In one piece, each is optimized in the least time.
    for name in [
        "hook-debuginfo",
        "hook-frame",
        "hook-line",
        "hook-loader",
        "hook-runtime",
        "hookable",
    ] {
        for setting in [format!("opt-level={level}"), "codegen-units=1".to_owned()] {
            build.args(["--config", &format!("profile.dev.package.{name}.{setting}")]);
        }
    }
    succeeds(build.args(["build", "-q"]));
    typed(
        &mut merged(&package.executable("debug"), &[]),
        &[
            ("let k = n * 2", ""),
            ("k + 40", "44"),
            ("let v = vec![k];", ""),
            ("v.first()", "Some(4)"),
            ("it + 1", "45"),
            ("v.len() + 70", "71"),
            ("it + 1", "72"),
            ("let f = move |x: i32| x + k;", ""),
            ("f(1)", "5"),
            ("panic!(\"oh {}\", f(2))", "the line panicked: oh 6\n --> hook:1:1"),
            (
                "let v = { let w = v; panic!(\"oh\"); w };",
                "the line panicked: oh\n --> hook:1:22",
            ),
            ("\"x\".parse::<i32>()?", "Err(ParseIntError { kind: InvalidDigit })"),
            ("v", "[4]"),
            (":c\nk + 1", "3\n5"),
        ],
        "18\n[1]",
    );
}
