//! The terminal on systems that are not Unix. There only the standard streams are known.

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Child, Command};

use crate::os::streams::{Direct, standard_width};

/// The console window of the process.
#[derive(Clone)]
pub(crate) struct Device;

impl Device {
    pub(crate) fn standard() -> Result<Self, &'static str> {
        Ok(Device)
    }

    pub(crate) fn at(_: &Path) -> io::Result<Self> {
        Err(io::Error::other("terminals cannot be opened by name on this system"))
    }

    pub(super) fn is_found(&self) -> bool {
        true
    }

    pub(crate) fn has_keys(&self) -> bool {
        false
    }

    pub(crate) fn run(&self, mut command: Command) -> io::Result<Child> {
        command.spawn()
    }

    pub(crate) fn rows(&self) -> usize {
        terminal_size::terminal_size().map_or(24, |(_, height)| usize::from(height.0))
    }

    pub(crate) fn width(&self) -> usize {
        standard_width()
    }

    pub(crate) fn say_from_behind(&self, _: &str) {}

    pub(crate) fn is_behind(&self) -> bool {
        false
    }
}

impl Write for Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match io::stdout().is_terminal() {
            true => Direct::out().write(bytes),
            false => Direct::err().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Device {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        io::stdin().read(bytes)
    }
}

/// A terminal of which no key is read while a line runs.
pub(crate) struct Keys;

impl Keys {
    pub(crate) fn of(_: &Device) -> Keys {
        Keys
    }

    pub(crate) fn next(&self) -> Option<u8> {
        None
    }

    pub(crate) fn close(self) {}
}

/// A terminal on which no other thread is known to draw.
pub(crate) struct SharedTerminal(Device);

impl SharedTerminal {
    pub(crate) fn new(device: &Device) -> SharedTerminal {
        SharedTerminal(device.clone())
    }

    pub(crate) fn device(&self) -> &Device {
        &self.0
    }

    pub(crate) fn tape(&self) -> Device {
        self.0.clone()
    }

    pub(crate) fn settle(&mut self) {}
}

/// A terminal of which nothing has to be saved and restored but whether it understands escapes.
pub(crate) struct TakenTerminal {
    pub(crate) notes: Vec<String>,
    #[cfg(windows)]
    _escapes: Option<crate::os::windows_console::Escapes>,
}

impl TakenTerminal {
    pub(crate) fn new(_: &Device) -> TakenTerminal {
        TakenTerminal {
            notes: Vec::new(),
            #[cfg(windows)]
            _escapes: crate::os::windows_console::Escapes::understood(),
        }
    }

    pub(crate) fn again(&mut self) -> Vec<String> {
        Vec::new()
    }

    pub(crate) fn keep(self) {}
}
