//! Help while typing: completion, colours, and whether the line goes on.

use std::borrow::Cow;

use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::super::Scope;
use crate::console::commands::{self, COMMANDS, Command, Takes};
use crate::console::line::is_incomplete;

pub(super) struct Assist {
    names: Vec<String>,
    files: FilenameCompleter,
    coloured: bool,
}

impl Assist {
    pub(super) fn new(scope: &Scope, coloured: bool) -> Self {
        Assist {
            names: scope.names.clone(),
            files: FilenameCompleter::new(),
            coloured,
        }
    }
}

/// What can stand at the end of a text.
#[derive(Debug, PartialEq, Eq)]
enum Completion {
    /// From that byte on, one of these, with a space where an argument comes next.
    Words(usize, Vec<String>),
    File,
}

fn complete(text: &str, names: &[String]) -> Completion {
    let trimmed = text.trim_start();
    let words = |start: usize, known: &mut dyn Iterator<Item = (&str, bool)>| {
        let begins = known.filter(|(name, _)| name.starts_with(&text[start..]));
        let spaced = |(name, more)| format!("{name}{}", if more { " " } else { "" });
        Completion::Words(start, begins.map(spaced).collect())
    };
    let names = |more| names.iter().map(move |name| (name.as_str(), more));
    let commands = |more: fn(&Command) -> bool| COMMANDS.iter().map(move |command| (command.name, more(command)));
    let last_word = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let Some(command) = trimmed.strip_prefix(':') else {
        let start = text
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        return words(start, &mut names(false));
    };
    let mut typed = command.split_whitespace();
    let name = typed.next().unwrap_or_default();
    let arguments = typed.count() + usize::from(text.ends_with(char::is_whitespace));
    if arguments == 0 {
        let takes_any = |command: &Command| command.takes != Takes::Nothing;
        return words(text.len() - name.len(), &mut commands(takes_any));
    }
    match commands::find(name).map(|command| command.takes) {
        Ok(Takes::NameThenFile) if arguments > 1 => Completion::File,
        Ok(Takes::NameThenFile) => words(last_word, &mut names(true)),
        Ok(Takes::Names) => words(last_word, &mut names(false)),
        Ok(Takes::Commands) => words(last_word, &mut commands(|_| false)),
        Ok(Takes::Nothing) | Err(_) => Completion::Words(text.len(), Vec::new()),
    }
}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        match complete(&line[..at], &self.names) {
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
            Some(command) => commands::find(command).is_ok(),
            None => self.names.iter().any(|name| name == word),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, start: usize, words: &[&str]) {
        let words = words.iter().map(|word| word.to_string()).collect();
        let names = ["alpha", "alps", "words"].map(str::to_owned);
        assert_eq!(complete(text, &names), Completion::Words(start, words));
    }

    #[test]
    fn names() {
        check("al", 0, &["alpha", "alps"]);
        check("", 0, &["alpha", "alps", "words"]);
        check("f(wo", 2, &["words"]);
        check("words = x", 8, &[]);
        check("ä+wo", 3, &["words"]);
    }

    #[test]
    fn command_names() {
        check(
            ":lo",
            1,
            if cfg!(feature = "serde") {
                &["locals ", "load "]
            } else {
                &["locals "]
            },
        );
        check("  :und", 3, &["undo"]);
        check(":help un", 6, &["undo"]);
    }

    #[test]
    fn arguments() {
        check(":type wo", 6, &["words"]);
        check(":locals words al", 14, &["alpha", "alps"]);
        check(":undo al", 8, &[]);
        check(":frob al", 8, &[]);
        #[cfg(feature = "serde")]
        check(":save wo", 6, &["words "]);
        #[cfg(feature = "serde")]
        assert_eq!(complete(":save words mo", &["words".to_owned()]), Completion::File);
    }
}
