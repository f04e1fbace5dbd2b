#!/usr/bin/env python3
"""Many lines in one session: what the process holds as it goes on.

usage: benches/live/soak.py [LINES]    (500 if not given)

The lines are of all kinds: reads, writes, items, values kept by `let`, panics, lines that rustc refuses, threads, files. Loaded code
is never unloaded, so memory grows with each line that is loaded; nothing else may.
"""
import os, pathlib, sys, tempfile

from session import Session
from varied import program, typed

def size(folder):
    """rustc links files from one of its runs to the next: each counts once."""
    files = {stat.st_ino: stat.st_size for stat in map(os.lstat, folder.rglob("*"))}
    return sum(files.values()) // 1024


def held(session, temporary, target):
    """Kilobytes of memory, mappings, open files, and kilobytes of files."""
    proc = pathlib.Path(f"/proc/{session.process.pid}")
    status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
    memory = [int(status[name].split()[0]) for name in ("VmRSS", "RssAnon")]
    mappings = len((proc / "maps").read_text().splitlines())
    return [*memory, mappings, len(list((proc / "fd").iterdir())), size(temporary), size(target)]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        binary = program(work)
        temporary = work / "tmp"
        temporary.mkdir()
        session = Session([binary], env=dict(os.environ, TMPDIR=str(temporary)))
        print("| lines | VmRSS, KiB | of it anonymous | mappings | files open | temporary files, KiB | in the target folder, KiB |\n|" + "---|" * 7)
        at = {}
        for number in range(1, count + 1):
            line, expected = typed(number)
            _, said = session.line(line)
            assert expected in said, f"{line} was answered with {said}"
            if number % (count // 10) == 0 or number == 1:
                at[number] = held(session, temporary, binary.parent / "hookable/lines")
                print(f"| {number} | " + " | ".join(map(str, at[number])) + " |", flush=True)
        first, last = at[count // 10], at[count]
        lines = count - count // 10
        rss, anonymous, mappings, files, *_ = ((new - old) / lines for old, new in zip(first, last))
        print(f"\na line: {rss:.1f} KiB, {anonymous:.1f} of it anonymous, {mappings:.2f} mappings, {files:.2f} open files")
        code, said = session.end()
        print(f"the program ended with {code}, its temporary folder holds {len(list(temporary.iterdir()))} files\n{said.strip().splitlines()[-1]}")


main()
