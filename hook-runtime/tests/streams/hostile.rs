//! Whatever a value does while it is formatted, and whatever becomes of a record, the program goes on.

use super::{BANNER, check, run, stderr, stdout};

/// The values of a record, of hits with one local each.
fn values(record: &str) -> Vec<String> {
    let value = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["locals"][0]["value"].clone();
    record
        .lines()
        .map(|line| value(line).as_str().unwrap().to_owned())
        .collect()
}

fn recorded(program: &str) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let output = run(program, Some(&format!("record={}", path.display())), "");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    (values(&std::fs::read_to_string(&path).unwrap()), stdout(&output))
}

#[cfg(target_os = "linux")]
#[test]
fn values_that_hang_or_end_the_process() {
    const LOCK: &str = "to format it waits for a lock that is held, or for another thread";
    let (values, end) = recorded("hostile");
    let aborts = "to format it aborts";
    let exits = "to format it ended the process, with code 5";
    // Its only thread is parked, and nobody is there to wake it.
    assert_eq!(values[0], format!("<{LOCK}>"));
    assert!(
        values[1].starts_with("xxx") && values[1].ends_with("x..."),
        "{}",
        values[1]
    );
    assert_eq!(
        values[2..],
        [format!("<{aborts}>"), format!("<{exits}>"), format!("<{LOCK}>")]
    );
    assert_eq!(end, "1\n");

    let output = run(
        "hostile",
        None,
        "locks\n:c\n:locals\n:c\naborts\n:locals\n:c\n:full exits\n:c\nparks\n:c\n",
    );
    assert_eq!(output.status.code(), Some(0));
    let errors: Vec<String> = stderr(&output)
        .lines()
        .filter(|line| line.contains('`'))
        .map(str::to_owned)
        .collect();
    let cannot = |name: &str, verb: &str, why: &str| format!("`{name}` cannot be {verb}: {why}");
    assert_eq!(
        errors,
        [
            cannot("locks", "shown", LOCK),
            cannot("aborts", "shown", aborts),
            cannot("exits", "read", exits),
            cannot("parks", "shown", LOCK)
        ]
    );
    assert!(stdout(&output).ends_with("\n1\n"), "{}", stdout(&output));
}

#[test]
fn deep_values_and_a_small_stack() {
    let (values, end) = recorded("small");
    assert!(
        values[0].starts_with("List { next: Some(List { next: Some("),
        "{}",
        values[0]
    );
    assert!(
        values[1].starts_with("....") && values[1].len() == 1003,
        "{}",
        values[1]
    );
    assert_eq!(end, "7\n");
    let output = run("small", None, ":locals\nlist\n:c\ndeep\n:c\n");
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).ends_with("\n7\n"), "{}", stdout(&output));
}

#[test]
fn a_message_that_panics() {
    let message = "(the message cannot be shown: Display panicked: no)";
    let banner = format!("{message}\nhooked at message.rs:5 in message, thread child, 1 local\n{BANNER}");
    check("message", None, "n\n", "1\n1\n", &banner);
}

#[cfg(target_os = "linux")]
#[test]
fn a_record_that_cannot_be_written() {
    let lost = |path: &str, why: &str| format!("hookable: failed to write the record {path}: {why}: hits are lost\n");
    let full = lost("/dev/full", "No space left on device (os error 28)");
    check("thrice", Some("record=/dev/full"), "", "0 1 2\n", &full);

    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let (path, record) = (pipe.display(), format!("record={}", pipe.display()));
    let unread = format!("hookable: failed to open the record {path}: nobody reads it: hooks do nothing\n");
    check("thrice", Some(&record), "", "0 1 2\n", &unread);

    let unwritten = format!("hookable: failed to open the script {path}: nobody writes to it: hooks do nothing\n");
    check("thrice", Some(&format!("script={path}")), "", "0 1 2\n", &unwritten);

    // Whoever has it open and does not read is waited for once.
    let reader = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let mut recording = super::command("recorded", Some(&record));
    recording
        .env("HOOKABLE_RECORD_HITS", "40")
        .env("HOOKABLE_RECORD_VALUE", "5000");
    let output = recording.output().unwrap();
    drop(reader);
    assert_eq!(stderr(&output), lost(&path.to_string(), "nobody reads it"));
    assert_eq!(output.status.code(), Some(0));
}
