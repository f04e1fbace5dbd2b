//! Where lines come from: a terminal, standard input, a file, a text.

pub(crate) mod stdin;
pub(crate) mod terminal;
pub(crate) mod text;

/// Gives a console its lines.
pub(crate) trait Input {
    /// The next line, without its end.
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read;
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

/// What can be completed.
pub(crate) struct Scope {
    /// The locals.
    pub(crate) names: Vec<&'static str>,
}

impl Scope {
    pub(crate) fn new(names: Vec<&'static str>) -> Self {
        Scope { names }
    }
}
