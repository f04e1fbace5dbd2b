//! Help while typing: completion, colours, and whether the line goes on.

use std::borrow::Cow;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use crate::console::input::{Completion, Scope};
use crate::console::line::is_incomplete;

pub(super) struct Assist {
    scope: Scope,
    files: FilenameCompleter,
    coloured: bool,
}

impl Assist {
    pub(super) fn new(scope: &Scope, coloured: bool) -> Self {
        Assist {
            scope: scope.clone(),
            files: FilenameCompleter::new(),
            coloured,
        }
    }
}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        match (self.scope.complete)(&line[..at], &self.scope.names) {
            Completion::File => self.files.complete_path(line, at),
            Completion::Words(start, words) => {
                let pair = |word: String| Pair {
                    display: word.trim_end().to_owned(),
                    replacement: word,
                };
                Ok((start, words.into_iter().map(pair).collect()))
            }
        }
    }
}

impl Highlighter for Assist {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let end = line
            .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':'))
            .unwrap_or(line.len());
        let (word, rest) = line.split_at(end);
        let known = match word.strip_prefix(':') {
            Some(command) => (self.scope.is_command)(command),
            None => self.scope.names.iter().any(|name| name == word),
        };
        if known {
            Cow::Owned(format!("\x1b[1m{word}\x1b[0m{rest}"))
        } else {
            Cow::Borrowed(line)
        }
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        kind != CmdKind::MoveCursor
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
        Ok(if is_incomplete(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Hinter for Assist {
    type Hint = String;
}

impl Helper for Assist {}
