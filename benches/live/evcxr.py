#!/usr/bin/env python3
"""The same ten lines at a hook and in evcxr, which take turns.

usage: benches/live/evcxr.py [RUNS]    (5 if not given; needs `cargo install evcxr_repl --locked`, or EVCXR=its path)

Each run starts both: a program of a hundred lines at its hook, whose locals the lines name, and an evcxr that has been given the
same functions and locals first. Prints medians over the runs, as rows of the README's table: both on a terminal, from Enter to
the next prompt.
"""
import os, pathlib, statistics, subprocess, sys, tempfile, time

from session import Session

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST = f"""[package]
name = "ten"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
hookable = {{ path = "{ROOT}" }}
"""
ITEMS = """
use std::collections::BTreeMap;
#[derive(Debug, Clone, PartialEq)] pub struct Point { pub x: f64, pub y: f64 }
impl Point { pub fn norm(&self) -> f64 { (self.x * self.x + self.y * self.y).sqrt() } }
pub fn counted(words: &[String]) -> BTreeMap<String, usize> { let mut counts = BTreeMap::new(); for word in words { *counts.entry(word.clone()).or_insert(0) += 1; } counts }
"""
LOCALS = """
let mut a = 1;
let mut words: Vec<String> = "one two three two".split(' ').map(String::from).collect();
let point = Point { x: 3.0, y: 4.0 };
"""
LINES = [
    ("a + 1", "2"),
    ("words.len() * 2", "8"),
    ("point.norm()", "5.0"),
    ("words.push(String::from(\"four\"))", ""),
    ("words.iter().map(|word| word.len()).sum::<usize>()", "18"),
    ("counted(&words).get(\"two\").copied()", "Some(2)"),
    ("a = words.iter().filter(|word| word.len() == 3).count() as i32", ""),
    ("let y = point.x * 2.0;", ""),
    ("y + point.y", "10.0"),
    ("format!(\"{a} {:?}\", Point { x: y, ..point.clone() })", "\"3 Point { x: 6.0, y: 4.0 }\""),
]


def program(work):
    (work / "src").mkdir()
    (work / "Cargo.toml").write_text(MANIFEST)
    body = LOCALS + "hook!();\nprintln!(\"{a} {words:?} {point:?}\");"
    (work / "src/main.rs").write_text(f"use hookable::{{hook, hookable}};\n{ITEMS}\n#[hookable]\nfn main() {{\n{body}\n}}\n")
    target = work / "target"
    subprocess.run(["cargo", "build", "-q"], cwd=work, env=dict(os.environ, CARGO_TARGET_DIR=str(target)), check=True)
    return target / "debug/ten"


def run(start, prepare, times, starts, name):
    began = time.perf_counter()
    session = start()
    starts.append(time.perf_counter() - began)
    for line in prepare:
        session.line(line)
    time.sleep(2)
    for index, (line, expected) in enumerate(LINES):
        took, said = session.line(line)
        answer = said.rpartition("\n")[2].strip() if "\n" in said else ""
        assert answer in (expected, expected or "()"), f"{name} answered {line} with {said}"
        times[index].append(took)
    session.end(":c" if name == "hookable" else ":quit")


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    evcxr = os.environ.get("EVCXR", "evcxr")
    ours, theirs, our_starts, their_starts = [[] for _ in LINES], [[] for _ in LINES], [], []
    with tempfile.TemporaryDirectory() as work:
        binary = program(pathlib.Path(work))
        for _ in range(runs):
            run(lambda: Session([binary]), [], ours, our_starts, "hookable")
            given = [line for text in (ITEMS, LOCALS) for line in text.splitlines() if line]
            run(lambda: Session([evcxr], prompt=b">> ", cwd=work), given, theirs, their_starts, "evcxr")
    median = statistics.median
    print(f"| medians of {runs} runs | at the hook | evcxr | ratio |\n|---|---|---|---|")
    rows = [("to the first prompt", our_starts, their_starts)] + [(f"`{line.replace('|', chr(92) + '|')}`", *pair) for (line, _), *pair in zip(LINES, ours, theirs)]
    for what, *pair in rows:
        mine, other = map(median, pair)
        print(f"| {what} | {1000 * mine:.0f} ms | {1000 * other:.0f} ms | {mine / other:.2f} |")
    mine, other = (median(sum(column) for column in zip(*times)) for times in (ours, theirs))
    print(f"| all ten | {1000 * mine:.0f} ms | {1000 * other:.0f} ms | {mine / other:.2f} |")


main()
