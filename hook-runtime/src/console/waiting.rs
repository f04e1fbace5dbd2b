//! A line that takes long shows what it waits for, at the end of the row that it was typed in. That is gone when the
//! answer comes.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::input::terminal::Device;
use crate::progress::{self, Followed, Phase};
use crate::render::{beginning, columns};

/// A wait that is shorter is not shown.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often it is shown anew.
const TICK: Duration = Duration::from_millis(100);

/// Where the waiting is shown, while there is one.
static SHOWN: Mutex<Option<Shown>> = Mutex::new(None);

struct Shown {
    device: Device,
    place: Place,
    /// The columns that were drawn on.
    drawn: Option<usize>,
    /// How many bytes were drawn since the program's code began to run.
    bytes: u64,
}

/// Where there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the row above the cursor, which has so many columns of text.
    Above(usize),
    /// In the row of the cursor, which is empty.
    Here,
}

/// A line that may take long. While it lives, what it waits for is shown.
pub(crate) struct Waiting {
    over: Option<(Sender<()>, JoinHandle<()>)>,
    _followed: Followed,
}

fn shown() -> MutexGuard<'static, Option<Shown>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    /// `typed` is what stands in the row above the cursor, prompt and all, where that is so.
    pub(crate) fn new(device: &Device, typed: Option<&str>) -> Waiting {
        let width = device.width();
        // The program's own code may print at once, and must not do that over what is shown.
        progress::on_change(|| {
            if let Some(shown) = shown().as_mut() {
                shown.erase();
                shown.bytes = 0;
            }
        });
        *shown() = Some(Shown {
            device: device.clone(),
            place: place(typed, width),
            drawn: None,
            bytes: 0,
        });
        let (over, is_over) = mpsc::channel();
        let show = move || {
            while is_over.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                match shown().as_mut() {
                    Some(shown) => shown.show(),
                    None => return,
                }
            }
        };
        // Without a thread, nothing is shown.
        let thread = thread::Builder::new().name("hookable-wait".into()).spawn(show).ok();
        Waiting {
            over: thread.map(|thread| (over, thread)),
            _followed: Followed::new(),
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        hush();
        if let Some((over, thread)) = self.over.take() {
            drop(over);
            let _ = thread.join();
        }
    }
}

/// What is shown goes away, and is not shown again: something else is to be printed.
pub(crate) fn hush() {
    if let Some(mut shown) = shown().take() {
        shown.erase();
    }
}

/// Room for what is shown, of the longest.
const ROOM: usize = 16;

fn place(typed: Option<&str>, width: usize) -> Place {
    match typed.map(columns) {
        Some(typed) if typed + ROOM < width => Place::Above(typed),
        _ => Place::Here,
    }
}

impl Shown {
    fn show(&mut self) {
        let Some(wait) = progress::wait() else {
            return self.erase();
        };
        if wait.phase == Phase::Running && wait.written().is_none_or(|bytes| bytes > self.bytes) {
            // The program prints. What is there now may be its own.
            self.drawn = None;
            return;
        }
        match wait.since.elapsed() {
            since if since >= PATIENCE => self.draw(&text(wait.phase, since)),
            _ => self.erase(),
        }
    }

    fn draw(&mut self, text: &str) {
        let width = self.device.width();
        let (up, column, room) = match self.place {
            Place::Above(typed) => {
                let room = width.saturating_sub(typed + 2);
                let text = columns(beginning(text, room));
                ("\x1b[A", width.saturating_sub(text), room)
            }
            // To the right, lest the program's output comes to stand between.
            Place::Here => {
                let room = width.saturating_sub(2);
                ("", width.saturating_sub(columns(beginning(text, room))), room)
            }
        };
        let text = beginning(text, room);
        let from = self.drawn.map_or(column, |drawn| drawn.min(column));
        self.drawn = Some(from);
        // From where something was drawn before.
        let blank = " ".repeat(column - from);
        self.print(&format!("\x1b7{up}\x1b[{from}G{blank}\x1b[2m{text}\x1b[0m\x1b[K\x1b8"));
    }

    fn erase(&mut self) {
        if let Some(column) = self.drawn.take() {
            let up = if self.place == Place::Here { "" } else { "\x1b[A" };
            self.print(&format!("\x1b7{up}\x1b[{column}G\x1b[K\x1b8"));
        }
    }

    fn print(&mut self, text: &str) {
        let _ = self.device.write_all(text.as_bytes());
        self.bytes += text.len() as u64;
    }
}

fn text(phase: Phase, since: Duration) -> String {
    let seconds = format!("{}.{} s", since.as_secs(), since.subsec_millis() / 100);
    match phase {
        Phase::Rustc => format!("rustc {seconds}"),
        Phase::FirstRustc => {
            format!("rustc {seconds}: the first line of a crate compiles all of it, later ones do not")
        }
        Phase::Loading => format!("loading {seconds}"),
        Phase::Running => format!("running {seconds}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_room() {
        assert_eq!(place(Some("hook> f(a)"), 80), Place::Above(10));
        assert_eq!(place(Some(&"x".repeat(70)), 80), Place::Here);
        assert_eq!(place(None, 80), Place::Here);
    }

    #[test]
    fn what_is_shown() {
        let since = Duration::from_millis(1270);
        assert_eq!(text(Phase::Rustc, since), "rustc 1.2 s");
        assert_eq!(text(Phase::Running, since), "running 1.2 s");
        assert!(text(Phase::FirstRustc, since).starts_with("rustc 1.2 s: the first line of a crate"));
    }
}
