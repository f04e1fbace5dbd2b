//! Chooses the source of a console's lines, by mode.

use std::io::{self, IsTerminal};
use std::sync::PoisonError;

use super::mode::{HookMode, ScriptFile, ScriptLines};
use crate::console::placed::SectionChoice;
use crate::console::stdin::{self, Stdin};
use crate::console::{Device, Input, Read, Scope, terminal};
use crate::frame::Site;

/// The reason that there are no lines.
pub(super) struct NoInput {
    pub(super) why: &'static str,
    /// Whether there never will be lines.
    pub(super) for_good: bool,
    /// Whether standard input was to have them, which is no terminal.
    pub(super) is_of_stdin: bool,
    /// The terminal that the lines were expected from.
    pub(super) terminal: Option<Device>,
}

impl NoInput {
    fn new(why: &'static str, for_good: bool) -> Self {
        NoInput {
            why,
            for_good,
            is_of_stdin: false,
            terminal: None,
        }
    }
}

/// The source of lines, and the terminal that it reads, if it is one.
pub(super) struct LineSource {
    pub(super) input: Box<dyn Input>,
    pub(super) terminal: Option<Device>,
}

/// Opens the source of lines for a hook.
pub(super) fn open(mode: &'static HookMode, site: &Site) -> Result<LineSource, NoInput> {
    let script = |input| Ok(LineSource { input, terminal: None });
    match mode {
        HookMode::Script(file) => match file.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            None => Err(NoInput::new("the script has ended", true)),
            Some(ScriptLines::Stream(_)) => script(Box::new(SharedScript(file))),
            Some(ScriptLines::Placed(lines)) => match lines.find(site) {
                SectionChoice::Section(at) => script(Box::new(OfSection(file, at))),
                SectionChoice::ForOthers => Err(NoInput::new("the script has no lines for this place", false)),
                SectionChoice::Over => Err(NoInput::new("the script has ended", true)),
            },
        },
        HookMode::Console if !io::stdin().is_terminal() => match stdin::open() {
            Stdin::Open(lines) => script(Box::new(lines)),
            Stdin::Nothing { why, for_good } => Err(NoInput {
                is_of_stdin: true,
                ..NoInput::new(why, for_good)
            }),
        },
        HookMode::Tty(Some(device)) => on(device.clone()),
        _ => Device::standard().map_or_else(|why| Err(NoInput::new(why, true)), on),
    }
}

fn on(device: Device) -> Result<LineSource, NoInput> {
    // A process in the background may come to the foreground later, so this is not final.
    match terminal::open(&device) {
        Ok(input) => Ok(LineSource {
            input,
            terminal: Some(device),
        }),
        Err(why) => Err(NoInput {
            terminal: Some(device),
            ..NoInput::new(why, false)
        }),
    }
}

/// A script that is read as it comes, and that all hooks share: each reads on where the last one stopped.
struct SharedScript(&'static ScriptFile);

impl Input for SharedScript {
    fn read(&mut self, prompt: &str, scope: &Scope) -> Read {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let read = match script.as_mut() {
            Some(ScriptLines::Stream(script)) => script.read(prompt, scope),
            Some(ScriptLines::Placed(_)) | None => Read::End,
        };
        if matches!(read, Read::End | Read::Failed(_)) {
            *script = None;
        }
        read
    }
}

/// A section of a script that is a file.
struct OfSection(&'static ScriptFile, usize);

impl Input for OfSection {
    fn read(&mut self, _: &str, _: &Scope) -> Read {
        let mut script = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = match script.as_mut() {
            Some(ScriptLines::Placed(lines)) => lines.next(self.1),
            Some(ScriptLines::Stream(_)) | None => None,
        };
        next.map_or(Read::End, Read::Line)
    }
}
