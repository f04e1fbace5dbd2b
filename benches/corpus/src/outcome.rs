//! A crate's own tests, run by cargo.

use std::error::Error;
use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Far more than the tests of any of the crates take. A hook that waits for someone would take for ever.
const LONGEST: Duration = Duration::from_secs(600);

/// What became of the tests.
pub(crate) struct Outcome {
    /// `test NAME ... ok`, sorted, since they run side by side.
    pub(crate) results: Vec<String>,
    /// What cargo came to.
    status: String,
    /// The last of what it wrote, for where that is not what was expected.
    end: String,
}

impl Outcome {
    /// What is not as it was here.
    pub(crate) fn differences(&self, other: &Outcome) -> impl Iterator<Item = String> {
        let mut differences = Vec::new();
        let lacks = |outcome: &Outcome, result: &String| !outcome.results.contains(result);
        differences.extend(
            self.results
                .iter()
                .filter(|result| lacks(other, result))
                .map(|result| format!("not so: {result}")),
        );
        differences.extend(
            other
                .results
                .iter()
                .filter(|result| lacks(self, result))
                .map(|result| format!("but: {result}")),
        );
        if self.results.len() != other.results.len() || self.status != other.status {
            let (before, after) = (self.results.len(), other.results.len());
            differences.push(format!(
                "{before} tests and {}, with hooks {after} and {}; cargo ended with\n{}",
                self.status, other.status, other.end
            ));
        }
        differences.into_iter()
    }
}

/// Builds and runs the tests of the library and those beside it. Both outputs stay in files of this name.
pub(crate) fn run(
    package: &Path,
    target: &Path,
    log: &Path,
    hookable: Option<&str>,
) -> Result<Outcome, Box<dyn Error>> {
    let (out, errors) = (log.with_extension("out"), log.with_extension("err"));
    let mut cargo = Command::new("cargo");
    cargo
        .args(["test", "--lib", "--tests", "--no-fail-fast"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("HOOKABLE")
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&errors)?);
    if let Some(hookable) = hookable {
        cargo.env("HOOKABLE", hookable);
    }
    let status = ended(cargo.process_group(0).spawn()?)?;
    let text = String::from_utf8_lossy(&fs::read(out)?).into_owned();
    let is_result = |line: &&str| line.starts_with("test ") && line.contains(" ... ");
    let mut results: Vec<String> = text.lines().filter(is_result).map(str::to_owned).collect();
    results.sort();
    let errors = String::from_utf8_lossy(&fs::read(errors)?).into_owned();
    let lines: Vec<&str> = errors.lines().collect();
    Ok(Outcome {
        results,
        status: status.map_or_else(|| "no end".to_owned(), |status| status.to_string()),
        end: lines[lines.len().saturating_sub(20)..].join("\n"),
    })
}

/// Waits for cargo, and ends it and what it started where that takes too long.
fn ended(mut cargo: Child) -> Result<Option<ExitStatus>, Box<dyn Error>> {
    let start = Instant::now();
    while start.elapsed() < LONGEST {
        if let Some(status) = cargo.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", cargo.id())])
        .status()?;
    cargo.wait()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(results: &[&str], status: &str) -> Outcome {
        Outcome {
            results: results.iter().map(|result| (*result).to_owned()).collect(),
            status: status.to_owned(),
            end: "the end".to_owned(),
        }
    }

    #[test]
    fn what_is_as_it_was_is_no_difference() {
        let tests = ["test a ... ok", "test b ... ignored"];
        let differences = outcome(&tests, "0").differences(&outcome(&tests, "0")).count();
        assert_eq!(differences, 0);
    }

    #[test]
    fn another_result_another_number_another_status() {
        let before = outcome(&["test a ... ok", "test b ... ok"], "0");
        let failed = outcome(&["test a ... FAILED", "test b ... ok"], "0");
        let said: Vec<String> = before.differences(&failed).collect();
        assert_eq!(said, ["not so: test a ... ok", "but: test a ... FAILED"]);
        for other in [outcome(&["test a ... ok", "test b ... ok"], "101"), outcome(&[], "101")] {
            let said = before.differences(&other).last().expect("they differ");
            assert!(said.ends_with("cargo ended with\nthe end"), "{said}");
        }
    }
}
