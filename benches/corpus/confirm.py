#!/usr/bin/env python3
"""What share of the refused captures does rustc itself refuse?

usage: confirm.py WORK_DIR SAMPLE CRATE...    after `cargo run -- WORK_DIR 1 CRATE=VERSION...` in this folder

Takes the hooks out of each crate's injected source again, line for line, and for a sample of the bindings that a hook
refused compiles the crate with `let _ = &NAME;` alone at that place. Prints a line per crate and every refusal that rustc
does not confirm. Bindings that a closure does not capture are counted apart: to name one there compiles, and changes what
the closure captures, which a hook must not.
"""
import collections, json, os, pathlib, random, re, shutil, subprocess, sys

HOOK = re.compile(r"#\[::hookable::hookable\]|::hookable::hook!\(\);")
BY_DESIGN = "not captured whole by this closure"


def sites(record):
    found = {}
    for line in open(record):
        hit = json.loads(line)
        site = hit["site"]
        found[site["file"], site["line"]] = hit["locals"]
    return found


def compiles(crate, target):
    command = ["cargo", "check", "-q", "--lib", "--tests"]
    environment = dict(os.environ, CARGO_TARGET_DIR=str(target))
    return subprocess.run(command, cwd=crate, env=environment, capture_output=True).returncode == 0


def main():
    work, sample, crates = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    random.seed(1)
    for name in crates:
        counts, reasons, refused = collections.Counter(), collections.Counter(), []
        for (file, line), bindings in sites(work / f"{name}.jsonl").items():
            for binding in bindings:
                counts[binding["state"]] += 1
                if binding["state"] not in ("writable", "read_only"):
                    if binding["reason"] == BY_DESIGN:
                        reasons[BY_DESIGN] += 1
                    else:
                        reasons[re.sub(r"line \d+|by \w+", "..", binding["reason"] or "")] += 1
                        refused.append((file, line, binding["name"], binding["reason"]))
        plain = work / "plain" / name
        shutil.rmtree(plain, ignore_errors=True)
        shutil.copytree(work / "src" / name, plain)
        for source in plain.rglob("*.rs"):
            source.write_text(HOOK.sub("", source.read_text()))
        target = work / "plain-target"
        assert compiles(plain, target), f"{name} does not compile without its hooks"
        picked = random.sample(refused, min(sample, len(refused)))
        unconfirmed = []
        for file, line, binding, reason in picked:
            source = plain / file
            text = source.read_text()
            lines = text.split("\n")
            lines[line - 1] += f" let _ = &{binding};"
            source.write_text("\n".join(lines))
            if compiles(plain, target):
                unconfirmed.append(f"{file}:{line} {binding}: {reason}")
            source.write_text(text)
        captured = counts["writable"] + counts["read_only"]
        print(f"{name}: {sum(counts.values())} bindings at hooks that were hit, {captured} captured "
              f"({counts['writable']} writable), {len(refused)} refused, {reasons[BY_DESIGN]} left to their closures; "
              f"{len(picked) - len(unconfirmed)} of {len(picked)} checked refusals confirmed")
        for reason, count in reasons.most_common():
            print(f"    {count:5} {reason}")
        for line in unconfirmed:
            print("    not confirmed:", line)


main()
