//! A recorded call is run to its end, within a limit of time.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::invocation::NO_LINKER;
use crate::{Diagnostic, RustcError};

/// The exit code of a rustc that reported errors; one that crashed has another.
const ERRORS: i32 = 1;

/// The error `ECHILD`, which has this number on every Unix.
const NO_CHILD: i32 = 10;

/// What a call said.
#[derive(Debug)]
pub struct RustcOutcome {
    /// The call ended without an error. Where the program that started it took note of its end, the call reported none.
    pub success: bool,
    /// The call came to its own end, with errors or without: it was not killed, and did not crash.
    pub complete: bool,
    /// A signal ended the call.
    pub killed: bool,
    /// How the call ended: `exit status: 1`, `signal: 9 (SIGKILL)`.
    pub ended: String,
    /// The diagnostics of the call, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// What else the call wrote to standard error, as a crash of the compiler does.
    pub rest: String,
}

/// Runs a call that reports in JSON.
///
/// # Errors
///
/// If the call cannot be started, or is not done within `limit`: it is killed then.
pub fn run(command: Command, limit: Duration) -> Result<RustcOutcome, RustcError> {
    run_while(command, limit, limit, &|| true)
}

/// Runs a call that reports in JSON, as long as it is wanted, which is asked in these intervals.
///
/// # Errors
///
/// As [`run`], and if the call is not wanted any more: it is killed then.
pub fn run_while(
    command: Command,
    limit: Duration,
    interval: Duration,
    wanted: &dyn Fn() -> bool,
) -> Result<RustcOutcome, RustcError> {
    let call = StartedCall::start(command, Stdio::null(), read)?;
    call.run_to_end(limit, (interval, wanted)).map(outcome)
}

/// What a call wrote to standard error: its diagnostics, and the rest.
pub(crate) type Said = (Vec<Diagnostic>, String);

/// Returns what a call that reports in JSON came to.
pub(crate) fn outcome(((mut diagnostics, rest), status): (Said, Option<ExitStatus>)) -> RustcOutcome {
    let lacks_linker = forget_linker(&mut diagnostics);
    let reported = diagnostics.iter().any(Diagnostic::is_error);
    let is_done = |status: ExitStatus| status.success() || lacks_linker && !reported && status.code() == Some(ERRORS);
    RustcOutcome {
        success: status.map_or(!reported, is_done),
        complete: status.is_some_and(|status| matches!(status.code(), Some(0 | ERRORS))),
        killed: status.is_some_and(|status| status.code().is_none()),
        ended: status.map_or_else(
            || "in a way that the program took note of".to_owned(),
            |status| status.to_string(),
        ),
        diagnostics,
        rest,
    }
}

/// Takes away what rustc says where it lacks the linker that does not exist, and returns whether it said so.
fn forget_linker(diagnostics: &mut Vec<Diagnostic>) -> bool {
    let missing = format!("linker `{NO_LINKER}` not found");
    let Some(at) = diagnostics.iter().position(|diagnostic| diagnostic.message == missing) else {
        return false;
    };
    // Behind it there are notes about linkers that may be installed, and the number of errors.
    let of_linker = diagnostics.split_off(at).into_iter().skip(1);
    let is_of_linker = |diagnostic: &Diagnostic| {
        diagnostic.level == "note" || diagnostic.message.starts_with("aborting due to 1 previous error")
    };
    diagnostics.extend(of_linker.filter(|diagnostic| !is_of_linker(diagnostic)));
    true
}

/// Runs a call that reports as text, and returns that text.
///
/// # Errors
///
/// As [`run_while`].
pub fn run_for_text(
    command: Command,
    limit: Duration,
    interval: Duration,
    wanted: &dyn Fn() -> bool,
) -> Result<String, RustcError> {
    let read = |mut stderr: ChildStderr| {
        let mut bytes = Vec::new();
        let _ = stderr.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let call = StartedCall::start(command, Stdio::null(), read)?;
    call.run_to_end(limit, (interval, wanted)).map(|(text, _)| text)
}

/// A call that runs, and whose standard error is read.
#[derive(Debug)]
pub(crate) struct StartedCall<T> {
    pub(crate) child: Child,
    said: Receiver<T>,
}

impl<T: Send + 'static> StartedCall<T> {
    pub(crate) fn start(
        mut command: Command,
        stdin: Stdio,
        read: impl FnOnce(ChildStderr) -> T + Send + 'static,
    ) -> Result<StartedCall<T>, RustcError> {
        let starting = format!("start {}", command.get_program().to_string_lossy());
        let mut child = command
            .stdin(stdin)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(RustcError::io(starting))?;
        let stderr = child.stderr.take().expect("standard error is piped");
        let (sender, said) = mpsc::channel();
        thread::spawn(move || {
            let _ = sender.send(read(stderr));
        });
        Ok(StartedCall { child, said })
    }

    /// Waits for the end of the call, as long as it is wanted, which is asked in these intervals. The status is `None`
    /// where the program took note of the call's end.
    pub(crate) fn run_to_end(
        mut self,
        limit: Duration,
        (interval, wanted): (Duration, &dyn Fn() -> bool),
    ) -> Result<(T, Option<ExitStatus>), RustcError> {
        let start = Instant::now();
        let said = loop {
            match self.said.recv_timeout(interval.min(limit)) {
                Ok(said) => break said,
                Err(RecvTimeoutError::Timeout) if start.elapsed() < limit && wanted() => {}
                Err(_) => {
                    self.kill();
                    return Err(match wanted() {
                        true => RustcError::Timeout(limit.as_secs()),
                        false => RustcError::Unwanted,
                    });
                }
            }
        };
        match self.child.wait() {
            Ok(status) => Ok((said, Some(status))),
            // The program ignores the end of its children, or asked for that of any, and got this one's.
            Err(error) if error.raw_os_error() == Some(NO_CHILD) => Ok((said, None)),
            Err(error) => Err(RustcError::io("wait for rustc")(error)),
        }
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the diagnostics, and what else there is. A linker or a wrapper may write bytes that are no UTF-8, and nothing
/// behind them is lost.
pub(crate) fn read(stderr: ChildStderr) -> Said {
    let (mut diagnostics, mut rest) = (Vec::new(), String::new());
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        match Diagnostic::read(&line) {
            Some(diagnostic) => diagnostics.push(diagnostic),
            None => rest.extend([&*line, "\n"]),
        }
    }
    (diagnostics, rest)
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_missing_compiler_is_said() {
        let error = run(Command::new("/nowhere/rustc"), Duration::from_secs(1)).unwrap_err();
        assert!(
            error.to_string().starts_with("failed to start /nowhere/rustc"),
            "{error}"
        );
    }

    /// Has rustc compile a crate of one file without a linker.
    #[cfg(unix)]
    fn outcome(source: &str) -> RustcOutcome {
        let folder = crate::temporary::folder(&std::env::temp_dir(), "hookable-linker-").unwrap();
        let file = folder.join("main.rs");
        std::fs::write(&file, source).unwrap();
        let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        command.args(["--error-format=json", "-C", &format!("linker={NO_LINKER}"), "-C"]);
        command.arg(format!("incremental={}", folder.join("incremental").display()));
        command.arg("--out-dir").args([&folder, &file]);
        let outcome = run(command, Duration::from_secs(600)).unwrap();
        // What rustc made is there for the next call, and so are the objects.
        let entries = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut sessions = entries(folder.join("incremental")).flat_map(entries);
        let is_kept = |path: PathBuf| path.is_dir() && !path.to_string_lossy().ends_with("-working");
        assert_eq!(sessions.any(is_kept), outcome.success, "{outcome:?}");
        std::fs::remove_dir_all(&folder).unwrap();
        outcome
    }

    #[cfg(unix)]
    #[test]
    fn a_call_that_lacks_its_linker_has_done_the_rest() {
        let done = outcome("fn main() { let unused = 1; }");
        assert!(done.success && done.complete, "{done:?}");
        let messages: Vec<_> = done.diagnostics.iter().map(|said| &*said.message).collect();
        assert!(messages[0].starts_with("unused variable"), "{done:?}");
        assert!(
            !done
                .diagnostics
                .iter()
                .any(|said| said.is_error() || said.level == "note"),
            "{done:?}"
        );
        let failed = outcome("fn main() { let wrong: u8 = \"\"; }");
        assert!(
            !failed.success && failed.complete && failed.diagnostics[0].is_error(),
            "{failed:?}"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_that_others_wait_for() {
        // What ignores the end of its children runs this test again, and that one program.
        if std::env::var_os("IGNORED").is_some() {
            let mut command = Command::new("sh");
            let error = r#"{"$message_type":"diagnostic","message":"m","code":null,"level":"error","spans":[],"children":[],"rendered":"m"}"#;
            let said = std::env::var("SAYS").unwrap();
            command.args([
                "-c",
                "printf '%s\\n' \"$0\" >&2",
                if said == "error" { error } else { "" },
            ]);
            let outcome = run(command, Duration::from_secs(60)).unwrap();
            assert_eq!(
                (outcome.success, outcome.complete),
                (said != "error", false),
                "{outcome:?}"
            );
            return;
        }
        for says in ["error", "nothing"] {
            let name = "run::tests::a_child_that_others_wait_for";
            let mut ignoring = Command::new("env");
            ignoring.arg("--ignore-signal=CHLD");
            ignoring.arg(std::env::current_exe().unwrap()).args(["--exact", name]);
            assert!(
                ignoring
                    .env("IGNORED", "1")
                    .env("SAYS", says)
                    .status()
                    .unwrap()
                    .success()
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn one_that_hangs_is_killed() {
        let mut command = Command::new("sleep");
        command.arg("60");
        assert!(matches!(
            run(command, Duration::from_millis(50)),
            Err(RustcError::Timeout(_))
        ));
    }

    #[cfg(unix)]
    #[track_caller]
    fn check(script: &str, success: bool, complete: bool, messages: &[&str]) {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        let outcome = run(command, Duration::from_secs(60)).unwrap();
        let said: Vec<&str> = outcome.diagnostics.iter().map(|said| said.message.as_str()).collect();
        assert_eq!((outcome.success, outcome.complete), (success, complete), "{outcome:?}");
        assert_eq!(outcome.killed, script.contains("kill"), "{outcome:?}");
        assert_eq!(said, messages, "{outcome:?}");
    }

    #[cfg(unix)]
    #[test]
    fn how_it_ended() {
        check("exit 0", true, true, &[]);
        check("exit 1", false, true, &[]);
        check("exit 101", false, false, &[]);
        check("kill -9 $$", false, false, &[]);
    }

    #[cfg(unix)]
    #[test]
    fn a_call_that_reports_as_text() {
        let mut command = Command::new("sh");
        command.args(["-c", "printf 'a\\377\\nb' >&2; exit 1"]);
        let minute = Duration::from_secs(60);
        assert_eq!(run_for_text(command, minute, minute, &|| true).unwrap(), "a\u{fffd}\nb");
    }

    #[cfg(unix)]
    #[test]
    fn one_that_is_not_wanted_is_killed() {
        let mut command = Command::new("sleep");
        command.arg("60");
        let said = run_for_text(command, Duration::from_secs(60), Duration::from_millis(1), &|| false);
        assert!(matches!(said, Err(RustcError::Unwanted)));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_behind_bytes_that_are_no_text_is_lost() {
        let error = |message| {
            format!(r#"{{"message":"{message}","code":null,"level":"error","spans":[],"children":[],"rendered":""}}"#)
        };
        let script = format!(
            "printf '%s\\n\\377\\376\\n%s\\n' '{}' '{}' >&2; exit 1",
            error("one"),
            error("two")
        );
        check(&script, false, true, &["one", "two"]);
    }
}
