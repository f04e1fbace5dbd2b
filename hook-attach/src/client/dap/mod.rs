//! `hook-attach --dap`: an adapter of the Debug Adapter Protocol, by which an editor shows the stops of a program.
//!
//! The editor starts this process, and speaks to it on standard input and output. It tells the adapter which program to
//! attach to, or to start. A second connection to the program waits for stops, and tells the editor of each.

mod breakpoints;
mod debug_text;
mod message;
mod program;
mod requests;
mod stop;

use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::client::arguments::Program;
use crate::client::error::AttachError;
use requests::Adapter;

/// What the editor is told. Answers come from one thread, and events from others.
#[derive(Clone)]
struct Editor(Arc<Mutex<Sink>>);

struct Sink {
    to: Box<dyn Write + Send>,
    /// The number of the last message.
    sequence: u64,
}

impl Editor {
    fn new(to: Box<dyn Write + Send>) -> Self {
        Editor(Arc::new(Mutex::new(Sink { to, sequence: 0 })))
    }

    /// Sends a message. If the editor is gone, the input ends, too.
    fn send(&self, mut message: Value) {
        let mut sink = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sink.sequence += 1;
        message["seq"] = sink.sequence.into();
        let _ = message::write(&mut *sink.to, &message);
    }

    fn event(&self, event: &str, body: Value) {
        self.send(json!({ "type": "event", "event": event, "body": body }));
    }

    fn answer(&self, request: &Value, result: Result<Value, String>) {
        let (body, message) = match result {
            Ok(body) => (body, None),
            Err(why) => (
                json!({ "error": { "id": 1, "format": why, "showUser": false } }),
                Some(why),
            ),
        };
        let mut answer = json!({
            "type": "response",
            "request_seq": request["seq"],
            "command": request["command"],
            "success": message.is_none(),
            "body": body,
        });
        if let Some(message) = message {
            answer["message"] = message.into();
        }
        self.send(answer);
    }
}

/// Answers an editor until it goes. `program` and `token` are those of the command line, for an editor that names no
/// program.
pub(crate) fn serve(
    mut from: impl BufRead,
    to: Box<dyn Write + Send>,
    program: Program,
    token: Option<String>,
) -> Result<(), AttachError> {
    let mut adapter = Adapter::new(Editor::new(to), program, token);
    while let Some(request) = message::read(&mut from)? {
        if request["type"] != "request" {
            continue;
        }
        if !adapter.handle(&request) {
            break;
        }
    }
    Ok(())
}
