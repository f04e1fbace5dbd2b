//! A call that is started before it is known what it shall compile.
//!
//! What rustc does first is the same for every line: it starts, loads the crates that are named, and parses the
//! sources. So it can do that while the line is still typed. Then the attribute wants to know what line it is, and
//! waits until its process is told to go on: a word comes from standard input, whose other end the process of the
//! prompt has. If that process is gone, so is the other end, and the call ends.

use std::io::{self, Read as _, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::run::{Said, StartedCall, outcome, read};
use crate::{RustcError, RustcOutcome};

/// The environment variable of a call that waits.
const WAITS: &str = "HOOKABLE_WAITS";
const GO_ON: &[u8] = b"go on";

/// A call that waits, or will. It is killed if it is dropped.
#[derive(Debug)]
pub struct WaitingCall {
    /// This is `None` while the end of the call is waited for.
    call: Option<(StartedCall<Said>, ChildStdin)>,
    /// The process that started the call. A forked child has nothing to do with it.
    process: u32,
}

impl WaitingCall {
    /// Starts a call that reports in JSON.
    ///
    /// # Errors
    ///
    /// If the call cannot be started.
    pub fn start(mut command: Command) -> Result<WaitingCall, RustcError> {
        command.env(WAITS, "");
        let mut call = StartedCall::start(command, Stdio::piped(), read)?;
        let stdin = call.child.stdin.take().expect("standard input is piped");
        Ok(WaitingCall {
            call: Some((call, stdin)),
            process: std::process::id(),
        })
    }

    /// Tells the call to go on. As it may have ended meanwhile, this may raise the signal of a closed pipe.
    ///
    /// # Errors
    ///
    /// If nobody can be told: the call has ended, or it is another process's.
    pub fn go_on(&mut self) -> io::Result<()> {
        match &mut self.call {
            Some((_, stdin)) if self.process == std::process::id() => stdin.write_all(GO_ON),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Waits for the end of the call, which was told to go on.
    ///
    /// # Errors
    ///
    /// If the call is not done within `limit`: it is killed then.
    pub fn run_to_end(mut self, limit: Duration) -> Result<RustcOutcome, RustcError> {
        let (call, stdin) = self.call.take().expect("only this function takes the call");
        drop(stdin);
        call.run_to_end(limit, (limit, &|| true)).map(outcome)
    }
}

impl Drop for WaitingCall {
    fn drop(&mut self) {
        if let Some((call, _)) = self.call.as_mut().filter(|_| self.process == std::process::id()) {
            call.kill();
        }
    }
}

/// Waits until this process may read what line is wanted, if it was started before that was known. Nobody will tell it
/// what the line is where the program is gone: then the process ends.
pub fn wait() {
    if std::env::var_os(WAITS).is_none() {
        return;
    }
    // A process that was forked from the program may have the other end of standard input, too, so its end may not
    // come with the word.
    let mut word = [0; GO_ON.len()];
    if io::stdin().read_exact(&mut word).is_err() {
        std::process::exit(1);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    /// A call that waits, then does as the script says.
    fn waiting(script: &str) -> WaitingCall {
        let mut command = Command::new("sh");
        let script = format!(
            "word=$(head -c {}); [ \"$word\" = 'go on' ] || exit 3; {script}",
            GO_ON.len()
        );
        command.args(["-c", &script]);
        WaitingCall::start(command).unwrap()
    }

    #[test]
    fn it_goes_on_with_what_it_is_told() {
        let mut call = waiting("exit 1");
        call.go_on().unwrap();
        let outcome = call.run_to_end(MINUTE).unwrap();
        assert!(outcome.complete && !outcome.success, "{outcome:?}");
    }

    #[test]
    fn it_is_killed_with_what_holds_it() {
        let call = waiting("exit 0");
        let process = call.call.as_ref().unwrap().0.child.id().to_string();
        let is_there = || {
            Command::new("kill")
                .args(["-0", &process])
                .stderr(Stdio::null())
                .status()
        };
        assert!(is_there().unwrap().success());
        drop(call);
        assert!(!is_there().unwrap().success());
    }

    #[test]
    fn one_that_has_ended_cannot_be_told() {
        let mut command = Command::new("sh");
        command.args(["-c", "exit 0"]);
        let mut call = WaitingCall::start(command).unwrap();
        let _ = call.call.as_mut().unwrap().0.child.wait();
        assert_eq!(call.go_on().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn one_that_hangs_is_killed() {
        let mut call = waiting("exec sleep 60");
        call.go_on().unwrap();
        assert!(matches!(
            call.run_to_end(Duration::from_millis(50)),
            Err(RustcError::Timeout(_))
        ));
    }

    #[test]
    fn a_forked_child_leaves_it_alone() {
        let mut call = waiting("exit 0");
        call.process += 1;
        assert!(call.go_on().is_err());
        call.process -= 1;
        call.go_on().unwrap();
        assert!(call.run_to_end(MINUTE).unwrap().success);
    }
}
