//! Tests of whole sessions, on frames that are built by hand. In a transcript, a line of standard error begins with `!
//! `.

#[cfg(feature = "serde")]
mod files;
mod frames;

pub(crate) use frames::{binding, frame, marked, site};

use super::*;
use crate::frame::Site;
use frames::{check, with_locals};

#[test]
fn names_print_values() {
    check("a\ns\nwords\ntext\nn\nr", "1\n\"x\"\n[\"one\"]\n\"abc\"\n5\n7");
}

#[test]
fn literals_write() {
    check("a = 1000\na", "1000");
    check("s = \"it's\"; \ns", "\"it's\"");
    #[cfg(feature = "serde")]
    check("text = r\"c:\\\"\ntext", "\"c:\\\\\"");
    check("a = 0x10\na\na = -1_000\na", "16\n-1000");
}

#[cfg(feature = "serde")]
#[test]
fn sequences_write_over_lines() {
    check("words = [\n  \"a\",\n  \"b\"\n]\nwords", "[\"a\", \"b\"]");
}

/// Checks writes on frames for which nothing can be compiled.
#[cfg(feature = "serde")]
#[test]
fn rust_that_cannot_be_compiled_is_read_as_a_literal() {
    let why = "rust cannot run at this hook: the crate was compiled without asking rustc what hooks can capture";
    check(
        "words = vec![\"a\", \"b\".into()]\nwords",
        &format!("! {why}; `words` was read by its Deserialize instead\n[\"a\", \"b\"]"),
    );
    check(
        "a = i32::MAX\na",
        "! expected i32, found i32::MAX\n!  --> hook:1:5\n!  | a = i32::MAX\n!  |     ^^^^^^^^\n1",
    );
    check("a = b + 1\nxyzzy = Some(1)", &format!("! {why}\n! {why}"));
    check("s = String::from(\"y\")\ns", "\"y\"");
}

#[test]
fn a_command_is_no_part_of_an_item() {
    let why = "rust cannot run at this hook: the crate was compiled without asking rustc what hooks can capture";
    check("fn f()\n:type a\na", &format!("! {why}\ni32\n1"));
}

#[test]
fn what_does_not_fit_is_refused() {
    check(
        "small = 300\nsmall",
        "! 300 is out of range for u8\n!  --> hook:1:9\n!  | small = 300\n!  |         ^^^\n200",
    );
    check(
        "small = -1",
        "! -1 is out of range for u8\n!  --> hook:1:9\n!  | small = -1\n!  |         ^^",
    );
    check(
        "small = 1i32",
        "! expected u8, found i32\n!  --> hook:1:9\n!  | small = 1i32\n!  |         ^^^^",
    );
    check(
        "small = 1.5",
        "! expected u8, found a float\n!  --> hook:1:9\n!  | small = 1.5\n!  |         ^^^",
    );
    let string = if cfg!(feature = "serde") { "a string" } else { "String" };
    check(
        "s = 5",
        &format!("! expected {string}, found an integer\n!  --> hook:1:5\n!  | s = 5\n!  |     ^"),
    );
    check(
        "a = \"x\"\na",
        "! expected i32, found a string\n!  --> hook:1:5\n!  | a = \"x\"\n!  |     ^^^\n1",
    );
    #[cfg(feature = "serde")]
    check(
        "boom = 1",
        "! Boom cannot be written: it has neither Deserialize nor FromStr",
    );
}

#[test]
fn what_cannot_be_written_says_why() {
    check("r\na = 2\nr", "7\n7\n! r is shown as it was when the hook was reached");
    check("n = 6\nn", "! `n` cannot be written: borrowed by m\n5");
    check(
        "r = 6",
        "! `r` cannot be written: shown as the hook opened: another local borrows it",
    );
    check("gone = 6", "! `gone` cannot be written: moved at line 12 (drop)");
    check("later = 6", "! `later` cannot be written: not yet assigned");
    let (transcript, _) = with_locals(
        |site| Site {
            read_only: true,
            ..site
        },
        "a = 2\na",
    );
    assert_eq!(transcript, "! `a` cannot be written: the hook is read_only\n1");
}

#[test]
fn what_cannot_be_read_says_why() {
    check("gone", "! `gone` cannot be read: moved at line 12 (drop)");
    check("later", "! `later` cannot be read: not yet assigned");
    check("blank", "<Blank>\n! Blank has neither Debug nor Display");
    check("boom\na", "! `boom` cannot be shown: Debug panicked: fuse 7\n1");
}

#[test]
fn a_script_expects_what_a_line_prints() {
    check("a\n:expect 1\nwords\n:expect [\"one\"]", "1\n[\"one\"]");
    // Errors are expected, too, and each line of several by a command of its own.
    check(
        "nope\n:expect no local is called `nope`\n:locals n s\n:expect s: String = \"x\"\n:expect n: i64    = 5   read-only: borrowed by m",
        "! no local is called `nope`\ns: String = \"x\"\nn: i64    = 5   read-only: borrowed by m",
    );
    let fails = |script, expected: &str| {
        let (transcript, flow) = with_locals(|site| site, script);
        assert_eq!((&*transcript, flow), (expected, Flow::Exit(1)));
    };
    let why = "! the script expected something else at src/demo.rs:12";
    fails("a\n:expect 2\na", &format!("1\n{why}\n! - 2\n! + 1"));
    fails(
        "a\n:expect 1\n:expect 1",
        &format!("1\n{why}\n! - 1\n! + (nothing more was printed)"),
    );
    fails("a\ns\n:expect 1", &format!("1\n\"x\"\n{why}\n! - 1\n! + \"x\""));
}

#[test]
fn unknown_names_are_guessed() {
    check("word", "! no local is called `word`, did you mean `words`?");
    check("wrods = 1", "! no local is called `wrods`, did you mean `words`?");
    check("xyzzy", "! no local is called `xyzzy`");
}

#[test]
fn undo_goes_back_write_by_write() {
    check(
        "a = 2\ns = \"y\"\na = 3\n:undo\na\n:undo\ns\n:undo\na\n:undo",
        "! a is 2 again\n2\n! s is \"x\" again\n\"x\"\n! a is 1 again\n1\n! there is no write to undo",
    );
}

#[test]
fn types() {
    check(":type words\n:t a", "Vec<String>\ni32");
    check(":type gone", "i64");
    check(
        ":type later",
        "! `later` cannot be read: its type is not known here (not yet assigned)",
    );
    check(":thread", "! usage: :thread N");
    check(":type", "! usage: :type EXPR");
}

#[test]
fn all_locals_in_columns() {
    check(
        ":locals",
        r#"
a                    shadowed   shadowed
a: i32             = 1
small: u8          = 200
s: String          = "x"
words: Vec<String> = ["one"]
text: &str         = "abc"
n: i64             = 5   read-only: borrowed by m
r: u16             = 7   read-only: shown as the hook opened: another local borrows it
blank: Blank       = <Blank>
boom: Boom           Debug panicked: fuse 7
many: Vec<u8>      = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0...
gone: i64            moved at line 12 (drop)
later                not yet assigned"#,
    );
    check(
        ":locals n, gone",
        "n: i64    = 5   read-only: borrowed by m\ngone: i64   moved at line 12 (drop)",
    );
    check(":locals worsd", "! no local is called `worsd`, did you mean `words`?");
}

#[test]
fn long_values_are_cut() {
    let (transcript, _) = with_locals(|site| site, "many");
    assert_eq!(transcript.lines().count(), 61);
    assert!(transcript.starts_with("[\n    0, 0, 0, 0,"));
    assert!(transcript.contains("\n    .. the first "), "{transcript}");
    assert!(
        transcript.ends_with("! ... and more: `:full many` prints all of it"),
        "{transcript}"
    );
    let (transcript, _) = with_locals(|site| site, ":full many");
    assert_eq!(transcript.lines().count(), 1_000_002);
}

#[test]
fn values_are_drawn() {
    let (transcript, _) = with_locals(|site| site, ":hist many");
    assert!(transcript.starts_with("0  1000000  "), "{transcript}");
    check(":plot words", "! `words` cannot be drawn: it is no sequence of numbers");
    for command in [":plot", ":hist", ":table"] {
        check(
            &format!("words = []\n{command} words"),
            "! `words` cannot be drawn: it is empty",
        );
    }
    check(
        ":hist blank",
        "! `blank` cannot be drawn: its type has neither Debug nor Display",
    );
    check(":plot", "! usage: :plot EXPR[, EXPR] [> FILE.svg]");
    check(
        ":table n",
        "! `n` cannot be drawn: it is no sequence of structs or of rows, or its Debug is one of its own",
    );
}

#[test]
fn commands_are_guessed() {
    check(":frob", "! there is no command `:frob`; `:help` lists them");
    check(":undp", "! there is no command `:undp`, did you mean `:undo`?");
    check(
        "bt",
        "! no local is called `bt`\n! a command begins with a colon: `:bt`",
    );
    check(
        "whatis",
        "! no local is called `whatis`\n! `:type EXPR` prints the type",
    );
}

#[test]
fn quitting_is_explained() {
    let explained = "! this console is part of a running program: Ctrl-D or :c resumes the program, :exit ends it";
    for line in ["exit", "quit", ":q", "quit()", "exit()"] {
        check(line, explained);
    }
}

#[test]
fn ways_out() {
    let ends = |script: &str, expected| assert_eq!(with_locals(|site| site, script), expected);
    ends(":c\na", (String::new(), Flow::Resume));
    ends("a\n:continue\na", ("1".to_owned(), Flow::Resume));
    ends(":exit\na", (String::new(), Flow::Exit(0)));
    ends(":exit 3", (String::new(), Flow::Exit(3)));
    ends(":exit x\n:exit 1", ("! `x` is no exit code".to_owned(), Flow::Exit(1)));
    ends(":continue now", ("! usage: :continue [N]".to_owned(), Flow::Resume));
}

#[test]
fn rust_needs_a_slot() {
    check(
        "a = f(1)",
        "! rust cannot run at this hook: the crate was compiled without asking rustc what hooks can capture",
    );
    check(
        "a =",
        "! rust cannot run at this hook: the crate was compiled without asking rustc what hooks can capture",
    );
    check(
        "a + 1",
        "! rust cannot run at this hook: the crate was compiled without asking rustc what hooks can capture",
    );
}

#[test]
fn help_lists_the_table() {
    let (help, _) = with_locals(|site| site, ":help");
    for command in commands::COMMANDS {
        assert!(help.contains(&command.usage()), "{help}");
    }
    check(
        ":help :undo",
        ":undo\n  take back the last write, then the one before\n  As far back as to the opening of this hook. \
         A line of Rust is taken back, path\n  by path, where what was there is `Copy`, or plain data of std that is not\n  large.",
    );
    let variables = [
        "HOOKABLE=off",
        "HOOKABLE=tty=PATH",
        "HOOKABLE=script=FILE",
        "HOOKABLE=record=FILE",
        "HOOKABLE_RUSTC=PATH",
        "HOOKABLE_RECORD_HITS",
    ];
    for variable in variables {
        assert!(help.contains(variable), "{help}");
    }
    let (of_one, _) = with_locals(|site| site, ":help HOOKABLE");
    assert!(of_one.contains("tty=PATH") && !of_one.contains("HOOKABLE_"), "{of_one}");
    let (of_one, _) = with_locals(|site| site, ":help HOOKABLE_RECORD_HITS");
    let expected = "HOOKABLE_RECORD_HITS  how many hits of each hook are recorded; 10 if not set";
    assert_eq!(of_one.trim(), expected);
    check(
        ":help c",
        ":continue [N]\n  resume the program, as Ctrl-D does\n  With N, this hook stops again at its Nth hit from here. On a terminal an empty\n  \
         line resumes as the last `:continue` did.",
    );
}
