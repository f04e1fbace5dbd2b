#!/usr/bin/env python3
"""A session of varied lines under valgrind, and one with rustc's address sanitizer.

usage: benches/live/memory.py [LINES]    (56 if not given; needs valgrind and a nightly toolchain)

Each answer is compared with what it is without them. Prints what they report, and fails if that is an error, or if they
do not notice a line that reads behind the end of a box.
"""
import os, pathlib, subprocess, sys, tempfile

from varied import program, typed

TARGET = "x86_64-unknown-linux-gnu"
MARK = ":mark"
BEHIND = "println!(\"{}\", unsafe { Box::leak(Box::new([1_u8; 4])).as_ptr().add(2 + words.len()).read() })\n"


def session(command, count, **environment):
    """Types the lines, and returns what the tool said."""
    lines = [typed(number) for number in range(1, count + 1)]
    script = "".join(f"{line}\n{MARK}\n" for line, _ in lines)
    done = subprocess.run(
        command, input=script, env=dict(os.environ, **environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    answers = done.stdout.split(f"there is no command `{MARK}`; `:help` lists them\n")
    if len(answers) != count + 1:
        sys.exit(f"the session ended with {done.returncode} after {len(answers) - 1} lines:\n{done.stdout[-6000:]}")
    for (line, expected), answer in zip(lines, answers):
        assert expected in answer, f"{line} was answered with {answer}"
    return done


def notices(command, words, **environment):
    """Whether the tool sees what loaded code does."""
    done = subprocess.run(command, input=BEHIND, env=dict(os.environ, **environment), capture_output=True, text=True)
    noticed = words in done.stderr
    print(f"reading behind the end of a box: {words if noticed else 'not noticed'}")
    return noticed or sys.exit(done.stderr)


def valgrind(work, count):
    report = work / "report"
    binary = program(work)
    tool = ["valgrind", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=none", f"--log-file={report}"]
    done = session([*tool, binary], count)
    said = report.read_text()
    print("\n".join(line for line in said.splitlines() if "SUMMARY" in line or " lost:" in line or "still reachable:" in line))
    return (done.returncode == 0 or sys.exit(said)) and notices(["valgrind", binary], "Invalid read of size 1")


def sanitizer(work, count):
    flags = {"RUSTFLAGS": "-Zsanitizer=address"}
    binary = program(work, ("cargo", "+nightly"), ("--target", TARGET), f"{TARGET}/debug", **flags)
    # What lines load and keep is reachable from nothing that it knows.
    done = session([binary], count, ASAN_OPTIONS="detect_leaks=0")
    print(f"address sanitizer: the program ended with {done.returncode}")
    return (done.returncode == 0 or sys.exit(done.stdout)) and notices([binary], "heap-buffer-overflow")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 56
    for tool in (valgrind, sanitizer):
        with tempfile.TemporaryDirectory() as work:
            tool(pathlib.Path(work), count)


main()
