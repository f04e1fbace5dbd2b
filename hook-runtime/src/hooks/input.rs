//! Where a console's lines come from, by mode.

use std::io::{self, IsTerminal};
use std::sync::PoisonError;

use super::mode::{HookMode, ScriptFile};
use crate::console::stdin::{self, Stdin};
use crate::console::{Device, Input, Read, Scope, terminal};

/// Why there are no lines.
pub(super) struct Nothing {
    pub(super) why: &'static str,
    /// There will never be any.
    pub(super) for_good: bool,
    /// The terminal that they were to come from.
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

/// Lines, and the terminal that they come from, if they do.
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
    // Who is behind others on the terminal may come to the front.
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
