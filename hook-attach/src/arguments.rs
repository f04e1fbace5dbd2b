//! The arguments of the command line.

use std::ffi::OsString;

use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value, ValueExt};

use crate::error::AttachError;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Attaches to a program whose hooks listen: one that was started with HOOKABLE=listen.

usage: hook-attach [OPTIONS] [PROGRAM]

PROGRAM is the number of a process, the path of a socket, or tcp:PORT. It may be left out if one program listens.

Without an action, the console of the program opens on this terminal. Actions:
  -e, --evaluate LINE   type LINE at the open hook, and print what came of it; may be repeated
      --state           print the state: the hook that is open, its source, and its locals
      --wait [SECONDS]  wait for the next stop, and print the state there
      --watch           show what another client does at its console
      --list            list the programs that listen
      --mcp             serve a language model on standard input and output; see docs/agents.md
      --dap             serve an editor on standard input and output; see docs/editors.md
Options:
      --json            print the answers as the program gave them, one line of JSON each
      --token TOKEN     the token that the program printed, for tcp:PORT; or in HOOKABLE_TOKEN
";

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Console { watch: bool },
    Evaluate(Vec<String>),
    State,
    Wait(Option<u64>),
    List,
    Mcp,
    Dap,
    Help,
    Version,
}

/// The program to attach to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The only one that listens.
    Only,
    Process(u32),
    Socket(OsString),
    Port(u16),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) action: Action,
    pub(crate) program: Program,
    pub(crate) json: bool,
    pub(crate) token: Option<String>,
}

/// Reads the arguments, without the name of the command.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Arguments, AttachError> {
    read(Parser::from_args(arguments)).map_err(|error| AttachError::Arguments(error.to_string()))
}

fn read(mut parser: Parser) -> Result<Arguments, lexopt::Error> {
    let (mut action, mut lines) = (None, Vec::new());
    let (mut program, mut json, mut token) = (Program::Only, false, None);
    let only_one = || lexopt::Error::from("one action at a time");
    while let Some(argument) = parser.next()? {
        let given = match argument {
            Short('e') | Long("evaluate") => {
                lines.push(parser.value()?.string()?);
                continue;
            }
            Long("json") => {
                json = true;
                continue;
            }
            Long("token") => {
                token = Some(parser.value()?.string()?);
                continue;
            }
            Value(name) if program == Program::Only => {
                program = Program::of(name)?;
                continue;
            }
            Long("state") => Action::State,
            Long("list") => Action::List,
            Long("mcp") => Action::Mcp,
            Long("dap") => Action::Dap,
            Long("watch") => Action::Console { watch: true },
            Long("wait") => Action::Wait(seconds(&mut parser)?),
            Short('h') | Long("help") => Action::Help,
            Short('V') | Long("version") => Action::Version,
            other => return Err(other.unexpected()),
        };
        if action.replace(given).is_some() {
            return Err(only_one());
        }
    }
    if !lines.is_empty() && action.replace(Action::Evaluate(lines)).is_some() {
        return Err(only_one());
    }
    Ok(Arguments {
        action: action.unwrap_or(Action::Console { watch: false }),
        program,
        json,
        token,
    })
}

/// Reads the number of seconds behind `--wait`, if one is there. A process is named before it, or behind the seconds.
fn seconds(parser: &mut Parser) -> Result<Option<u64>, lexopt::Error> {
    if let Some(value) = parser.optional_value() {
        return Ok(Some(value.parse()?));
    }
    let Some(mut raw) = parser.try_raw_args() else {
        return Ok(None);
    };
    let number = raw.peek().and_then(|next| next.to_str()?.parse().ok());
    if number.is_some() {
        raw.next();
    }
    Ok(number)
}

impl Program {
    /// Reads the name of a program.
    pub(crate) fn of(name: OsString) -> Result<Self, lexopt::Error> {
        let text = name.to_string_lossy();
        if let Some(port) = text.strip_prefix("tcp:") {
            let port = port.parse().map_err(|_| format!("`{port}` is no port"))?;
            return Ok(Program::Port(port));
        }
        Ok(text
            .parse()
            .map_or_else(|_| Program::Socket(name.clone()), Program::Process))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: (Action, Program)) {
        let arguments = parse(line.split_whitespace().map(OsString::from)).unwrap();
        assert_eq!((arguments.action, arguments.program), expected);
    }

    #[track_caller]
    fn refused(line: &str, expected: &str) {
        let error = parse(line.split_whitespace().map(OsString::from)).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{expected}; `hook-attach --help` lists the arguments")
        );
    }

    #[test]
    fn actions_and_programs() {
        let console = Action::Console { watch: false };
        check("", (console.clone(), Program::Only));
        check("77", (console.clone(), Program::Process(77)));
        check("/run/a.sock", (console.clone(), Program::Socket("/run/a.sock".into())));
        check("tcp:4000 --token abc", (console, Program::Port(4000)));
        check("77 --watch", (Action::Console { watch: true }, Program::Process(77)));
        check(
            "-e a -e=b 77",
            (Action::Evaluate(vec!["a".into(), "b".into()]), Program::Process(77)),
        );
        check("--wait", (Action::Wait(None), Program::Only));
        check("--wait 5 77", (Action::Wait(Some(5)), Program::Process(77)));
        check("--wait=5", (Action::Wait(Some(5)), Program::Only));
        check("--wait /run/a", (Action::Wait(None), Program::Socket("/run/a".into())));
        check("--list", (Action::List, Program::Only));
    }

    #[test]
    fn what_is_wrong() {
        refused("--what", "invalid option '--what'");
        refused("1 2", "unexpected argument \"2\"");
        refused("--state --list", "one action at a time");
        refused("-e a --state", "one action at a time");
        refused("-e", "missing argument for option '-e'");
        refused("tcp:x", "`x` is no port");
    }
}
