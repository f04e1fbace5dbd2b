//! The sources of lines: a terminal, standard input, a file, a text.

use std::any::Any;
use std::sync::Arc;

use crate::breakpoints::named::NamedPlace;
use crate::eval::complete::AskedHook;
use crate::eval::hooked::HookedCrate;

pub(crate) mod placed;
pub(crate) mod stdin;
pub(crate) mod terminal;
pub(crate) mod text;

/// A source of lines for a console.
pub(crate) trait Input {
    /// Reads the next line, without its end.
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read;

    /// Watches for Ctrl-C, and keeps what is typed, while a line is compiled or runs. The watch ends when the result is
    /// dropped.
    fn attend(&self) -> Option<Box<dyn Any>> {
        None
    }

    /// Returns whether the console may draw on the terminal where the lines are typed.
    fn can_draw(&self) -> bool {
        false
    }
}

/// The result of reading a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Line(String),
    /// The line was discarded by Ctrl-C.
    Cleared,
    /// There are no more lines, because of Ctrl-D or the end of a script.
    End,
    /// There are no more lines, for this reason.
    Failed(String),
}

/// What a terminal needs to know while a line is typed.
#[derive(Clone)]
pub(crate) struct Scope {
    /// The names of the locals, and of what the session keeps if Rust can be compiled.
    pub(crate) names: Vec<String>,
    /// The function that completes a text, given these names.
    pub(crate) complete: fn(&str, &[String]) -> Completion,
    /// The function that tells whether a word after a colon is a command.
    pub(crate) is_command: fn(&str) -> bool,
    /// The function that finds the places in the sources that begin with a text.
    pub(crate) places: fn(HookedCrate, &str) -> Vec<NamedPlace>,
    /// The crate of the hook, if its sources are known.
    pub(crate) krate: Option<HookedCrate>,
    /// The hook, if rustc can be asked what can be typed there.
    pub(crate) hook: Option<Arc<AskedHook>>,
    /// The source file of the hook, if that is known. It selects the history of the project.
    pub(crate) source: Option<&'static str>,
    /// The line that is suggested in the place of the last one.
    pub(crate) suggested: Option<String>,
}

/// The completions of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Completion {
    /// The words that can replace the text from this byte on. A word ends with a space if an argument can follow.
    Words(usize, Vec<String>),
    /// The text is Rust from this byte on.
    Rust(usize),
    /// The text is Rust from this byte on, and ends in a name that is not called.
    Name(usize),
    /// A place in the sources stands from this byte on.
    Place(usize),
    File,
}
