"""A program with a hook on a terminal of its own: lines typed into it, and what it answers, timed."""
import os, pty, re, select, subprocess, termios, time

CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[78]|\r")
PROMPT = b"hook> "


class Session:
    """Runs `command`, and waits for its prompt."""

    def __init__(self, command, prompt=PROMPT, wait=60, **options):
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (50, 400))
        self.prompt, self.terminal = prompt, ours
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, **options)
        os.close(theirs)
        self.banner = self._until_prompt(wait)

    def line(self, text, wait=120, pace=0):
        """Types a line, with so many seconds a key, and returns the seconds from Enter to the next prompt, and what was
        printed between."""
        for part in text.splitlines() or [""]:
            for key in part if pace else [part]:
                self._type(key)
                time.sleep(pace)
            self._settle()
            start = time.perf_counter()
            self._type("\r")
        said = self._until_prompt(wait)
        return time.perf_counter() - start, said

    def sent(self, text, wait=120):
        """Sends a line together with its Enter, and returns the seconds from then to the next prompt, and what was
        printed."""
        start = time.perf_counter()
        self._type(text + "\r")
        said = self._until_prompt(wait)
        return time.perf_counter() - start, said

    def processor(self):
        """The seconds of processor time that the program and what it waited for took so far."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def end(self, text=":c"):
        self._type(text + "\r")
        left = b""
        while chunk := self._read(60):
            left += chunk
        os.close(self.terminal)
        return self.process.wait(), plain(left)

    def _type(self, text):
        os.write(self.terminal, text.encode())

    def _settle(self):
        """The line editor echoes what is typed."""
        while self._read(0.03):
            pass

    def _read(self, wait):
        if not select.select([self.terminal], [], [], wait)[0]:
            return b""
        try:
            return os.read(self.terminal, 1 << 16)
        except OSError:
            return b""

    def _until_prompt(self, wait):
        said = b""
        while not CONTROL.sub(b"", said).endswith(self.prompt):
            chunk = self._read(wait)
            if not chunk:
                raise RuntimeError(f"no prompt after {wait} s, but: {plain(said)}")
            said += chunk
        return plain(said)[: -len(self.prompt)].strip()


def plain(said):
    return CONTROL.sub(b"", said).decode(errors="replace")
