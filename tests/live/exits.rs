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
