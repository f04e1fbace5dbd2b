"""What a reload costs beside a line of the same crate, warm: they take turns, each after an edit of one function.

A program with a number of functions and types stops at a hook. In each round a number in one function is edited and
`:reload` typed, and then a line that calls that function, twice: the first is compiled against sources that rustc has
not seen for lines, the second as any line is.

usage: reload.py [ROUNDS [FUNCTIONS..]]      from the root of the project
"""
import os, pathlib, statistics, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAD = """use hookable::{hook, hookable};

#[inline(never)]
fn edited(n: u64) -> u64 {
    n + 1000
}

#[hookable]
fn main() {
    println!("{} {}", edited(1), sum());
    let here = 1;
    hook!();
}
"""


def source(functions, number):
    parts = [HEAD.replace("1000", str(number))]
    for n in range(functions):
        parts.append(
            f"#[derive(Clone)]\nstruct T{n} {{ a: u64, b: Vec<String> }}\n\n"
            f"fn f{n}(t: &T{n}) -> u64 {{\n    t.b.iter().map(|s| s.len() as u64).sum::<u64>() + t.a\n}}\n"
        )
    calls = " + ".join(f"f{n}(&T{n} {{ a: {n}, b: vec![] }})" for n in range(functions)) or "0"
    return "\n".join(parts) + f"\nfn sum() -> u64 {{\n    {calls}\n}}\n"


def ask(program, line, mark):
    begin = time.monotonic()
    program.stdin.write(f"{line}\n:{mark}\n")
    program.stdin.flush()
    said = []
    for text in program.stdout:
        if mark in text:
            return time.monotonic() - begin, "".join(said)
        said.append(text)
    sys.exit(f"the program ended: {''.join(said)}")


def measure(folder, functions, rounds):
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "reloaded"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
        f'[dependencies]\nhookable = {{ path = "{ROOT}" }}\n'
    )
    main = folder / "src/main.rs"
    main.write_text(source(functions, 1000))
    subprocess.run(["cargo", "build", "-q"], cwd=folder, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", folder / "target"))
    program = subprocess.Popen(
        [target / "debug/reloaded"], cwd=folder, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    ask(program, "edited(1) + 0", "mark_first")
    reloads, firsts, lines = [], [], []
    for turn in range(rounds + 1):
        main.write_text(source(functions, 1001 + turn))
        reload, said = ask(program, ":reload", f"mark_reload_{turn}")
        assert "replaced reloaded::edited" in said, said
        first, said = ask(program, f"edited({turn}) + 0", f"mark_line_{turn}")
        assert str(1001 + 2 * turn) in said, said
        line, _ = ask(program, f"edited({turn}) + 1", f"mark_second_{turn}")
        if turn > 0:
            reloads.append(reload), firsts.append(first), lines.append(line)
    program.stdin.close()
    program.wait()
    ratio = statistics.median(reload / line for reload, line in zip(reloads, lines))
    middle = [f"{1000 * statistics.median(times):.0f} ms" for times in (reloads, firsts, lines)]
    print(f"{functions} functions: a reload {middle[0]}, the line behind it {middle[1]}, a line {middle[2]}, ratio {ratio:.2f}")


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
with tempfile.TemporaryDirectory() as folder:
    for functions in [int(count) for count in sys.argv[2:]] or [0, 300]:
        measure(pathlib.Path(folder), functions, rounds)
