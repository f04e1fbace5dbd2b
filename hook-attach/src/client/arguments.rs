//! The arguments of the command line.

use std::ffi::OsString;

use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value, ValueExt};

use crate::client::error::AttachError;

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
      --replay FILE     print the hits of a record that HOOKABLE=record=FILE wrote, each with what changed;
                        PROGRAM is then a text that the place or the function has in it
      --mcp             serve a language model on standard input and output; see docs/agents.md
      --dap             serve an editor on standard input and output; see docs/editors.md
Options:
      --json            print the answers as the program gave them, one line of JSON each
      --token TOKEN     the token that the program printed, for tcp:PORT; or in HOOKABLE_TOKEN
";

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// A program is asked.
    Ask(Ask),
    List,
    Replay(OsString),
    Mcp,
    Dap,
    Help,
    Version,
}

/// What a program is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Console { watch: bool },
    Evaluate(Vec<String>),
    State,
    Wait(Option<u64>),
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
            Long("state") => Action::Ask(Ask::State),
            Long("list") => Action::List,
            Long("replay") => Action::Replay(parser.value()?),
            Long("mcp") => Action::Mcp,
            Long("dap") => Action::Dap,
            Long("watch") => Action::Ask(Ask::Console { watch: true }),
            Long("wait") => Action::Ask(Ask::Wait(seconds(&mut parser)?)),
            Short('h') | Long("help") => Action::Help,
            Short('V') | Long("version") => Action::Version,
            other => return Err(other.unexpected()),
        };
        if action.replace(given).is_some() {
            return Err(only_one());
        }
    }
    if !lines.is_empty() && action.replace(Action::Ask(Ask::Evaluate(lines))).is_some() {
        return Err(only_one());
    }
    Ok(Arguments {
        action: action.unwrap_or(Action::Ask(Ask::Console { watch: false })),
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
    /// Returns the text that was typed.
    pub(crate) fn text(&self) -> String {
        match self {
            Program::Only => String::new(),
            Program::Process(number) => number.to_string(),
            Program::Socket(name) => name.to_string_lossy().into_owned(),
            Program::Port(port) => format!("tcp:{port}"),
        }
    }

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
        let console = Action::Ask(Ask::Console { watch: false });
        check("", (console.clone(), Program::Only));
        check("77", (console.clone(), Program::Process(77)));
        check("/run/a.sock", (console.clone(), Program::Socket("/run/a.sock".into())));
        check("tcp:4000 --token abc", (console, Program::Port(4000)));
        check(
            "77 --watch",
            (Action::Ask(Ask::Console { watch: true }), Program::Process(77)),
        );
        check(
            "-e a -e=b 77",
            (
                Action::Ask(Ask::Evaluate(vec!["a".into(), "b".into()])),
                Program::Process(77),
            ),
        );
        check("--wait", (Action::Ask(Ask::Wait(None)), Program::Only));
        check("--wait 5 77", (Action::Ask(Ask::Wait(Some(5))), Program::Process(77)));
        check("--wait=5", (Action::Ask(Ask::Wait(Some(5))), Program::Only));
        check(
            "--wait /run/a",
            (Action::Ask(Ask::Wait(None)), Program::Socket("/run/a".into())),
        );
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
