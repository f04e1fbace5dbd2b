//! Where the console writes: values to one stream, all else to another. A stream that is closed is no reason to fail.

use std::io::{self, IsTerminal, Write};

/// The columns of a line: the terminal's, or 80 where standard output is none.
pub(crate) fn width() -> usize {
    let terminal = io::stdout().is_terminal().then(terminal_size::terminal_size).flatten();
    terminal.map_or(80, |(width, _)| usize::from(width.0).max(20))
}

/// The two streams of a console.
pub(crate) struct Output {
    values: Box<dyn Write>,
    talk: Box<dyn Write>,
    /// In columns.
    pub(crate) width: usize,
    colour_values: bool,
    colour_talk: bool,
}

/// How a part of a text looks on a terminal.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    Bold,
    Dim,
    Red,
}

impl Output {
    /// Without colours.
    pub(crate) fn new(values: Box<dyn Write>, talk: Box<dyn Write>, width: usize) -> Self {
        Output {
            values,
            talk,
            width,
            colour_values: false,
            colour_talk: false,
        }
    }

    /// The process's own streams, with colours where they are terminals.
    pub(crate) fn standard() -> Self {
        let wanted = colours_wanted();
        Output {
            colour_values: wanted && io::stdout().is_terminal(),
            colour_talk: wanted && io::stderr().is_terminal(),
            ..Self::new(Box::new(io::stdout()), Box::new(io::stderr()), width())
        }
    }

    /// A line for standard output.
    pub(crate) fn value(&mut self, text: &str) {
        ignored(writeln!(self.values, "{text}").and_then(|()| self.values.flush()));
    }

    /// The stream for values, for what is too long to hold.
    pub(crate) fn values(&mut self) -> &mut dyn Write {
        &mut *self.values
    }

    /// A line for standard error.
    pub(crate) fn say(&mut self, text: &str) {
        ignored(writeln!(self.talk, "{text}").and_then(|()| self.talk.flush()));
    }

    /// A remark for standard error.
    pub(crate) fn remark(&mut self, text: &str) {
        let text = paint(self.colour_talk, Style::Dim, text);
        self.say(&text);
    }

    /// What went wrong, for standard error.
    pub(crate) fn error(&mut self, text: &str) {
        let text = paint(self.colour_talk, Style::Red, text);
        self.say(&text);
    }

    /// A part of a text for standard output.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        paint(self.colour_values, style, text)
    }

    /// A part of a text for standard error.
    pub(crate) fn styled_talk(&self, style: Style, text: &str) -> String {
        paint(self.colour_talk, style, text)
    }
}

/// Whether colours may be used where there is a terminal: <https://no-color.org>.
pub(crate) fn colours_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn paint(on: bool, style: Style, text: &str) -> String {
    let code = match style {
        Style::Bold => 1,
        Style::Dim => 2,
        Style::Red => 31,
    };
    if on && !text.is_empty() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A closed pipe or a full disk behind a stream must not take the program down.
fn ignored(_: io::Result<()>) {}
