//! Where the console writes: values to one stream, all else to another. A stream that is closed is no reason to fail.

use std::io::{self, IsTerminal, Write};

use super::input::terminal::{Device, Shared};
use crate::os::streams::{self, Direct};
use crate::render::visible;

/// The two streams of a console. What a terminal would obey in a text is shown instead: values, names of threads and
/// messages come from anywhere.
pub(crate) struct Output {
    values: Box<dyn Write>,
    talk: Box<dyn Write>,
    /// In columns.
    pub(crate) width: usize,
    colour_values: bool,
    colour_talk: bool,
    terminal: Option<Shared>,
}

/// How a part of a text looks on a terminal.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    Plain,
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
            terminal: None,
        }
    }

    /// Gives a terminal for all of it, whatever the process's own streams are.
    pub(crate) fn on(device: &Device) -> Self {
        let wanted = streams::colours_wanted();
        let shared = Shared::new(device);
        let mut output = Output {
            colour_values: wanted,
            colour_talk: wanted,
            ..Self::new(Box::new(shared.tape()), Box::new(shared.tape()), device.width())
        };
        output.terminal = Some(shared);
        output.measure();
        output
    }

    /// The terminal that all of it goes to.
    pub(crate) fn device(&self) -> Option<&Device> {
        self.terminal.as_ref().map(Shared::device)
    }

    /// Tells whether all of it goes to a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// Before a prompt on a terminal: what others have drawn over is drawn again.
    pub(crate) fn settle(&mut self) {
        if let Some(shared) = &mut self.terminal {
            shared.settle();
        }
    }

    /// Behind a line that ran: what it printed without a newline is seen, and nothing of ours is written over it.
    pub(crate) fn after_line(&mut self) {
        streams::flush_program();
        if let Some(shared) = &self.terminal {
            // So many spaces reach the next row unless the cursor is at the beginning of one.
            let mut device = shared.device().clone();
            let spaces = " ".repeat(device.width().saturating_sub(1));
            ignored(device.write_all(format!("{spaces}\r").as_bytes()));
        }
    }

    /// Takes the width of the terminal as it is now.
    pub(crate) fn measure(&mut self) {
        if let Some(shared) = &self.terminal {
            self.width = shared.device().width();
        }
    }

    /// Gives the process's own streams, with colours where they are terminals.
    pub(crate) fn standard() -> Self {
        let wanted = streams::colours_wanted();
        Output {
            colour_values: wanted && io::stdout().is_terminal(),
            colour_talk: wanted && io::stderr().is_terminal(),
            ..Self::new(
                Box::new(Direct::out()),
                Box::new(Direct::err()),
                streams::standard_width(),
            )
        }
    }

    /// A line for standard output.
    pub(crate) fn value(&mut self, text: &str) {
        self.value_parts(&[(Style::Plain, text)]);
    }

    /// A line for standard output, in parts.
    pub(crate) fn value_parts(&mut self, parts: &[(Style, &str)]) {
        print(&mut *self.values, self.colour_values, parts);
    }

    /// Gives the stream for values, for what is too long to hold.
    pub(crate) fn values(&mut self) -> &mut dyn Write {
        &mut *self.values
    }

    /// A line for standard error.
    pub(crate) fn say(&mut self, text: &str) {
        self.say_as(Style::Plain, text);
    }

    /// A remark for standard error.
    pub(crate) fn remark(&mut self, text: &str) {
        self.say_as(Style::Dim, text);
    }

    /// What went wrong, for standard error.
    pub(crate) fn error(&mut self, text: &str) {
        self.say_as(Style::Red, text);
    }

    /// A line for standard error that looks so.
    pub(crate) fn say_as(&mut self, style: Style, text: &str) {
        print(&mut *self.talk, self.colour_talk, &[(style, text)]);
    }
}

fn print(to: &mut dyn Write, coloured: bool, parts: &[(Style, &str)]) {
    let mut line: String = parts
        .iter()
        .map(|(style, text)| paint(coloured, *style, &visible(text)))
        .collect();
    line.push('\n');
    ignored(to.write_all(line.as_bytes()).and_then(|()| to.flush()));
}

fn paint(on: bool, style: Style, text: &str) -> String {
    let code = match style {
        Style::Bold => 1,
        Style::Dim => 2,
        Style::Red => 31,
        Style::Plain => 0,
    };
    if on && code != 0 && !text.is_empty() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A closed pipe or a full disk behind a stream must not take the program down.
fn ignored(_: io::Result<()>) {}
