//! The program of an editor's session: attached to, or started.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Editor;
use crate::client::arguments::Program;
use crate::client::connection::{Answer, Connection};
use crate::client::error::AttachError;
use crate::client::programs;

/// A program that was started listens within this time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program that the editor looks into.
pub(super) struct Debuggee {
    /// There is none if the program ended before it could be attached to.
    connection: Option<Connection>,
    /// The program, if the editor had it started.
    child: Option<Child>,
    /// The editor is no longer told of this program.
    is_left: Arc<AtomicBool>,
}

impl Debuggee {
    /// Attaches to the program that the editor names in `program`, or to the one of the command line.
    pub(super) fn attach(
        arguments: &Value,
        program: &Program,
        token: Option<String>,
        editor: &Editor,
    ) -> Result<Self, AttachError> {
        let named = match &arguments["program"] {
            Value::String(name) => {
                Program::of(name.into()).map_err(|error| AttachError::Arguments(error.to_string()))?
            }
            Value::Number(number) => match number.as_u64().and_then(|number| u32::try_from(number).ok()) {
                Some(number) => Program::Process(number),
                None => return Err(AttachError::Arguments(format!("{number} is no process"))),
            },
            _ => program.clone(),
        };
        let token = arguments["token"].as_str().map(str::to_owned).or(token);
        let connection = programs::connect(&named, token.clone())?;
        let is_left = Arc::<AtomicBool>::default();
        watch(
            programs::connect(&named, token.clone())?,
            editor.clone(),
            is_left.clone(),
        );
        show_traces(programs::connect(&named, token)?, editor.clone());
        Ok(Debuggee {
            connection: Some(connection),
            child: None,
            is_left,
        })
    }

    /// Starts a program, and attaches to it.
    pub(super) fn launch(arguments: &Value, editor: &Editor) -> Result<Self, AttachError> {
        let Some(program) = arguments["program"].as_str() else {
            return Err(AttachError::Arguments(
                "`program` names the program to start".to_owned(),
            ));
        };
        let texts = |key: &str| {
            let texts = arguments[key].as_array().into_iter().flatten();
            texts
                .filter_map(|text| text.as_str().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        let environment = arguments["env"].as_object().into_iter().flatten();
        let environment = environment.filter_map(|(name, value)| Some((name, value.as_str()?)));
        let mut command = Command::new(program);
        command.args(texts("args")).envs(environment).env("HOOKABLE", "listen");
        if let Some(folder) = arguments["cwd"].as_str() {
            command.current_dir(folder);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = command.spawn();
        let mut child = started.map_err(|error| AttachError::Start {
            program: program.to_owned(),
            error,
        })?;
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            pass_on(out, "stdout", editor.clone());
            pass_on(err, "stderr", editor.clone());
        }
        let named = Program::Process(child.id());
        let begin = Instant::now();
        let connection = loop {
            match programs::connect(&named, None) {
                Ok(connection) => break Some(connection),
                Err(_) if child.try_wait().is_ok_and(|ended| ended.is_some()) => break None,
                Err(_) if begin.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(20)),
                Err(error) => {
                    let _ = child.kill();
                    return Err(error);
                }
            }
        };
        let is_left = Arc::<AtomicBool>::default();
        match connection.as_ref().map(|_| programs::connect(&named, None)) {
            Some(Ok(connection)) => watch(connection, editor.clone(), is_left.clone()),
            Some(Err(_)) | None => editor.event("terminated", json!({})),
        }
        Ok(Debuggee {
            connection,
            child: Some(child),
            is_left,
        })
    }

    fn connection(&mut self) -> Result<&mut Connection, AttachError> {
        self.connection.as_mut().ok_or(AttachError::Closed)
    }

    pub(super) fn state(&mut self) -> Result<Answer, AttachError> {
        self.connection()?.state()
    }

    pub(super) fn evaluate(&mut self, line: &str) -> Result<Answer, AttachError> {
        self.connection()?.ask("evaluate", json!({ "line": line }))
    }

    /// Asks for what can stand at the end of a line.
    pub(super) fn complete(&mut self, line: &str) -> Result<Answer, AttachError> {
        self.connection()?.ask("complete", json!({ "line": line }))
    }

    /// Asks for the variables of the frame with a number.
    pub(super) fn variables(&mut self, frame: u64) -> Result<Answer, AttachError> {
        self.connection()?.ask("variables", json!({ "frame": frame }))
    }

    /// Returns whether the editor had the program started.
    pub(super) fn was_started(&self) -> bool {
        self.child.is_some()
    }

    /// Leaves the program. One that was started ends if `ends` is true.
    pub(super) fn leave(self, ends: bool) {
        self.is_left.store(true, Ordering::SeqCst);
        if let Some(mut child) = self.child.filter(|_| ends) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Tells the editor of each stop, until the program ends.
fn watch(mut connection: Connection, editor: Editor, is_left: Arc<AtomicBool>) {
    thread::spawn(move || {
        let mut last = Value::Null;
        loop {
            match connection.ask("wait", json!({ "after": last })) {
                _ if is_left.load(Ordering::SeqCst) => return,
                Ok(answer) if answer.is_ok() => {
                    let stop = &answer.value["stop"];
                    // The hook may have resumed between its stop and this answer.
                    if stop.is_null() {
                        continue;
                    }
                    last = stop["number"].clone();
                    let stopped = super::stop::Stop::new(stop.clone());
                    editor.event(
                        "stopped",
                        json!({
                            "reason": "breakpoint",
                            "description": stop["message"],
                            "threadId": stopped.thread(),
                            "allThreadsStopped": false,
                        }),
                    );
                }
                // The time is over.
                Ok(_) => {}
                Err(_) => break,
            }
        }
        editor.event("terminated", json!({}));
    });
}

/// Shows what the traces of the program print, until it ends.
fn show_traces(mut connection: Connection, editor: Editor) {
    thread::spawn(move || {
        let mut after = Value::Null;
        while let Ok(answer) = connection.ask("traces", json!({ "after": after })) {
            if !answer.is_ok() {
                break;
            }
            after = answer.value["last"].clone();
            for line in answer.value["lines"].as_array().into_iter().flatten() {
                let text = line.as_str().unwrap_or_default().to_owned() + "\n";
                editor.event("output", json!({ "category": "console", "output": text }));
            }
        }
    });
}

/// Passes what the program prints on to the editor.
fn pass_on(from: impl Read + Send + 'static, category: &'static str, editor: Editor) {
    thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line);
            editor.event("output", json!({ "category": category, "output": text }));
            line.clear();
        }
    });
}
