"""A program with a hook, and lines of all kinds to be typed there."""
import os, pathlib, subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST = f"""[package]
name = "varied"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
hookable = {{ path = "{ROOT}" }}
"""
MAIN = """#![allow(dead_code)]
use std::collections::BTreeMap;
use hookable::{hook, hookable};

static HITS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

#[derive(Debug, Clone, PartialEq)]
struct Point { x: f64, y: f64 }

fn checked(n: i32) -> Result<i32, String> {
    if n >= 0 { Ok(n) } else { Err(format!("{n} is negative")) }
}

#[hookable]
fn main() {
    let mut a = 1;
    let mut words = vec![String::from("one"), String::from("two")];
    let point = Point { x: 3.0, y: 4.0 };
    let counts: BTreeMap<String, usize> = BTreeMap::new();
    hook!();
    println!("{a} {} {point:?} {counts:?}", words.len());
}
"""
# A line, and what its answer contains. {n} is the number of the line.
KINDS = [
    ("a + {n}", ""),
    ("a", ""),
    ("a = {n} % 7", ""),
    ("a = 1", ""),
    ("words.push(format!(\"w{n}\"))", ""),
    ("words.pop()", "Some(\"w"),
    ("point.x = {n} as f64; point.clone()", "Point { x: "),
    ("counts.insert(\"k{n}\".into(), {n}); counts.clear(); counts.len()", "0"),
    ("fn helper(n: i32) -> i32 {{ n * {n} }}", ""),
    ("helper(2)", ""),
    ("let kept = vec![{n}_u64; 1000];", ""),
    ("kept.iter().sum::<u64>()", "000"),
    ("let closure = |x: i32| x + {n};", ""),
    ("closure(1)", ""),
    ("panic!(\"at {n}\")", "the line panicked: at "),
    ("words[1000 + {n}].len()", "the line panicked: index out of bounds"),
    ("nothing_called_so + {n}", "error"),
    ("let wrong: i32 = \"{n}\";", "error"),
    ("drop(words)", "error"),
    ("checked(-{n})?", "is negative"),
    ("std::thread::spawn(move || {n} * 2).join().unwrap()", ""),
    ("std::fs::read_to_string(\"/proc/self/comm\").unwrap().len() > {n} - {n}", "true"),
    ("HITS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < {n} + 1", "true"),
    ("struct Extra {{ v: i32 }}", ""),
    ("(Extra {{ v: {n} }}).v", ""),
    ("{{ let mut v: Vec<i32> = (0..{n}).rev().collect(); v.sort(); v.first().copied() }}", "Some(0)"),
    (":undo", ""),
    (":type words.iter().max()", "Option"),
]


def typed(number):
    """The line of that number, from 1, and what its answer contains."""
    line, expected = KINDS[(number - 1) % len(KINDS)]
    return line.format(n=number), expected


def program(work, cargo=("cargo",), arguments=(), built="debug", **environment):
    """Builds it in a folder."""
    (work / "src").mkdir()
    (work / "Cargo.toml").write_text(MANIFEST)
    (work / "src/main.rs").write_text(MAIN)
    target = work / "target"
    environment = dict(os.environ, CARGO_TARGET_DIR=str(target), **environment)
    subprocess.run([*cargo, "build", "-q", *arguments], cwd=work, env=environment, check=True)
    return target / built / "varied"
