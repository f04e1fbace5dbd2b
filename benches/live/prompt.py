#!/usr/bin/env python3
"""What whoever types waits for: the first prompt after a hit, the echo of a key, all locals, the Tab key. Beside gdb and pdb.

usage: benches/live/prompt.py [RUNS [TARGET]]    (9 runs, if not given; TARGET is a folder to build in)

The programs have a function of 100 bindings and say that they come to the stop. One is Rust with a hook, built by cargo in its
dev profile, one is the same without it, for gdb, and one is Python, for `python -m pdb`. They take turns, each on a
terminal. Processor time is that of all threads of the process that has the prompt, and of the compilers that it has waited for.
Tab is pressed behind a dot, gdb and pdb being asked for the same fields; then in a crate of 5,000 lines, once as soon as the dot is
echoed, and once 0.5 s later: the first time in a session, and a later one.
Prints medians, as rows of the README's tables.
"""
import os, pathlib, pty, statistics, subprocess, sys, tempfile, termios, time

from session import CONTROL, Session

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 9
BINDINGS, KEYS, HIT, OURS = 100, 20, b"HIT\r\n", b"hook> "

VALUES = ['{n}_u64', '"text {n}".to_owned()', 'vec![{n}_i32; 8]', '({n}_u8, {n}.5_f64)', 'Order {{ id: {n}, price: {n}.5 }}']
PYTHON_VALUES = ['{n}', '"text {n}"', '[{n}] * 8', '({n}, {n}.5)', 'Order({n}, {n}.5)']


def rust(hooked):
    use, attribute, stop = ("use hookable::{hook, hookable};", "#[hookable]", "hook!();") if hooked else ("", "", "stop();")
    lets = "".join(f"    let v{n} = {VALUES[n % 5].format(n=n)};\n" for n in range(BINDINGS))
    uses = "".join(f"    use_it(&v{n});\n" for n in range(BINDINGS))
    return f"""{use}
#[derive(Debug, Clone)]
pub struct Order {{ pub id: u64, pub price: f64 }}
fn use_it<T>(_: &T) {{}}
fn stop() {{}}
{attribute}
fn main() {{
    if false {{ stop() }}
{lets}    println!("HIT");
    {stop}
{uses}}}
"""


def python():
    lets = "".join(f"    v{n} = {PYTHON_VALUES[n % 5].format(n=n)}\n" for n in range(BINDINGS))
    return f"""from collections import namedtuple
Order = namedtuple("Order", "id price")
def main():
{lets}    print("HIT", flush=True)
    breakpoint()
    return v0
main()
"""


class Peer:
    """A way to stop at a line: how it is started and brought to the stop, and what asks for all locals."""

    def __init__(self, name, command, prompt, before, ask, fields):
        self.name, self.command, self.prompt, self.before, self.ask, self.fields = name, command, prompt, before, ask, fields
        self.times = {}

    def run(self, environment):
        watched = Watched(self.command, self.prompt, environment, self.before)
        self.note("first prompt", *watched.first)
        if self.name == "gdb":
            # It stops in a function that is called at the line.
            watched.answer("up", 0)
        for _ in range(KEYS):
            self.note("key", *watched.key())
        for _ in range(3):
            self.note("locals", *watched.answer(self.ask))
        self.note("completion", *watched.completes(self.fields))
        watched.close()

    def note(self, what, wall, processor):
        self.times.setdefault(what, []).append((wall, processor))

    def medians(self, what):
        walls, processors = zip(*self.times[what])
        return f"{1000 * statistics.median(walls):.1f} ms, {1000 * min(walls):.1f} at best", f"{1000 * statistics.median(processors):.1f} ms"


class Watched:
    """A session in which single events are timed."""

    def __init__(self, command, prompt, environment, before):
        self.said = b""
        self.session = Session.__new__(Session)
        self.terminal, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (50, 120))
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment)
        os.close(theirs)
        self.session.terminal, self.prompt = self.terminal, prompt
        if before:
            self.until(lambda said: said.endswith(prompt))
            self.type(before + "\r")
        self.said = b""
        self.until(lambda said: HIT in said, raw=True)
        start = self.now()
        self.until(lambda said: said.endswith(prompt))
        self.first = self.since(start)

    def now(self):
        return time.perf_counter(), self.processor()

    def since(self, start):
        wall, processor = self.now()
        return wall - start[0], processor - start[1]

    def processor(self):
        spent = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            try:
                spent += int((task / "schedstat").read_text().split()[0])
            except OSError:
                pass
        # The compilers that it has waited for.
        children = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()[13:15]
        return spent / 1e9 + sum(map(int, children)) / os.sysconf("SC_CLK_TCK")

    def type(self, text):
        os.write(self.terminal, text.encode())

    def until(self, seen, raw=False, wait=60):
        """Reads until what was printed since the last time is as wanted."""
        while not seen(self.said if raw else CONTROL.sub(b"", self.said)):
            chunk = self.session._read(wait)
            if not chunk:
                raise RuntimeError(f"nothing more after {self.said!r}")
            self.said += chunk
        self.said = self.said[self.said.index(HIT) + len(HIT):] if raw else b""

    def settle(self, quiet=0.05):
        while self.session._read(quiet):
            pass
        self.said = b""

    def key(self):
        self.settle()
        start = self.now()
        self.type("v")
        self.until(lambda said: b"v" in said)
        took = self.since(start)
        self.settle()
        self.type("\x7f")
        return took

    def answer(self, line, least=500):
        self.settle()
        self.type(line)
        self.settle()
        start = self.now()
        self.type("\r")
        self.until(lambda said: said.endswith(self.prompt) and len(said) > least)
        return self.since(start)

    def completes(self, typed, think=0.5, names=(b"price", b"id")):
        """Types a text, waits as somebody who types does, presses Tab twice, and waits for the names of the fields."""
        self.settle()
        self.type(typed)
        time.sleep(think)
        self.settle()
        start = self.now()
        self.tab(names, "\t" if self.prompt == OURS else "\t\t")
        took = self.since(start)
        self.settle(0.3)
        self.type("\x15")
        return took

    def tab(self, names, keys="\t"):
        """Presses Tab until these names are shown, again where the answer takes longer than a moment."""
        shown = b""
        while not all(name in shown for name in names):
            self.type(keys)
            while chunk := self.session._read(0.35):
                shown += chunk
                if all(name in shown for name in names):
                    break

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)


def build(work, name, text, hooked):
    folder = work / name
    (folder / "src").mkdir(parents=True, exist_ok=True)
    needs = f'hookable = {{ path = "{ROOT}" }}' if hooked else ""
    manifest = f'[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\n{needs}\n'
    (folder / "Cargo.toml").write_text(manifest)
    (folder / "src/main.rs").write_text(text)
    return cargo(work, folder) / name


def cargo(work, folder):
    environment = dict(os.environ, CARGO_TARGET_DIR=str(work / "target"))
    subprocess.run(["cargo", "build", "-q"], cwd=folder, env=environment, check=True)
    return work / "target/debug"


def tab_in_a_large_crate(work, environment):
    """Gives for each way to press Tab the times until the completions are shown, the first of a session and a later one."""
    folder = work / "lines5000"
    subprocess.run([HERE.parent / "generate.sh", folder, str(5000 // 21), "one"], check=True)
    hooked = 5000 // 21 // 2
    main = f"""fn main() {{
    let words: Vec<String> = ["one", "two", "three"].map(String::from).into();
    println!("HIT");
    println!("{{:?}}", lines5000::part{hooked // 100}::function{hooked}(&words, 10));
}}
"""
    (folder / "src/main.rs").write_text(main)
    program = cargo(work, folder) / "lines5000"
    rows = {"as soon as the dot is echoed": 0.0, "0.5 s behind the dot": 0.5}
    texts = [("counts.", (b"len", b"entry")), ("words[0].trim().", (b"char_indices", b"bytes")), ("longest.as_ref().unwrap().", (b"len", b"push"))]
    times = {row: {"first": [], "later": []} for row in rows}
    warm = Watched([program], OURS, environment, None)
    time.sleep(3)
    warm.close()
    for _ in range(RUNS):
        for row, think in rows.items():
            watched = Watched([program], OURS, environment, None)
            time.sleep(1)
            for at, (text, names) in enumerate(texts):
                watched.type(text)
                watched.until(lambda said: text.encode() in said)
                time.sleep(think)
                start = watched.now()
                watched.tab(names)
                times[row]["first" if at == 0 else "later"].append(watched.since(start))
                watched.settle(0.3)
                watched.type("\x15")
                watched.settle(0.1)
            watched.close()
    return times


def main():
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else temporary).resolve()
        work.mkdir(parents=True, exist_ok=True)
        ours, plain = build(work, "hooked", rust(True), True), build(work, "plain", rust(False), False)
        script = work / "stops.py"
        script.write_text(python())
        environment = {**os.environ, "HOOKABLE_HISTORY": "off", "TERM": "xterm", "XDG_CONFIG_HOME": str(work), "PAGER": "cat"}
        gdb = ["gdb", "-q", "-nx", "-ex", "set pagination off", "-ex", "set confirm off", "-ex", "set debuginfod enabled off",
               "-ex", "break plain::stop", plain]
        peers = [
            Peer("a hook", [ours], OURS, None, ":locals", "v4."),
            Peer("gdb", gdb, b"(gdb) ", "run", "info locals", "p v4."),
            Peer("pdb", [sys.executable, "-m", "pdb", script], b"(Pdb) ", "continue", "p locals()", "p v4."),
        ]
        for run in range(RUNS + 1):
            for peer in peers:
                peer.run(environment)
                if run == 0:
                    peer.times.clear()
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        for what in ["first prompt", "key", "locals", "completion"]:
            cells = [" | ".join(peer.medians(what)) for peer in peers]
            print(f"| {what} | " + " | ".join(cells) + " |")
        for row, times in tab_in_a_large_crate(work, environment).items():
            cells = [f"{1000 * statistics.median(spent):.0f} ms" for at in ("first", "later") for spent in zip(*times[at])]
            print(f"| {row} | " + " | ".join(cells) + " |")


main()
