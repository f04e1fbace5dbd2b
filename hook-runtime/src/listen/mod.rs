//! `HOOKABLE=listen`: hooks open for clients that connect to a socket, and the program needs no terminal.
//!
//! A thread accepts connections from the moment the program starts. Each connection has a thread, which reads requests
//! and answers them. A hook that is reached waits for a client, and its own thread does what the client asks, since a
//! frame belongs to its thread. `hook-attach` is the client for people; `docs/protocol.md` says how to write another.
//!
//! Only the user gets an answer: the system tells who is at the other end of a Unix socket, and a client over TCP has
//! to know a token that the program printed.

mod address;
mod connection;
mod error;
mod framing;
mod printed;
mod reply;
mod request;
mod running;
mod session;
mod socket;
mod sys;
mod target;
mod traces;

pub(crate) use address::Address;

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::console::{self, Console, Device, Flow, Input, Output, Prompt, Read, Scope, Session, terminal};
use crate::frame::changes::Values;
use crate::frame::{Frame, Site};
use crate::interruption::Interruptible;
use crate::os::streams::Direct;
use crate::record::Recorder;
use crate::render::visible;
use crate::turn::{self, Turn};
use error::ListenError;
use printed::Copied;
use reply::Stopped;
use session::SESSION;
use socket::Listener;
use target::{TARGET, Task};

/// So many clients are served at once.
const MOST: usize = 64;
/// The lines of source before and after a hook in a state.
const AROUND: usize = 5;

/// What a hook does that is reached while no client is there.
pub(crate) enum Unattended {
    Waits,
    Passes,
    /// A line is added to a record, and it passes.
    Records(Recorder),
}

impl Unattended {
    /// Reads the value of `HOOKABLE_UNATTENDED`.
    pub(crate) fn parse(value: Option<OsString>) -> Result<Self, String> {
        match value.as_deref().map(|value| value.to_string_lossy()).as_deref() {
            None | Some("" | "wait") => Ok(Unattended::Waits),
            Some("pass") => Ok(Unattended::Passes),
            Some(other) => match other.strip_prefix("record=").filter(|file| !file.is_empty()) {
                Some(file) => Recorder::open(Path::new(file))
                    .map(Unattended::Records)
                    .map_err(|error| format!("failed to open the record {file}: {error}")),
                None => Err(format!(
                    "HOOKABLE_UNATTENDED={other} is not understood: it is wait, pass or record=FILE"
                )),
            },
        }
    }
}

/// Begins to listen. A process does so once. Returns what the user is to be told, if anything.
pub(crate) fn start(address: &Address) -> Result<Option<String>, ListenError> {
    let listener = Listener::bind(address)?;
    let token = listener.needs_token().then(token);
    let address = listener.address();
    let said = token
        .as_ref()
        .map(|token| format!("hookable: listening at {address}, token {token}"));
    let _ = PROCESS.set(std::process::id());
    if let Some(path) = listener.path() {
        remove_at_exit(path.to_owned());
    }
    let accept = move || {
        static SERVED: AtomicUsize = AtomicUsize::new(0);
        let token: &'static Option<String> = Box::leak(Box::new(token));
        while let Ok(connection) = listener.accept() {
            if SERVED.fetch_add(1, Ordering::Relaxed) >= MOST {
                SERVED.fetch_sub(1, Ordering::Relaxed);
                connection.end();
                continue;
            }
            let serve = move || {
                crate::guard::unhooked(|| connection::serve(connection, token.as_deref()));
                SERVED.fetch_sub(1, Ordering::Relaxed);
            };
            if thread::Builder::new()
                .name("hookable-client".into())
                .spawn(serve)
                .is_err()
            {
                SERVED.fetch_sub(1, Ordering::Relaxed);
            }
        }
    };
    let accepted = thread::Builder::new().name("hookable-listen".into()).spawn(accept);
    accepted.map_err(|error| ListenError::Bind { address, error })?;
    Ok(said)
}

/// Returns a text that nobody guesses. The keys of std's hash maps are random.
fn token() -> String {
    let part = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", part(), part())
}

/// The process that listens. A forked child has none of its threads, so nobody can be answered there.
static PROCESS: OnceLock<u32> = OnceLock::new();
/// The file of the socket.
static SOCKET: OnceLock<PathBuf> = OnceLock::new();

fn is_listening() -> bool {
    PROCESS.get() == Some(&std::process::id())
}

/// Has the file of the socket removed when this process ends.
fn remove_at_exit(path: PathBuf) {
    extern "C" fn remove() {
        // A forked child runs this, too.
        if let Some(path) = SOCKET.get().filter(|_| is_listening()) {
            let _ = fs::remove_file(path);
        }
    }
    if SOCKET.set(path).is_ok() {
        sys::at_exit(remove);
    }
}

/// Returns whether a hook that is reached shall open. `count` numbers the hits that might open.
pub(crate) fn opens(unattended: &Unattended, count: u64) -> bool {
    match unattended {
        Unattended::Waits => is_listening(),
        Unattended::Passes => is_attended(),
        Unattended::Records(recorder) => count <= recorder.hits || is_attended(),
    }
}

/// Returns whether a client has the console, or waits for a stop.
fn is_attended() -> bool {
    is_listening() && (SESSION.is_attached() || TARGET.is_expected())
}

/// Keeps a line that a trace printed, for clients.
pub(crate) fn traced(line: &str) {
    if is_listening() {
        traces::TRACES.add(line);
    }
}

/// Returns the record to which a hit is added that no client sees.
pub(crate) fn record(unattended: &Unattended) -> Option<&Recorder> {
    match unattended {
        Unattended::Records(recorder) if !is_attended() => Some(recorder),
        _ => None,
    }
}

/// Says on the terminal of the program that a hook waits for a client. The screen of a full-screen program is spared.
fn say_waiting(site: &Site) {
    let is_full_screen = || Device::standard().is_ok_and(|device| device.is_raw());
    if io::stderr().is_terminal() && !is_full_screen() {
        let line = format!("hookable: hooked at {}, and waits for `hook-attach`", site.place());
        let _ = Direct::err().write_all(format!("{}\n", visible(&line)).as_bytes());
    }
}

/// Serves clients at a hook until the program shall resume. `because` says which conditions hold.
pub(crate) fn serve(frame: &mut Frame<'_, '_>, turn: &Turn, because: &[String], prompt: Prompt<'_>) -> Flow {
    if !is_attended() {
        say_waiting(frame.site);
    }
    let open = TARGET.open();
    SESSION.opens(true);
    for asking in &open.asking {
        let _ = asking.send(state(frame, open.number, because, true));
    }
    let flow = loop {
        match TARGET.next(open.number, || SESSION.is_attached()) {
            Task::State(tell) => drop(tell.send(state(frame, open.number, because, false))),
            Task::Evaluate(text, tell) => {
                TARGET.asks(open.number, Some(tell));
                let (flow, answer) = evaluate(frame, &text);
                if let Some(tell) = TARGET.asked(open.number) {
                    let _ = tell.send(answer);
                }
                match flow {
                    Flow::Stay => {}
                    Flow::To(thread) => drop(turn::change_to(thread)),
                    flow => break flow,
                }
            }
            Task::Complete(line, tell) => {
                let (mut out, _) = Output::collecting();
                let (from, found) = Console { frame, out: &mut out }.completions(&line);
                let _ = tell.send(reply::completed(&line, from, &found));
            }
            Task::Variables(number, tell) => drop(tell.send(variables(frame, number))),
            Task::Console => match console(frame, turn, because, prompt) {
                Some(flow) => break flow,
                None => continue,
            },
        }
    };
    SESSION.opens(false);
    if let Flow::Exit(_) = flow {
        SESSION.detach("the program ended");
    }
    flow
}

/// Answers lines, and tells what came of them.
fn evaluate(frame: &mut Frame<'_, '_>, text: &str) -> (Flow, String) {
    let (mut out, said) = Output::collecting();
    // The values of all locals are formatted, and what is printed is copied, only for lines that may change a local.
    let may_change = console::units(text).into_iter().any(console::may_change);
    let (before, begin) = (may_change.then(|| Values::of(frame)), Instant::now());
    let _interruptible = Interruptible::new();
    let mut flow = Flow::Stay;
    let copied = may_change.then(Copied::begin);
    for line in console::units(text) {
        flow = Console { frame, out: &mut out }.answer(line);
        if flow != Flow::Stay {
            break;
        }
    }
    let took = begin.elapsed();
    let printed = copied.map(Copied::end).unwrap_or_default();
    let changed = before.map(|before| before.changes_here(&Values::of(frame), frame));
    let changed: Vec<_> = changed
        .iter()
        .flatten()
        .map(|change| change.went(usize::MAX / 4))
        .collect();
    let resumes = matches!(flow, Flow::Resume | Flow::Exit(_));
    let answer = reply::evaluated(&said.borrow(), &printed, &changed, took, resumes);
    (flow, answer)
}

/// Returns the variables of a frame.
fn variables(frame: &Frame<'_, '_>, number: u64) -> String {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    match console::variables(frame, number) {
        Ok(variables) => reply::variables(&variables),
        Err(error) => reply::error(&error.to_string()),
    }
}

/// Returns the state at a hook.
fn state(frame: &Frame<'_, '_>, number: u64, because: &[String], between: bool) -> String {
    let rows = console::backtrace(frame.site, false);
    let frames: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let numbers: Vec<Option<usize>> = rows.iter().map(|row| row.number).collect();
    let stop = Stopped {
        number,
        because,
        source: &console::around(frame, AROUND),
        frames: &frames,
        numbers: &numbers,
        threads: &turn::reached(),
    };
    reply::stopped(frame, &stop, between)
}

/// Opens a console for the client that has attached. Returns `None` if the client leaves the hook open.
fn console(frame: &mut Frame<'_, '_>, turn: &Turn, because: &[String], prompt: Prompt<'_>) -> Option<Flow> {
    let device = SESSION.device()?;
    let input = match terminal::open(&device) {
        Ok(input) => input,
        Err(why) => {
            SESSION.detach(why);
            return None;
        }
    };
    let is_left = Cell::new(false);
    let mut attached = Attached {
        input,
        is_left: &is_left,
    };
    let session = Session {
        turn,
        because,
        terminal: Some(device),
        prompt,
    };
    let flow = session.run(frame, &mut attached, &|| is_left.get());
    (!is_left.get()).then_some(flow)
}

/// The lines that a client types. They end when the client goes, or leaves the hook open by `:detach`.
struct Attached<'s> {
    input: Box<dyn Input>,
    is_left: &'s Cell<bool>,
}

impl Input for Attached<'_> {
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read {
        match SESSION.reading(|| self.input.read(prompt, scope)) {
            Some(Read::Line(line)) if line.trim() == ":detach" => {
                self.is_left.set(true);
                SESSION.detach("the hook stays open");
                Read::End
            }
            Some(read) => read,
            None => {
                self.is_left.set(true);
                Read::End
            }
        }
    }

    fn attend(&self) -> Option<Box<dyn std::any::Any>> {
        self.input.attend()
    }

    fn can_draw(&self) -> bool {
        self.input.can_draw()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_unattended_hooks_do() {
        let parse = |value: &str| Unattended::parse(Some(value.into()));
        assert!(matches!(Unattended::parse(None), Ok(Unattended::Waits)));
        assert!(matches!(parse("wait"), Ok(Unattended::Waits)));
        assert!(matches!(parse("pass"), Ok(Unattended::Passes)));
        for wrong in ["go", "record", "record="] {
            let said = format!("HOOKABLE_UNATTENDED={wrong} is not understood: it is wait, pass or record=FILE");
            assert_eq!(parse(wrong).err(), Some(said));
        }
        let said = parse("record=/not/there/x").err().unwrap_or_default();
        assert!(said.starts_with("failed to open the record /not/there/x: "), "{said}");
    }

    #[test]
    fn tokens_differ() {
        assert_ne!(token(), token());
        assert_eq!(token().len(), 32);
    }
}
