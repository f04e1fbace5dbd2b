//! Where a console's lines come from, by mode.

use std::io::{self, IsTerminal};
use std::sync::PoisonError;

use super::mode::{Mode, ScriptFile};
use crate::console::stdin::{self, Stdin};
use crate::console::{Input, Read, Scope, terminal};

/// Why there are no lines.
pub(super) struct Nothing {
    pub(super) why: &'static str,
    /// There will never be any.
    pub(super) for_good: bool,
}

pub(super) fn open(mode: &'static Mode) -> Result<Box<dyn Input>, Nothing> {
    match mode {
        Mode::Script(file) if file.lock().unwrap_or_else(PoisonError::into_inner).is_none() => Err(Nothing {
            why: "the script has ended",
            for_good: true,
        }),
        Mode::Script(file) => Ok(Box::new(Shared(file))),
        Mode::Console if !io::stdin().is_terminal() => match stdin::open() {
            Stdin::Open(lines) => Ok(Box::new(lines)),
            Stdin::Nothing { why, for_good } => Err(Nothing { why, for_good }),
        },
        _ => terminal::open().map_err(|why| Nothing { why, for_good: true }),
    }
}

/// A script that every hook reads on in.
struct Shared(&'static ScriptFile);

impl Input for Shared {
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = script.as_mut().map_or(Read::End, |script| script.read(prompt, scope));
        if matches!(read, Read::End | Read::Failed(_)) {
            *script = None;
        }
        read
    }
}
