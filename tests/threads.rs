//! Threads, tasks, and the log.

use std::collections::BTreeMap;

use crate::support::hits::record;
use crate::support::{bare, expect, program, root, run};

#[test]
fn on_threads() {
    expect::check("threads");
}

#[test]
fn on_tokio() {
    expect::check("futures");
}

#[test]
fn no_hit_is_lost_or_torn() {
    let hits = record(bare(&program("threads")).arg("many").env("HOOKABLE_RECORD_HITS", "100"));
    let mut sums = BTreeMap::<_, Vec<_>>::new();
    for hit in &hits {
        sums.entry(&hit.thread)
            .or_default()
            .push(hit.local("sum").value.clone().unwrap_or_default());
    }
    assert_eq!(sums.len(), 8);
    for (thread, sums) in sums {
        assert_eq!(sums, ["0", "1", "3", "6", "10"], "{thread}");
    }
    let mut numbers: Vec<_> = hits.iter().map(|hit| hit.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
}

#[test]
fn consoles_wait_for_one_another() {
    let said = run(bare(&program("threads")).arg("many"), &"thread\n:c\n".repeat(40));
    let mut threads: Vec<_> = said.stdout.lines().collect();
    threads.sort_unstable();
    let expected: Vec<_> = (0..40).map(|n| (n / 5).to_string()).collect();
    assert_eq!(threads, expected);
}

/// No other hook opens while a line is compiled or works; the one that a line waits for does.
#[test]
fn a_hook_opens_in_between_where_a_line_waits_for_it() {
    let lines = "1 + 1\ngo.send(()).unwrap()\n\
        { thread::sleep(std::time::Duration::from_millis(700)); name.len() }\n\
        helper.take().unwrap().join().unwrap()\nname\nname.len() + 1\n:c\nname\n";
    let said = run(bare(&program("threads")).arg("helped"), lines);
    assert_eq!(said.stdout, "2\n4\n\"helper\"\n7\n6\n\"main\"\n", "{}", said.stderr);
    let place = "src/bin/threads.rs";
    let line = |of: &str, text: &str| {
        let source = std::fs::read_to_string(root().join("tests/programs").join(place)).unwrap();
        let of = source.find(&format!("fn {of}(")).unwrap();
        let at = of + source[of..].find(text).unwrap();
        source[..at].lines().count()
    };
    let (main, job) = (line("helped", "hook!"), line("help", "hook!"));
    let help = "Ctrl-D or :c resumes the program, :help lists the commands";
    let expected = [
        "edge".to_owned(),
        format!("hooked at {place}:{main} in helped, thread main, 4 locals"),
        help.to_owned(),
        format!("the line at {place}:{main} in helped, thread main waits, so this hook opens in between:"),
        "job".to_owned(),
        format!("hooked at {place}:{job} in help, thread helper, 2 locals"),
        help.to_owned(),
        format!("back at {place}:{main} in helped, thread main, hit 1: edge"),
    ];
    assert_eq!(said.stderr.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_log_names_the_caller() {
    let said = run(&mut bare(&program("logs")), ":c\n:c\n");
    let expected = [
        "DEBUG logs logs src/bin/logs.rs:9 Starting interactive shell.",
        "DEBUG logs logs src/bin/logs.rs:9 Returned from interactive shell. Resuming execution.",
        "DEBUG my::log logs src/bin/logs.rs:14 Starting interactive shell.",
        "DEBUG my::log logs src/bin/logs.rs:14 Returned from interactive shell. Resuming execution.",
    ];
    assert_eq!(said.stdout.lines().collect::<Vec<_>>(), expected);
}
