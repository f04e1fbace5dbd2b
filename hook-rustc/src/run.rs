//! Running a recorded call to its end, within a limit of time.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::{Diagnostic, Error};

/// What a call said.
#[derive(Debug)]
pub struct Outcome {
    /// It ended without an error.
    pub success: bool,
    /// How it ended: `exit status: 1`, `signal: 9 (SIGKILL)`.
    pub ended: String,
    /// Its diagnostics, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// What else it wrote to standard error: a crash of the compiler, say.
    pub rest: String,
}

/// Runs a call that reports in JSON.
///
/// # Errors
///
/// If it cannot be started, or is not done within `limit`: it is killed then.
pub fn run(mut command: Command, limit: Duration) -> Result<Outcome, Error> {
    let starting = format!("start {}", command.get_program().to_string_lossy());
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Error::io(starting))?;
    let stderr = child.stderr.take().expect("standard error is piped");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut diagnostics, mut rest) = (Vec::new(), String::new());
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            match Diagnostic::read(&line) {
                Some(diagnostic) => diagnostics.push(diagnostic),
                None => rest.extend([line.as_str(), "\n"]),
            }
        }
        let _ = sender.send((diagnostics, rest));
    });
    let Ok((diagnostics, rest)) = receiver.recv_timeout(limit) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(Error::Timeout(limit.as_secs()));
    };
    let status = child.wait().map_err(Error::io("wait for rustc"))?;
    Ok(Outcome {
        success: status.success(),
        ended: status.to_string(),
        diagnostics,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_compiler_is_said() {
        let error = run(Command::new("/nowhere/rustc"), Duration::from_secs(1)).unwrap_err();
        assert!(
            error.to_string().starts_with("failed to start /nowhere/rustc"),
            "{error}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn one_that_hangs_is_killed() {
        let mut command = Command::new("sleep");
        command.arg("60");
        assert!(matches!(
            run(command, Duration::from_millis(50)),
            Err(Error::Timeout(_))
        ));
    }
}
