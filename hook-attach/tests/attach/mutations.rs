//! Recorded transcripts, damaged at random: every reader of a protocol refuses them or reads on, and none crashes or
//! hangs. `HOOKABLE_MUTATIONS=N` has N of each instead of the usual number; a failure names the one that failed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::service::{Service, client};

/// What takes longer than this hangs.
const LONG: Duration = Duration::from_secs(30);

/// Messages of agents. Their tools find no program.
const MCP: &[&str] = &[
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    r#"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#,
    r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"evaluate","arguments":{"program":77,"line":"1 + \"é\""}}}"#,
    r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"wait","arguments":{"seconds":0,"program":"/x"}}}"#,
    r#"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"break","arguments":{"place":"a.rs:3"}}}"#,
];
/// Messages of editors. No program is there to attach to, and none is started.
const DAP: &[&str] = &[
    r#"{"seq":1,"type":"request","command":"initialize","arguments":{"adapterID":"x"}}"#,
    r#"{"seq":2,"type":"request","command":"attach","arguments":{"program":"/not/there"}}"#,
    r#"{"seq":3,"type":"request","command":"setBreakpoints","arguments":{"source":{"path":"/a.rs"},"breakpoints":[{"line":3,"logMessage":"{a} {"}]}}"#,
    r#"{"seq":4,"type":"request","command":"evaluate","arguments":{"expression":"a.b","context":"hover"}}"#,
    r#"{"seq":5,"type":"request","command":"completions","arguments":{"text":"é.","column":3}}"#,
    r#"{"seq":6,"type":"request","command":"variables","arguments":{"variablesReference":1}}"#,
    r#"{"seq":7,"type":"request","command":"disconnect","arguments":{}}"#,
];
/// Requests to a program. None runs a line.
const REQUESTS: &[&str] = &[
    r#"{"hookable":1,"do":"state"}"#,
    r#"{"hookable":1,"do":"wait","seconds":0,"after":9}"#,
    r#"{"hookable":1,"do":"traces","seconds":0,"after":0}"#,
    r#"{"hookable":1,"do":"interrupt"}"#,
    r#"{"hookable":1,"do":"console","columns":80,"rows":24,"watch":true}"#,
    r#"{"hookable":1,"do":"complete","line":":he"}"#,
];
/// What a program answers.
const ANSWERS: &[&str] = &[
    r#"{"hookable":1,"ok":true,"process":7,"program":"/a","stop":null}"#,
    r#"{"hookable":1,"ok":true,"process":7,"program":"/a","between":false,"stop":{"number":1,"message":null,"because":[],"path":"/p/a.rs","site":{"file":"a.rs","line":9,"column":5,"function":"f","module_path":"a"},"hit":1,"thread":"main","locals":[{"name":"a","type":"u8","declared_line":3,"state":"writable","reason":null,"value":"1"}],"source":[{"line":9,"text":"x"}],"backtrace":["f at a.rs:9"],"threads":[{"number":1,"place":"a","here":true}]}}"#,
    r#"{"hookable":1,"ok":true,"value":"4","type":"usize","error":null,"notes":null,"stdout":"x","stderr":null,"changed":["a: 1 -> 2"],"milliseconds":160,"resumes":false}"#,
    "{\"hookable\":1,\"ok\":true}\n\x02\0\0\0\x01\x01\0\0\0\0\x02hi\x03\0\0\0\x03end",
];
/// Hits of a record.
const HITS: &[&str] = &[
    r#"{"site":{"file":"a.rs","line":3,"column":5,"function":"f","module_path":"a"},"hit":1,"thread":"main","locals":[{"name":"n","type":"u8","declared_line":1,"state":"writable","reason":null,"value":"1"}]}"#,
    r#"{"site":{"file":"a.rs","line":3,"column":5,"function":"f","module_path":"a"},"hit":2,"thread":"main","locals":[{"name":"n","type":"u8","declared_line":1,"state":"writable","reason":null,"value":"2"}]}"#,
];

/// Makes damaged transcripts, the same ones each time.
struct Mutations(u64);

impl Mutations {
    /// Returns a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// Damages bytes in a few places.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..self.below(4) {
            let at = self.below(bytes.len());
            let end = (at + self.below(12)).min(bytes.len());
            match self.below(6) {
                0 => bytes
                    .iter_mut()
                    .skip(at)
                    .take(1)
                    .for_each(|byte| *byte ^= 1 << (end % 8)),
                1 => drop(bytes.drain(at..end)),
                2 => bytes.truncate(at),
                3 => {
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece.repeat(self.below(40)));
                }
                4 => drop(bytes.splice(at..end, *b"\xff\0\n")),
                _ => drop(bytes.splice(at..end, [b'['; 200])),
            }
        }
    }

    /// Returns some of the messages, some of them damaged. `framed` is what stands around each.
    fn transcript(&mut self, messages: &[&str], framed: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut all = Vec::new();
        for _ in 0..1 + self.below(6) {
            let mut message = messages[self.below(messages.len())].as_bytes().to_vec();
            if self.below(3) > 0 {
                self.damage(&mut message);
            }
            all.extend(framed(&message));
        }
        if self.below(4) == 0 {
            self.damage(&mut all);
        }
        all
    }
}

/// Runs a check of so many damaged transcripts.
fn each(usual: u64, mut check: impl FnMut(u64, Mutations)) {
    let wanted = std::env::var("HOOKABLE_MUTATIONS")
        .ok()
        .and_then(|number| number.parse().ok());
    for number in 0..wanted.unwrap_or(usual) {
        check(number, Mutations(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    }
}

fn line(message: &[u8]) -> Vec<u8> {
    [message, b"\n"].concat()
}

/// Runs the client with these arguments and this input. Returns its output, and what it said.
fn run(arguments: &[&str], input: &[u8], runtime: &Path) -> (Vec<u8>, String) {
    let mut command = Command::new(client());
    command.args(arguments).env("XDG_RUNTIME_DIR", runtime);
    let streams = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    let (mut stdin, mut out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let read = thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = out.read_to_end(&mut bytes);
        bytes
    });
    // Whoever refuses a message reads no further.
    let _ = stdin.write_all(input);
    drop(stdin);
    ends(&mut child, input);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(0..=2)), "{code:?} {said}\n{}", input.escape_ascii());
    (read.join().unwrap(), said)
}

#[track_caller]
fn ends(child: &mut Child, input: &[u8]) {
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > LONG {
            child.kill().unwrap();
            panic!("it hangs: {}", input.escape_ascii());
        }
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn messages_of_agents() {
    let folder = tempfile::tempdir().unwrap();
    each(150, |number, mut mutations| {
        let input = mutations.transcript(MCP, line);
        let (output, said) = run(&["--mcp"], &input, folder.path());
        assert_eq!(said, "", "{number}");
        let asked = input
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.trim_ascii().is_empty());
        let answers: Vec<Value> = output
            .lines()
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        assert!(answers.len() <= asked.count(), "{number}");
        for answer in answers {
            assert_eq!(answer["jsonrpc"], "2.0", "{number}");
            assert!(
                answer["result"].is_object() != answer["error"].is_object(),
                "{number}: {answer}"
            );
        }
    });
}

#[test]
fn messages_of_editors() {
    let folder = tempfile::tempdir().unwrap();
    let framed = |message: &[u8]| [format!("Content-Length: {}\r\n\r\n", message.len()).as_bytes(), message].concat();
    each(150, |number, mut mutations| {
        let input = mutations.transcript(DAP, framed);
        let (mut output, said) = run(&["--dap"], &input, folder.path());
        assert!(
            said.is_empty() || said.starts_with("hook-attach: ") && said.lines().count() == 1,
            "{number}: {said}"
        );
        // What the adapter sends is whole, whatever it was sent.
        let mut sequence = 0;
        while !output.is_empty() {
            let text = String::from_utf8(output).unwrap();
            let (head, rest) = text.split_once("\r\n\r\n").unwrap();
            let length: usize = head.strip_prefix("Content-Length: ").unwrap().parse().unwrap();
            let message: Value = serde_json::from_str(&rest[..length]).unwrap();
            sequence += 1;
            assert_eq!(message["seq"], sequence, "{number}");
            output = rest.as_bytes()[length..].to_vec();
        }
    });
}

#[test]
fn requests_to_a_program() {
    let service = Service::at_socket();
    service.order("apple 3");
    service.says(&["--wait", "60"]);
    each(300, |number, mut mutations| {
        let mut input = mutations.transcript(REQUESTS, line);
        let frames = [0, 1, 3]
            .map(|kind| [&[kind, 0, 0, 0, 4][..], b"a\n:c"].concat())
            .concat();
        input.extend(&frames[mutations.below(frames.len())..]);
        let mut stream = UnixStream::connect(service.socket()).unwrap();
        let _ = stream.write_all(&input);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        // A request may have been damaged into one that waits for hours.
        stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let mut output = Vec::new();
        let _ = stream.read_to_end(&mut output);
        for line in output
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| line.starts_with(b"{") && line.ends_with(b"\n"))
        {
            let answer: Value = serde_json::from_slice(line).unwrap();
            assert!(
                answer["hookable"] == 1 && answer["ok"].is_boolean(),
                "{number}: {answer}"
            );
        }
    });
    assert_eq!(service.says(&["-e", "number"]), "3\n");
}

#[test]
fn answers_to_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("s");
    let listener = UnixListener::bind(&socket).unwrap();
    let socket = socket.to_str().unwrap().to_owned();
    each(100, |_, mut mutations| {
        let answers = mutations.transcript(ANSWERS, line);
        let actions: [&[&str]; 5] = [
            &["--state"],
            &["--wait", "1"],
            &["-e", "1"],
            &["--json", "-e", "1"],
            &["--watch"],
        ];
        let action = actions[mutations.below(actions.len())];
        thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = listener.accept().unwrap();
                let mut asked = String::new();
                let _ = BufReader::new(stream.try_clone().unwrap()).read_line(&mut asked);
                let _ = stream.write_all(&answers);
            });
            run(&[&[socket.as_str()], action].concat(), b"", folder.path());
        });
    });
}

#[test]
fn records() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hits");
    each(150, |number, mut mutations| {
        let record = mutations.transcript(HITS, line);
        fs::write(&file, &record).unwrap();
        let (output, _) = run(&["--replay", file.to_str().unwrap()], b"", folder.path());
        let shown = String::from_utf8(output).unwrap();
        let hits = shown.lines().filter(|line| line.starts_with('#')).count();
        assert!(hits <= record.split(|byte| *byte == b'\n').count(), "{number}: {shown}");
    });
}
