//! Reads Ctrl-C from a terminal that does not control this process, while a line is compiled or runs. There the kernel
//! sends no signal for it. Other keys that are typed meanwhile are kept for the prompt.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::device::Device;
use super::sys;

const INTERRUPT: u8 = 3;
/// The time that a terminal has to answer.
const PATIENCE: Duration = Duration::from_millis(200);
/// The time after which the reader looks whether its watch has ended.
const BETWEEN: Duration = Duration::from_millis(50);

/// The bytes that were typed while no line was read.
static TYPED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The typed text that a prompt begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TypedAhead {
    /// A whole line.
    Line(String),
    /// The beginning of a line, which may be empty.
    Begun(String),
}

pub(super) fn typed() -> TypedAhead {
    next(&mut TYPED.lock().unwrap_or_else(PoisonError::into_inner))
}

fn next(typed: &mut Vec<u8>) -> TypedAhead {
    let end = typed.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let line: Vec<u8> = typed.drain(..end.map_or(typed.len(), |end| end + 1)).collect();
    let text = String::from_utf8_lossy(&line)
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    match end {
        Some(_) => TypedAhead::Line(text),
        None => TypedAhead::Begun(text),
    }
}

/// Keeps for the prompt what was typed.
pub(super) fn keep(bytes: &[u8]) {
    TYPED.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
}

/// The keys that were typed in answer to a question. There are none unless one is asked.
static ANSWERS: Mutex<Option<Vec<u8>>> = Mutex::new(None);

fn answers() -> MutexGuard<'static, Option<Vec<u8>>> {
    ANSWERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A question to the user. While it lives, keys are handed to it.
pub(super) struct AttendedKeys(());

impl AttendedKeys {
    pub(super) fn new() -> AttendedKeys {
        *answers() = Some(Vec::new());
        AttendedKeys(())
    }

    /// Returns the keys since the last call. Waits a moment if there are none.
    pub(super) fn read(&self, wait: Duration) -> Vec<u8> {
        let keys = answers().as_mut().map(std::mem::take).unwrap_or_default();
        if keys.is_empty() {
            thread::sleep(wait);
        }
        keys
    }
}

impl Drop for AttendedKeys {
    fn drop(&mut self) {
        keep(&answers().take().unwrap_or_default());
    }
}

/// Sends a question to a terminal and gives the answer once it is complete. Keys that were typed before it are kept for
/// the prompt.
pub(super) fn asked(device: &Device, question: &str, is_whole: impl Fn(&[u8]) -> bool) -> Option<Vec<u8>> {
    let before = sys::Settings::of(device.fd()).ok()?;
    before.unbuffered().set(device.fd()).ok()?;
    let mut bytes = Vec::new();
    let mut some = [0; 64];
    if device.clone().write_all(question.as_bytes()).is_ok() {
        while !is_whole(&bytes) && sys::is_readable(device.fd(), PATIENCE) {
            match device.file().read(&mut some) {
                Ok(size) if size > 0 => bytes.extend(&some[..size]),
                _ => break,
            }
        }
    }
    let _ = before.set(device.fd());
    let answer = bytes
        .iter()
        .rposition(|byte| *byte == 0x1b)
        .filter(|_| is_whole(&bytes));
    let answer = answer.map(|at| bytes.split_off(at));
    TYPED.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
    answer
}

/// A terminal that is read for Ctrl-C as long as this lives.
pub(super) struct Attended {
    device: Device,
    before: sys::Settings,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Attended {
    pub(super) fn new(device: &Device) -> Option<Attended> {
        let before = sys::Settings::of(device.fd()).ok()?;
        before.unbuffered().set(device.fd()).ok()?;
        let over = Arc::new(AtomicBool::new(false));
        let (reader, is_over) = (device.clone(), over.clone());
        let read = move || {
            while !is_over.load(Ordering::Relaxed) {
                if !sys::is_readable(reader.fd(), BETWEEN) {
                    continue;
                }
                let mut some = [0; 256];
                match reader.file().read(&mut some) {
                    Ok(size) if size > 0 && take(&some[..size]) => {
                        // The interrupt may end the program, so the settings of the terminal are restored first.
                        let _ = before.set(reader.fd());
                        sys::interrupt();
                        thread::sleep(BETWEEN);
                        let _ = before.unbuffered().set(reader.fd());
                    }
                    Ok(size) if size > 0 => {}
                    _ => return,
                }
            }
        };
        let thread = thread::Builder::new().name("hookable-keys".into()).spawn(read).ok();
        Some(Attended {
            device: device.clone(),
            before,
            over,
            thread,
        })
    }
}

/// Keeps what was typed. Returns whether there was a Ctrl-C.
fn take(bytes: &[u8]) -> bool {
    let mut typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    let last = bytes.iter().rposition(|byte| *byte == INTERRUPT);
    if last.is_some() {
        // Ctrl-C discards what was typed before it, as the kernel does.
        typed.clear();
    }
    let rest = &bytes[last.map_or(0, |last| last + 1)..];
    answers().as_mut().unwrap_or(&mut typed).extend(rest);
    last.is_some()
}

impl Drop for Attended {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = self.before.set(self.device.fd());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_then_what_was_begun() {
        let mut typed = b"1 + 1\r\x1b[A\rab".to_vec();
        assert_eq!(next(&mut typed), TypedAhead::Line("1 + 1".into()));
        assert_eq!(next(&mut typed), TypedAhead::Line("[A".into()));
        assert_eq!(next(&mut typed), TypedAhead::Begun("ab".into()));
        assert_eq!(next(&mut typed), TypedAhead::Begun(String::new()));
    }
}
