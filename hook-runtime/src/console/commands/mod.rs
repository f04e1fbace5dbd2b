//! The commands of the prompt. One [`table`] serves to find them, to print the help, and to complete.

pub(super) mod backtrace;
mod breakpoints;
#[cfg_attr(
    not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )),
    path = "callers/unsupported.rs"
)]
pub(super) mod callers;
pub(super) mod completion;
mod conditions;
mod docs;
mod draw;
pub(super) mod expect;
#[cfg(feature = "serde")]
mod files;
pub(super) mod flow;
mod help;
mod history;
#[cfg(feature = "serde")]
mod kept;
mod kinds;
mod look;
mod methods;
mod planting;
mod reload;
mod set;
mod source;
mod step;
mod stop;
mod table;
mod test;
mod tour;
mod trace;
mod vars;
mod words;

pub(super) use docs::is_item;
pub(crate) use kinds::{is_command_of, may_change};
pub(super) use look::both;
pub(super) use planting::places;
pub(crate) use table::{COMMANDS, Command, Group, Takes};
pub(super) use words::without_colon;

use super::error::ConsoleError;
use crate::suggest::nearest;
use table::LETTERS;

/// What is wanted of a variable of a caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::console) enum Wanted {
    Value,
    Full,
    Type,
    Both,
}

/// Returns the command of that name, or the only command whose name begins with it.
pub(crate) fn find(name: &str) -> Result<&'static Command, ConsoleError> {
    let letter = LETTERS.iter().find(|(letter, _)| *letter == name);
    let whole = letter.map_or(name, |(_, whole)| whole);
    if let Some(command) = COMMANDS.iter().find(|command| command.name == whole) {
        return Ok(command);
    }
    if let Some(instead) = words::instead(name) {
        let name = name.to_owned();
        return Err(ConsoleError::WordOfOthers { name, instead });
    }
    let begins: Vec<_> = COMMANDS
        .iter()
        .filter(|command| command.name.starts_with(name))
        .collect();
    match &begins[..] {
        [command] => Ok(command),
        [_, _, ..] if !name.is_empty() => Err(ConsoleError::Ambiguous {
            name: name.to_owned(),
            of: begins.iter().map(|command| format!(":{}", command.name)).collect(),
        }),
        _ => Err(ConsoleError::UnknownCommand {
            name: name.to_owned(),
            suggestion: nearest(name, COMMANDS.iter().map(|command| command.name)),
        }),
    }
}

/// Returns the error that shows how a command is used.
fn usage(name: &str) -> ConsoleError {
    let command = COMMANDS.iter().find(|command| command.name == name);
    ConsoleError::Usage(command.map_or(String::new(), Command::usage))
}

/// Returns the argument of a command that takes exactly one.
fn single<'r>(command: &str, rest: &'r str) -> Result<&'r str, ConsoleError> {
    let is_one = !rest.is_empty() && !rest.contains(char::is_whitespace);
    if is_one { Ok(rest) } else { Err(usage(command)) }
}

/// Checks that a command which takes no arguments has none.
fn nothing(command: &str, rest: &str) -> Result<(), ConsoleError> {
    if rest.is_empty() { Ok(()) } else { Err(usage(command)) }
}

#[cfg(test)]
mod tests;
