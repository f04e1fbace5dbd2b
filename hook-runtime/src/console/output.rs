//! The output of the console: values go to one stream, and everything else to another. An error of a stream is ignored,
//! because a closed pipe must not stop the program.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;

use super::input::terminal::{Device, SharedTerminal};
use super::pager::Paged;
use crate::os::streams::{self, Direct};
use crate::render::{beginning, fitted, visible, wrapped};
use crate::settings;

/// The two streams of a console. Control characters in a text are made visible instead of being sent to the terminal,
/// because values, thread names and messages may contain anything.
pub(crate) struct Output {
    values: Box<dyn Write>,
    talk: Box<dyn Write>,
    /// The width of a line in columns.
    pub(crate) width: usize,
    colour_values: bool,
    colour_talk: bool,
    terminal: Option<SharedTerminal>,
    collected: Option<Rc<RefCell<Collected>>>,
    /// What the last line printed, and `:expect` has not looked at.
    recent: Rc<RefCell<String>>,
    /// The line that is offered in the place of the last one.
    suggested: Option<String>,
}

/// What was printed, for whoever does not read it as text.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) values: String,
    pub(crate) notes: String,
    pub(crate) errors: String,
    /// The type of the last value.
    pub(crate) type_name: Option<String>,
}

/// The style of a part of a text on a terminal.
#[derive(Clone, Copy)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Red,
}

/// The width for those who do not read the text in columns.
const WIDE: usize = 100;

impl Output {
    /// Makes an output without colours.
    pub(crate) fn new(values: Box<dyn Write>, talk: Box<dyn Write>, width: usize) -> Self {
        let recent = Rc::<RefCell<String>>::default();
        let kept = |to| {
            Box::new(Kept {
                to,
                recent: recent.clone(),
            })
        };
        Output {
            values: kept(values),
            talk: kept(talk),
            width,
            colour_values: false,
            colour_talk: false,
            terminal: None,
            collected: None,
            recent,
            suggested: None,
        }
    }

    /// Forgets what the last line printed, before the next one is answered.
    pub(crate) fn forget_recent(&self) {
        self.recent.borrow_mut().clear();
    }

    /// Takes the next line of what the last line printed, without its colours. Returns `None` if there are no more.
    pub(crate) fn next_recent(&self) -> Option<String> {
        let mut recent = self.recent.borrow_mut();
        let line = recent.lines().next()?.to_owned();
        let length = recent.find('\n').map_or(recent.len(), |end| end + 1);
        recent.drain(..length);
        Some(without_colours(&line))
    }

    /// Makes an output that keeps what is printed, instead of printing it.
    pub(crate) fn collecting() -> (Self, Rc<RefCell<Collected>>) {
        let collected = Rc::<RefCell<Collected>>::default();
        let values = Collecting(collected.clone());
        let mut output = Self::new(Box::new(values), Box::new(io::sink()), WIDE);
        output.collected = Some(collected.clone());
        (output, collected)
    }

    /// Notes the type of the value that is printed next.
    pub(crate) fn typed(&mut self, ty: &str) {
        if let Some(collected) = &self.collected {
            collected.borrow_mut().type_name = Some(ty.to_owned());
        }
    }

    /// Makes an output that sends everything to a terminal, even if the streams of the process go elsewhere.
    pub(crate) fn on(device: &Device) -> Self {
        let wanted = streams::colours_wanted();
        let shared = SharedTerminal::new(device);
        let mut output = Output {
            colour_values: wanted,
            colour_talk: wanted,
            ..Self::new(Box::new(shared.tape()), Box::new(shared.tape()), device.width())
        };
        output.terminal = Some(shared);
        output.measure();
        output
    }

    /// Offers a line in the place of the last one, on a terminal.
    pub(crate) fn suggest(&mut self, line: &str) {
        if self.is_terminal() {
            let label = "Tab types: ";
            let room = self.width.saturating_sub(label.len() + 1);
            self.remark(&format!("{label}{}", beginning(line, room)));
            self.suggested = Some(line.to_owned());
        }
    }

    /// Returns the line that was offered.
    pub(crate) fn suggested(&self) -> Option<String> {
        self.suggested.clone()
    }

    pub(crate) fn forget_suggestion(&mut self) {
        self.suggested = None;
    }

    /// Takes over whether colours are wanted.
    pub(crate) fn recolour(&mut self) {
        let wanted = streams::colours_wanted();
        let on = |is_terminal: bool| wanted && is_terminal;
        self.colour_values = on(self.is_terminal() || self.collected.is_none() && io::stdout().is_terminal());
        self.colour_talk = on(self.is_terminal() || self.collected.is_none() && io::stderr().is_terminal());
    }

    /// Returns the terminal, if everything goes to one.
    pub(crate) fn device(&self) -> Option<&Device> {
        self.terminal.as_ref().map(SharedTerminal::device)
    }

    /// Returns whether everything goes to a terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// Returns whether the lines come from a script, and nobody is there to see that one went wrong.
    pub(crate) fn is_script(&self) -> bool {
        self.terminal.is_none() && self.collected.is_none()
    }

    /// Repairs the screen before a prompt: prints again what other threads have drawn over.
    pub(crate) fn settle(&mut self) {
        if let Some(shared) = &mut self.terminal {
            shared.settle();
        }
    }

    /// Brings what a line of Rust printed to the screen, and moves to a new row if it ended without a newline, so that
    /// the console does not print over it.
    pub(crate) fn after_line(&mut self) {
        streams::flush_program();
        if let Some(shared) = &self.terminal {
            // The cursor reaches the next row by this number of spaces, unless it was in the first column.
            let mut device = shared.device().clone();
            let spaces = " ".repeat(device.width().saturating_sub(1));
            ignored(device.write_all(format!("{spaces}\r").as_bytes()));
        }
    }

    /// Takes over the present size of the terminal.
    pub(crate) fn measure(&mut self) {
        if let Some(shared) = &self.terminal {
            self.width = shared.device().width();
            settings::note_rows(shared.device().rows());
        }
    }

    /// Makes an output to the streams of the process, with colours where they are terminals.
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

    /// Prints a line to standard output.
    pub(crate) fn value(&mut self, text: &str) {
        self.value_parts(&[(Style::Plain, text)]);
    }

    /// Prints a line to standard output, in parts of different styles.
    pub(crate) fn value_parts(&mut self, parts: &[(Style, &str)]) {
        print(&mut *self.values, self.colour_values, parts);
    }

    /// Prints lines in parts of different styles to standard output, in a pager if they are higher than the terminal.
    pub(crate) fn page_lines(&mut self, lines: &[Vec<(Style, String)>]) {
        let coloured = self.colour_values;
        let painted = |(style, text): &(Style, String)| paint(coloured, *style, &visible(text));
        let text: String = lines
            .iter()
            .map(|line| line.iter().map(painted).collect::<String>() + "\n")
            .collect();
        // The terminal takes all, unless the user leaves the pager.
        let _ = self.paged(&mut |out| out.write_all(text.as_bytes()));
    }

    /// Prints a long text to standard output, on a terminal in a pager.
    pub(crate) fn page(&mut self, text: &str) {
        // A `String` takes all, and so does the terminal, unless the user leaves the pager.
        let _ = self.paged(&mut |out| out.write_all(format!("{}\n", visible(text)).as_bytes()));
    }

    /// Lets a function write a long value to standard output, on a terminal in a pager. Returns what the function
    /// gives, unless the user left the pager before the end.
    pub(crate) fn paged<E>(&mut self, write: &mut dyn FnMut(&mut dyn Write) -> Result<(), E>) -> Result<(), E> {
        let Some(device) = self.device().cloned() else {
            return write(&mut *self.values);
        };
        let mut paged = Paged::new(&device, &mut *self.values);
        let written = write(&mut paged);
        if paged.finish() { Ok(()) } else { written }
    }

    /// Prints a line to standard error.
    pub(crate) fn say(&mut self, text: &str) {
        self.say_as(Style::Plain, text);
    }

    /// Prints a remark to standard error.
    pub(crate) fn remark(&mut self, text: &str) {
        match self.is_terminal() {
            true => self.say_as(Style::Dim, &wrapped(text, self.width, 0)),
            false => self.say_as(Style::Dim, text),
        }
    }

    /// Prints an error to standard error.
    pub(crate) fn error(&mut self, text: &str) {
        match self.is_terminal() {
            true => self.say_as(Style::Red, &fitted(text, self.width)),
            false => self.say_as(Style::Red, text),
        }
    }

    /// Prints a line to standard error in a style.
    pub(crate) fn say_as(&mut self, style: Style, text: &str) {
        if let Some(collected) = &self.collected {
            let mut collected = collected.borrow_mut();
            let said = match style {
                Style::Red => &mut collected.errors,
                Style::Plain | Style::Bold | Style::Dim => &mut collected.notes,
            };
            said.push_str(text);
            said.push('\n');
        }
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

/// Ignores an error of a stream: a closed pipe or a full disk must not stop the program.
fn ignored(_: io::Result<()>) {}

/// Keeps the text of values.
struct Collecting(Rc<RefCell<Collected>>);

impl Write for Collecting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().values.push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a line prints is kept up to this number of bytes.
const RECENT: usize = 256 << 10;

/// Passes text on, and keeps it.
struct Kept {
    to: Box<dyn Write>,
    recent: Rc<RefCell<String>>,
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut recent = self.recent.borrow_mut();
        if recent.len() + bytes.len() <= RECENT {
            recent.push_str(&String::from_utf8_lossy(bytes));
        }
        drop(recent);
        self.to.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Returns a text without the sequences that colour it. In a value, the character that begins one is escaped.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain += part.split_once('m').map_or(part, |(_, rest)| rest);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours() {
        assert_eq!(without_colours("a\u{1b}[1;31mb\u{1b}[0mm\u{1b}[0m"), "abm");
        assert_eq!(without_colours("no colour"), "no colour");
    }
}
