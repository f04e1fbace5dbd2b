//! One connection: its requests are read, and answered in their order.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::request::{self, Request, RequestWithToken};
use super::session::SESSION;
use super::socket::Connection;
use super::target::{TARGET, Task};
use super::traces::TRACES;
use super::{reply, running, sys};

/// A request is no longer than this.
const LONGEST: u64 = 1 << 20;
/// A connection that says nothing for this long is closed.
const SILENCE: Duration = Duration::from_secs(600);

/// Serves a connection until it ends. With a token, each request has to prove that it knows it.
pub(super) fn serve(connection: Connection, token: Option<&str>) {
    let _ = connection.read_within(Some(SILENCE));
    if let Err(error) = answer_all(&connection, token)
        && error.kind() == io::ErrorKind::InvalidData
        && let Ok(mut connection) = connection.try_clone()
    {
        let _ = connection.write_all(reply::error(&error.to_string()).as_bytes());
    }
    connection.end();
}

fn answer_all(connection: &Connection, token: Option<&str>) -> io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut writer = connection.try_clone()?;
    let client = Arc::new(connection.try_clone()?);
    while let Some(line) = next(&mut reader)? {
        let asked = match request::read(&line) {
            Ok(asked) => asked,
            // What speaks another protocol, such as a browser, is not listened to any further.
            Err(why) => return Err(io::Error::new(io::ErrorKind::InvalidData, why)),
        };
        let RequestWithToken { request, token: given } = asked;
        if token.is_some_and(|token| given.as_deref() != Some(token)) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the token is not the one that the program printed",
            ));
        }
        let answer = match request {
            Request::State => state(),
            Request::Wait { seconds, after } => match TARGET.wait(seconds, after, &client) {
                Some(_) => state(),
                None => reply::error("no hook was reached in that time"),
            },
            Request::Traces { seconds, after } => {
                let (last, lines) = TRACES.wait(seconds, after, &|| client.is_gone());
                reply::traces(last, &lines)
            }
            Request::Evaluate(line) => evaluate(line),
            Request::Complete(line) => complete(line),
            Request::Variables(frame) => ask(|tell| Task::Variables(frame, tell)),
            Request::Interrupt if TARGET.is_running() => {
                sys::interrupt();
                reply::done()
            }
            Request::Interrupt => reply::error("no line runs"),
            Request::Console { columns, rows, watch } => {
                connection.read_within(None)?;
                let (ready, own) = (reply::console(), connection.try_clone()?);
                let served = match watch {
                    true => SESSION.watch(own, &ready),
                    false => SESSION.serve(own, (columns, rows), &ready),
                };
                match served {
                    Ok(()) => return Ok(()),
                    Err(why) => reply::error(&why),
                }
            }
        };
        writer.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// Reads a line. Returns `None` at the end.
fn next(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    reader.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line)?;
    if line.len() as u64 > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the request is longer than 1 MiB",
        ));
    }
    // What stands before the end of a connection without a newline is half a request.
    Ok((line.pop() == Some(b'\n')).then_some(line))
}

/// Returns the state of the program.
fn state() -> String {
    let (tell, told) = channel();
    match TARGET.ask(Task::State(tell)) {
        Ok(()) => told.recv().unwrap_or_else(|_| reply::runs()),
        Err(_) => reply::runs(),
    }
}

/// Has the hook that has the prompt answer lines. While none is open, some commands work all the same.
fn evaluate(line: String) -> String {
    if !TARGET.is_open()
        && let Some(answer) = running::evaluate(&line)
    {
        return answer;
    }
    if SESSION.is_attached() {
        return reply::error("another client has the console");
    }
    ask(|tell| Task::Evaluate(line, tell))
}

/// Has the hook that has the prompt tell what can stand at the end of a line.
fn complete(line: String) -> String {
    match SESSION.is_attached() {
        true => reply::error("another client has the console"),
        false => ask(|tell| Task::Complete(line, tell)),
    }
}

/// Leaves a task with the hook that has the prompt, and returns its answer.
fn ask(task: impl FnOnce(Sender<String>) -> Task) -> String {
    let (tell, told) = channel();
    match TARGET.ask(task(tell)) {
        Ok(()) => told
            .recv()
            .unwrap_or_else(|_| reply::error("the program went on before it came to this")),
        Err(why) => reply::error(&why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_requests() {
        let mut reader = &b"{}\n\nhalf"[..];
        assert_eq!(next(&mut reader).unwrap(), Some(b"{}".to_vec()));
        assert_eq!(next(&mut reader).unwrap(), Some(Vec::new()));
        assert_eq!(next(&mut reader).unwrap(), None);
        let long = io::repeat(b' ').take(20 << 20);
        let error = next(&mut BufReader::new(long)).unwrap_err();
        assert_eq!(error.to_string(), "the request is longer than 1 MiB");
    }
}
