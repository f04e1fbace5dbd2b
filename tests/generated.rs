//! Programs made up at random do the same with their hooks as without.
//!
//! One, of a fixed seed, on every run of the tests. `HOOKABLE_GENERATE=1..60` makes up one for each seed; the programs
//! stay in the folder of the tests, named by their seeds.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::process::Command;

use crate::support::hits::{file, read};
use crate::support::{Package, Said, bare, generate, run};

const FUNCTIONS: usize = 40;

#[test]
fn hooks_change_nothing() {
    let wrong: Vec<String> = seeds().flat_map(|seed| check(seed, FUNCTIONS)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn seeds() -> Range<u64> {
    let given = std::env::var("HOOKABLE_GENERATE").ok();
    let range = given.as_deref().and_then(|given| given.split_once(".."));
    range
        .and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?))
        .unwrap_or(1..2)
}

/// What went wrong with the program of a seed.
fn check(seed: u64, functions: usize) -> Vec<String> {
    let program = generate::program(seed, functions);
    let package = Package::new(&format!("generated{seed}"))
        .file("src/bin/hooked.rs", &program.hooked)
        .file("src/bin/plain.rs", &program.plain);
    let build = |bin: &str| run(&mut package.cargo(&["build", "--bin", bin]), "");
    let plain = build("plain");
    assert_eq!(
        plain.code,
        Some(0),
        "the generator made no program of seed {seed}:\n{}",
        plain.stderr
    );
    let hooked = build("hooked");
    if hooked.code != Some(0) {
        return vec![format!("seed {seed} does not build:\n{}", hooked.stderr)];
    }
    let mut wrong = Vec::new();
    let new: Vec<_> = warnings(&hooked).difference(&warnings(&plain)).cloned().collect();
    if !new.is_empty() {
        wrong.push(format!("seed {seed} has new warnings: {new:?}"));
    }
    let program = |name: &str| bare(&package.executable("debug").with_file_name(name));
    let plain = said(&mut program("plain"));
    let record = file();
    for setting in ["off".to_owned(), format!("record={}", record.display())] {
        let hooked = said(program("hooked").env("HOOKABLE", &setting));
        if (hooked.code, &hooked.stdout, &hooked.stderr) != (plain.code, &plain.stdout, &plain.stderr) {
            let first = hooked
                .stdout
                .lines()
                .zip(plain.stdout.lines())
                .find(|(hooked, plain)| hooked != plain);
            wrong.push(format!(
                "seed {seed} differs with {setting}: {:?} {first:?}\n{}",
                hooked.code, hooked.stderr
            ));
        }
    }
    let hits = read(&record);
    let locals = hits.iter().flat_map(|hit| &hit.locals);
    let unknown = ["see the note above", "left out, ", "rustc came to no end"];
    let is_unknown = |reason: &String| unknown.iter().any(|unknown| reason.starts_with(unknown));
    let unknown: BTreeSet<_> = locals
        .filter_map(|local| local.reason.clone().filter(is_unknown))
        .collect();
    if hits.is_empty() || !unknown.is_empty() {
        wrong.push(format!("seed {seed}: {} hits, {unknown:?}", hits.len()));
    }
    if wrong.is_empty() {
        let _ = fs::remove_dir_all(package.path());
    }
    wrong
}

/// The warnings of a build, by line and text.
fn warnings(said: &Said) -> BTreeSet<(String, String)> {
    let pairs = said.stderr.lines().zip(said.stderr.lines().skip(1));
    let found = pairs.filter_map(|(text, place)| {
        let text = text.strip_prefix("warning: ")?;
        let place = place.trim_start().strip_prefix("--> ")?;
        Some((place.split(':').nth(1)?.to_owned(), text.to_owned()))
    });
    found.collect()
}

/// What a program printed, without the name of its file and the numbers of its threads.
fn said(command: &mut Command) -> Said {
    let said = run(command, "");
    let lines = said
        .stderr
        .lines()
        .map(|line| match line.split_once("thread 'main' (") {
            Some((_, rest)) => format!("thread {}\n", rest.split_once(") ").map_or(rest, |(_, rest)| rest)),
            None => format!("{line}\n"),
        });
    let stderr: String = lines.collect();
    Said {
        stderr: stderr.replace("hooked.rs", "").replace("plain.rs", ""),
        ..said
    }
}
