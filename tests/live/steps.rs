//! Functions that are gone through statement by statement, and left where they return.

use super::check;
use crate::support::{bare, program, run};

const FILE: &str = "src/bin/live_steps.rs";

/// What `:where 0` says at a line of the program.
fn at(line: usize, function: &str) -> String {
    let text = include_str!("../programs/src/bin/live_steps.rs");
    let text = text.lines().nth(line - 1).unwrap();
    format!("{FILE}:{line} in {function}\n> {line}  {text}")
}

#[test]
fn the_statements_of_this_call() {
    let w = ":where 0";
    check(
        "live_steps",
        "steps",
        &[
            (":next", ""),
            (w, &at(31, "walk")),
            (":n", ""),
            (w, &at(32, "walk")),
            (":n", ""),
            (w, &at(33, "walk")),
            ("i", "0"),
            (":n", ""),
            ("i", "1"),
            // Into the call, through it, and out of it.
            (":step", ""),
            (w, &at(17, "Account::deposit")),
            (":n", ""),
            ("(before, amount)", "(1, 1)"),
            (":n", ""),
            (w, &at(19, "Account::deposit")),
            ("before = 7", ""),
            (
                ":breaks",
                &format!(
                    "1  {FILE}:30 in walk, hit once\n2  {FILE}:50 in factorial, not hit yet\n\
                     3  {FILE}:61 in wait, not hit yet\n4  {FILE}:77 in calls, not hit yet\n5  {FILE}:101 in arms, not hit yet"
                ),
            ),
            (":c", "5"),
            // A recursive call is not this one.
            (":n", ""),
            (w, &at(51, "factorial")),
            (":n", ""),
            (":n", ""),
            (w, &at(55, "factorial")),
            (":n", ""),
            (w, &at(56, "factorial")),
            ("rest", "2"),
            ("rest = 20", ""),
            (":n", "60"),
            (":n", ""),
            (":n", ""),
            (w, &at(63, "wait")),
            ("first", "1"),
            (":s", ""),
            (w, &at(67, "wait")),
            (":s", ""),
            (w, &at(64, "wait")),
            (":disable 3", ""),
        ],
        "2",
    );
}

#[test]
fn a_call_that_ends_goes_on_in_its_caller() {
    let w = ":where 0";
    check(
        "live_steps",
        "steps",
        &[
            (":next", ""),
            (":n", ""),
            (":n", ""),
            (":step", ""),
            (w, &at(17, "Account::deposit")),
            (
                ":finish",
                "this call goes on until it returns: the next statement of a caller with hooks before its statements stops",
            ),
            (w, &at(33, "walk")),
            ("i", "1"),
            (":s", ""),
            (":n", ""),
            (":n", ""),
            (w, &at(19, "Account::deposit")),
            (":n", ""),
            (w, &at(35, "walk")),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "5\n6\n2",
    );
}

/// A planted hook stands before a statement, and so does the one that sleeps there: they are one stop.
#[test]
fn a_planted_hook_is_no_statement() {
    let w = ":where 0";
    check(
        "live_steps",
        "steps",
        &[
            (
                ":break Account::deposit",
                &format!("hook 2 is planted at {FILE}:17 in Account::deposit"),
            ),
            (":c", ""),
            (w, &at(17, "Account::deposit")),
            (":n", ""),
            (w, &at(18, "Account::deposit")),
            (":c", ""),
            (w, &at(17, "Account::deposit")),
            (":s", ""),
            (w, &at(18, "Account::deposit")),
            (
                ":off all",
                "no hook stops any more, once this one resumes; `:on` takes that back",
            ),
        ],
        "5\n6\n2",
    );
}

#[test]
fn the_statements_of_the_next_call() {
    let w = ":where 0";
    check(
        "live_steps",
        "returns",
        &[
            (
                ":next",
                "this call of `calls` has no hooks before its statements: `:c` goes on with it. The next call has them: hook 2 stops at its beginning, and there `:next` goes on to the next statement. A function with `#[hookable(step)]` has them in every call",
            ),
            (
                ":finish",
                "this call of `calls` has no hook where it returns: `:c` goes on with it. The next call has one: hook 3 stops there, with the value",
            ),
            (
                ":breaks",
                &format!(
                    "1  {FILE}:77 in calls, hit once\n2  {FILE}:77 in calls, planted for one stop, with a hook before each statement, not hit yet\n\
                     3  {FILE}:77 in calls, planted for one stop, where it returns, not hit yet\n\
                     4  {FILE}:30 in walk, not hit yet\n5  {FILE}:50 in factorial, not hit yet\n\
                     6  {FILE}:61 in wait, not hit yet\n7  {FILE}:101 in arms, not hit yet"
                ),
            ),
            (":delete 1", "hook 1 stands in the source: it is disabled"),
            (":c", "Some(10)"),
            (w, &at(77, "calls")),
            (":n", ""),
            (w, &at(78, "calls")),
            (":n", "calls returns None"),
            ("returned = Some(7)", ""),
        ],
        "Some(7)\nSome(20)\nNone",
    );
}

/// The call stops at no statement of its own, so the next one that calls is what is meant, whatever is around the call.
#[test]
fn into_a_call_further_down() {
    check(
        "live_steps",
        "arms",
        &[(":step", ""), (":where 0", &at(71, "plain")), (":n", ""), ("half", "2")],
        "Some(3)",
    );
}

#[test]
fn from_a_breakpoint_and_into_calls_that_nothing_was_marked_in() {
    let w = ":where 0";
    let going_on = "the call of the function that is stopped here goes on without it: it stops from the next call on";
    check(
        "live_steps",
        "returns",
        &[
            // From a hook without others, into the next call.
            (":step", ""),
            (w, &at(71, "plain")),
            (":n", ""),
            ("half", "0"),
            (w, &at(72, "plain")),
            (":n", "Some(10)"),
            (w, &at(77, "calls")),
            (
                ":break 79",
                &format!("hook 2 is planted at {FILE}:79 in calls\n{going_on}"),
            ),
            (":c", "None"),
            (w, &at(77, "calls")),
            (":n", ""),
            (w, &at(78, "calls")),
            (":step", ""),
            (w, &at(71, "plain")),
            (
                ":finish",
                "this call goes on until it returns: the next statement of a caller with hooks before its statements stops",
            ),
            (w, &at(79, "calls")),
            ("found", "2"),
            (
                ":breaks",
                &format!(
                    "1  {FILE}:77 in calls, hit 3 times\n2  {FILE}:79 in calls, planted, hit once\n3  {FILE}:30 in walk, not hit yet\n\
                     4  {FILE}:50 in factorial, not hit yet\n5  {FILE}:61 in wait, not hit yet\n6  {FILE}:101 in arms, not hit yet"
                ),
            ),
            ("found = 5", ""),
            (":n", "Some(50)"),
            (w, &at(77, "calls")),
            (":n", ""),
            (w, &at(78, "calls")),
        ],
        "None",
    );
}

#[test]
fn back_to_a_caller_that_is_gone_through() {
    let w = ":where 0";
    let going_on = "the call of the function that is stopped here goes on without it: it stops from the next call on";
    check(
        "live_steps",
        "returns",
        &[
            (
                ":break 78",
                &format!("hook 2 is planted at {FILE}:78 in calls\n{going_on}"),
            ),
            (":break plain", &format!("hook 3 is planted at {FILE}:71 in plain")),
            (":c", ""),
            (w, &at(71, "plain")),
            (":c", "Some(10)"),
            (":c", ""),
            (":c", ""),
            (":c", "None"),
            (":c", ""),
            (w, &at(78, "calls")),
            (":n", ""),
            (w, &at(71, "plain")),
            (
                ":finish",
                "this call goes on until it returns: the next statement of a caller with hooks before its statements stops",
            ),
            (w, &at(79, "calls")),
            (
                ":finish",
                "this call of `calls` has no hook where it returns: `:c` goes on with it. The next call has one: hook 4 stops there, with the value",
            ),
        ],
        "Some(20)\nNone",
    );
}

#[test]
fn what_sleeps_changes_nothing() {
    let said = run(bare(&program("stepped")).arg("stepped"), "");
    let expected =
        "[\"b\", \"c\", \"d\", \"a\"]\n8 [\"a\"] 4\n[3] 1 1\nbb 5 [1, 2]\n3 2 [1, 2] 2 6\nReady(3)\n2 1 true 3\n2\n";
    assert_eq!(
        (said.stdout.as_str(), said.code),
        (expected, Some(0)),
        "{}",
        said.stderr
    );
}
