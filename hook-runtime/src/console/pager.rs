//! A text that is higher than the terminal is shown in a pager. Until it is seen to be so high, its text is held back.

use std::env;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};

use super::input::terminal::Device;
use crate::settings;

/// A writer to a terminal that starts a pager once there are more lines than the terminal has.
pub(super) struct Paged<'d> {
    device: &'d Device,
    /// The console's own output to the terminal.
    out: &'d mut dyn Write,
    held: Vec<u8>,
    state: State,
}

enum State {
    /// The text may still fit the terminal.
    Held,
    /// The text goes to the terminal itself.
    Plain,
    Pager(Child),
}

impl<'d> Paged<'d> {
    pub(super) fn new(device: &'d Device, out: &'d mut dyn Write) -> Self {
        let has_pager = settings::has_pager() && device.has_keys();
        Paged {
            device,
            out,
            held: Vec::new(),
            state: if has_pager { State::Held } else { State::Plain },
        }
    }

    /// Ends the text, and waits until the user has left the pager. Returns whether there was one.
    pub(super) fn finish(mut self) -> bool {
        if matches!(self.state, State::Held) {
            self.state = State::Plain;
            let held = std::mem::take(&mut self.held);
            // An error of a terminal is ignored, as everywhere.
            let _ = self.out.write_all(&held);
        }
        match &mut self.state {
            State::Pager(pager) => {
                drop(pager.stdin.take());
                // If the program itself has waited for the process, the pager has ended as well.
                let _ = pager.wait();
                true
            }
            State::Held | State::Plain => false,
        }
    }

    fn start(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.state = command()
            .and_then(|pager| self.device.run(pager).ok())
            .map_or(State::Plain, State::Pager);
        self.write_all(&held)
    }
}

impl Write for Paged<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Plain => self.out.write(bytes),
            State::Pager(pager) => match &mut pager.stdin {
                Some(input) => input.write(bytes),
                None => Err(io::ErrorKind::BrokenPipe.into()),
            },
            State::Held => {
                self.held.extend(bytes);
                if self.held.iter().filter(|byte| **byte == b'\n').count() + 1 >= self.device.rows() {
                    self.start()?;
                }
                Ok(bytes.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the pager that the user chose, or else `less`.
fn command() -> Option<Command> {
    let chosen = env::var("PAGER").ok().filter(|pager| !pager.trim().is_empty());
    let pager = chosen.unwrap_or_else(|| "less".to_owned());
    let mut words = pager.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        // Styles are not shown as the characters that they are made of.
        command.env("LESS", "R");
    }
    Some(command)
}
