//! The forms of `hook!`, and where it can stand.

use crate::support::hits::record;
use crate::support::{bare, expect, program, run, session};

#[test]
fn where_it_stands() {
    expect::check("forms");
}

#[test]
fn what_a_site_is_called() {
    let hits = record(bare(&program("forms")).arg("methods"));
    let sites: Vec<_> = hits
        .iter()
        .map(|hit| (hit.file.as_str(), hit.function.as_str()))
        .collect();
    let file = "src/bin/forms.rs";
    // A method with an attribute of its own does not know of whose.
    assert_eq!(
        sites,
        [(file, "Person::rename"), (file, "Person::name"), (file, "greet")]
    );
}

/// The lines of the banners that a function's hooks open with, up to the file.
#[track_caller]
fn banners(function: &str, expected: &[&str]) {
    let said = run(bare(&program("forms")).arg(function), &":c\n".repeat(9));
    let lines = said
        .stderr
        .lines()
        .map(|line| line.split(" at ").next().unwrap_or(line));
    let lines: Vec<_> = lines
        .filter(|line| !line.contains("Ctrl-D") && !line.starts_with("hookable: "))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn a_message() {
    banners("message", &["after training, 3 trees, 0.33, x", "hooked"]);
}

#[test]
fn when() {
    banners("when", &["i is 1", "hooked", "i is 3", "hooked"]);
}

#[test]
fn every() {
    banners("every", &["hooked", "hooked"]);
}

#[test]
fn all_options() {
    banners("all_options", &["no. 2", "hooked"]);
}

#[test]
fn brackets_and_braces() {
    banners("paths", &["hooked", "brackets", "hooked", "braces", "hooked"]);
}

#[test]
fn read_only() {
    session(
        "forms",
        "read_only",
        &["a", "a = 5", "a"],
        &["1", "1"],
        &["`a` cannot be written: the hook is read_only"],
    );
}

#[test]
fn arguments_that_panic_cost_the_hook() {
    let said = run(bare(&program("forms")).arg("arguments_panic"), "n\n:c\nv\n:c\n");
    assert_eq!(
        (said.stdout.as_str(), said.code),
        ("1\n[]\n", Some(0)),
        "{}",
        said.stderr
    );
    let lines: Vec<&str> = said
        .stderr
        .lines()
        .filter(|line| !line.contains("hooked at") && !line.contains("Ctrl-D"))
        .collect();
    let of = |what: &str| {
        let is_of = |line: &&&str| line.starts_with(&format!("hookable: `{what}` of the hook at src/bin/forms.rs:"));
        lines.iter().filter(is_of).count()
    };
    assert_eq!((of("every"), of("when"), lines.len()), (1, 2, 5), "{lines:?}");
    assert!(
        lines[0].starts_with("(the message cannot be shown: it panicked: "),
        "{lines:?}"
    );
    assert!(lines[1].ends_with("not 1: it does not open"), "{lines:?}");
    assert_eq!(lines[4], "popped 0");
}
