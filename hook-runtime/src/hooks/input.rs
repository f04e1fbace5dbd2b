//! Chooses the source of a console's lines, by mode.

use std::io::{self, IsTerminal};
use std::sync::PoisonError;

use super::mode::{HookMode, ScriptFile};
use crate::console::stdin::{self, Stdin};
use crate::console::{Device, Input, Read, Scope, terminal};

/// The reason that there are no lines.
pub(super) struct Nothing {
    pub(super) why: &'static str,
    /// This is true if there never will be lines.
    pub(super) for_good: bool,
    /// The terminal that the lines were expected from.
    pub(super) terminal: Option<Device>,
}

impl Nothing {
    fn new(why: &'static str, for_good: bool) -> Self {
        Nothing {
            why,
            for_good,
            terminal: None,
        }
    }
}

/// The source of lines, and the terminal that it reads, if it is one.
pub(super) struct LineSource {
    pub(super) input: Box<dyn Input>,
    pub(super) terminal: Option<Device>,
}

pub(super) fn open(mode: &'static HookMode) -> Result<LineSource, Nothing> {
    let script = |input| Ok(LineSource { input, terminal: None });
    match mode {
        HookMode::Script(file) if file.lock().unwrap_or_else(PoisonError::into_inner).is_none() => {
            Err(Nothing::new("the script has ended", true))
        }
        HookMode::Script(file) => script(Box::new(Shared(file))),
        HookMode::Console if !io::stdin().is_terminal() => match stdin::open() {
            Stdin::Open(lines) => script(Box::new(lines)),
            Stdin::Nothing { why, for_good } => Err(Nothing::new(why, for_good)),
        },
        HookMode::Tty(Some(device)) => on(device.clone()),
        _ => Device::standard().map_or_else(|why| Err(Nothing::new(why, true)), on),
    }
}

fn on(device: Device) -> Result<LineSource, Nothing> {
    // A process in the background may come to the foreground later, so this is not final.
    match terminal::open(&device) {
        Ok(input) => Ok(LineSource {
            input,
            terminal: Some(device),
        }),
        Err(why) => Err(Nothing {
            terminal: Some(device),
            ..Nothing::new(why, false)
        }),
    }
}

/// A script that all hooks share: each reads on where the last one stopped.
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
