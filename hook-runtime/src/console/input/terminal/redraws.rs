//! Other threads that draw over the console's text. A progress bar moves up by its own height from wherever the cursor
//! is, and clears everything below. If a thread is seen to do that, the text since the last prompt is printed again
//! below, and rows are left free under each answer for such drawings.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::device::Device;
use super::others::{self, Writes};

/// The number of rows that are left free under an answer. A low terminal leaves at most half of its rows.
const ROOM: usize = 6;
/// The number of bytes of the console's text that are kept.
const KEPT: usize = 1 << 14;

const DRAWS: &[u8] = b"another thread draws on this terminal, over the prompt, too; HOOKABLE=tty=PATH opens the console on another terminal";

/// A writer to the terminal that keeps what the console printed since the last prompt.
#[derive(Clone)]
pub(crate) struct Tape {
    device: Device,
    printed: Arc<Mutex<Vec<u8>>>,
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.device.write(bytes)?;
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let room = KEPT.saturating_sub(printed.len());
        printed.extend(&bytes[..written.min(room)]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal on which other threads may draw.
pub(crate) struct SharedTerminal {
    tape: Tape,
    writes: Writes,
    /// This is true once another thread was seen to draw.
    found: bool,
}

impl SharedTerminal {
    pub(crate) fn new(device: &Device) -> SharedTerminal {
        SharedTerminal {
            tape: Tape {
                device: device.clone(),
                printed: Arc::default(),
            },
            writes: Writes::default(),
            found: false,
        }
    }

    pub(crate) fn device(&self) -> &Device {
        &self.tape.device
    }

    pub(crate) fn tape(&self) -> Tape {
        self.tape.clone()
    }

    /// Prints again, before a prompt, what other threads have drawn over.
    pub(crate) fn settle(&mut self) {
        let printed = std::mem::take(&mut *self.tape.printed.lock().unwrap_or_else(PoisonError::into_inner));
        if printed.is_empty() {
            return;
        }
        let device = &mut self.tape.device;
        let mut text = Vec::new();
        if !self.found {
            if !(others::write_on(&mut self.writes) && device.column().is_some_and(|column| column > 1)) {
                return;
            }
            self.found = true;
            text = [b"\n", &printed[..], DRAWS, b"\n"].concat();
        }
        let rows = device.rows() / 2;
        text.extend(std::iter::repeat_n(b'\n', rows.min(ROOM)));
        let _ = device.write_all(&text);
    }
}
