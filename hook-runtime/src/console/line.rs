//! What a typed line is. Pure: no frame, no I/O.

use crate::literal::Literal;

/// A line at the prompt.
#[derive(Debug, PartialEq)]
pub(crate) enum Line<'t> {
    /// Nothing, or a comment.
    Empty,
    /// `:name rest`.
    Command { name: &'t str, rest: &'t str },
    /// What other consoles end with: `exit()`, `quit`, `:q`.
    Quit(&'t str),
    /// A bare name.
    Name(&'t str),
    /// `name = literal`.
    Write { name: &'t str, literal: Literal },
    /// Anything else is Rust.
    Rust(&'t str),
}

/// Reads a line.
pub(crate) fn parse(text: &str) -> Line<'_> {
    let text = text.trim();
    if text.is_empty() || text.lines().all(|line| line.trim_start().starts_with("//")) {
        return Line::Empty;
    }
    if let ":q" | ":quit" | "exit" | "quit" | "exit()" | "quit()" = text.trim_end_matches(';') {
        return Line::Quit(text.trim_end_matches(';'));
    }
    if let Some(command) = text.strip_prefix(':') {
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        return Line::Command {
            name,
            rest: rest.trim(),
        };
    }
    let statement = text.strip_suffix(';').unwrap_or(text).trim_end();
    let (name, rest) = statement.split_at(name_length(statement));
    let rest = rest.trim_start();
    if name.is_empty() || is_keyword(name) {
        return Line::Rust(text);
    }
    if rest.is_empty() {
        return Line::Name(name);
    }
    match rest.strip_prefix('=').map(Literal::parse) {
        Some(Ok(literal)) => Line::Write { name, literal },
        _ => Line::Rust(text),
    }
}

/// Whether the next line belongs to it too: a bracket, a raw string or a block comment is open.
pub(crate) fn is_incomplete(text: &str) -> bool {
    !text.trim_start().starts_with(':') && Scan::new(text).ends_open()
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

/// Those that can stand alone or before `=` in Rust, and are no binding.
fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "return" | "break" | "continue" | "true" | "false" | "_" | "loop" | "crate" | "super" | "Self"
    )
}

/// Walks over Rust text, past what hides brackets: strings, chars, comments.
struct Scan<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Scan<'t> {
    fn new(rest: &'t str) -> Self {
        Scan { rest, depth: 0 }
    }

    fn ends_open(mut self) -> bool {
        while let Some(c) = self.rest.chars().next() {
            let after = &self.rest[c.len_utf8()..];
            let closed = match c {
                '(' | '[' | '{' => {
                    self.depth += 1;
                    Some(after)
                }
                ')' | ']' | '}' => {
                    self.depth = self.depth.saturating_sub(1);
                    Some(after)
                }
                '"' => match string_end(after) {
                    Some(after) => Some(after),
                    // A plain string that is not closed is a slip, unless more lines are asked for anyway.
                    None => return self.depth > 0,
                },
                '\'' => Some(char_end(after)),
                '/' if after.starts_with('/') => Some(after.find('\n').map_or("", |end| &after[end..])),
                '/' if after.starts_with('*') => block_comment_end(&after[1..]),
                'r' | 'b' | 'c' => prefixed_end(self.rest),
                _ if c.is_alphanumeric() || c == '_' => Some(word_end(self.rest)),
                _ => Some(after),
            };
            match closed {
                Some(after) => self.rest = after,
                None => return true,
            }
        }
        self.depth > 0
    }
}

fn string_end(text: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(&text[at + 1..]),
            _ => {}
        }
    }
    None
}

/// After `'`: past a char, or nothing for a lifetime.
fn char_end(text: &str) -> &str {
    if let Some(escape) = text.strip_prefix('\\') {
        let escaped = escape.chars().next().map_or(0, char::len_utf8);
        return escape[escaped..].split_once('\'').map_or("", |(_, after)| after);
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    text[first..].strip_prefix('\'').unwrap_or(text)
}

fn block_comment_end(mut text: &str) -> Option<&str> {
    let mut depth = 1;
    while depth > 0 {
        let (open, close) = (text.find("/*"), text.find("*/")?);
        if open.is_some_and(|open| open < close) {
            depth += 1;
            text = &text[open? + 2..];
        } else {
            depth -= 1;
            text = &text[close + 2..];
        }
    }
    Some(text)
}

fn word_end(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
}

/// A word that may begin a raw string: `r"`, `br#"`.
fn prefixed_end(text: &str) -> Option<&str> {
    let after = word_end(text);
    let word = &text[..text.len() - after.len()];
    let hashes = after.len() - after.trim_start_matches('#').len();
    let Some(body) = after[hashes..]
        .strip_prefix('"')
        .filter(|_| matches!(word, "r" | "br" | "cr"))
    else {
        return Some(after);
    };
    let end = format!("\"{}", "#".repeat(hashes));
    body.split_once(&end).map(|(_, after)| after)
}

#[cfg(test)]
mod tests;
