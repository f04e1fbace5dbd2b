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
use std::sync::{Mutex, PoisonError};

use log::LevelFilter;
use rustyline::config::{Behavior, Builder, Configurer};
use rustyline::error::ReadlineError;
use rustyline::history::{History, MemHistory};
use rustyline::{ColorMode, CompletionType, Config, EditMode, Editor};

use super::text::read_line;
use super::{Input, Read, Scope};
use crate::os::streams::colours_wanted;
use crate::settings;

#[cfg(not(unix))]
mod absent;
mod assist;
#[cfg(unix)]
mod attend;
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
use assist::Assist;
#[cfg(unix)]
pub(crate) use device::Device;
#[cfg(unix)]
pub(crate) use keys::Keys;
use past::Past;
#[cfg(unix)]
pub(crate) use redraws::SharedTerminal;
#[cfg(unix)]
pub(crate) use screen::TakenTerminal;

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

/// Tells whether rustyline does not support the terminal, by the same rule as rustyline.
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
        true
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
    /// Edits a line. Gives `None` if there can be no editor.
    fn edit(&self, prompt: &str, scope: &Scope) -> Option<rustyline::Result<String>> {
        let assist = Assist::new(scope, colours_wanted(), self.0.width());
        let (prompt, found, source) = (prompt.to_owned(), self.0.is_found(), scope.source.map(Path::new));
        #[cfg(unix)]
        let typed = match attend::typed() {
            attend::TypedAhead::Line(line) => {
                let _ = self.0.clone().write_all(format!("{prompt}{line}\r\n").as_bytes());
                return Some(Ok(line));
            }
            attend::TypedAhead::Begun(text) => text,
        };
        #[cfg(not(unix))]
        let typed = String::new();
        let edit = move || edit(&prompt, &typed, assist, found, source);
        match found {
            true => Some(edit()),
            #[cfg(unix)]
            false => elsewhere::run(&self.0, edit),
            #[cfg(not(unix))]
            false => None,
        }
    }
}

fn edit(prompt: &str, typed: &str, assist: Assist, found: bool, source: Option<&Path>) -> rustyline::Result<String> {
    #[cfg(unix)]
    let _signals = signals::Lent::new();
    let mut editor = EDITOR.lock().unwrap_or_else(PoisonError::into_inner);
    let editor = match &mut *editor {
        Some(editor) => editor,
        none => none.insert(LineEditor::new(found, source)?),
    };
    editor.read(prompt, typed, assist)
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

    fn read(&mut self, prompt: &str, typed: &str, assist: Assist) -> rustyline::Result<String> {
        self.editor.set_helper(Some(assist));
        self.editor.set_edit_mode(match settings::is_vi() {
            true => EditMode::Vi,
            false => EditMode::Emacs,
        });
        let line = self.editor.readline_with_initial(prompt, (typed, ""))?;
        if !line.trim().is_empty() && line != self.last {
            // If the history cannot be written, it is only kept until the program ends.
            if settings::keeps_history() {
                self.past = self.past.take().filter(|past| past.add(&line).is_ok());
            }
            self.last.clone_from(&line);
        }
        Ok(line)
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

/// Gives the configuration of the editor. If `found` is true, rustyline finds the terminal by itself; otherwise the
/// thread of the editor has it as standard input and output.
fn config(found: bool) -> Config {
    let stdio = io::stdin().is_terminal() && io::stdout().is_terminal();
    Builder::new()
        .auto_add_history(true)
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .completion_prompt_limit(ASKED)
        .behavior(if stdio || !found {
            Behavior::Stdio
        } else {
            Behavior::PreferTerm
        })
        .color_mode(if colours_wanted() {
            ColorMode::Enabled
        } else {
            ColorMode::Disabled
        })
        .build()
}

/// A terminal without line editing.
struct Plain(BufReader<Device>);

impl Input for Plain {
    fn read(&mut self, prompt: &str, _scope: &Scope) -> Read {
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
