#!/usr/bin/env python3
"""From Enter to value, beside what rustc alone takes to rebuild the same crate after a change of one line.

usage: benches/live/speed.py [PAIRS [LINES..]]    (15 pairs, crates of 100, 5000 and 52600 lines, if not given)

Each crate is a library with one hook, built by cargo in its dev profile and run on a terminal. rustc alone is the recorded call
of that library, a number in the hooked function changed each time, its objects kept in an incremental folder of its own:
once on the source without attribute and hook, once on the source as it is, the attribute asking nothing. All are warm, and take
turns. A line is typed at a key each 50 ms, and another one is pasted: rustc is started at the first key. Prints medians, as rows of the README's tables: of times, of the ratios of pairs, and of processor time, which says more
on a machine that has other things to do.
"""
import os, pathlib, re, shutil, statistics, subprocess, sys, tempfile, time

from session import Session

HERE = pathlib.Path(__file__).resolve().parent
LINES_A_FUNCTION = 21
# The seconds between two keys of a line that is typed.
PACE = 0.05
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
    println!("{:?}", CRATE::part0::long(vec![0; 10_000_000]));
    println!("{:?}", CRATE::CALL(&words, 10));
}
"""
# Every crate has this function; in one of them it has a hook.
LONG = """
ATTRIBUTE
pub fn long(numbers: Vec<u64>) -> usize {
    HOOK
    numbers.len()
}
"""


class Crate:
    """A crate with one hook. With `long` there is another one, at ten million elements, which is hit first."""

    def __init__(self, work, lines, long=False):
        functions = lines // LINES_A_FUNCTION
        self.name = f"long{lines}" if long else f"lines{lines}"
        self.folder = work / self.name
        subprocess.run([HERE.parent / "generate.sh", self.folder, str(functions), "one"], check=True)
        self.hooked = functions // 2
        self.part = f"src/part{self.hooked // 100}.rs"
        with open(self.folder / "Cargo.toml", "a") as manifest:
            manifest.write('log = "0.4"\n')
        with open(self.folder / "src/part0.rs", "a") as source:
            hook = ("#[hookable]", "hook!();") if long else ("", "")
            source.write(LONG.replace("ATTRIBUTE", hook[0]).replace("HOOK", hook[1]))
        call = f"part{self.hooked // 100}::function{self.hooked}"
        (self.folder / "src/main.rs").write_text(MAIN.replace("CRATE", self.name).replace("CALL", call))
        target = work / "target"
        environment = dict(os.environ, CARGO_TARGET_DIR=str(target), CARGO_INCREMENTAL="1")
        subprocess.run(["cargo", "build", "-q"], cwd=self.folder, env=environment, check=True)
        self.program = target / "debug" / self.name
        self.record = next((target / "debug/hookable").glob(f"{self.name}-*/builds/*/call"))


class Rustc:
    """The recorded call, on the source without hooks or with them."""

    def __init__(self, crate, hooks):
        self.folder = crate.folder.with_name(crate.name + ("-hooked" if hooks else "-alone"))
        shutil.copytree(crate.folder / "src", self.folder / "src")
        self.changed, self.number = self.folder / crate.part, crate.hooked
        for source in self.folder.rglob("*.rs") if not hooks else []:
            source.write_text(re.sub(r"#\[hookable\]|hook!\(\);", "", source.read_text()))
        fields = record(crate.record, "call")
        program, arguments = next(fields), [next(fields) for _ in range(int(next(fields)))]
        _folder = next(fields)
        environment = {next(fields): next(fields) for _ in range(int(next(fields)))}
        out = self.folder / "out"
        out.mkdir()
        self.command = [program, *kept(arguments), "--error-format=json", "--cap-lints=allow", f"--out-dir={out}"]
        self.command += ["-C", "linker=true", "-C", f"incremental={self.folder / 'incremental'}"]
        self.environment = dict(os.environ, **environment)
        if hooks:
            # No hook has the number 0: all slots are as in the program. No other root, no outer hooks, no new build.
            build = crate.record.parent
            unit = build.parent.parent
            wanted = ["0", str(int(build.name, 16)), str(unit), str(unit), "false", "0", "false"]
            (self.folder / "wanted").write_text("hookable-records 1 wanted\n" + "\t".join(wanted) + "\nend 1\n")
            self.environment["HOOKABLE_LINE"] = str(self.folder)
        self.took(0)

    def took(self, change):
        """The seconds, and those of processor time, that the call takes after a change."""
        text = self.changed.read_text()
        text, changes = re.subn(rf"total > {self.number}\b.* =>", f"total > {self.number} + {change} =>", text)
        assert changes == 1, "the hooked function is not as it was generated"
        self.changed.write_text(text)
        start = time.perf_counter()
        process = subprocess.Popen(self.command, cwd=self.folder, env=self.environment, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, said.decode()
        return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def record(file, about):
    """The fields of the one record in a file."""
    head, line, end = file.read_text().splitlines()
    assert (head, end) == (f"hookable-records 1 {about}", "end 1"), head
    escapes = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    return (re.sub(r"\\.", lambda found: escapes[found[0]], field) for field in line.split("\t"))


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
    return said.splitlines()[-1].split()[-1]


def milliseconds(*seconds):
    return [f"{1000 * second:.1f} ms" if second < 0.01 else f"{1000 * second:.0f} ms" for second in seconds]


def first_lines(crate, runs, wait):
    """First lines of sessions, typed so many seconds after the prompt came, beside the second ones."""
    ratios = []
    for _ in range(runs):
        session = Session([crate.program])
        time.sleep(wait)
        took, said = session.line("counts.len() + 1")
        assert value(said) == "4", said
        ratios.append(took / session.line("counts.len() + 2")[0])
        session.end()
    return statistics.median(ratios)


def other_hook(crate, runs):
    """The first line at the second hook of a session, typed at once, beside the second line there."""
    ratios = []
    for _ in range(runs):
        session = Session([crate.program])
        session.line("numbers.len() + 1")
        session.line(":c")
        took, said = session.line("counts.len() + 1")
        assert value(said) == "4", said
        ratios.append(took / session.line("counts.len() + 2")[0])
        session.end()
    return statistics.median(ratios)


def measure(work, lines, pairs):
    crate = Crate(work, lines)
    # The first session of the crate leaves the incremental folder that later ones begin with.
    session = Session([crate.program])
    cold = session.line("counts.len()")[0]
    cold_processor = session.processor()
    session.line("counts.len() + limit")
    rebuilds = [Rustc(crate, hooks) for hooks in (False, True)]
    names = [session.line("limit")[0] for _ in range(pairs)]
    writes = [session.line("limit = 10")[0] for _ in range(pairs)]
    times, loads = [], []
    began = session.processor()
    for n in range(1, pairs + 1):
        alone = [rustc.took(n) for rustc in rebuilds]
        took, said = session.line(f"counts.len() + limit * {n}", pace=PACE)
        assert value(said) == str(3 + 10 * n), said
        sent, said = session.sent(f"counts.len() * limit + {n}")
        assert value(said) == str(30 + n), said
        times.append((*alone, took, sent))
        loads.append(loading(said))
    # The system counts in hundredths of a second: the sum says what one line does not.
    processor = (session.processor() - began) / pairs / 2
    session.end()
    median = statistics.median
    alone, hooked = (median(row[which][0] for row in times) for which in (0, 1))
    line, sent = (median(row[which] for row in times) for which in (2, 3))
    typed = median(row[2] / row[3] for row in times)
    ratios = [median(row[2] / row[which][0] for row in times) for which in (0, 1)]
    rustc = [sum(row[which][1] for row in times) / pairs for which in (0, 1)]
    runs = max(3, pairs // 3)
    first, at_once = first_lines(crate, runs, 3), first_lines(crate, runs, 0)
    other = other_hook(Crate(work, lines, long=True), runs)
    cells = [f"{lines:,} lines", *milliseconds(alone, hooked, line), *(f"{ratio:.2f}" for ratio in ratios), *milliseconds(sent), f"{typed:.2f}"]
    cells += [*milliseconds(*rustc, processor), *(f"{processor / took:.2f}" for took in rustc)]
    cells += [*milliseconds(median(loads)), f"{first:.2f}", f"{at_once:.2f}", f"{other:.2f}"]
    cells += [*milliseconds(cold), f"{cold / line:.1f}", f"{cold_processor / processor:.1f}", *milliseconds(median(names), median(writes))]
    print("| " + " | ".join(cells) + " |", flush=True)


def ten_million(work, runs):
    """How long a `Vec` of ten million elements takes to be shown, and what memory that takes."""
    session = Session([Crate(work, 100, long=True).program])
    held = lambda: int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{session.process.pid}/status").read_text())[1])
    time.sleep(3)
    before = held()
    times = [session.line("numbers")[0] for _ in range(runs)]
    after = held()
    session.end()
    shown, = milliseconds(statistics.median(times))
    print(f"\n`numbers`, ten million elements of a `Vec<u64>` of 78,125 KiB: {shown}; the peak of memory grew by {after - before} KiB")


def main():
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    sizes = [int(lines) for lines in sys.argv[2:]] or [100, 5000, 52600]
    columns = ["rustc alone", "with the hook", "a line", "ratio", "ratio"]
    columns += ["sent at once", "ratio", *(f"{column}, processor" for column in columns)]
    columns += ["loading", "first line after 3 s", "at once", "at another hook", "first ever", "ratio", "ratio, processor", "a name", "a write"]
    head = f"| medians of {pairs} | " + " | ".join(columns) + " |"
    print(head + "\n|" + "---|" * (head.count("|") - 1))
    # A session that ends may still write what the next one begins with.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        for lines in sizes:
            measure(pathlib.Path(work), lines, pairs)
        ten_million(pathlib.Path(work), pairs)


if __name__ == "__main__":
    main()
