//! What a line prints reaches the client, and the program's own streams as before.

use serde_json::Value;

use crate::service::Service;

fn json(service: &Service, line: &str) -> Value {
    let answer = service.says(&["--json", "-e", line]);
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

fn stopped() -> Service {
    let service = Service::at_socket();
    service.order("apple 3");
    service.says(&["--wait"]);
    service
}

/// The answer is what clients are written for. Entries may come, but none goes and none changes.
#[test]
fn the_answer_to_a_line_stays_as_it_is() {
    let service = stopped();
    let shape = |line: &str| {
        let mut answer = json(&service, line);
        let took = answer["milliseconds"].take();
        assert!(took.is_u64(), "{took}");
        answer
    };
    assert_eq!(
        shape("println!(\"{item}\"); eprintln!(\"!\"); number += 1; number"),
        serde_json::json!({
            "hookable": 1, "ok": true, "value": "4", "type": "u32", "error": null, "notes": null,
            "stdout": "apple\n", "stderr": "!\n", "changed": ["number: 3 -> 4"], "milliseconds": null, "resumes": false,
        })
    );
    assert_eq!(
        shape("number"),
        serde_json::json!({
            "hookable": 1, "ok": true, "value": "4", "type": "u32", "error": null, "notes": null,
            "stdout": null, "stderr": null, "changed": [], "milliseconds": null, "resumes": false,
        })
    );
    let wrong = shape("{ print!(\"before\"); Err::<u8, u8>(3).unwrap() }");
    assert_eq!((&wrong["ok"], &wrong["stdout"]), (&false.into(), &"before".into()));
    assert!(
        wrong["error"].as_str().unwrap().contains("the line panicked"),
        "{wrong}"
    );
    assert_eq!((service.line().as_str(), service.error().as_str()), ("apple", "!"));
}

#[test]
fn whatever_prints_is_heard() {
    let service = stopped();
    let answer = service.says(&[
        "-e",
        "std::process::Command::new(\"sh\").args([\"-c\", \"echo child; echo wrong >&2\"]).status().unwrap().success()",
        "-e",
        "std::thread::spawn(|| println!(\"thread\")).join().is_ok()",
        "-e",
        "number",
    ]);
    assert_eq!(answer, "child\ntrue\nthread\ntrue\n3\nwrong\n");
    assert_eq!((service.line(), service.line()), ("child".into(), "thread".into()));
    assert_eq!(service.error(), "wrong");
    // A child that outlives the line prints to where the stream goes then.
    service.says(&[
        "-e",
        "std::process::Command::new(\"sh\").args([\"-c\", \"sleep 1; echo late\"]).spawn().is_ok()",
    ]);
    assert_eq!(service.says(&["-e", "1 + 1"]), "2\n");
    assert_eq!(service.line(), "late");
    // What is long is cut for the client, and whole for the program.
    let long = json(&service, "for n in 0..20_000 { println!(\"{n:07}\") }");
    let text = long["stdout"].as_str().unwrap();
    assert!(text.starts_with("0000000\n0000001\n"));
    assert!(text.ends_with("\n[94464 more bytes]"), "{}", &text[text.len() - 40..]);
    let last = std::iter::repeat_with(|| service.line()).nth(19_999);
    assert_eq!(last.as_deref(), Some("0019999"));
    // Between lines the streams are the program's own.
    let target = format!("/proc/{}/fd/1", service.child.id());
    assert_eq!(
        json(&service, "std::fs::read_link(\"/proc/self/fd/1\").is_ok()")["value"],
        "true"
    );
    let now = std::fs::read_link(&target).unwrap();
    assert_eq!(
        json(
            &service,
            &format!("std::fs::read_link(\"/proc/self/fd/1\").unwrap() == std::path::Path::new({now:?})")
        )["value"],
        "false"
    );
    assert_eq!(std::fs::read_link(&target).unwrap(), now);
}

#[test]
fn what_was_printed_before_the_program_ended_is_not_lost() {
    for (end, code) in [("exit(3)", Some(3)), ("abort()", None)] {
        let mut service = stopped();
        let said = service.says(&[
            "-e",
            &format!("println!(\"last\"); eprintln!(\"words\"); std::process::{end}"),
        ]);
        assert!(said.contains("closed the connection"), "{said}");
        assert_eq!((service.line().as_str(), service.error().as_str()), ("last", "words"));
        assert_eq!(service.child.wait().unwrap().code(), code);
    }
}
