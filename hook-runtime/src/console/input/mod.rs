//! Where lines come from: a terminal, standard input, a file, a text.

use std::any::Any;

pub(crate) mod stdin;
pub(crate) mod terminal;
pub(crate) mod text;

/// Gives a console its lines.
pub(crate) trait Input {
    /// Gives the next line, without its end.
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read;

    /// Keeps an eye on what is typed for as long as the answer lives: a line is at work.
    fn attend(&self) -> Option<Box<dyn Any>> {
        None
    }

    /// Whether one can draw on the terminal that they are typed on.
    fn can_draw(&self) -> bool {
        false
    }
}

/// What reading a line gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Line(String),
    /// The line was thrown away: Ctrl-C.
    Cleared,
    /// There are no more: Ctrl-D, the end of a script.
    End,
    /// There are no more, and why.
    Failed(String),
}

/// What a terminal can ask while a line is typed.
#[derive(Clone)]
pub(crate) struct Scope {
    /// The locals, and where Rust can be typed what the session keeps.
    pub(crate) names: Vec<String>,
    /// Completes a text, with these names.
    pub(crate) complete: fn(&str, &[String]) -> Completion,
    /// Whether a word after a colon is a command.
    pub(crate) is_command: fn(&str) -> bool,
    /// The source file of the hook, where that is known: lines of earlier sessions belong to its crate.
    pub(crate) source: Option<&'static str>,
}

/// What can stand at the end of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Completion {
    /// From that byte on, one of these, with a space where an argument comes next.
    Words(usize, Vec<String>),
    File,
}
