//! A terminal as a source of lines. They are edited with rustyline, or read plainly on terminals that it does not
//! support.
//!
//! One editor serves all hooks of the process, so they share the history. It draws on the terminal that the console is
//! on.
//!
//! rustyline logs every key at debug level. If the program's logger prints to the same terminal, that would garble the
//! line being typed, so debug logging is off while a line is edited.

use std::any::Any;
use std::io::{self, BufReader, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::Duration;

use log::LevelFilter;
use rustyline::config::{Behavior, Builder, Configurer};
use rustyline::error::ReadlineError;
use rustyline::history::{History, MemHistory};
use rustyline::{ColorMode, CompletionType, Config, EditMode, Editor};

use super::text::read_line;
use super::{Input, Read, Scope};
use crate::console::line::Indent;
use crate::os::streams::{colours_wanted, understands_escapes};
use crate::settings;

#[cfg(not(unix))]
mod absent;
mod assist;
#[cfg(unix)]
mod attend;
#[cfg(unix)]
mod claim;
#[cfg(unix)]
mod device;
#[cfg(unix)]
mod elsewhere;
#[cfg(unix)]
mod keys;
#[cfg(unix)]
mod modes;
#[cfg(unix)]
mod others;
mod past;
mod redrawn;
#[cfg(unix)]
mod redraws;
mod rust;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod sys;
#[cfg(unix)]
mod tmux;

#[cfg(not(unix))]
pub(crate) use absent::{Device, Keys, SharedTerminal, TakenTerminal};
use assist::{Assist, completed};
#[cfg(unix)]
pub(crate) use device::Device;
#[cfg(unix)]
pub(crate) use keys::Keys;
use past::Past;
#[cfg(unix)]
pub(crate) use redraws::SharedTerminal;
#[cfg(unix)]
pub(crate) use screen::TakenTerminal;

/// What can stand at the end of a line, for whoever does not type it at a terminal.
pub(crate) struct LineCompletion {
    /// How it is listed, with its type.
    pub(crate) label: String,
    pub(crate) text: String,
}

/// Returns the byte from which a line can be completed at its end, and what can stand there. rustc is given up after
/// `patience`.
pub(crate) fn completions(line: &str, scope: &Scope, patience: Duration) -> (usize, Vec<LineCompletion>) {
    /// The columns of a list that nobody reads on a terminal.
    const WIDTH: usize = 100;
    let (from, found) = completed(line, line.len(), scope, WIDTH, patience).unwrap_or((line.len(), Vec::new()));
    let found = found.into_iter().map(|pair| LineCompletion {
        label: pair.display,
        text: pair.replacement,
    });
    (from, found.collect())
}

static EDITOR: Mutex<Option<LineEditor>> = Mutex::new(None);

struct LineEditor {
    editor: Editor<Assist, MemHistory>,
    past: Option<Past>,
    /// The last line of the history.
    last: String,
}

/// Opens a terminal as a source of lines.
///
/// # Errors
///
/// The error says why the terminal cannot be read.
pub(crate) fn open(device: &Device) -> Result<Box<dyn Input>, &'static str> {
    if device.is_behind() {
        return Err("the program runs in the background of its terminal");
    }
    Ok(match is_unsupported() {
        true => Box::new(Plain(BufReader::new(device.clone()))),
        false => Box::new(Edited(device.clone())),
    })
}

/// Returns whether rustyline does not support the terminal, by the same rule as rustyline.
fn is_unsupported() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    cfg!(unix)
        && ["dumb", "cons25", "emacs"]
            .iter()
            .any(|known| term.eq_ignore_ascii_case(known))
}

struct Edited(Device);

impl Input for Edited {
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read {
        #[cfg(unix)]
        claim::before_line();
        let level = log::max_level();
        log::set_max_level(level.min(LevelFilter::Info));
        let line = self.edit(prompt, scope);
        log::set_max_level(level);
        match line {
            Some(Ok(line)) => Read::Line(line),
            Some(Err(ReadlineError::Interrupted)) => Read::Cleared,
            Some(Err(ReadlineError::Eof)) => Read::End,
            Some(Err(error)) => broken(&error),
            // There can be no editor on this terminal.
            None => Plain(BufReader::new(self.0.clone())).read(prompt, scope),
        }
    }

    fn can_draw(&self) -> bool {
        understands_escapes()
    }

    fn attend(&self) -> Option<Box<dyn Any>> {
        #[cfg(unix)]
        if !self.0.is_found() {
            return Some(Box::new(attend::Attended::new(&self.0)?));
        }
        None
    }
}

impl Edited {
    /// Edits a line, or several that belong together. Returns `None` if there can be no editor.
    fn edit(&self, prompt: &str, scope: &Scope) -> Option<rustyline::Result<String>> {
        #[cfg(unix)]
        let typed = match attend::typed() {
            attend::TypedAhead::Line(line) => {
                self.draw(&format!("{prompt}{line}\r\n"));
                return Some(Ok(line));
            }
            attend::TypedAhead::Begun(text) => text,
        };
        #[cfg(not(unix))]
        let typed = String::new();
        let (mut begun, mut indent) = ((typed, String::new()), None::<Indent>);
        loop {
            let (text, broken_at) = match self.edit_on(prompt, begun, scope)? {
                Ok(read) => read,
                Err(error) => return Some(Err(error)),
            };
            let settled = |text: &str| indent.map_or_else(|| text.to_owned(), |indent| indent.settled(text));
            let rows = redrawn::rows(prompt, &text, self.0.width());
            let Some(broken_at) = broken_at else {
                let whole = settled(&text);
                if whole != text {
                    let drawn = Assist::new(scope, prompt, colours_wanted(), (0, 0)).drawn(&whole);
                    self.draw(&format!("{}{}\r\n", redrawn::erased(rows), drawn.replace('\n', "\r\n")));
                }
                return Some(remember(&whole).map(|()| whole));
            };
            let (before, after) = text.split_at(broken_at);
            let before = settled(before);
            indent = Indent::behind(&before);
            let spaces = " ".repeat(indent.map_or(0, |indent| indent.spaces));
            begun = (format!("{before}\n{spaces}"), after.to_owned());
            self.draw(&redrawn::erased(rows));
        }
    }

    /// Edits what was begun until Enter accepts it, or breaks it at a place where the next line gets an indentation.
    fn edit_on(&self, prompt: &str, begun: (String, String), scope: &Scope) -> Option<rustyline::Result<Accepted>> {
        if matches!(EDITOR.try_lock(), Err(TryLockError::WouldBlock)) {
            // A line was typed in another thread when it forked this process, and rustyline makes no second editor.
            return None;
        }
        let size = (self.0.width(), self.0.rows());
        let assist = Assist::new(scope, prompt, colours_wanted(), size);
        let (prompt, found, source) = (prompt.to_owned(), self.0.is_found(), scope.source.map(Path::new));
        let edit = move || edit(&prompt, (&begun.0, &begun.1), assist, found, source);
        match found {
            true => Some(edit()),
            #[cfg(unix)]
            false => elsewhere::run(&self.0, edit),
            #[cfg(not(unix))]
            false => None,
        }
    }

    fn draw(&self, text: &str) {
        let _ = self.0.clone().write_all(text.as_bytes());
    }
}

/// A text, and the place where Enter broke it if it is not complete.
type Accepted = (String, Option<usize>);

fn edit(
    prompt: &str,
    begun: (&str, &str),
    assist: Assist,
    found: bool,
    source: Option<&Path>,
) -> rustyline::Result<Accepted> {
    #[cfg(unix)]
    let _signals = signals::Lent::new();
    let mut editor = EDITOR.lock().unwrap_or_else(PoisonError::into_inner);
    let editor = match &mut *editor {
        Some(editor) => editor,
        none => none.insert(LineEditor::new(found, source)?),
    };
    editor.read(prompt, begun, assist)
}

/// Puts a line into the history.
fn remember(line: &str) -> rustyline::Result<()> {
    match &mut *EDITOR.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(editor) => editor.remember(line),
        None => Ok(()),
    }
}

impl LineEditor {
    fn new(found: bool, source: Option<&Path>) -> rustyline::Result<Self> {
        let mut history = MemHistory::new();
        history.set_max_len(past::LINES)?;
        let mut editor = Editor::with_history(config(found), history)?;
        let past = source.and_then(Past::of);
        let lines = past.as_ref().map_or(Vec::new(), Past::lines);
        for line in &lines {
            editor.add_history_entry(line)?;
        }
        let last = lines.into_iter().next_back().unwrap_or_default();
        Ok(LineEditor { editor, past, last })
    }

    fn read(&mut self, prompt: &str, begun: (&str, &str), assist: Assist) -> rustyline::Result<Accepted> {
        self.editor.set_helper(Some(assist));
        self.editor.set_edit_mode(match settings::is_vi() {
            true => EditMode::Vi,
            false => EditMode::Emacs,
        });
        let text = self.editor.readline_with_initial(prompt, begun)?;
        let broken_at = self.editor.helper().and_then(Assist::broken_at);
        Ok((text, broken_at))
    }

    fn remember(&mut self, line: &str) -> rustyline::Result<()> {
        self.editor.add_history_entry(line)?;
        if !line.trim().is_empty() && line != self.last {
            // If the history cannot be written, it is only kept until the program ends.
            if settings::keeps_history() {
                self.past = self.past.take().filter(|past| past.add(line).is_ok());
            }
            line.clone_into(&mut self.last);
        }
        Ok(())
    }
}

/// A list of more completions than this is shown only if the user says so.
const ASKED: usize = 400;

/// Shows completions at the first Tab. rustyline can do that from its version 16 on; before, it takes a second Tab.
#[allow(dead_code)]
trait ShowAll: Sized {
    fn completion_show_all_if_ambiguous(self, _: bool) -> Self {
        self
    }
}

impl ShowAll for Builder {}

fn broken(error: &ReadlineError) -> Read {
    Read::Failed(format!("hookable: failed to read from the terminal: {error}: going on"))
}

/// Returns the configuration of the editor. If `found` is true, rustyline finds the terminal by itself; otherwise the
/// thread of the editor has it as standard input and output.
fn config(found: bool) -> Config {
    let stdio = io::stdin().is_terminal() && io::stdout().is_terminal();
    Builder::new()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(ASKED)
        .behavior(if stdio || !found {
            Behavior::Stdio
        } else {
            Behavior::PreferTerm
        })
        // `Assist` decides what has colours. It is told where the cursor is only if there may be some.
        .color_mode(ColorMode::Forced)
        .build()
}

/// A terminal without line editing.
struct Plain(BufReader<Device>);

impl Input for Plain {
    fn read(&mut self, prompt: &str, _scope: &Scope) -> Read {
        #[cfg(unix)]
        claim::before_line();
        let written = write!(self.0.get_mut(), "{prompt}");
        match written.and_then(|()| read_line(&mut self.0)) {
            Ok(Some(line)) => Read::Line(line),
            Ok(None) => {
                let _ = writeln!(self.0.get_mut());
                Read::End
            }
            Err(error) => broken(&error.into()),
        }
    }
}
