"""An agent that has a shell and no terminal: it finds the bug of examples/filehasher, and mends it on the live values.

It reads nothing but what `hook-attach --json` prints. The program runs in a process namespace of its own if the system
permits that, as in a container.

usage: agent.py FOLDER      FOLDER has hook-attach and examples/filehasher
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile

folder = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp()
contents = b"abc\xff" + bytes(range(256)) * 8
with open(f"{work}/a.bin", "wb") as file:
    file.write(contents)
socket = f"{work}/socket"

apart = ["unshare", "--pid", "--fork", "--mount-proc"]
if subprocess.run([*apart, "true"], capture_output=True).returncode != 0:
    apart = []
program = subprocess.Popen(
    [*apart, "setsid", f"{folder}/examples/filehasher"],
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
    cwd=work,
    env={**os.environ, "HOOKABLE": f"listen={socket}"},
)
program.stdin.write("a.bin\n")
program.stdin.close()


def ask(*arguments, fails=False):
    command = [f"{folder}/hook-attach", socket, "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    answer = json.loads(done.stdout)
    print(" ".join(arguments), "->", done.stdout[:300].strip())
    assert answer["ok"] == (not fails), answer
    return answer


for _ in range(200):
    if os.path.exists(socket):
        break
    subprocess.run(["sleep", "0.05"])
state = ask("--wait", "30")
locals_ = {local["name"]: local for local in state["stop"]["locals"]}
assert "invalid utf-8" in state["stop"]["message"], state["stop"]["message"]
assert locals_["as_text"]["value"] == "true" and locals_["as_text"]["state"] == "writable"
# The chunk is not text, and the function asks for text.
assert ask("-e", "std::str::from_utf8(&chunk).is_ok()")["value"] == "false"
ask("-e", "chunk.is_text()", fails=True)
# The hash is one of bytes, so the check is the bug.
assert ask("-e", "as_text = false")["changed"] == ["as_text: true -> false"]
# Each chunk that is no text stops the program, and one was enough.
ask("-e", ":off")
assert ask("-e", ":c")["resumes"]
output = program.stdout.read()
assert program.wait(30) == 0, output
assert hashlib.sha256(contents).hexdigest() in output, output
assert os.listdir(work) == ["a.bin"], os.listdir(work)
print("the agent found it")
