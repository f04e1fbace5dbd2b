//! One request, one answer.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::service::{Service, client, run};

#[test]
fn a_line_at_a_time() {
    let service = Service::at_socket();
    let runs = service.says(&["--state"]);
    assert!(runs.starts_with("process ") && runs.contains(" runs: "), "{runs}");
    assert_eq!(service.says(&["-e", "1"]), "no hook is open\n");

    service.order("apple 3");
    let stopped = service.says(&["--wait", "60"]);
    for part in [
        "hooked at ",
        "order of 3 apple\n",
        ">   20      hook!(",
        "\nbefore: u32 = 0\n",
    ] {
        assert!(stopped.contains(part), "{stopped}");
    }
    assert_eq!(
        service.says(&["-e", "number + 1", "-e", "orders.total = 41; orders.total"]),
        "4\n41\n"
    );
    let wrong = service.attach(&["-e", "numbr"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("cannot find value `numbr`"));
    // The hook resumes, and a line of the next one does not wait for a client.
    assert_eq!(service.says(&["-e", ":c"]), "");
    assert_eq!(service.line(), "41 in total");
    assert_eq!(service.says(&["--wait", "0"]), "no hook was reached in that time\n");
}

#[test]
fn answers_are_json() {
    let service = Service::at_socket();
    service.order("apple 3");
    service.says(&["--wait"]);
    let answer = service.says(&["--json", "-e", "number = 7"]);
    assert!(
        answer.starts_with("{\"hookable\":1,\"ok\":true,\"value\":null,"),
        "{answer}"
    );
    assert!(answer.contains("\"changed\":[\"number: 3 -> 7\"]"), "{answer}");
    let answer = service.says(&["--json", "-e", "&item[..2]"]);
    assert!(
        answer.contains("\"value\":\"\\\"ap\\\"\",\"type\":\"&str\",\"error\":null"),
        "{answer}"
    );
    let state = service.says(&["--json", "--state"]);
    assert!(
        state.contains("\"name\":\"number\",\"type\":\"u32\",\"declared_line\":16,\"state\":\"writable\""),
        "{state}"
    );
}

#[test]
fn a_line_that_reaches_another_hook() {
    let service = Service::at_socket();
    service.order("apple 3");
    service.says(&["--wait"]);
    let between = service.says(&["-e", "take(orders, \"pear\", 1); orders.by_item.len()"]);
    assert!(
        between.contains("the line reached another hook, and waits:"),
        "{between}"
    );
    assert!(between.contains("order of 1 pear"), "{between}");
    assert_eq!(service.says(&["-e", "number"]), "1\n");
    service.says(&["-e", ":c"]);
    // The outer hook has the prompt again, once its line has ended.
    service.says(&["--wait", "60"]);
    assert_eq!(service.says(&["-e", "number"]), "3\n");
}

#[test]
fn programs_are_found_by_their_process() {
    let service = Service::start("listen", &[]);
    let own = service.child.id().to_string();
    let listed = service.says(&["--list"]);
    assert!(listed.trim_start().starts_with(&format!("{own}  runs  ")), "{listed}");
    service.order("apple 3");
    service.says(&["--wait"]);
    assert!(service.says(&["--list"]).contains("stopped at "));
    assert_eq!(service.says(&[&own, "-e", "number"]), "3\n");
    assert_eq!(
        service.says(&["1", "-e", "number"]),
        "hook-attach: process 1 does not listen: `hook-attach --list` lists those that do\n"
    );
    service.says(&["-e", ":c"]);
    service.line();
    let folder = service.end();
    // The socket is gone with its process.
    assert_eq!(fs::read_dir(folder.path().join("hookable")).unwrap().count(), 0);
    let nobody = run(&["--state"], folder.path());
    assert_eq!(
        String::from_utf8_lossy(&nobody.stderr),
        "hook-attach: no program of yours listens: start one with HOOKABLE=listen\n"
    );
}

#[test]
fn a_program_that_was_killed_leaves_nothing() {
    let mut service = Service::start("listen", &[]);
    service.child.kill().unwrap();
    service.child.wait().unwrap();
    assert_eq!(service.says(&["--list"]), "");
    assert_eq!(fs::read_dir(service.folder.path().join("hookable")).unwrap().count(), 0);
}

#[test]
fn hooks_are_planted_before_any_is_reached() {
    let service = Service::at_socket();
    let listed = "1  hook-attach/examples/service.rs:20 in take, not hit yet\n";
    assert_eq!(service.says(&["-e", ":breaks"]), listed);
    assert_eq!(service.says(&["-e", "number"]), "no hook is open\n");
    assert_eq!(service.says(&["-e", ":c"]), "no hook is open\n");
    assert_eq!(
        service.says(&["-e", ":break nothing"]),
        "no function of this crate is called `nothing`, nor of another one that has a hook or the line `hookable::this_crate!();`\n"
    );
    service.says(&["-e", ":disable 1"]);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/service.rs");
    assert_eq!(
        service.says(&["-e", &format!(":break {file}:18 if number > 3")]),
        "hook 2 is planted at hook-attach/examples/service.rs:18 in take\n"
    );
    service.order("apple 3");
    assert_eq!(service.line(), "1 in total");
    service.order("apple 4");
    assert!(
        service
            .says(&["--wait", "60"])
            .starts_with("hooked at hook-attach/examples/service.rs:18 in take")
    );
    assert_eq!(service.says(&["-e", "number"]), "4\n");
    service.says(&["-e", ":delete 2", "-e", ":c"]);
    assert_eq!(service.line(), "2 in total");
    service.order("apple 5");
    assert_eq!(service.line(), "3 in total");
    assert_eq!(
        service.says(&["-e", ":reload"]),
        "replaced service::take (hook-attach/examples/service.rs:16)\n"
    );
    service.says(&["-e", ":enable 1"]);
    service.order("pear 1");
    assert!(service.says(&["--wait", "60"]).contains("order of 1 pear"));
}

#[test]
fn hooks_are_recorded_while_nobody_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hits");
    let record = format!("record={}", file.display());
    let service = Service::start("listen={}/s", &[("HOOKABLE_UNATTENDED", &record)]);
    service.order("apple 3");
    service.order("pear 4");
    assert_eq!(
        (service.line(), service.line()),
        ("1 in total".into(), "2 in total".into())
    );
    let replay = run(&["--replay", file.to_str().unwrap()], folder.path());
    let shown = String::from_utf8(replay.stdout).unwrap();
    assert!(shown.contains("number: 3 -> 4"), "{shown}");
    thread::scope(|scope| {
        let waits = scope.spawn(|| service.says(&["--wait", "60"]));
        while !waits.is_finished() {
            service.order("plum 1");
            thread::sleep(Duration::from_millis(50));
        }
        assert!(waits.join().unwrap().contains("order of 1 plum"));
    });
    let refused = Command::new(client().parent().unwrap().join("examples/service"))
        .envs([
            ("HOOKABLE", "listen"),
            ("HOOKABLE_UNATTENDED", "record=/not/there/hits"),
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("failed to open the record /not/there/hits: "), "{said}");
}

#[test]
fn hooks_pass_while_nobody_is_there() {
    let service = Service::start("listen={}/s", &[("HOOKABLE_UNATTENDED", "pass")]);
    service.order("apple 3");
    assert_eq!(service.line(), "1 in total");
    thread::scope(|scope| {
        let waits = scope.spawn(|| service.says(&["--wait", "60"]));
        // The order comes again until the client waits.
        while !waits.is_finished() {
            service.order("pear 1");
            thread::sleep(Duration::from_millis(50));
        }
        assert!(waits.join().unwrap().contains("order of 1 pear"));
    });
}

/// A client that waited for a stop and was killed is nobody for whom a hook would have to wait.
#[test]
fn a_hook_does_not_wait_for_a_client_that_was_killed() {
    for listen in ["listen={}/s", "listen=tcp:0"] {
        let service = Service::start(listen, &[("HOOKABLE_UNATTENDED", "pass")]);
        let mut waits = Command::new(client());
        match listen.contains("tcp") {
            true => {
                let said = service.error();
                let (address, token) = said.split_once(", token ").unwrap();
                let (_, address) = address.rsplit_once(' ').unwrap();
                waits.args([address, "--token", token]);
            }
            false => drop(waits.arg(service.socket())),
        }
        let mut waits = waits.args(["--wait", "600"]).spawn().unwrap();
        thread::sleep(Duration::from_millis(500));
        waits.kill().unwrap();
        waits.wait().unwrap();
        service.order("apple 3");
        assert_eq!(service.line(), "1 in total");
    }
}
