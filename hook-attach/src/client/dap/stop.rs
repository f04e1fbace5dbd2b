//! What an editor sees of a stop: threads, frames, and values that it unfolds.

use serde_json::{Value, json};

use super::debug_text;

/// The number of the frame that has the locals.
const TOP: u64 = 1;
/// The number by which an editor asks for the locals.
const LOCALS: usize = 1;

/// What an editor can unfold, by its number.
enum Node {
    /// The value of an expression, where there is one.
    Value { expression: Option<String>, text: String },
    /// The variables of a caller, by the number that the program gives it.
    Caller(u64),
}

/// What is asked of the program while an editor unfolds something.
pub(super) trait AskedProgram {
    /// Returns the whole text of an expression.
    fn text(&mut self, expression: &str) -> Option<String>;

    /// Returns the variables of a caller: `name`, `type` and `value` of each. The error is for the user.
    fn variables(&mut self, frame: u64) -> Result<Vec<Value>, String>;
}

/// A program that is not asked.
struct Unasked;

impl AskedProgram for Unasked {
    fn text(&mut self, _: &str) -> Option<String> {
        None
    }

    fn variables(&mut self, _: u64) -> Result<Vec<Value>, String> {
        Err("the program is not asked".to_owned())
    }
}

/// A stop, and the values of it that an editor has seen.
pub(super) struct Stop {
    state: Value,
    nodes: Vec<Node>,
}

impl Stop {
    /// Takes the entry `stop` of a state.
    pub(super) fn new(state: Value) -> Self {
        Stop {
            state,
            nodes: Vec::new(),
        }
    }

    /// Returns the number of the thread that is at the prompt.
    pub(super) fn thread(&self) -> u64 {
        let here = all(&self.state["threads"]).find(|thread| thread["here"] == true);
        here.and_then(|thread| thread["number"].as_u64()).unwrap_or(1)
    }

    pub(super) fn threads(&self) -> Value {
        let thread = |thread: &Value| json!({ "id": thread["number"], "name": thread["place"] });
        all(&self.state["threads"]).map(thread).collect()
    }

    /// Returns the frames of the thread that is at the prompt, the innermost first.
    pub(super) fn frames(&self) -> Vec<Value> {
        let site = &self.state["site"];
        let file = site["file"].as_str().unwrap_or_default();
        let path = self.state["path"].as_str().unwrap_or(file);
        let root = self.root();
        let frame = |(number, row): (usize, &Value)| {
            let row = row.as_str().unwrap_or_default();
            let (name, place) = row.split_once(" at ").unwrap_or((row, ""));
            let (file, line) = place.rsplit_once(':').unwrap_or((place, "0"));
            let is_top = number == 0;
            json!({
                "id": TOP + number as u64,
                "name": name,
                "line": if is_top { site["line"].clone() } else { line.parse::<u64>().unwrap_or(0).into() },
                "column": if is_top { site["column"].clone() } else { 1.into() },
                "source": match (is_top, file) {
                    (true, _) => source(path.to_owned()),
                    (false, "") => Value::Null,
                    (false, file) => source(format!("{root}{file}")),
                },
            })
        };
        all(&self.state["backtrace"]).enumerate().map(frame).collect()
    }

    /// Returns what stands before the names of files as rustc has them, which is the folder that it ran in.
    pub(super) fn root(&self) -> &str {
        let (path, file) = (self.state["path"].as_str(), self.state["site"]["file"].as_str());
        path.and_then(|path| path.strip_suffix(file?)).unwrap_or_default()
    }

    pub(super) fn scopes(&mut self, frame: u64) -> Value {
        let scope = |name: &str, reference: usize| json!([{ "name": name, "presentationHint": "locals", "variablesReference": reference, "expensive": false }]);
        if frame == TOP {
            return scope("Locals", LOCALS);
        }
        match self.number(frame) {
            Some(number) => {
                self.nodes.push(Node::Caller(number));
                scope("Variables, from memory", LOCALS + self.nodes.len())
            }
            None => json!([]),
        }
    }

    /// Returns the number that the program gives a frame.
    fn number(&self, frame: u64) -> Option<u64> {
        let at = usize::try_from(frame.checked_sub(TOP)?).ok()?;
        self.state["frames"].get(at)?.as_u64()
    }

    /// Returns whether a frame is one that a hook captured nothing of.
    pub(super) fn is_caller(&self, frame: u64) -> bool {
        frame > TOP
    }

    /// Returns a variable of a caller by its name, with the number to unfold it by.
    pub(super) fn of_caller(
        &mut self,
        frame: u64,
        name: &str,
        program: &mut impl AskedProgram,
    ) -> Result<Value, String> {
        let number = self.number(frame).ok_or("this row stands for several frames")?;
        let variables = program.variables(number)?;
        let variable = variables.iter().find(|variable| variable["name"] == name);
        let variable = variable.ok_or("in a caller only its variables are shown")?;
        Ok(self.in_memory(variable))
    }

    /// Returns the values below a number.
    ///
    /// # Errors
    ///
    /// They are those of the program, where it cannot tell the variables of a caller.
    pub(super) fn variables(
        &mut self,
        reference: usize,
        program: &mut impl AskedProgram,
    ) -> Result<Vec<Value>, String> {
        if reference == LOCALS {
            let locals: Vec<Value> = all(&self.state["locals"]).cloned().collect();
            return Ok(locals.iter().map(|local| self.local(local)).collect());
        }
        let (whole, mut text) = match reference.checked_sub(LOCALS + 1).and_then(|at| self.nodes.get(at)) {
            None => return Ok(Vec::new()),
            Some(Node::Caller(number)) => {
                let variables = program.variables(*number)?;
                return Ok(variables.iter().map(|variable| self.in_memory(variable)).collect());
            }
            Some(Node::Value { expression, text }) => (expression.clone(), text.clone()),
        };
        if text.ends_with("...")
            && let Some(all) = whole.as_deref().and_then(|whole| program.text(whole))
        {
            text = all;
        }
        let parts: Vec<_> = debug_text::parts(&text)
            .into_iter()
            .map(|(part, text)| {
                (
                    part.name(),
                    whole.as_deref().and_then(|whole| part.of(whole)),
                    text.to_owned(),
                )
            })
            .collect();
        let variable = |(name, expression, text): (String, Option<String>, String)| {
            let mut variable = json!({ "name": name, "value": text });
            self.unfolds(&mut variable, expression, text);
            variable
        };
        Ok(parts.into_iter().map(variable).collect())
    }

    /// Describes a variable of a caller, which nobody can write.
    fn in_memory(&mut self, variable: &Value) -> Value {
        let text = variable["value"].as_str().unwrap_or_default();
        let mut shown = json!({
            "name": variable["name"],
            "value": text,
            "type": variable["type"],
            "presentationHint": { "attributes": ["readOnly"] },
        });
        self.unfolds(&mut shown, None, text.to_owned());
        shown
    }

    fn local(&mut self, local: &Value) -> Value {
        let name = local["name"].as_str().unwrap_or_default();
        let state = local["state"].as_str().unwrap_or_default();
        let (value, reason) = (local["value"].as_str(), local["reason"].as_str());
        let mut variable = json!({
            "name": name,
            "value": value.or(reason).unwrap_or(state),
            "type": local["type"],
            "presentationHint": { "attributes": if state == "writable" { json!([]) } else { json!(["readOnly"]) } },
        });
        if let Some(value) = value {
            self.unfolds(&mut variable, Some(name.to_owned()), value.to_owned());
        }
        variable
    }

    /// Notes a value, so that an editor can write it, and unfold it if it has parts.
    fn unfolds(&mut self, variable: &mut Value, expression: Option<String>, text: String) {
        let has_parts = text.ends_with("...") || !debug_text::parts(&text).is_empty();
        if let Some(expression) = &expression {
            variable["evaluateName"] = expression.as_str().into();
        }
        variable["variablesReference"] = match has_parts {
            true => {
                self.nodes.push(Node::Value { expression, text });
                (LOCALS + self.nodes.len()).into()
            }
            false => 0.into(),
        };
    }

    /// Returns a number for the parts of a value that was evaluated, or 0 if it has none.
    pub(super) fn reference(&mut self, expression: &str, text: &str) -> Value {
        let mut variable = json!({});
        self.unfolds(&mut variable, Some(format!("({expression})")), text.to_owned());
        variable["variablesReference"].take()
    }

    /// Returns the expression for a name below a number.
    pub(super) fn expression(&mut self, reference: usize, name: &str) -> Option<String> {
        let variables = self.variables(reference, &mut Unasked).ok()?;
        let variable = variables.iter().find(|variable| variable["name"] == name)?;
        variable["evaluateName"].as_str().map(str::to_owned)
    }

    /// Returns the lines of source that are known, where an editor cannot open the file.
    pub(super) fn text(&self) -> String {
        let lines = all(&self.state["source"]).map(|line| line["text"].as_str().unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn source(path: String) -> Value {
    match path.rsplit_once('/') {
        Some((_, name)) => json!({ "name": name, "path": path }),
        None => json!({ "name": path, "path": path }),
    }
}

fn all(array: &Value) -> impl Iterator<Item = &Value> {
    array.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop() -> Stop {
        Stop::new(json!({
            "site": { "file": "src/a.rs", "line": 9, "column": 5 },
            "path": "/home/u/p/src/a.rs",
            "threads": [{ "number": 2, "place": "a", "here": true }, { "number": 3, "place": "b", "here": false }],
            "backtrace": ["f at src/a.rs:9", "main at src/main.rs:3", "what was typed"],
            "frames": [0, 7, null],
            "locals": [
                { "name": "n", "type": "u32", "state": "writable", "value": "3" },
                { "name": "p", "type": "P", "state": "writable", "value": "P { x: [1, 2], m: {\"k\": (7, 8)} }" },
                { "name": "gone", "type": "String", "state": "moved", "reason": "moved at line 3" },
                { "name": "long", "type": "Vec<u8>", "state": "writable", "value": "[1, 2..." },
            ],
        }))
    }

    /// A program with one long value, and a caller of the number 7.
    struct Known;

    impl AskedProgram for Known {
        fn text(&mut self, expression: &str) -> Option<String> {
            (expression == "long").then(|| "[1, 2, 3]".to_owned())
        }

        fn variables(&mut self, frame: u64) -> Result<Vec<Value>, String> {
            match frame {
                7 => Ok(vec![json!({ "name": "v", "type": "P", "value": "P { x: 1 }" })]),
                _ => Err("no such frame".to_owned()),
            }
        }
    }

    #[track_caller]
    fn check(stop: &mut Stop, reference: usize, expected: &[&str]) {
        let variables = stop.variables(reference, &mut Known).expect("variables");
        let shown = variables.iter().map(|variable| {
            let text = |key: &str| variable[key].as_str().unwrap_or_default().to_owned();
            format!(
                "{} = {} [{}] {}",
                text("name"),
                text("value"),
                text("evaluateName"),
                variable["variablesReference"]
            )
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn values_unfold() {
        let mut stop = stop();
        let locals = [
            "n = 3 [n] 0",
            "p = P { x: [1, 2], m: {\"k\": (7, 8)} } [p] 2",
            "gone = moved at line 3 [] null",
            "long = [1, 2... [long] 3",
        ];
        check(&mut stop, LOCALS, &locals);
        check(&mut stop, 2, &["x = [1, 2] [p.x] 4", "m = {\"k\": (7, 8)} [p.m] 5"]);
        check(&mut stop, 4, &["[0] = 1 [p.x[0]] 0", "[1] = 2 [p.x[1]] 0"]);
        check(&mut stop, 5, &["\"k\" = (7, 8) [] 6"]);
        check(&mut stop, 6, &["0 = 7 [] 0", "1 = 8 [] 0"]);
        check(
            &mut stop,
            3,
            &["[0] = 1 [long[0]] 0", "[1] = 2 [long[1]] 0", "[2] = 3 [long[2]] 0"],
        );
        check(&mut stop, 99, &[]);
        check(&mut stop, 0, &[]);
        assert_eq!(stop.expression(2, "x").as_deref(), Some("p.x"));
        assert_eq!(stop.expression(5, "\"k\""), None);
    }

    #[test]
    fn frames_and_threads() {
        let stop = stop();
        assert_eq!(stop.thread(), 2);
        let frames = stop.frames();
        let shown: Vec<_> = frames
            .iter()
            .map(|frame| format!("{} {} {}", frame["name"], frame["source"]["path"], frame["line"]))
            .collect();
        let expected = [
            "\"f\" \"/home/u/p/src/a.rs\" 9",
            "\"main\" \"/home/u/p/src/main.rs\" 3",
            "\"what was typed\" null 0",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn callers_have_variables() {
        let mut stop = stop();
        assert_eq!(stop.scopes(1)[0]["variablesReference"], LOCALS);
        assert_eq!(stop.scopes(3), json!([]), "it is no frame");
        let reference = stop.scopes(2)[0]["variablesReference"].as_u64().expect("a number");
        check(&mut stop, reference as usize, &["v = P { x: 1 } [] 3"]);
        check(&mut stop, 3, &["x = 1 [] 0"]);
        assert_eq!(stop.expression(reference as usize, "v"), None, "nobody can write it");
        let shown = stop.of_caller(2, "v", &mut Known).expect("a variable");
        assert_eq!(shown["value"], "P { x: 1 }");
        assert!(stop.of_caller(2, "w", &mut Known).is_err());
        assert!(stop.of_caller(3, "v", &mut Known).is_err());
    }
}
