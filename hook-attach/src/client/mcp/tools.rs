//! The tools that a model is offered.

use serde_json::{Map, Value, json};

use crate::client::arguments::Program;
use crate::client::connection::{Answer, Connection};
use crate::client::error::AttachError;
use crate::client::{print, programs};

/// What a model is told of the tools as a whole.
pub(super) const INSTRUCTIONS: &str = "\
A Rust program that was started with HOOKABLE=listen stops where its source has `hook!()`, and can be asked there. \
`hooks` lists these places and `break` adds others, before the first stop as well. \
`wait` for a stop, or take the `state` of one; it lists the locals with types and values. `evaluate` runs any Rust in \
the scope of the stop, in the live program: reading, calling functions, and writing locals (`a = 5`). Commands begin \
with a colon: `:c` resumes the program, `:undo` takes a write back, `:help` lists the others. A value that is cut can be \
had in parts by a narrower expression.";

/// A tool: its name, its description, and its arguments with a schema for each.
struct Tool {
    name: &'static str,
    about: &'static str,
    arguments: &'static [(&'static str, &'static str, &'static str)],
    required: &'static [&'static str],
    reads_only: bool,
}

const PROCESS: (&str, &str, &str) = (
    "program",
    "string",
    "The number of a process, or the path of a socket. It may be left out if one program listens.",
);

const TOOLS: [Tool; 8] = [
    Tool {
        name: "list",
        about: "Lists the programs that listen, with their process and the place where each is stopped.",
        arguments: &[],
        required: &[],
        reads_only: true,
    },
    Tool {
        name: "state",
        about: "Gives the place where the program is stopped, the source around it, and all locals in scope with type, value, and whether they can be written.",
        arguments: &[PROCESS],
        required: &[],
        reads_only: true,
    },
    Tool {
        name: "wait",
        about: "Waits until the program stops at a hook, and gives the state there. Gives an error if it does not within the time.",
        arguments: &[
            PROCESS,
            (
                "seconds",
                "integer",
                "The time to wait; 30 if it is left out, at most 300.",
            ),
        ],
        required: &[],
        reads_only: true,
    },
    Tool {
        name: "evaluate",
        about: "Runs Rust in the scope of the stop, in the live program, and gives the value with its type, or rustc's errors. A `let`, `fn` or `use` holds for later lines. A command such as `:undo` works, too: `:up` and `:down` look at the callers, whose variables can be named then and nothing else, until `:frame 0`.",
        arguments: &[
            PROCESS,
            ("line", "string", "An expression, a statement, an item, or a command."),
        ],
        required: &["line"],
        reads_only: false,
    },
    Tool {
        name: "hooks",
        about: "Lists the hooks of the program by number, with their places and hits: those of the source, and those that were planted. It works while the program runs, too.",
        arguments: &[PROCESS],
        required: &[],
        reads_only: true,
    },
    Tool {
        name: "break",
        about: "Plants a hook in the running program, so that it stops there from the next call on; no file is changed. It works while the program runs, too. Several places with blanks between them cost one call of rustc.",
        arguments: &[
            PROCESS,
            (
                "place",
                "string",
                "`FILE:LINE`, or the name of a function such as `Account::deposit`.",
            ),
            (
                "condition",
                "string",
                "It stops only where this Rust expression is true.",
            ),
        ],
        required: &["place"],
        reads_only: false,
    },
    Tool {
        name: "traces",
        about: "Gives what traces printed while the program ran; `evaluate` plants one by `:trace PLACE EXPR, ..`, which stops nothing.",
        arguments: &[
            PROCESS,
            (
                "after",
                "integer",
                "The number of the last line that is known already; all lines that are kept if it is left out.",
            ),
            (
                "seconds",
                "integer",
                "The time to wait for a line; 0 if it is left out, at most 300.",
            ),
        ],
        required: &[],
        reads_only: true,
    },
    Tool {
        name: "resume",
        about: "Resumes the program. With `wait`, it waits for the next stop and gives the state there.",
        arguments: &[
            PROCESS,
            (
                "wait",
                "integer",
                "The seconds to wait for the next stop; 0 if it is left out, at most 300.",
            ),
        ],
        required: &[],
        reads_only: false,
    },
];

/// The longest wait in seconds, since a client gives up a call at some time.
const LONGEST: u64 = 300;
/// The wait in seconds if none is given.
const USUAL: u64 = 30;
/// A result is cut after this number of characters, to leave room in the context of the model.
const MOST: usize = 20_000;
/// What a line printed is cut after this number of characters, so that its value has room.
const PRINTED: usize = 8_000;

/// Returns the descriptions of the tools.
pub(super) fn list() -> Vec<Value> {
    let describe = |tool: &Tool| {
        let properties: Map<_, _> = tool
            .arguments
            .iter()
            .map(|(name, ty, about)| ((*name).to_owned(), json!({ "type": ty, "description": about })))
            .collect();
        json!({
            "name": tool.name,
            "description": tool.about,
            "inputSchema": { "type": "object", "properties": properties, "required": tool.required },
            "annotations": { "readOnlyHint": tool.reads_only },
        })
    };
    TOOLS.iter().map(describe).collect()
}

/// Calls a tool. Returns `None` if there is none of that name.
pub(super) fn call(name: &str, arguments: &Value) -> Option<Value> {
    let tool = TOOLS.iter().find(|tool| tool.name == name)?;
    let (text, is_error) = match run(tool.name, arguments) {
        Ok(done) => done,
        Err(error) => (error.to_string(), true),
    };
    Some(json!({ "content": [{ "type": "text", "text": cut(&text, MOST) }], "isError": is_error }))
}

fn run(tool: &str, arguments: &Value) -> Result<(String, bool), AttachError> {
    if tool == "list" {
        let programs = programs::listening()?;
        return match &programs[..] {
            [] => Err(AttachError::NoProgram),
            some => Ok((programs::table(some), false)),
        };
    }
    let mut connection = programs::connect(&program(&arguments["program"])?, None)?;
    let seconds = |name: &str, usual: u64| match (&arguments[name], arguments[name].as_u64()) {
        (Value::Null, _) => Ok(usual),
        (_, Some(seconds)) => Ok(seconds.min(LONGEST)),
        _ => Err(AttachError::Arguments(format!("`{name}` is a whole number of seconds"))),
    };
    match tool {
        "state" => connection.state().map(stopped),
        "wait" => connection
            .ask("wait", json!({ "seconds": seconds("seconds", USUAL)? }))
            .map(stopped),
        "evaluate" => {
            let Some(line) = arguments["line"].as_str() else {
                return Err(AttachError::Arguments("`line` is a string".to_owned()));
            };
            connection.ask("evaluate", json!({ "line": line })).map(evaluated)
        }
        "traces" => {
            let after = arguments["after"].as_u64().unwrap_or(0);
            let wanted = json!({ "after": after, "seconds": seconds("seconds", 0)? });
            connection.ask("traces", wanted).map(traced)
        }
        "hooks" => connection.ask("evaluate", json!({ "line": ":breaks" })).map(evaluated),
        "break" => {
            let Some(place) = arguments["place"].as_str().filter(|place| !place.contains('\n')) else {
                return Err(AttachError::Arguments("`place` is a string of one line".to_owned()));
            };
            let condition = arguments["condition"]
                .as_str()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            let condition = condition.map_or(String::new(), |text| format!(" if {}", text.replace('\n', " ")));
            let line = format!(":break {place}{condition}");
            connection.ask("evaluate", json!({ "line": line })).map(evaluated)
        }
        _ => resume(&mut connection, seconds("wait", 0)?),
    }
}

fn resume(connection: &mut Connection, wait: u64) -> Result<(String, bool), AttachError> {
    let number = connection.state()?.value["stop"]["number"].clone();
    let resumed = connection.ask("evaluate", json!({ "line": ":c" }))?;
    if !resumed.is_ok() || wait == 0 {
        return Ok((
            if resumed.is_ok() { "resumed" } else { resumed.error() }.to_owned(),
            !resumed.is_ok(),
        ));
    }
    connection
        .ask("wait", json!({ "seconds": wait, "after": number }))
        .map(stopped)
}

/// Returns the program that an argument names. A model may give a number as a number.
fn program(named: &Value) -> Result<Program, AttachError> {
    match named {
        Value::Null => Ok(Program::Only),
        Value::String(name) => Program::of(name.into()).map_err(|error| AttachError::Arguments(error.to_string())),
        Value::Number(number) if number.as_u64().is_some_and(|number| u32::try_from(number).is_ok()) => {
            Ok(Program::Process(number.as_u64().unwrap_or_default() as u32))
        }
        _ => Err(AttachError::Arguments("`program` is a process or a path".to_owned())),
    }
}

fn stopped(answer: Answer) -> (String, bool) {
    match answer.is_ok() {
        true => (print::state(&answer.value), false),
        false => (answer.error().to_owned(), true),
    }
}

/// Returns the lines that traces printed, and the number of the last one.
fn traced(answer: Answer) -> (String, bool) {
    if !answer.is_ok() {
        return (answer.error().to_owned(), true);
    }
    let lines = answer.value["lines"].as_array().into_iter().flatten();
    let mut lines: Vec<&str> = lines.filter_map(Value::as_str).collect();
    let last = format!("(the last line has the number {})", answer.value["last"]);
    lines.push(&last);
    (lines.join("\n"), false)
}

/// Returns what came of a line: what it printed, its value and type, what was said, and what it changed.
fn evaluated(answer: Answer) -> (String, bool) {
    if answer.value.get("stop").is_some() {
        return (
            format!(
                "the line reached another hook, and waits:\n{}",
                print::state(&answer.value)
            ),
            false,
        );
    }
    let text = |key: &str| answer.value[key].as_str();
    let mut lines: Vec<String> = Vec::new();
    for stream in ["stdout", "stderr"] {
        let printed = text(stream).map(|printed| cut(printed.trim_end_matches('\n'), PRINTED));
        lines.extend(printed.map(|printed| format!("{stream}: {printed}")));
    }
    lines.extend(text("value").map(|value| match text("type") {
        Some(ty) => format!("{value}\n(type: {ty})"),
        None => value.to_owned(),
    }));
    lines.extend(text("error").map(str::to_owned));
    lines.extend(text("notes").map(|notes| format!("note: {notes}")));
    let changed = answer.value["changed"].as_array().into_iter().flatten();
    lines.extend(changed.filter_map(|change| Some(format!("changed: {}", change.as_str()?))));
    if answer.value["resumes"] == true {
        lines.push("the program resumes".to_owned());
    }
    if lines.is_empty() {
        lines.push("done; it has no value".to_owned());
    }
    (lines.join("\n"), !answer.is_ok())
}

/// Returns a text of at most so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}\n... (cut; ask for a part of it)", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_are_named() {
        assert_eq!(program(&Value::Null).unwrap(), Program::Only);
        assert_eq!(program(&json!("77")).unwrap(), Program::Process(77));
        assert_eq!(program(&json!(77)).unwrap(), Program::Process(77));
        assert_eq!(program(&json!("/run/a")).unwrap(), Program::Socket("/run/a".into()));
        assert!(program(&json!(-1)).is_err() && program(&json!([])).is_err());
    }

    #[test]
    fn what_came_of_a_line() {
        let check = |value: Value, expected: (&str, bool)| {
            let answer = Answer {
                text: String::new(),
                value,
            };
            assert_eq!(evaluated(answer), (expected.0.to_owned(), expected.1));
        };
        check(
            json!({ "ok": true, "value": "4", "type": "u32" }),
            ("4\n(type: u32)", false),
        );
        check(
            json!({ "ok": true, "changed": ["a: 1 -> 2"] }),
            ("changed: a: 1 -> 2", false),
        );
        check(
            json!({ "ok": true, "value": "4", "stdout": "a\nb\n", "stderr": "c" }),
            ("stdout: a\nb\nstderr: c\n4", false),
        );
        check(json!({ "ok": true, "stdout": "a\n" }), ("stdout: a", false));
        check(json!({ "ok": true }), ("done; it has no value", false));
        check(json!({ "ok": true, "resumes": true }), ("the program resumes", false));
        check(
            json!({ "ok": false, "error": "error[E0425]: .." }),
            ("error[E0425]: ..", true),
        );
    }

    #[test]
    fn what_traces_printed() {
        let answer = |value| Answer {
            text: String::new(),
            value,
        };
        assert_eq!(
            traced(answer(
                json!({ "ok": true, "last": 3, "lines": ["f: n = 1", "f: n = 2"] })
            )),
            ("f: n = 1\nf: n = 2\n(the last line has the number 3)".to_owned(), false)
        );
        assert_eq!(
            traced(answer(json!({ "ok": false, "error": "no" }))),
            ("no".to_owned(), true)
        );
    }

    #[test]
    fn long_results_are_cut() {
        assert_eq!(cut(&"é".repeat(MOST), MOST).len(), 2 * MOST);
        assert!(cut(&"é".repeat(MOST + 1), MOST).ends_with("(cut; ask for a part of it)"));
    }

    #[test]
    fn tools_describe_their_arguments() {
        for tool in list() {
            let schema = &tool["inputSchema"];
            let required = schema["required"].as_array().unwrap();
            assert!(
                required
                    .iter()
                    .all(|name| schema["properties"].get(name.as_str().unwrap()).is_some())
            );
        }
    }
}
