//! What rustc says is no interface, and verdicts rest on it. Here each error that is read is made, so that a compiler
//! which says it in other words fails a test that names the error. `RUSTC_OF_ERRORS` names another compiler than that
//! of the tests.

#[path = "../../hook-macros/src/probe/compiler/errors.rs"]
mod errors;
mod table;
#[cfg(target_os = "linux")]
mod unknown;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::support::{root, written};
use errors::ERRORS;
use table::{COMPLETION, EARLIER, LINTS, OF_LIBRARIES, PROMPT, Said, UNSTABLE, WORDS, said};

#[test]
fn what_verdicts_rest_on() {
    let rows: Vec<Said> = ERRORS.iter().map(|(code, source)| said(code, "", source)).collect();
    check("verdicts", &rows);
}

#[test]
fn what_the_probe_reads() {
    check("probe", WORDS);
}

#[test]
fn what_the_prompt_reads() {
    check("prompt", PROMPT);
}

#[test]
fn what_completion_reads() {
    check("completion", COMPLETION);
}

#[test]
fn lints_that_are_read() {
    check("lints", LINTS);
}

/// Compiles the code of each row, and looks for the error and its text.
fn check(name: &str, rows: &[Said]) {
    let folder = written("rustc").join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let silent: Vec<String> = rows.iter().filter_map(|row| missing(row, &folder)).collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// Returns what is missing of an error, with what rustc says instead.
fn missing(row: &Said, folder: &Path) -> Option<String> {
    let source = folder.join("lib.rs");
    fs::write(&source, row.source).expect("a source");
    let mut rustc = Command::new(env::var_os("RUSTC_OF_ERRORS").unwrap_or_else(|| "rustc".into()));
    rustc
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--error-format=json",
            "--out-dir",
        ])
        .arg(folder)
        .arg(&source);
    let said = rustc.output().expect("rustc").stderr;
    let said = String::from_utf8_lossy(&said);
    let diagnostics: Vec<Value> = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let has_text = |diagnostic: &Value| texts(diagnostic).iter().any(|text| text.contains(row.text));
    let is_it = |diagnostic: &&Value| diagnostic["code"]["code"].as_str().unwrap_or_default() == row.code;
    let found = diagnostics.iter().filter(is_it).any(has_text);
    (!found).then(|| format!("{} `{}` is not said of `{}`: {said}", row.code, row.text, row.source))
}

/// Returns the message of a diagnostic, its labels and suggestions, and those of its notes.
fn texts(diagnostic: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let many = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut found = vec![of(&diagnostic["message"])];
    for span in many(&diagnostic["spans"]) {
        found.extend([of(&span["label"]), of(&span["suggested_replacement"])]);
    }
    found.extend(many(&diagnostic["children"]).iter().flat_map(texts));
    found
}

/// Every error that the sources name has a row.
#[test]
fn every_error_that_is_read() {
    let rows = [PROMPT, COMPLETION].into_iter().flatten().map(|row| row.code);
    let rows = rows.chain(ERRORS.iter().map(|(code, _)| *code));
    let known: BTreeSet<&str> = rows.chain(UNSTABLE).chain(OF_LIBRARIES).chain(EARLIER).collect();
    let mut read = BTreeSet::new();
    for folder in ["hook-macros/src", "hook-frame/src", "hook-runtime/src"] {
        codes(&root().join(folder), &mut read);
    }
    let unknown: Vec<&String> = read.iter().filter(|code| !known.contains(code.as_str())).collect();
    assert!(
        read.len() > 50 && unknown.is_empty(),
        "of {} no row has {unknown:?}",
        read.len()
    );
}

/// Gathers the errors that stand as strings in the sources of a folder, but for those in tests.
fn codes(folder: &Path, read: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            codes(&path, read);
            continue;
        }
        if path.file_name().is_some_and(|name| name == "tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let strings = text
            .split('"')
            .filter(|string| string.len() == 5 && string.starts_with("E0"));
        read.extend(strings.map(str::to_owned));
    }
}
