//! Puts a hook before every Nth statement of published crates, and compares what their own tests say with what they say
//! without.

mod crates;
mod inject;
mod outcome;
mod planted;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crates::Published;
use inject::Counts;
use outcome::Outcome;

const USAGE: &str = "usage: corpus WORK_DIR EVERY CRATE=VERSION...
       corpus WORK_DIR planted

Hooks every statement whose number is a multiple of EVERY in the folder `src` of each crate. Runs the crate's tests without hooks,
then with hooks that nobody answers, with HOOKABLE=off, and with HOOKABLE=record=WORK_DIR/CRATE.jsonl. Prints a line for each crate,
and exits with 1 if a test came to another end than without hooks.

With `planted` it plants the hooks of planted/places.txt in a running program, and exits with 1 if one shows something else than stands
there.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [work, what] = &arguments[..]
        && what == "planted"
    {
        return ended(planted::run(Path::new(work)));
    }
    let (Some(work), Some(Ok(every)), [_, _, crates @ ..]) = (
        arguments.first(),
        arguments.get(1).map(|every| every.parse()),
        &arguments[..],
    ) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    ended(run(Path::new(work), every, crates))
}

fn ended(outcome: Result<bool, Box<dyn Error>>) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Whether the tests of all crates came to the same end with hooks.
fn run(work: &Path, every: usize, crates: &[String]) -> Result<bool, Box<dyn Error>> {
    fs::create_dir_all(work)?;
    let work = work.canonicalize()?;
    let mut all_hold = !crates.is_empty();
    for published in crates::fetch(&work.join("fetch"), crates)? {
        let differences = check(&work, every, &published)?;
        for difference in &differences {
            println!("    {difference}");
        }
        all_hold &= differences.is_empty();
    }
    Ok(all_hold)
}

/// What went otherwise than without hooks.
fn check(work: &Path, every: usize, published: &Published) -> Result<Vec<String>, Box<dyn Error>> {
    let name = &published.name;
    let plain = copied(published, &work.join("plain"))?;
    let hooked = copied(published, &work.join("src"))?;
    let counts = inject::folder(&hooked.join("src"), every)?;
    crates::depend_on_hookable(&hooked)?;
    if !published.names_crates {
        crates::name_hookable(&hooked)?;
    }

    let logs = work.join("logs").join(name);
    let _ = fs::remove_dir_all(&logs);
    fs::create_dir_all(&logs)?;
    let run = |folder: &Path, what: &str, hookable: Option<&str>| {
        outcome::run(folder, &work.join("target"), &logs.join(what), hookable)
    };
    let expected = run(&plain, "plain", None)?;
    let record = work.join(format!("{name}.jsonl"));
    let _ = fs::remove_file(&record);
    let recording = format!("record={}", record.display());
    let mut differences = Vec::new();
    for (what, hookable) in [
        ("unanswered", None),
        ("off", Some("off")),
        ("record", Some(&*recording)),
    ] {
        let happened = run(&hooked, what, hookable)?;
        differences.extend(expected.differences(&happened).map(|line| format!("{what}: {line}")));
    }
    let hits = recorded(&record, &mut differences);
    let Counts { functions, hooks } = counts;
    let Outcome { results, .. } = &expected;
    println!(
        "{name} {}: {functions} functions, {hooks} hooks, {hits} hits recorded, {} tests, {}",
        published.version,
        results.len(),
        if differences.is_empty() {
            "all as without hooks"
        } else {
            "not as without hooks:"
        }
    );
    Ok(differences)
}

/// A copy that can be written, a workspace of its own.
fn copied(published: &Published, to: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let folder = to.join(&published.name);
    let _ = fs::remove_dir_all(&folder);
    copy(&published.folder, &folder)?;
    crates::stand_alone(&folder)?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            // Its text alone: a registry may keep its files read-only.
            fs::write(to, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// How many hits were recorded. That a hook knows nothing of its bindings, since rustc could not be asked, is a
/// difference.
fn recorded(record: &Path, differences: &mut Vec<String>) -> usize {
    let text = fs::read_to_string(record).unwrap_or_default();
    let hits = text.lines().count();
    if hits == 0 {
        differences.push("record: no hook was hit".to_owned());
    }
    let unasked = ["see the note above", "rustc was not asked"];
    let unasked = text
        .lines()
        .filter(|hit| unasked.iter().any(|reason| hit.contains(reason)));
    let unasked = unasked.count();
    if unasked > 0 {
        differences.push(format!("record: at {unasked} hits rustc had not been asked"));
    }
    hits
}
