//! Threads, tasks, and the log.

use std::collections::BTreeMap;

use crate::support::hits::record;
use crate::support::{bare, expect, program, run};

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
    numbers.sort();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
}

#[test]
fn consoles_wait_for_one_another() {
    let said = run(bare(&program("threads")).arg("many"), &"thread\n:c\n".repeat(40));
    let mut threads: Vec<_> = said.stdout.lines().collect();
    threads.sort();
    let expected: Vec<_> = (0..40).map(|n| (n / 5).to_string()).collect();
    assert_eq!(threads, expected);
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
