//! The hits of a program's hooks, as `HOOKABLE=record=FILE` writes them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::{root, run};

/// One hit.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) function: String,
    pub(crate) number: u64,
    pub(crate) thread: String,
    pub(crate) locals: Vec<Local>,
}

/// One binding at a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) ty: Option<String>,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) value: Option<String>,
}

impl Hit {
    fn parse(line: &str) -> Hit {
        let json: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let local = |local: &Value| Local {
            name: text(&local["name"]).expect("a local has a name"),
            ty: text(&local["type"]).map(|ty| short(&ty)),
            state: text(&local["state"]).expect("a local has a state"),
            reason: text(&local["reason"]),
            value: text(&local["value"]),
        };
        Hit {
            file: text(&json["site"]["file"]).expect("a site has a file"),
            line: json["site"]["line"].as_u64().expect("a site has a line") as usize,
            function: text(&json["site"]["function"]).expect("a site has a function"),
            number: json["hit"].as_u64().expect("a hit has a number"),
            thread: text(&json["thread"]).expect("a hit has a thread"),
            locals: json["locals"]
                .as_array()
                .expect("a hit has locals")
                .iter()
                .map(local)
                .collect(),
        }
    }

    /// The innermost local of a name.
    #[track_caller]
    pub(crate) fn local(&self, name: &str) -> &Local {
        let found = self.locals.iter().rev().find(|local| local.name == name);
        found.unwrap_or_else(|| panic!("no `{name}` in {self:?}"))
    }
}

/// Runs a command that must succeed, and gives the hits in the order in which they were written.
#[track_caller]
pub(crate) fn record(command: &mut Command) -> Vec<Hit> {
    let file = file();
    let _ = std::fs::remove_file(&file);
    let said = run(command.env("HOOKABLE", format!("record={}", file.display())), "");
    assert_eq!(said.code, Some(0), "{command:?}\n{}{}", said.stdout, said.stderr);
    assert_eq!(said.stderr, "");
    read(&file)
}

/// A file for a record that no other test uses.
pub(crate) fn file() -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("record-{}-{number}", std::process::id()))
}

/// Reads a record, and removes it.
pub(crate) fn read(file: &Path) -> Vec<Hit> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let _ = std::fs::remove_file(file);
    text.lines().map(Hit::parse).collect()
}

/// `Vec<String>` of `alloc::vec::Vec<alloc::string::String>`.
fn short(ty: &str) -> String {
    let mut out = String::new();
    for piece in ty.split_inclusive("::") {
        match piece.strip_suffix("::") {
            Some(path) => out.push_str(path.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_')),
            None => out.push_str(piece),
        }
    }
    out.replace(root().to_string_lossy().as_ref(), "")
}
