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
                condition: one["condition"]
                    .as_str()
                    .map(str::to_owned)
                    .filter(|text| !text.trim().is_empty()),
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
            let condition = one
                .condition
                .as_ref()
                .map_or(String::new(), |text| format!(" if {text}"));
            one.state = match run(&format!(":break {}:{}{condition}", one.path, one.line)) {
                Ok(said) => planted(&said).unwrap_or(State::Refused(said)),
                Err(why) => State::Refused(why),
            };
            changed.push(one.shown());
        }
        changed
    }

    /// Returns the breakpoints of a file as the editor is told of them.
    pub(super) fn of(&self, path: &str) -> Vec<Value> {
        let own = self.all.iter().filter(|one| one.path == path);
        own.map(EditorBreakpoint::shown).collect()
    }
}

impl EditorBreakpoint {
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

/// Reads `hook 2 is planted at src/main.rs:11 in describe`.
fn planted(said: &str) -> Option<State> {
    let (number, place) = said
        .lines()
        .find_map(|line| line.strip_prefix("hook ")?.split_once(" is planted at "))?;
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
