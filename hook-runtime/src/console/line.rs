//! The parser of typed lines. It needs no frame and does no I/O.

mod indent;
mod units;

pub(crate) use indent::Indent;
pub(crate) use units::{goes_on, units};

use crate::literal::Literal;
use crate::syntax::BracketScanner;

/// The greatest length of a line in bytes. A larger value has to be loaded from a file.
pub(crate) const MOST: usize = 1 << 20;

/// A line at the prompt, parsed.
#[derive(Debug, PartialEq)]
pub(crate) enum TypedLine<'t> {
    /// The line is empty or a comment.
    Empty,
    /// The line is a command, `:name rest`.
    Command { name: &'t str, rest: &'t str },
    /// The line ends the session in other consoles: `exit()`, `quit`, `:q`.
    Quit(&'t str),
    /// The line prints help in other consoles: `?`, `help`.
    Help(&'t str),
    /// The line is `?name` or `?path::name`, which asks about a name. (`name?` is Rust.)
    Asked(&'t str),
    /// The line is a bare name.
    Name(&'t str),
    /// The line is a bare name with `;`.
    Ended(&'t str),
    /// The line is `name = literal`, where the literal is a scalar, a string, or JSON.
    Write { name: &'t str, literal: Literal },
    /// The line is `name = value`, where the value is an expression of Rust.
    Assign { name: &'t str, value: &'t str },
    /// The line is any other Rust.
    Rust(&'t str),
}

impl TypedLine<'_> {
    /// Returns whether the line is code of the function around the hook, as it could stand in a source.
    pub(crate) fn is_code(&self) -> bool {
        match self {
            TypedLine::Empty
            | TypedLine::Command { .. }
            | TypedLine::Quit(_)
            | TypedLine::Help(_)
            | TypedLine::Asked(_) => false,
            TypedLine::Name(_)
            | TypedLine::Ended(_)
            | TypedLine::Write { .. }
            | TypedLine::Assign { .. }
            | TypedLine::Rust(_) => true,
        }
    }
}

/// Parses a line.
pub(crate) fn parse(text: &str) -> TypedLine<'_> {
    let text = text.trim();
    if text.is_empty() || text.lines().all(|line| line.trim_start().starts_with("//")) {
        return TypedLine::Empty;
    }
    if let ":q" | ":quit" | "exit" | "quit" | "exit()" | "quit()" = text.trim_end_matches(';') {
        return TypedLine::Quit(text.trim_end_matches(';'));
    }
    if let "?" | "help" | "help()" = text.trim_end_matches(';') {
        return TypedLine::Help(text.trim_end_matches(';'));
    }
    if let Some(name) = text.strip_prefix('?').map(|name| name.trim_start_matches('?').trim())
        && name
            .split("::")
            .flat_map(|part| part.split('.'))
            .all(|part| name_length(part) == part.len() && !part.is_empty())
        && !is_keyword(name)
    {
        return TypedLine::Asked(name);
    }
    if let Some(command) = command(text) {
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        return TypedLine::Command {
            name,
            rest: rest.trim(),
        };
    }
    let statement = text.strip_suffix(';').unwrap_or(text).trim_end();
    let (name, rest) = statement.split_at(name_length(statement));
    let rest = rest.trim_start();
    if name.is_empty() || is_keyword(name) {
        return TypedLine::Rust(text);
    }
    if rest.is_empty() {
        return if statement.len() < text.len() {
            TypedLine::Ended(name)
        } else {
            TypedLine::Name(name)
        };
    }
    let Some(value) = rest.strip_prefix('=').filter(|value| !value.starts_with(['=', '>'])) else {
        return TypedLine::Rust(text);
    };
    match Literal::instant(value) {
        Some(literal) => TypedLine::Write { name, literal },
        None => TypedLine::Assign { name, value },
    }
}

/// Parses a line that is the path of a field, or a write to one: `self.count = 5`. Returns `None` if the line is
/// anything else.
pub(crate) fn of_field(text: &str) -> Option<(TypedLine<'_>, &str)> {
    let statement = text.trim().trim_end_matches(';').trim_end();
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let (name, rest) = statement.split_at(statement.find(|c| !part(c)).unwrap_or(statement.len()));
    let rest = rest.trim_start();
    if rest.is_empty() {
        return Some((TypedLine::Name(name), name));
    }
    let value = rest.strip_prefix('=').filter(|value| !value.starts_with(['=', '>']))?;
    Some(match Literal::instant(value) {
        Some(literal) => (TypedLine::Write { name, literal }, name),
        None => (TypedLine::Assign { name, value }, name),
    })
}

/// Returns the text behind the colon of a command. A path like `::std::f()` is no command.
fn command(text: &str) -> Option<&str> {
    text.trim_start()
        .strip_prefix(':')
        .filter(|command| !command.starts_with(':'))
}

/// Returns whether a text needs more lines to be complete.
pub(crate) fn is_incomplete(text: &str) -> bool {
    Whole::default().add(text)
}

/// A text that is read line by line until it is complete: no bracket, string or comment is open, and no attribute lacks
/// its item.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    text: String,
    scan: BracketScanner,
}

impl Whole {
    /// Returns whether a line is a command that follows an incomplete text which may end there: an item without its
    /// body, or an attribute without its item.
    pub(crate) fn ends_before(&self, line: &str) -> bool {
        !self.text.is_empty() && self.scan.is_between() && command(line).is_some()
    }

    /// Adds a line. Returns whether the text needs more lines.
    pub(crate) fn add(&mut self, line: &str) -> bool {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line);
        if self.text.len() > MOST || command(&self.text).is_some() {
            return false;
        }
        self.scan.read(&self.text);
        self.scan.is_open()
    }

    pub(crate) fn text(self) -> String {
        self.text
    }
}

fn name_length(text: &str) -> usize {
    let raw = if text.starts_with("r#") { 2 } else { 0 };
    let name = &text[raw..];
    let length = name
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(name.len());
    if length == 0 || name.starts_with(char::is_numeric) {
        return 0;
    }
    raw + length
}

/// Returns whether a word is a keyword that looks like a name: it can stand alone or before `=`, but names no binding.
fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "return" | "break" | "continue" | "true" | "false" | "_" | "loop" | "crate" | "super" | "Self"
    )
}

#[cfg(test)]
mod tests;
