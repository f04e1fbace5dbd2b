"""What it costs to ask a program from outside: a line by a request beside the same line typed at a terminal.

Both ask the quickstart, stopped at its hook; they take turns. Then it measures how long `hook-attach` takes from its
start to the prompt, beside the program's own first prompt.

usage: attach.py [PAIRS]      from the root of the project, after `cargo build -p hookable --example quickstart -p hook-attach`
"""
import json, os, socket, statistics, subprocess, sys, tempfile, time

from session import Session

PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 else 15
LINES = ["a + 1", "a"]
PROGRAM, ATTACH = "target/debug/examples/quickstart", "target/debug/hook-attach"


class Listening:
    def __init__(self, path):
        self.path = path
        self.program = subprocess.Popen([PROGRAM], stdout=subprocess.DEVNULL, env={**os.environ, "HOOKABLE": f"listen={path}"})
        self.stream = socket.socket(socket.AF_UNIX)
        while self.stream.connect_ex(path) != 0:
            time.sleep(0.01)
        self.file = self.stream.makefile("rw")
        self.ask({"do": "wait"})

    def ask(self, request):
        start = time.perf_counter()
        self.file.write(json.dumps({"hookable": 1, **request}) + "\n")
        self.file.flush()
        answer = json.loads(self.file.readline())
        assert answer["ok"], answer
        return time.perf_counter() - start, answer


def main():
    with tempfile.TemporaryDirectory() as folder:
        listening = Listening(f"{folder}/socket")
        terminal = Session([PROGRAM], env={**os.environ, "HOOKABLE_HISTORY": "off", "TERM": "xterm"})
        for line in LINES:
            typed, asked = [], []
            for _ in range(PAIRS + 1):
                typed.append(terminal.line(line)[0])
                asked.append(listening.ask({"do": "evaluate", "line": line})[0])
            ratios = [ask / type for ask, type in zip(asked[1:], typed[1:])]
            middle = statistics.median
            print(f"`{line}`: typed {1000 * middle(typed[1:]):.1f} ms, asked {1000 * middle(asked[1:]):.1f} ms, ratio {middle(ratios):.2f}")
        terminal.end()
        prompts, attached = [], []
        for _ in range(PAIRS):
            start = time.perf_counter()
            own = Session([PROGRAM], env={**os.environ, "HOOKABLE_HISTORY": "off", "TERM": "xterm"})
            prompts.append(time.perf_counter() - start)
            own.end()
            start = time.perf_counter()
            client = Session([ATTACH, listening.path], env={**os.environ, "TERM": "xterm"})
            attached.append(time.perf_counter() - start)
            client.end(":detach")
        print(f"to the prompt: the program {1000 * statistics.median(prompts):.0f} ms, hook-attach {1000 * statistics.median(attached):.0f} ms")
        listening.ask({"do": "evaluate", "line": ":c"})
        listening.program.wait()


main()
