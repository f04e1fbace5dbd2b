//! Help while a line is typed: completion, colours, and whether the line is complete.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;
use std::time::Duration;

use hook_rustc::sorted::sort_by_key;
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::redrawn::rows;
use super::rust::{self, cut};
use crate::breakpoints::named::NamedPlace;
use crate::console::input::{Completion, Scope};
use crate::console::line::{Indent, is_incomplete};
use crate::eval::complete;
use crate::syntax::{self, Part};

/// The time that the Tab key waits for rustc.
const PATIENCE: Duration = Duration::from_millis(300);

/// What the Tab key types where there is nothing to complete.
const INDENT: &str = "    ";

pub(super) struct Assist {
    scope: Scope,
    files: FilenameCompleter,
    coloured: bool,
    prompt: String,
    /// The number of columns and of rows of the terminal.
    size: (usize, usize),
    /// This is true once the line is accepted.
    is_done: Cell<bool>,
    /// The place of the cursor at the last key but Enter.
    cursor: Cell<Option<usize>>,
    /// The place of the cursor when Enter broke a text that gets an indentation there.
    broken_at: Cell<Option<usize>>,
    /// This is true once rustc was told that a line is coming.
    is_expected: Cell<bool>,
}

impl Assist {
    pub(super) fn new(scope: &Scope, prompt: &str, coloured: bool, size: (usize, usize)) -> Self {
        Assist {
            scope: scope.clone(),
            files: FilenameCompleter::new(),
            coloured,
            prompt: prompt.to_owned(),
            size,
            is_done: Cell::new(false),
            cursor: Cell::new(None),
            broken_at: Cell::new(None),
            is_expected: Cell::new(false),
        }
    }

    /// Tells where Enter broke the text that was read, if that is not complete and its next line is indented.
    pub(super) fn broken_at(&self) -> Option<usize> {
        self.broken_at.get()
    }

    /// Returns the input as it is drawn once it is accepted.
    pub(super) fn drawn(&self, text: &str) -> String {
        match self.coloured {
            true => format!(
                "{}{}",
                self.highlight_prompt(&self.prompt, true),
                painted(text, self.known(text), None)
            ),
            false => format!("{}{text}", self.prompt),
        }
    }

    /// Returns the length of the command or the local's name at the beginning of a line, or 0.
    fn known(&self, line: &str) -> usize {
        let end = line
            .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':'))
            .unwrap_or(line.len());
        let is_known = match line[..end].strip_prefix(':') {
            Some(command) => (self.scope.is_command)(command),
            None => self.scope.names.iter().any(|name| *name == line[..end]),
        };
        if is_known { end } else { 0 }
    }
}

/// Returns a line in colours. The first `known` bytes are bold and the rest is coloured as Rust, with the bracket at
/// the cursor and its partner highlighted.
fn painted(line: &str, known: usize, cursor: Option<usize>) -> String {
    let brackets = cursor.and_then(|cursor| syntax::brackets(line, cursor));
    let brackets = brackets.into_iter().flat_map(|(open, close)| [open, close]);
    let mut spans: Vec<(Range<usize>, &str)> = brackets.map(|at| (at..at + 1, "1;34")).collect();
    if known > 0 {
        spans.push((0..known, "1"));
    }
    spans.extend(
        syntax::parts(line)
            .into_iter()
            .filter(|(range, _)| range.start >= known)
            .map(|(range, part)| {
                let colour = match part {
                    Part::Keyword => "35",
                    Part::Number => "33",
                    Part::String => "32",
                    Part::Comment => "2",
                };
                (range, colour)
            }),
    );
    sort_by_key(&mut spans, &|(range, _)| range.start);
    let (mut text, mut end) = (String::new(), 0);
    for (range, colour) in spans {
        text += &format!(
            "{}\x1b[{colour}m{}\x1b[0m",
            &line[end..range.start],
            &line[range.clone()]
        );
        end = range.end;
    }
    text + &line[end..]
}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        if let Some(suggested) = self.scope.suggested.as_ref().filter(|_| line.is_empty()) {
            let (display, replacement) = (suggested.clone(), suggested.clone());
            return Ok((0, vec![Pair { display, replacement }]));
        }
        // At the beginning of a later line, the key indents.
        let own = line[..at].rsplit_once('\n').map(|(_, own)| own);
        if own.is_some_and(|own| own.trim().is_empty()) {
            let (display, replacement) = (INDENT.to_owned(), INDENT.to_owned());
            return Ok((at, vec![Pair { display, replacement }]));
        }
        match completed(line, at, &self.scope, self.size.0, PATIENCE) {
            Some(found) => Ok(found),
            None => self.files.complete_path(line, at),
        }
    }
}

/// Returns the byte from which a line is completed at a place, and what can stand there. Returns `None` where that is
/// the path of a file.
pub(super) fn completed(
    line: &str,
    at: usize,
    scope: &Scope,
    width: usize,
    patience: Duration,
) -> Option<(usize, Vec<Pair>)> {
    match (scope.complete)(&line[..at], &scope.names) {
        Completion::File => None,
        Completion::Rust(start) => {
            let (from, pairs) = rust::complete(&line[start..at], &line[at..], scope, width, patience);
            Some((start + from, pairs))
        }
        Completion::Name(start) => {
            let (from, pairs) = rust::name(&line[start..at], scope, width, patience);
            Some((start + from, pairs))
        }
        Completion::Place(start) => {
            let found = scope
                .krate
                .map_or(Vec::new(), |krate| (scope.places)(krate, &line[start..at]));
            let pair = |place: NamedPlace| Pair {
                display: cut(place.shown, width),
                replacement: place.text,
            };
            Some((start, found.into_iter().map(pair).collect()))
        }
        Completion::Words(start, words) => {
            let pair = |word: String| Pair {
                display: word.trim_end().to_owned(),
                replacement: word,
            };
            Some((start, words.into_iter().map(pair).collect()))
        }
    }
}

impl Highlighter for Assist {
    fn highlight<'l>(&self, line: &'l str, cursor: usize) -> Cow<'l, str> {
        if !self.coloured {
            return Cow::Borrowed(line);
        }
        let cursor = (!self.is_done.get()).then_some(cursor);
        Cow::Owned(painted(line, self.known(line), cursor))
    }

    fn highlight_char(&self, _: &str, cursor: usize, kind: CmdKind) -> bool {
        // rustyline draws an accepted line once more by a forced refresh. That drawing must not highlight a bracket at
        // the cursor.
        self.is_done.set(kind == CmdKind::ForcedRefresh);
        if !self.is_done.get() {
            self.cursor.set(Some(cursor));
        }
        self.coloured
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.coloured {
            Cow::Owned(format!("\x1b[2m{hint}\x1b[0m"))
        } else {
            Cow::Borrowed(hint)
        }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.coloured {
            Cow::Owned(format!("\x1b[36m{prompt}\x1b[0m"))
        } else {
            Cow::Borrowed(prompt)
        }
    }
}

impl Validator for Assist {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        if !is_incomplete(text) {
            return Ok(ValidationResult::Valid(None));
        }
        let before = self.cursor.get().and_then(|cursor| text.get(..cursor));
        // What has left the screen cannot be taken off it.
        let fits = rows(&self.prompt, text, self.size.0) < self.size.1;
        self.broken_at.set(
            before
                .filter(|before| fits && Indent::behind(before).is_some())
                .map(str::len),
        );
        // A text that is broken by an indentation, too, is handed out, and edited on with that.
        Ok(match self.broken_at.get() {
            Some(_) => ValidationResult::Valid(None),
            None => ValidationResult::Incomplete,
        })
    }
}

impl Hinter for Assist {
    type Hint = SignatureHint;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<SignatureHint> {
        let hook = self.scope.hook.as_ref()?;
        let typed = line.trim_start();
        if !typed.is_empty() && !typed.starts_with(':') && !self.is_expected.replace(true) {
            hook.line_begins();
        }
        let (Completion::Rust(start) | Completion::Name(start)) = (self.scope.complete)(&line[..at], &self.scope.names)
        else {
            return None;
        };
        let text = &line[start..at];
        complete::begin(hook, text);
        // A hint stands behind all of the line.
        if at < line.len() {
            return None;
        }
        let told = complete::hint(hook, text)?;
        Some(SignatureHint(if self.coloured { told } else { format!("  // {told}") }))
    }
}

/// A hint that is only looked at: no key puts it into the line.
pub(super) struct SignatureHint(String);

impl Hint for SignatureHint {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Helper for Assist {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_painted() {
        let check = |line, known, cursor, expected: &str| assert_eq!(painted(line, known, cursor), expected);
        check("a + b", 0, None, "a + b");
        check(":type 1", 5, None, "\x1b[1m:type\x1b[0m \x1b[33m1\x1b[0m");
        check(
            "f(2)",
            0,
            Some(4),
            "f\x1b[1;34m(\x1b[0m\x1b[33m2\x1b[0m\x1b[1;34m)\x1b[0m",
        );
        check("let s = \"x", 0, Some(1), "\x1b[35mlet\x1b[0m s = \x1b[32m\"x\x1b[0m");
    }
}
