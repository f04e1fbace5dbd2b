//! The breakpoints of an editor become hooks that are planted in the program.
//!
//! What an editor asks for before a program is attached is kept until then.

use serde_json::{Value, json};

/// A breakpoint that the editor has set.
pub(super) struct EditorBreakpoint {
    /// The number by which the editor knows it.
    id: u64,
    path: String,
    line: u64,
    condition: Option<String>,
    /// It stops nothing and prints this, where expressions stand in braces.
    message: Option<String>,
    state: State,
}

enum State {
    /// It waits for a program.
    Pending,
    /// The hook of this number is planted for it, at this line.
    Planted {
        number: u64,
        line: u64,
    },
    Refused(String),
}

/// All breakpoints of the editor.
#[derive(Default)]
pub(super) struct Breakpoints {
    all: Vec<EditorBreakpoint>,
    count: u64,
}

impl Breakpoints {
    /// Takes the breakpoints of a file, in place of those that it had. Returns the numbers of the hooks that are to be
    /// deleted.
    pub(super) fn set(&mut self, path: &str, wanted: &Value) -> Vec<u64> {
        let (old, others) = std::mem::take(&mut self.all)
            .into_iter()
            .partition(|one| one.path == path);
        self.all = others;
        for one in wanted.as_array().into_iter().flatten() {
            self.count += 1;
            self.all.push(EditorBreakpoint {
                id: self.count,
                path: path.to_owned(),
                line: one["line"].as_u64().unwrap_or_default(),
                condition: given(&one["condition"]),
                message: given(&one["logMessage"]),
                state: State::Pending,
            });
        }
        let old: Vec<EditorBreakpoint> = old;
        let numbers = old.iter().filter_map(|one| match one.state {
            State::Planted { number, .. } => Some(number),
            _ => None,
        });
        numbers.collect()
    }

    /// Plants what waits. `run` runs a command and gives what it says. Returns the breakpoints that are others now.
    pub(super) fn plant(&mut self, mut run: impl FnMut(&str) -> Result<String, String>) -> Vec<Value> {
        let mut changed = Vec::new();
        for one in self.all.iter_mut().filter(|one| matches!(one.state, State::Pending)) {
            one.state = match one.command().and_then(|command| run(&command)) {
                Ok(said) => planted(&said).unwrap_or(State::Refused(said)),
                Err(why) => State::Refused(why),
            };
            changed.push(one.shown());
        }
        changed
    }

    /// Has all breakpoints wait for a program, since the one that had their hooks is gone.
    pub(super) fn wait(&mut self) {
        self.all.iter_mut().for_each(|one| one.state = State::Pending);
    }

    /// Returns the breakpoints of a file as the editor is told of them.
    pub(super) fn of(&self, path: &str) -> Vec<Value> {
        let own = self.all.iter().filter(|one| one.path == path);
        own.map(EditorBreakpoint::shown).collect()
    }
}

/// Returns a text that is there and not empty.
fn given(text: &Value) -> Option<String> {
    Some(text.as_str()?.to_owned()).filter(|text| !text.trim().is_empty())
}

/// Returns the expressions in the braces of a message. A message without any is one itself, as a string.
fn logged(message: &str) -> Result<String, String> {
    let (mut expressions, mut rest) = (Vec::new(), message);
    while let Some((_, behind)) = rest.split_once('{') {
        let mut depth = 1;
        let closes = |(_, c): &(usize, char)| {
            depth += i32::from(*c == '{') - i32::from(*c == '}');
            depth == 0
        };
        let Some((end, _)) = behind.char_indices().find(closes) else {
            return Err(format!("`{{` has no `}}` in `{message}`"));
        };
        expressions.push(behind[..end].trim());
        rest = &behind[end + 1..];
    }
    expressions.retain(|expression| !expression.is_empty());
    Ok(match expressions.is_empty() {
        true => format!("{message:?}"),
        false => expressions.join(", "),
    })
}

impl EditorBreakpoint {
    /// Returns the command that plants it.
    fn command(&self) -> Result<String, String> {
        let place = format!("{}:{}", self.path, self.line);
        match (&self.message, &self.condition) {
            (None, None) => Ok(format!(":break {place}")),
            (None, Some(condition)) => Ok(format!(":break {place} if {condition}")),
            (Some(message), None) => Ok(format!(":trace {place} {}", logged(message)?)),
            (Some(_), Some(_)) => {
                Err("a message with a condition is not supported: put an `if` into its braces".to_owned())
            }
        }
    }

    fn shown(&self) -> Value {
        let shown = json!({ "id": self.id, "line": self.line, "source": { "path": self.path } });
        let with = |verified: bool, line: u64, message: Option<&str>| {
            let mut shown = shown.clone();
            shown["verified"] = verified.into();
            shown["line"] = line.into();
            if let Some(message) = message {
                shown["message"] = message.into();
            }
            shown
        };
        match &self.state {
            State::Pending => with(false, self.line, Some("it is planted when a program is attached")),
            State::Planted { line, .. } => with(true, *line, None),
            State::Refused(why) => with(false, self.line, Some(why)),
        }
    }
}

/// Reads `hook 2 is planted at src/main.rs:11 in describe`, or the same of a trace.
fn planted(said: &str) -> Option<State> {
    let (number, place) = said.lines().find_map(|line| {
        let line = line.strip_prefix("hook ").or_else(|| line.strip_prefix("trace "))?;
        line.split_once(" is planted at ")
    })?;
    let (place, _) = place.split_once(" in ")?;
    let (_, line) = place.rsplit_once(':')?;
    Some(State::Planted {
        number: number.parse().ok()?,
        line: line.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_traces() {
        let logged = |message: &str| logged(message).unwrap_or_else(|why| why);
        assert_eq!(
            logged("n is {n}, all {v.iter().map(|x| { x + 1 })}"),
            "n, v.iter().map(|x| { x + 1 })"
        );
        assert_eq!(logged("here \"we\" are {}"), r#""here \"we\" are {}""#);
        assert_eq!(logged("{n"), "`{` has no `}` in `{n`");
        let mut breakpoints = Breakpoints::default();
        breakpoints.set(
            "/a.rs",
            &json!([{ "line": 3, "logMessage": "{n}" }, { "line": 4, "logMessage": "x", "condition": "y" }]),
        );
        let mut ran = Vec::new();
        breakpoints.plant(|command| {
            ran.push(command.to_owned());
            Ok("trace 5 is planted at a.rs:3 in f".to_owned())
        });
        assert_eq!(ran, [":trace /a.rs:3 n"]);
        let verified = |breakpoints: &Breakpoints| {
            breakpoints
                .of("/a.rs")
                .iter()
                .map(|one| one["verified"] == true)
                .collect::<Vec<_>>()
        };
        assert_eq!(verified(&breakpoints), [true, false]);
        breakpoints.wait();
        assert_eq!(verified(&breakpoints), [false, false]);
    }

    #[test]
    fn planted_once_a_program_is_attached() {
        let mut breakpoints = Breakpoints::default();
        let wanted = json!([{ "line": 3 }, { "line": 90, "condition": "n > 1" }]);
        assert!(breakpoints.set("/p/src/a.rs", &wanted).is_empty());
        let shown = |breakpoints: &Breakpoints| {
            let shown = breakpoints.of("/p/src/a.rs").into_iter();
            shown
                .map(|one| format!("{} {} {}", one["verified"], one["line"], one["message"]))
                .collect::<Vec<_>>()
        };
        let waits = "\"it is planted when a program is attached\"";
        assert_eq!(
            shown(&breakpoints),
            [format!("false 3 {waits}"), format!("false 90 {waits}")]
        );

        let mut ran = Vec::new();
        let changed = breakpoints.plant(|command| {
            ran.push(command.to_owned());
            match command.contains("90") {
                true => Err("there is no statement".to_owned()),
                false => Ok("hook 7 is planted at src/a.rs:4 in f\nmore".to_owned()),
            }
        });
        assert_eq!(ran, [":break /p/src/a.rs:3", ":break /p/src/a.rs:90 if n > 1"]);
        assert_eq!(changed.len(), 2);
        assert_eq!(
            shown(&breakpoints),
            ["true 4 null", "false 90 \"there is no statement\""]
        );
        assert_eq!(
            breakpoints.plant(|_| unreachable!("nothing waits")),
            Vec::<Value>::new()
        );
        assert!(breakpoints.set("/p/src/b.rs", &json!([])).is_empty());
        assert_eq!(breakpoints.set("/p/src/a.rs", &json!([{ "line": 5 }])), [7]);
    }
}
