//! Write-back, `:undo`, `:save` and `:load`.

use std::fs;
use std::path::Path;

use crate::support::{bare, program, run, session, written};

#[test]
fn the_post() {
    let lines = ["a = 1000"];
    session(
        "writes",
        "scalars",
        &lines,
        &[r#"1000 2 1.0 false 'a' "one" "two""#],
        &[],
    );
}

#[test]
fn scalars() {
    let lines = [
        "a = -5",
        "small = 0xff",
        "f = -2.5e3",
        "b = true",
        r"c = '\n'",
        r#"s = "x\"y""#,
        "t = r#\"z\"#",
        "s",
    ];
    let stdout = [r#""x\"y""#, r#"-5 255 -2500.0 true '\n' "x\"y" "z""#];
    session("writes", "scalars", &lines, &stdout, &[]);
}

#[test]
fn what_patterns_bind() {
    let lines = ["i = 7", "n = 8", ":c", "add = \"x\"", "a = 9", "n = 10"];
    session("destructured", "call_written", &lines, &["0 1", "7 8", "x 9 10"], &[]);
}

#[test]
fn structures() {
    let lines = [
        "o = Some(3)",
        "v = [1, 2]",
        "p = Point { x: 3.0, y: -1.5 }",
        "shape = Shape::Circle(2.0)",
        r#"pair = (5, "y".into())"#,
        "array = [1, 2]",
        r#"map = {"7": false}"#,
    ];
    let stdout = [r#"Some(3) [1, 2] Point { x: 3.0, y: -1.5 } Circle(2.0) (5, "y") [1, 2] {7: false}"#];
    session("writes", "structures", &lines, &stdout, &[]);
    let lines = [
        r#"p = {"x": 1, "y": 2}"#,
        "shape = Shape::Square { side: 4 }",
        "o = null",
        "v = vec![]",
        "map = {}",
        "shape",
    ];
    let stdout = [
        "Square { side: 4 }",
        r#"None [] Point { x: 1.0, y: 2.0 } Square { side: 4 } (1, "x") [0, 0] {}"#,
    ];
    session("writes", "structures", &lines, &stdout, &[]);
}

#[test]
fn undo() {
    let lines = [
        "a = 2",
        "s = \"x\"",
        "a = 3",
        ":undo",
        "a",
        ":undo",
        "s",
        ":undo",
        "a",
        ":undo",
    ];
    let stdout = ["2", "\"one\"", "1", r#"1 2 1.0 false 'a' "one" "two""#];
    let said = run(bare(&program("writes")).arg("scalars"), &lines.join("\n"));
    assert_eq!(said.stdout.lines().collect::<Vec<_>>(), stdout);
    assert!(said.stderr.contains("there is no write to undo"), "{}", said.stderr);
}

/// One line is refused with this message, and the program prints what it prints untouched.
/// Checks the message for a value that does not fit, which has a mark below the value.
#[track_caller]
fn unfit(function: &str, line: &str, message: &str) {
    let at = line.find('=').expect("it is a write") + 2;
    let marks = "^".repeat(line.len() - at);
    let marked = format!(
        "{message}\n --> hook:1:{}\n | {line}\n | {}{marks}",
        at + 1,
        " ".repeat(at)
    );
    refused(function, line, &marked);
}

#[track_caller]
fn refused(function: &str, line: &str, message: &str) {
    let untouched = run(bare(&program("writes")).arg(function).env("HOOKABLE", "off"), "");
    let stdout: Vec<_> = untouched.stdout.lines().collect();
    session(
        "writes",
        function,
        &[line],
        &stdout,
        &message.lines().collect::<Vec<_>>(),
    );
}

#[test]
fn what_does_not_fit() {
    unfit("refused", "small = 300", "300 is out of range for u8");
    unfit("refused", "small = -1", "-1 is out of range for u8");
    unfit("refused", "small = \"x\"", "expected u8, found a string");
    unfit("scalars", "a = 1.5", "expected i32, found a float");
    unfit(
        "structures",
        "v = [1, \"x\"]",
        "in element 1: expected i32, found a string",
    );
}

#[test]
fn what_cannot_be_written() {
    refused("refused", "words = []", "`words` cannot be written: moved at line 57");
    refused(
        "refused",
        "v = []",
        "`v` cannot be written: mutably borrowed by r, line 55",
    );
    refused("refused", "late = 1", "`late` cannot be written: not yet assigned");
    refused("refused", "words", "`words` cannot be read: moved at line 57");
}

#[test]
fn what_is_no_literal_for_its_type_is_rust() {
    session(
        "writes",
        "refused",
        &["plain = Plain(4)"],
        &["2 [1, 1] 2 Plain(4)"],
        &[],
    );
    let said = run(bare(&program("writes")).arg("refused"), "smal = 3\n");
    assert_eq!(said.stdout, "2 [1, 1] 2 Plain(3)\n");
    assert!(said.stderr.contains("cannot find value `smal`"), "{}", said.stderr);
    let number = run(bare(&program("writes")).arg("methods"), "self = 1\n");
    assert!(
        number.stderr.contains("expected `&mut Account`, found integer"),
        "{}",
        number.stderr
    );
    assert!(said.stderr.contains("similar name exists: `small"), "{}", said.stderr);
}

#[test]
fn in_a_closure_and_a_method() {
    session("writes", "call_counter", &["next = 9"], &["9"], &[]);
    session("writes", "methods", &["amount = 41"], &["42"], &[]);
}

#[test]
fn what_stands_for_a_type_parameter() {
    let lines = ["step = -2", "text = \"b\"", "step = 3", ":undo", "step"];
    let stdout = ["-2", "(-2, \"b\", [1])"];
    session("writes", "call_generic", &lines, &stdout, &["step is -2 again"]);
}

/// Saves and loads in one run with this file.
#[track_caller]
fn files(file: &Path, lines: &str, stdout: &str) -> String {
    let said = run(
        bare(&program("writes")).arg("files").arg(file),
        &lines.replace("FILE", &file.to_string_lossy()),
    );
    assert_eq!(said.stdout, stdout, "{}", said.stderr);
    said.stderr
}

#[test]
fn save_and_load() {
    let file = written("save_and_load.json");
    files(
        &file,
        "p = {\"x\": 0.30000000000000004, \"y\": 1e300}\n:save p FILE\n",
        "Point { x: 1.3, y: 1e300 }\n",
    );
    files(
        &file,
        ":load p FILE\np\n:undo\np\n:c\n:load p FILE\n",
        concat!(
            "Point { x: 0.30000000000000004, y: 1e300 }\nPoint { x: 1.0, y: 0.1 }\n",
            "Point { x: 0.30000000000000004, y: 1e300 }\n",
        ),
    );
    let whole = fs::read(&file).expect("it was saved");
    fs::write(&file, &whole[..whole.len() / 2]).expect("it was saved");
    let said = files(
        &file,
        ":load p FILE\np\n",
        "Point { x: 1.0, y: 0.1 }\nPoint { x: 2.0, y: 0.1 }\n",
    );
    assert!(said.contains("failed to load"), "{said}");
    let said = files(&file, ":load p FILE.none\n", "Point { x: 2.0, y: 0.1 }\n");
    assert!(said.contains("failed to read"), "{said}");
    let said = files(&file, ":save p /no/such/folder/p.json\n", "Point { x: 2.0, y: 0.1 }\n");
    assert!(said.contains("/no/such/folder"), "{said}");
    fs::remove_file(&file).expect("it was saved");
}
