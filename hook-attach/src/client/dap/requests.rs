//! The requests of an editor.

use serde_json::{Value, json};

use super::Editor;
use super::breakpoints::Breakpoints;
use super::program::Debuggee;
use super::stop::{AskedProgram, Stop};
use crate::client::arguments::Program;
use crate::client::connection::Answer;

/// What is known of the editor's session.
pub(super) struct Adapter {
    editor: Editor,
    /// The program and the token of the command line.
    program: Program,
    token: Option<String>,
    debuggee: Option<Debuggee>,
    stop: Option<Stop>,
    breakpoints: Breakpoints,
    /// The arguments by which the program was started, to start it again.
    launched: Option<Value>,
}

impl Adapter {
    pub(super) fn new(editor: Editor, program: Program, token: Option<String>) -> Self {
        Adapter {
            editor,
            program,
            token,
            debuggee: None,
            stop: None,
            breakpoints: Breakpoints::default(),
            launched: None,
        }
    }

    /// Handles a request. Returns whether the session goes on.
    pub(super) fn handle(&mut self, request: &Value) -> bool {
        let arguments = &request["arguments"];
        let command = request["command"].as_str().unwrap_or_default();
        let result = match command {
            "initialize" => Ok(capabilities()),
            "attach" => self.begins(|adapter| {
                Debuggee::attach(arguments, &adapter.program, adapter.token.clone(), &adapter.editor)
            }),
            "launch" => {
                self.launched = Some(arguments.clone());
                self.begins(|adapter| Debuggee::launch(arguments, &adapter.editor))
            }
            "restart" => self.restart(arguments),
            "completions" => self.complete(arguments),
            "configurationDone" => Ok(json!({})),
            "setExceptionBreakpoints" => Ok(json!({ "breakpoints": [] })),
            "setBreakpoints" => self.set_breakpoints(arguments),
            "threads" => self.threads(),
            "stackTrace" => self.frames(arguments),
            "scopes" => self.at_stop(|stop, _| Ok(json!({ "scopes": stop.scopes(number(&arguments["frameId"])) }))),
            "variables" => self.variables(arguments),
            "setVariable" => self.set(arguments),
            "evaluate" => self.evaluate(arguments),
            "source" => self.at_stop(|stop, _| Ok(json!({ "content": stop.text() }))),
            "continue" => self.resumes(":c").map(|()| json!({ "allThreadsContinued": false })),
            "next" => self.resumes(":next").map(|()| json!({})),
            "stepIn" => self.resumes(":step").map(|()| json!({})),
            "stepOut" => self.resumes(":finish").map(|()| json!({})),
            "pause" => Err("the program stops at its hooks only".to_owned()),
            "disconnect" | "terminate" => {
                let ends = command == "terminate" || arguments["terminateDebuggee"].as_bool().unwrap_or(true);
                self.debuggee
                    .take()
                    .into_iter()
                    .for_each(|debuggee| debuggee.leave(ends));
                Ok(json!({}))
            }
            _ => Err(format!("`{command}` is not supported")),
        };
        self.editor.answer(request, result);
        if command == "initialize" {
            self.editor.event("initialized", json!({}));
        }
        command != "disconnect"
    }

    fn begins(
        &mut self,
        begin: impl FnOnce(&Adapter) -> Result<Debuggee, crate::client::error::AttachError>,
    ) -> Result<Value, String> {
        self.debuggee = Some(begin(self).map_err(|error| error.to_string())?);
        Ok(json!({}))
    }

    fn debuggee(&mut self) -> Result<&mut Debuggee, String> {
        self.debuggee
            .as_mut()
            .ok_or_else(|| "no program is attached".to_owned())
    }

    /// Asks for the stop anew, since the program may have gone on.
    fn looks(&mut self) -> Result<(), String> {
        let state = self.debuggee()?.state().map_err(|error| error.to_string())?;
        let stop = &state.value["stop"];
        self.stop = (!stop.is_null()).then(|| Stop::new(stop.clone()));
        Ok(())
    }

    fn at_stop<R>(&mut self, with: impl FnOnce(&mut Stop, &mut Debuggee) -> Result<R, String>) -> Result<R, String> {
        match (&mut self.stop, &mut self.debuggee) {
            (Some(stop), Some(debuggee)) => with(stop, debuggee),
            _ => Err("no hook is open".to_owned()),
        }
    }

    fn threads(&mut self) -> Result<Value, String> {
        self.looks()?;
        Ok(match &self.stop {
            Some(stop) => json!({ "threads": stop.threads() }),
            None => json!({ "threads": [{ "id": 1, "name": "the program runs" }] }),
        })
    }

    fn frames(&mut self, arguments: &Value) -> Result<Value, String> {
        self.looks()?;
        for changed in self.plant() {
            self.editor
                .event("breakpoint", json!({ "reason": "changed", "breakpoint": changed }));
        }
        let thread = number(&arguments["threadId"]);
        self.at_stop(|stop, _| {
            let frames = if stop.thread() == thread {
                stop.frames()
            } else {
                Vec::new()
            };
            let total = frames.len();
            let from = number(&arguments["startFrame"]) as usize;
            let most = match number(&arguments["levels"]) {
                0 => usize::MAX,
                levels => levels as usize,
            };
            let frames: Vec<_> = frames.into_iter().skip(from).take(most).collect();
            Ok(json!({ "stackFrames": frames, "totalFrames": total }))
        })
    }

    fn variables(&mut self, arguments: &Value) -> Result<Value, String> {
        self.at_stop(|stop, debuggee| {
            let variables = stop.variables(number(&arguments["variablesReference"]) as usize, debuggee)?;
            Ok(json!({ "variables": variables }))
        })
    }

    fn set(&mut self, arguments: &Value) -> Result<Value, String> {
        let (name, value) = (string(&arguments["name"])?, string(&arguments["value"])?);
        self.at_stop(|stop, debuggee| {
            let reference = number(&arguments["variablesReference"]) as usize;
            let Some(expression) = stop.expression(reference, name) else {
                return Err(format!("`{name}` is no place that can be written"));
            };
            run(debuggee, &format!("{expression} = {value}"))?;
            let shown = run(debuggee, &expression)?;
            Ok(json!({ "value": text(&shown, "value"), "type": text(&shown, "type") }))
        })
    }

    /// Evaluates an expression. In a caller that is a variable. What an editor evaluates by itself, because the mouse
    /// rests on it or the program stopped, must change nothing.
    fn evaluate(&mut self, arguments: &Value) -> Result<Value, String> {
        let expression = string(&arguments["expression"])?.trim();
        if arguments["context"] != "repl" && !is_quiet(expression) {
            return Err("only names, fields and indices are evaluated unasked: use the console for others".to_owned());
        }
        if !self
            .debuggee()?
            .state()
            .is_ok_and(|state| state.value["stop"].is_object())
        {
            return Err("no hook is open".to_owned());
        }
        let frame = number(&arguments["frameId"]);
        if self.stop.as_ref().is_some_and(|stop| stop.is_caller(frame)) && is_quiet(expression) {
            return self.at_stop(|stop, debuggee| {
                let shown = stop.of_caller(frame, expression, debuggee)?;
                Ok(json!({
                    "result": shown["value"],
                    "type": shown["type"],
                    "variablesReference": shown["variablesReference"],
                }))
            });
        }
        let answer = self
            .debuggee()?
            .evaluate(expression)
            .map_err(|error| error.to_string())?;
        self.printed(&answer);
        if !answer.is_ok() {
            return Err(answer.error().to_owned());
        }
        let lines = ["value", "notes"].into_iter().filter_map(|key| text(&answer, key));
        let shown = lines.collect::<Vec<_>>().join("\n");
        if arguments["context"] == "repl" && !is_quiet(expression) {
            // What was typed may have changed any value.
            self.editor.event("invalidated", json!({ "areas": ["variables"] }));
        }
        let reference = match (&mut self.stop, text(&answer, "type")) {
            (Some(stop), Some(_)) if is_quiet(expression) => stop.reference(expression, &shown),
            _ => 0.into(),
        };
        Ok(json!({ "result": shown, "type": text(&answer, "type"), "variablesReference": reference }))
    }

    /// Starts a program that the editor had started again. One that it attached to gets the code of the sources as they
    /// are now, while it runs.
    fn restart(&mut self, arguments: &Value) -> Result<Value, String> {
        let Some(launched) = &self.launched else {
            let answer = run(self.debuggee()?, ":reload")?;
            let said = text(&answer, "notes").unwrap_or_default() + "\n";
            self.editor
                .event("output", json!({ "category": "console", "output": said }));
            return Ok(json!({}));
        };
        // The configuration may have been edited meanwhile.
        let launched = match &arguments["arguments"] {
            Value::Null => launched.clone(),
            edited => edited.clone(),
        };
        self.debuggee
            .take()
            .into_iter()
            .for_each(|debuggee| debuggee.leave(true));
        self.stop = None;
        self.breakpoints.wait();
        self.begins(|adapter| Debuggee::launch(&launched, &adapter.editor))?;
        for changed in self.plant() {
            self.editor
                .event("breakpoint", json!({ "reason": "changed", "breakpoint": changed }));
        }
        self.launched = Some(launched);
        Ok(json!({}))
    }

    /// Returns what can stand at a place of a text. Columns count from 1, in units of UTF-16.
    fn complete(&mut self, arguments: &Value) -> Result<Value, String> {
        let line = until(string(&arguments["text"])?, number(&arguments["column"]) as usize);
        let answer = self.debuggee()?.complete(&line).map_err(|error| error.to_string())?;
        if !answer.is_ok() {
            return Err(answer.error().to_owned());
        }
        let from = number(&answer.value["from"]) as usize;
        let units = |text: String| text.encode_utf16().count();
        let (start, length) = (
            units(line.chars().take(from).collect()),
            units(line.chars().skip(from).collect()),
        );
        let targets = answer.value["completions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| json!({ "label": one["label"], "text": one["text"], "start": start + 1, "length": length }));
        Ok(json!({ "targets": targets.collect::<Vec<_>>() }))
    }

    /// Shows what a line printed. What a program prints that the editor had started is shown as it comes.
    fn printed(&mut self, answer: &Answer) {
        if self.debuggee.as_ref().is_some_and(Debuggee::was_started) {
            return;
        }
        for category in ["stdout", "stderr"] {
            if let Some(text) = text(answer, category) {
                self.editor
                    .event("output", json!({ "category": category, "output": text }));
            }
        }
    }

    /// Takes the breakpoints of a file. They are planted at once, unless no program is attached yet.
    fn set_breakpoints(&mut self, arguments: &Value) -> Result<Value, String> {
        let path = string(&arguments["source"]["path"])?;
        let old = self.breakpoints.set(path, &arguments["breakpoints"]);
        if self.looks().is_ok() {
            if let Some(debuggee) = &mut self.debuggee {
                old.iter()
                    .for_each(|number| drop(run(debuggee, &format!(":delete {number}"))));
            }
            self.plant();
        }
        Ok(json!({ "breakpoints": self.breakpoints.of(path) }))
    }

    /// Plants the breakpoints that wait for a program, and returns those that are others now.
    fn plant(&mut self) -> Vec<Value> {
        let Some(debuggee) = &mut self.debuggee else {
            return Vec::new();
        };
        let command = |command: &str| Ok(text(&run(debuggee, command)?, "notes").unwrap_or_default());
        self.breakpoints.plant(command)
    }

    /// Has the program go on by a command. Where it does not go on, the error is what it says of that.
    fn resumes(&mut self, command: &str) -> Result<(), String> {
        let answer = run(self.debuggee()?, command)?;
        if answer.value["resumes"] == false {
            return Err(text(&answer, "notes").unwrap_or_else(|| "the program stays at this hook".to_owned()));
        }
        self.stop = None;
        Ok(())
    }
}

fn capabilities() -> Value {
    json!({
        "supportsConfigurationDoneRequest": true,
        "supportsConditionalBreakpoints": true,
        "supportsLogPoints": true,
        "supportsCompletionsRequest": true,
        "completionTriggerCharacters": [".", ":"],
        "supportsRestartRequest": true,
        "supportsSetVariable": true,
        "supportsEvaluateForHovers": true,
        "supportsTerminateRequest": true,
        "supportTerminateDebuggee": true,
    })
}

impl AskedProgram for Debuggee {
    fn text(&mut self, expression: &str) -> Option<String> {
        text(&self.evaluate(expression).ok()?, "value")
    }

    fn variables(&mut self, frame: u64) -> Result<Vec<Value>, String> {
        let answer = Debuggee::variables(self, frame).map_err(|error| error.to_string())?;
        if !answer.is_ok() {
            return Err(answer.error().to_owned());
        }
        Ok(answer.value["variables"].as_array().cloned().unwrap_or_default())
    }
}

/// Runs a line. The error is what the program says of it.
fn run(debuggee: &mut Debuggee, line: &str) -> Result<Answer, String> {
    let answer = debuggee.evaluate(line).map_err(|error| error.to_string())?;
    match answer.is_ok() {
        true => Ok(answer),
        false => Err(answer.error().to_owned()),
    }
}

/// Returns whether an expression is a place: names, fields, and numbers as indices.
fn is_quiet(expression: &str) -> bool {
    let expression = expression.trim_start_matches(['&', '*', '(']).trim_end_matches(')');
    let begins = expression.starts_with(|c: char| c.is_alphabetic() || c == '_');
    begins && expression.chars().all(|c| c.is_alphanumeric() || "_.[]:".contains(c))
}

fn text(answer: &Answer, key: &str) -> Option<String> {
    answer.value[key].as_str().map(str::to_owned)
}

/// Returns what stands before a column of a text.
fn until(text: &str, column: usize) -> String {
    let mut units = 1;
    let before = |c: &char| {
        units += c.len_utf16();
        units <= column
    };
    text.chars().take_while(before).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "a text is missing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_units_of_utf_16() {
        assert_eq!(until("a.b", 1), "");
        assert_eq!(until("a.b", 3), "a.");
        assert_eq!(until("\u{1f600}a.b", 4), "\u{1f600}a");
        assert_eq!(until("ab", 99), "ab");
    }

    #[test]
    fn what_is_evaluated_unasked() {
        for quiet in ["a", "self.items[3].name", "crate::client::LIMIT", "&a", "*a.b", "(a)"] {
            assert!(is_quiet(quiet), "{quiet}");
        }
        for other in [
            "a = 1", "f()", "v.pop()", "a; b", ":c", "1", "a + b", "{ a }", "panic!()", "",
        ] {
            assert!(!is_quiet(other), "{other}");
        }
    }
}
