//! Single keys, read from the terminal while a line runs.

use std::io::Read;
use std::thread;
use std::time::Duration;

use super::device::Device;
use super::{attend, sys};

/// The time after which a wait for a key looks whether it is still wanted.
const BETWEEN: Duration = Duration::from_millis(50);

/// A terminal that is read key by key as long as this lives. Ctrl-C still sends a signal.
pub(crate) struct Keys {
    device: Device,
    source: KeySource,
}

enum KeySource {
    /// The terminal is read here, and had these settings before.
    Terminal(Option<sys::Settings>),
    /// Another thread reads the terminal, and hands the keys over.
    Attended(attend::AttendedKeys),
}

impl Keys {
    pub(crate) fn of(device: &Device) -> Keys {
        let source = match device.is_found() {
            true => KeySource::Terminal(by_key(device)),
            false => KeySource::Attended(attend::AttendedKeys::new()),
        };
        let keys = Keys {
            device: device.clone(),
            source,
        };
        keys.pass_over();
        keys
    }

    /// Gives the terminal back the settings that it had, as `drop` does.
    pub(crate) fn close(self) {}

    /// Waits for a key for a moment. Keys that come in a bunch are pasted, or were typed as a line, and no answer: they
    /// are kept for the prompt.
    pub(crate) fn next(&self) -> Option<u8> {
        let read = self.read(BETWEEN);
        match read[..] {
            [key] => Some(key),
            _ => {
                attend::keep(&read);
                None
            }
        }
    }

    /// Keeps for the prompt what was typed before this began to read.
    fn pass_over(&self) {
        loop {
            let read = self.read(Duration::ZERO);
            if read.is_empty() {
                return;
            }
            attend::keep(&read);
        }
    }

    fn read(&self, wait: Duration) -> Vec<u8> {
        match &self.source {
            KeySource::Attended(asked) => asked.read(wait),
            KeySource::Terminal(_) => {
                let mut some = [0; 256];
                if !sys::is_readable(self.device.fd(), wait) {
                    return Vec::new();
                }
                match self.device.file().read(&mut some) {
                    Ok(size) => some[..size].to_vec(),
                    Err(_) => {
                        thread::sleep(wait);
                        Vec::new()
                    }
                }
            }
        }
    }
}

fn by_key(device: &Device) -> Option<sys::Settings> {
    let before = sys::Settings::of(device.fd()).ok()?;
    before.by_key().set(device.fd()).ok()?;
    Some(before)
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let KeySource::Terminal(Some(before)) = &self.source {
            let _ = before.set(self.device.fd());
        }
    }
}
