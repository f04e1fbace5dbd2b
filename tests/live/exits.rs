//! An error leaves a function, and a hook stands there.

use super::check;
use crate::support::{bare, program, run};

#[test]
fn an_expression_is_evaluated_again() {
    check(
        "exits",
        "retries",
        &[
            ("err", "ParseIntError { kind: InvalidDigit }"),
            (":retry now", "usage: :retry"),
            // It fails again, and the hook stops again.
            (":retry", ""),
            ("trimmed = \"12\"", ""),
            (":retry", "Ok(12)"),
            // The second call gives a number that is too large.
            (
                ":retry",
                "the expression cannot be evaluated again: it is an `Err` whatever the locals are",
            ),
            ("err = ReadError::Missing(\"nothing\")", ""),
            (":c", "Err(Missing(\"nothing\"))"),
            (
                ":retry",
                "the expression cannot be evaluated again: rustc refuses that: use of moved value: `a`",
            ),
            (":return Ok(7)", "the function returns: Ok(7)\nOk(7)"),
            (":type err", "&str"),
        ],
        "Err(\"no\")",
    );
}

#[test]
fn what_does_not_fail_runs_as_before() {
    let said = run(bare(&program("exits")).arg("order_of_drops"), "");
    assert_eq!(said.stdout, "add\ndrop t2\ndrop t1\ndrop t3\ndrop local\nOk(3)\n");
    assert_eq!((said.stderr.as_str(), said.code), ("", Some(0)));
    let off = run(bare(&program("exits")).env("HOOKABLE", "off"), ":c");
    assert_eq!((off.stderr.as_str(), off.code), ("", Some(0)));
}

#[test]
fn elsewhere_nothing_is_evaluated_again() {
    check(
        "live_returns",
        "units",
        &[(
            ":retry",
            "`:retry` is for the hooks of `#[hookable(on_err)]`, which stand where errors leave a function",
        )],
        "went on with 1\ndrop unit\nwent on with 2\ndrop unit\nwent on with 3\ndrop unit",
    );
}

#[test]
fn a_panic_opens_a_console_before_it_unwinds() {
    let lines = [
        "sum",
        ":c",
        ":c",
        "values",
        ":bt",
        "CALLS.fetch_add(5, Ordering::Relaxed)",
        "let kept = average(&[8])",
        ":c",
        "kept + CALLS.load(Ordering::Relaxed)",
        "panic!(\"mine\")",
        ":return 5",
        ":retry",
        ":c",
        "index",
    ];
    let script: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = run(
        bare(&program("panics")).arg("panics").env("RUST_BACKTRACE", "0"),
        &script,
    );
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    // The first hook is that of the source; a hook in what is called at the panic opens, too.
    let (frames, lines): (Vec<_>, Vec<_>) = said.stdout.lines().partition(|line| line.starts_with('#'));
    // They are those of the thread that panics, not those of the console's own.
    assert_eq!(frames[0], "#0 in average at src/bin/panics.rs:23");
    assert!(
        frames[1..]
            .iter()
            .any(|frame| frame.contains(" in panics at src/bin/panics.rs:")),
        "{frames:?}"
    );
    assert!(!said.stdout.contains("clone"), "{}", said.stdout);
    assert_eq!(
        lines,
        [
            "4", "unwinds", "2", "[]", "2", "unwinds", "16", "unwinds", "true", "7", "unwinds", "true", "unwinds"
        ],
        "{}",
        said.stderr
    );
    let expected = [
        "it panics at src/bin/panics.rs:28:5: attempt to divide by zero",
        "sum was 0 at hit 2 of src/bin/panics.rs:27",
        if cfg!(target_os = "linux") {
            "locals are shown as they lie in memory"
        } else {
            "locals are not shown"
        },
        "the line panicked: mine",
        "a line cannot return from the function at this hook: a panic leaves the function",
        "`:retry` is for the hooks of `#[hookable(on_err)]`",
        "it panics at src/bin/panics.rs:34:10: index out of bounds",
    ];
    for part in expected {
        assert!(said.stderr.contains(part), "{part}\n{}", said.stderr);
    }
}

#[test]
fn functions_catch_what_is_asked_for() {
    let run = |catch: &str, script: &str| {
        let mut caught = bare(&program("panics"));
        run(
            caught.arg("caught").env("HOOKABLE", catch).env("RUST_BACKTRACE", "0"),
            script,
        )
    };
    let said = run("catch=err", "text = \"9\"\n:retry\n:c\n");
    assert!(said.stdout.starts_with("Ok(9)\n"), "{}{}", said.stdout, said.stderr);
    assert!(said.stderr.contains(" of panics fail, compiled in "), "{}", said.stderr);
    assert!(said.stderr.contains("an error leaves parse here: "), "{}", said.stderr);
    let wrong = run("catch=all", ":c\n");
    assert!(
        wrong
            .stderr
            .starts_with("hookable: HOOKABLE=catch=all is not understood: catch=all is not err, panic or err|panic"),
        "{}",
        wrong.stderr
    );
}
