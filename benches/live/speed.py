#!/usr/bin/env python3
"""From Enter to value, beside what rustc alone takes to rebuild the same crate after a change of one line.

usage: benches/live/speed.py [PAIRS [LINES..]]    (15 pairs, crates of 100, 5000 and 52600 lines, if not given)

Each crate is a library with one hook, built by cargo in its dev profile and run on a terminal. rustc alone is the recorded call
of that library on its source without attribute and hook, a number in the hooked function changed each time, its objects
kept in an incremental folder of its own. Both are warm, and take turns. Prints medians, as rows of the README's table.
"""
import os, pathlib, re, shutil, statistics, subprocess, sys, tempfile, time

from session import Session

HERE = pathlib.Path(__file__).resolve().parent
LINES_A_FUNCTION = 21
QUIET = ("--out-dir", "-o", "--error-format", "--json", "--cap-lints", "--diagnostic-width")
MAIN = """
struct Times;
impl log::Log for Times {
    fn enabled(&self, _: &log::Metadata) -> bool { true }
    fn log(&self, record: &log::Record) {
        if record.target() == "hookable" { eprintln!("[{}]", record.args()) }
    }
    fn flush(&self) {}
}

fn main() {
    log::set_logger(&Times).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let words: Vec<String> = ["one", "two", "three"].map(String::from).into();
    println!("{:?}", CRATE::part0::long(&[0; 10_000_000], 1).len());
    println!("{:?}", CRATE::CALL(&words, 10));
}
"""
LONG = """
#[hookable]
pub fn long(numbers: &[u64], mut small: u64) -> Vec<u64> {
    let numbers = numbers.to_vec();
    hook!();
    numbers
}
"""


class Crate:
    def __init__(self, work, lines):
        functions = lines // LINES_A_FUNCTION
        self.name, self.folder = f"lines{lines}", work / f"lines{lines}"
        subprocess.run([HERE.parent / "generate.sh", self.folder, str(functions), "one"], check=True)
        self.hooked = functions // 2
        self.part = f"src/part{self.hooked // 100}.rs"
        with open(self.folder / "Cargo.toml", "a") as manifest:
            manifest.write('log = "0.4"\n')
        with open(self.folder / "src/part0.rs", "a") as source:
            source.write(LONG)
        call = f"part{self.hooked // 100}::function{self.hooked}"
        (self.folder / "src/main.rs").write_text(MAIN.replace("CRATE", self.name).replace("CALL", call))
        target = work / "target"
        environment = dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_INCREMENTAL="1")
        subprocess.run(["cargo", "build", "-q"], cwd=self.folder, env=environment, check=True)
        self.program = target / "debug" / self.name
        self.record = next((target / "debug/hookable").glob(f"{self.name}-*/call"))

    def rustc(self):
        return Rustc(self)


class Rustc:
    """The recorded call, on the source without hooks."""

    def __init__(self, crate):
        self.folder = crate.folder.with_name(crate.name + "-alone")
        shutil.copytree(crate.folder / "src", self.folder / "src")
        self.changed, self.number = self.folder / crate.part, crate.hooked
        for source in self.folder.rglob("*.rs"):
            source.write_text(re.sub(r"#\[hookable\]|hook!\(\);", "", source.read_text()))
        program, _, count, *rest = crate.record.read_text().split("\n")
        environment = dict(pair.split("=", 1) for pair in rest[: int(count)])
        out = self.folder / "out"
        out.mkdir()
        self.command = [program, *kept(rest[int(count) :]), "--error-format=json", "--cap-lints=allow", f"--out-dir={out}"]
        self.command += ["-C", "linker=true", "-C", f"incremental={self.folder / 'incremental'}"]
        self.environment = dict(os.environ, **environment)
        self.seconds(0)

    def seconds(self, change):
        text = self.changed.read_text()
        text, changes = re.subn(rf"total > {self.number}\b.* =>", f"total > {self.number} + {change} =>", text)
        assert changes == 1, "the hooked function is not as it was generated"
        self.changed.write_text(text)
        start = time.perf_counter()
        subprocess.run(self.command, cwd=self.folder, env=self.environment, check=True)
        return time.perf_counter() - start


def kept(arguments):
    """Without what says where outputs go and how errors look."""
    arguments = iter(arguments)
    for argument in arguments:
        if argument in QUIET:
            next(arguments)
        elif argument == "-C":
            option = next(arguments)
            if not option.startswith("incremental="):
                yield from ("-C", option)
        elif argument.split("=")[0] not in QUIET:
            yield argument


def loading(said):
    number, unit = re.search(r"loading ([\d.]+)(µs|ms|s)", said).groups()
    return float(number) * {"µs": 1e-6, "ms": 1e-3, "s": 1}[unit]


def value(said):
    return said.splitlines()[-1]


def milliseconds(*seconds):
    return [f"{1000 * second:.1f} ms" if second < 0.01 else f"{1000 * second:.0f} ms" for second in seconds]


def first_lines(crate, runs, wait):
    """First lines of sessions, typed so many seconds after the prompt came."""
    times = []
    for _ in range(runs):
        session = Session([crate.program])
        session.line(":c")
        time.sleep(wait)
        took, said = session.line("counts.len() + 1")
        assert value(said) == "4", said
        times.append(took)
        session.end()
    return statistics.median(times)


def measure(work, lines, pairs):
    crate = Crate(work, lines)
    rustc = crate.rustc()
    session = Session([crate.program])
    names = [session.line("small")[0] for _ in range(pairs)]
    writes = [session.line(f"small = {n}")[0] for n in range(pairs)]
    long, said = session.line("numbers")
    assert "0," in said, said[:100]
    session.line("numbers.len()")
    session.line(":c")
    time.sleep(1)
    session.line("limit")
    session.line("counts.len()")
    lines_, alone, loads, ratios = [], [], [], []
    for n in range(1, pairs + 1):
        alone.append(rustc.seconds(n))
        took, said = session.line(f"counts.len() + limit * {n}")
        assert value(said) == str(3 + 10 * n), said
        lines_.append(took)
        loads.append(loading(said))
        ratios.append(took / alone[-1])
    session.end()
    median = statistics.median
    line = median(lines_)
    runs = max(3, pairs // 3)
    first, at_once = first_lines(crate, runs, 3), first_lines(crate, runs, 0)
    cells = [f"{lines:,} lines", *milliseconds(median(alone), line), f"{median(ratios):.2f}", *milliseconds(median(loads))]
    cells += [f"{first / line:.2f}", f"{at_once / line:.2f}", *milliseconds(median(names), median(writes), long)]
    print("| " + " | ".join(cells) + " |", flush=True)


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    sizes = [int(lines) for lines in sys.argv[2:]] or [100, 5000, 52600]
    head = f"| medians of {pairs} pairs | rustc alone | a line | ratio | loading | first line, after 3 s | first, at once | a name | a write | `Vec` of 10 million |"
    print(head + "\n|" + "---|" * (head.count("|") - 1))
    with tempfile.TemporaryDirectory() as work:
        for lines in sizes:
            measure(pathlib.Path(work), lines, pairs)


main()
