//! What a console writes waits for nobody, and a terminal obeys none of it.

use super::{BANNER, check, run, stderr, stdout};

#[test]
fn no_lock_of_the_program_is_waited_for() {
    let banner = format!("hooked at locked.rs:5 in locked, thread child, 1 local\n{BANNER}");
    check("locked", None, "n\nn = 2\n", "1\nhalf a line\n2\n", &banner);
    let banner = format!("hooked at own.rs:5 in own, thread child, 1 local\n{BANNER}");
    check("own", None, "n\nn = 2\n", "1\n2\n", &banner);
}

#[test]
fn what_the_program_printed_comes_first() {
    let banner = format!("hooked at partial.rs:5 in partial, thread child, 1 local\n{BANNER}");
    check("partial", None, "n\n", "half 1\n1\n", &banner);
}

#[test]
fn escapes_are_shown_not_obeyed() {
    let output = run("escapes", None, "text\n:locals\n:full text\n\x1bx\n:c\nbad\n");
    let (said, talk) = (stdout(&output), stderr(&output));
    let shown = "\\u{1b}[2J\\u{7}\\u{9b}31m\\rx\\u{202e}";
    assert_eq!(said, format!("{shown}\ntext: Raw = {shown}\n{shown}\n"));
    assert!(
        talk.starts_with(
            "message \\u{1b}]0;title\\u{7}\nhooked at escapes.rs:5 in escapes, thread wo\\u{1b}rk, 1 local\n"
        ),
        "{talk}"
    );
    assert!(
        talk.ends_with("`bad` cannot be shown: Debug panicked: no \\u{1b}[31m\n"),
        "{talk}"
    );
    let obeyed = |c: char| c.is_control() && c != '\n';
    assert!(!said.contains(obeyed) && !talk.contains(obeyed), "{said}{talk}");
}
