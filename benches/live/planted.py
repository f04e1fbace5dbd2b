"""What planted hooks cost where they stop nothing: one that is disabled, a sleeping one, a traced hit.

A program calls functions many times, before and after hooks are planted in two of them, and tells the nanoseconds of
processor time of a call. What is printed goes to /dev/null. Last, ten hooks are planted by one line, and then each by a
line of its own. The system counts processor time in steps of some milliseconds, so a function that is called 50 000
times and does nothing takes 0.

usage: planted.py [FOLDER]      from the root of the project; FOLDER keeps what cargo builds
"""
import os, pathlib, subprocess, sys, tempfile, time

SOURCE = """
use hookable::{hook, hookable};
use std::hint::black_box;

%s
#[inline(never)]
fn plain(n: u64) -> u64 {
    black_box(n) + 1
}

#[inline(never)]
fn traced(n: u64) -> u64 {
    black_box(n) + 1
}

#[inline(never)]
fn prints(n: u64) -> u64 {
    eprintln!("src/main.rs:12 prints: n = {n}");
    black_box(n) + 1
}

#[hookable(step)]
#[inline(never)]
fn sleeps(n: u64) -> u64 {
    black_box(n) + 1
}

/// The nanoseconds for which this thread had a processor.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

fn time(name: &str, calls: u64, call: fn(u64) -> u64) {
    let best = (0..5).map(|_| {
        let begin = processor_time();
        let sum = (0..calls).fold(0, |sum, n| sum ^ call(n));
        black_box(sum);
        (processor_time() - begin) as f64 / calls as f64
    });
    println!("{name}: {:.1} ns", best.fold(f64::MAX, f64::min));
}

#[hookable]
fn round(named: &str) {
    hook!();
    time(&format!("{named}, a call"), 2_000_000, plain);
    time(&format!("{named}, a call of a function with a hook that sleeps"), 2_000_000, sleeps);
    time(&format!("{named}, a call of the function to be traced"), 50_000, traced);
    time(&format!("{named}, a call of a function that prints such a line by `eprintln!`"), 50_000, prints);
}

fn main() {
    round("nothing planted");
    round("planted: one disabled, one traced");
    round("deleted");
}
""" % "\n".join(f"fn f{n}(n: u64) -> u64 {{\n    n + {n}\n}}\n\npub static F{n}: fn(u64) -> u64 = f{n};\n" for n in range(20))

MANIFEST = """
[package]
name = "planted-bench"
version = "0.1.0"
edition = "2024"

[dependencies]
hookable = {{ path = "{}" }}

[workspace]
"""

ONE = ":break " + " ".join(f"f{n}" for n in range(10))
EACH = [f":break f{n}" for n in range(10, 20)]
LINES = [":c", ":break plain", ":disable 2", ":trace traced", ":c", ":delete 2 3", ":c"]


def said(program, lines):
    start = time.perf_counter()
    run = subprocess.run([program], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert run.returncode == 0
    return time.perf_counter() - start, run.stdout.strip()


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "src").mkdir()
        (root / "src/main.rs").write_text(SOURCE)
        (root / "Cargo.toml").write_text(MANIFEST.format(pathlib.Path.cwd()))
        target = sys.argv[1] if len(sys.argv) > 1 else str(root / "target")
        subprocess.run(["cargo", "build", "-q"], cwd=root, env={**os.environ, "CARGO_TARGET_DIR": target}, check=True)
        program = f"{target}/debug/planted-bench"
        print(said(program, LINES)[1])
        end = [":off all"]
        base = said(program, end)[0]
        print(f"ten hooks by one line: {said(program, [ONE, *end])[0] - base:.1f} s, by ten: {said(program, [*EACH, *end])[0] - base:.1f} s")


main()
