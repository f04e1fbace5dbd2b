//! A terminal, edited with rustyline; one that it does not support, plainly.
//!
//! One editor serves all hooks of the process, so the history is one. It draws on standard output where that is the
//! terminal, else on the controlling terminal.
//!
//! rustyline logs every key at debug level. With the program's own logger on the same terminal that would garble the very
//! line being typed, so debug logging rests while a line is edited.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use log::LevelFilter;
use rustyline::config::{Behavior, Builder};
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{ColorMode, CompletionType, Config, Editor};

use super::text::read_line;
use super::{Input, Read, Scope};
use crate::console::output::colours_wanted;

mod assist;
use assist::Assist;

static EDITOR: Mutex<Option<Editor<Assist, MemHistory>>> = Mutex::new(None);

/// The terminal of standard input, or the controlling one where that is none.
///
/// # Errors
///
/// Why there is no terminal.
pub(crate) fn open() -> Result<Box<dyn Input>, &'static str> {
    let tty = || OpenOptions::new().read(true).write(true).open("/dev/tty");
    if is_unsupported() {
        let tty = tty().map_err(|_| "the terminal cannot be opened")?;
        return Ok(Box::new(Plain(BufReader::new(tty))));
    }
    if !io::stdin().is_terminal() && cfg!(unix) {
        tty().map_err(|_| "there is no controlling terminal")?;
    }
    Ok(Box::new(Edited))
}

/// As rustyline decides it.
fn is_unsupported() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    cfg!(unix)
        && ["dumb", "cons25", "emacs"]
            .iter()
            .any(|known| term.eq_ignore_ascii_case(known))
}

struct Edited;

impl Input for Edited {
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read {
        let level = log::max_level();
        log::set_max_level(level.min(LevelFilter::Info));
        let line = edit(prompt, scope);
        log::set_max_level(level);
        match line {
            Ok(line) => Read::Line(line),
            Err(ReadlineError::Interrupted) => Read::Cleared,
            Err(ReadlineError::Eof) => Read::End,
            Err(error) => broken(&error),
        }
    }
}

fn edit(prompt: &str, scope: &Scope) -> rustyline::Result<String> {
    let mut editor = EDITOR.lock().unwrap_or_else(PoisonError::into_inner);
    let editor = match &mut *editor {
        Some(editor) => editor,
        none => none.insert(Editor::with_history(config(), MemHistory::new())?),
    };
    editor.set_helper(Some(Assist::new(scope, colours_wanted())));
    editor.readline(prompt)
}

fn broken(error: &ReadlineError) -> Read {
    Read::Failed(format!("hookable: failed to read from the terminal: {error}: going on"))
}

fn config() -> Config {
    let stdio = io::stdin().is_terminal() && io::stdout().is_terminal();
    Builder::new()
        .auto_add_history(true)
        .completion_type(CompletionType::List)
        .behavior(if stdio { Behavior::Stdio } else { Behavior::PreferTerm })
        .color_mode(if colours_wanted() {
            ColorMode::Enabled
        } else {
            ColorMode::Disabled
        })
        .build()
}

/// A terminal without line editing.
struct Plain(BufReader<File>);

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
