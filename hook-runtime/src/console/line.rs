//! What a typed line is. Pure: no frame, no I/O.

mod units;

pub(crate) use units::units;

use crate::literal::Literal;
use crate::syntax::BracketScanner;

/// More bytes than this are no line. What is larger is loaded from a file.
pub(crate) const MOST: usize = 1 << 20;

/// A line at the prompt.
#[derive(Debug, PartialEq)]
pub(crate) enum TypedLine<'t> {
    /// Nothing, or a comment.
    Empty,
    /// `:name rest`.
    Command { name: &'t str, rest: &'t str },
    /// What other consoles end with: `exit()`, `quit`, `:q`.
    Quit(&'t str),
    /// What other consoles tell of themselves for: `?`, `help`.
    Help(&'t str),
    /// `?name`. `name?` is Rust.
    Asked(&'t str),
    /// A bare name.
    Name(&'t str),
    /// A bare name and `;`.
    Ended(&'t str),
    /// `name = literal`: a scalar, a string, or JSON.
    Write { name: &'t str, literal: Literal },
    /// `name = value`, where the value is Rust.
    Assign { name: &'t str, value: &'t str },
    /// Anything else is Rust.
    Rust(&'t str),
}

/// Reads a line.
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
        && name_length(name) == name.len()
        && !name.is_empty()
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

/// Reads a line that is the name of a field, or a write to it: `self.count = 5`. None where it is more than that.
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

/// Gives what stands behind the colon of a command. `::std::f()` is none.
fn command(text: &str) -> Option<&str> {
    text.trim_start()
        .strip_prefix(':')
        .filter(|command| !command.starts_with(':'))
}

/// Tells whether the next line belongs to it too.
pub(crate) fn is_incomplete(text: &str) -> bool {
    Whole::default().add(text)
}

/// A text that is read line by line, until it is whole: no bracket, string or comment is open, and no attribute is
/// without its item.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    text: String,
    scan: BracketScanner,
}

impl Whole {
    /// Tells whether a line is a command after a text that may end before it: an item without its body, an attribute
    /// without its item.
    pub(crate) fn ends_before(&self, line: &str) -> bool {
        !self.text.is_empty() && self.scan.is_between() && command(line).is_some()
    }

    /// Adds a line. Gives whether more have to come.
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

/// Tells whether a word can stand alone or before `=` in Rust, and is no binding.
fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "return" | "break" | "continue" | "true" | "false" | "_" | "loop" | "crate" | "super" | "Self"
    )
}

#[cfg(test)]
mod tests;
