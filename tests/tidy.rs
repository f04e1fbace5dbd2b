//! What neither rustfmt nor clippy holds of the sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// More than this is more than one concern.
const LINES: usize = 600;

/// Where lines of code end, too.
const COLUMNS: usize = 120;

/// All sources below a folder, what cargo built left out.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("it can be read").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_hidden = name.to_string_lossy().starts_with('.');
        if path.is_dir() && !is_hidden && name != "target" {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// What is wrong with each of the sources, by name.
fn wrong(check: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    wrong_by_name(|_, text| check(text))
}

fn wrong_by_name(check: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let mut paths = Vec::new();
    sources(root(), &mut paths);
    assert!(paths.len() > 100, "the sources are found: {}", paths.len());
    let mut wrong = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a source is text");
        let name = path.strip_prefix(root()).expect("it is below").display().to_string();
        wrong.extend(check(&name, &text).into_iter().map(|what| format!("{name}, {what}")));
    }
    wrong
}

#[test]
fn no_file_is_too_long() {
    let too_long = wrong(|text| {
        let lines = text.lines().count();
        Vec::from_iter((lines > LINES).then(|| format!("{lines} lines")))
    });
    assert_eq!(too_long, Vec::<String>::new());
}

/// rustfmt leaves comments as they are. A row of a table and code cannot be broken.
#[test]
fn no_comment_is_too_wide() {
    let too_wide = wrong(|text| {
        let (mut found, mut in_code) = (Vec::new(), false);
        for (number, line) in text.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix("//") else {
                in_code = false;
                continue;
            };
            let words = comment.trim_start_matches(['/', '!']).trim_start();
            let is_fence = words.starts_with("```");
            in_code ^= is_fence;
            if line.chars().count() > COLUMNS && !in_code && !words.starts_with('|') {
                found.push(format!("line {}", number + 1));
            }
        }
        found
    });
    assert_eq!(too_wide, Vec::<String>::new());
}

/// rustc looks for missing docs in no module that is hidden from them, and what compiled code names is in such ones.
#[test]
fn what_is_public_is_documented() {
    let bare = wrong_by_name(|name, text| {
        let is_library = name.starts_with("hook-") && name.contains("src") && !name.contains("tests");
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        let is_public = |line: &str| {
            line.strip_prefix("pub ").is_some_and(|item| {
                let word = item.split([' ', ':', '(']).next().unwrap_or_default();
                !["mod", "use", "const", "static"].contains(&word) || item.starts_with("const fn ")
            })
        };
        let undocumented = |&(at, line): &(usize, &&str)| {
            let mut above = lines[..at].iter().rev();
            let above = above.find(|line| !line.starts_with("#[") && !line.ends_with(']') && !line.ends_with(")]"));
            is_library && is_public(line) && !above.is_some_and(|line| line.starts_with("///"))
        };
        let bare = lines.iter().enumerate().filter(undocumented);
        bare.map(|(at, line)| format!("line {}: {line}", at + 1)).collect()
    });
    assert_eq!(bare, Vec::<String>::new());
}

/// A module that allows it would allow it to all that is below.
#[test]
fn what_is_unsafe_is_in_files_that_say_so() {
    let unsaid = wrong_by_name(|name, text| {
        let is_test = name.split(['/', '\\']).any(|part| part == "tests");
        let comments = text.lines().filter_map(|line| line.trim_start().strip_prefix("// "));
        let reasons = comments.filter(|comment| comment.starts_with("SAFETY:"));
        let declares = |what: &&str| text.contains(*what);
        let has = reasons.count() > 0
            || ["/// # Safety", "unsafe(link_", "\nunsafe extern "]
                .iter()
                .any(declares);
        let allows = text.contains("[allow(unsafe_code)]") || text.contains(", allow(unsafe_code))]");
        Vec::from_iter((has != allows && !is_test).then(|| format!("has it: {has}, allows it: {allows}")))
    });
    assert_eq!(unsaid, Vec::<String>::new());
}

/// An error that prints its cause and also returns it as its `source` shows it twice to whoever prints both. One that
/// is `transparent` is printed as its cause and returns what that returns.
#[test]
fn no_error_tells_its_cause_twice() {
    let twice = wrong(|text| {
        let errors = text.split("\n    #[error(").skip(1).filter(|error| {
            let (message, rest) = error.split_once(")]\n").unwrap_or((error, ""));
            let variant = rest.split("\n}").next().unwrap_or_default();
            let returns = |mark: &str| variant.contains(mark);
            let prints = !message.starts_with("transparent");
            message.contains("{source") || prints && (returns("#[from]") || returns("#[source]"))
        });
        errors
            .map(|error| error.lines().next().unwrap_or_default().to_owned())
            .collect()
    });
    assert_eq!(twice, Vec::<String>::new());
}
