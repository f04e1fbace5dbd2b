//! While a line takes long, the console shows what it waits for, at the end of the row that was typed. The text is
//! erased before the answer is printed.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::input::terminal::Device;
use crate::os::streams::colours_wanted;
use crate::progress::{self, Followed, Phase};
use crate::render::{beginning, columns};

/// The time that a wait must take before it is shown.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time between two updates of the text.
const TICK: Duration = Duration::from_millis(100);

/// The place where the wait is shown. It is `None` when there is nothing to show.
static SHOWN: Mutex<Option<Shown>> = Mutex::new(None);

struct Shown {
    device: Device,
    place: StatusRow,
    /// The column where the text on the screen begins, if there is one.
    drawn: Option<usize>,
    /// The number of bytes that were drawn since the program's code began to run, or come from elsewhere. If the
    /// process has written more, the program itself prints.
    bytes: u64,
    /// The number of bytes that the process had written when the program last had not printed, and the number of other
    /// processes that had ended.
    seen: (u64, u64),
}

/// The row in which the wait is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StatusRow {
    /// The row above the cursor, whose text has this number of columns.
    Above(usize),
    /// The row of the cursor, which is empty.
    Here,
}

/// A line that may take long. While this lives, the terminal shows what the line waits for.
pub(crate) struct Waiting {
    over: Option<(Sender<()>, JoinHandle<()>)>,
    _followed: Followed,
}

fn shown() -> MutexGuard<'static, Option<Shown>> {
    SHOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Waiting {
    /// Begins to show the wait. `typed` is the text of the row above the cursor, including the prompt, if the wait can
    /// be shown behind it.
    pub(crate) fn new(device: &Device, typed: Option<&str>) -> Waiting {
        let width = device.width();
        // The text is erased before the program's own code runs, because that code may print.
        progress::on_change(|| {
            if let Some(shown) = shown().as_mut() {
                shown.erase();
                shown.bytes = 0;
                shown.seen = (0, progress::processes_ended());
            }
        });
        *shown() = Some(Shown {
            device: device.clone(),
            place: place(typed, width),
            drawn: None,
            bytes: 0,
            seen: (0, progress::processes_ended()),
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
        // If no thread can be started, the wait is not shown.
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

/// Erases the text and shows no more, because something else is about to be printed.
pub(crate) fn hush() {
    if let Some(mut shown) = shown().take() {
        shown.erase();
    }
}

/// The columns that the longest text without an explanation needs.
const ROOM: usize = 16;

fn place(typed: Option<&str>, width: usize) -> StatusRow {
    match typed.map(columns) {
        Some(typed) if typed + ROOM < width => StatusRow::Above(typed),
        _ => StatusRow::Here,
    }
}

impl Shown {
    fn show(&mut self) {
        let Some(wait) = progress::wait() else {
            return self.erase();
        };
        if wait.phase == Phase::Running && wait.written().is_none_or(|bytes| self.has_printed(bytes)) {
            // The program has printed, so what is in the row may be its output and must not be erased.
            self.drawn = None;
            return;
        }
        match wait.since.elapsed() {
            since if since >= PATIENCE => self.draw(&text(wait.phase, since)),
            _ => self.erase(),
        }
    }

    /// Returns whether the program has printed, if the process has written so many bytes.
    fn has_printed(&mut self, bytes: u64) -> bool {
        let (before, ended) = self.seen;
        let now_ended = progress::processes_ended();
        if ended != now_ended {
            // The system counts what a child process wrote once that has ended.
            self.bytes += bytes.saturating_sub(before.max(self.bytes));
        }
        if bytes <= self.bytes {
            self.seen = (bytes, now_ended);
        }
        bytes > self.bytes
    }

    fn draw(&mut self, text: &str) {
        let width = self.device.width();
        let (up, column, room) = match self.place {
            StatusRow::Above(typed) => {
                let room = width.saturating_sub(typed + 2);
                let text = columns(beginning(text, room));
                ("\x1b[A", width.saturating_sub(text), room)
            }
            // The text is at the right margin, so that the program's output does not end up between the cursor and the
            // text.
            StatusRow::Here => {
                let room = width.saturating_sub(2);
                ("", width.saturating_sub(columns(beginning(text, room))), room)
            }
        };
        let text = beginning(text, room);
        let from = self.drawn.map_or(column, |drawn| drawn.min(column));
        self.drawn = Some(from);
        // A shorter text must also clear the columns that a longer one was drawn on.
        let blank = " ".repeat(column - from);
        let (dim, plain) = if colours_wanted() {
            ("\x1b[2m", "\x1b[0m")
        } else {
            ("", "")
        };
        self.print(&format!("\x1b7{up}\x1b[{from}G{blank}{dim}{text}{plain}\x1b[K\x1b8"));
    }

    fn erase(&mut self) {
        if let Some(column) = self.drawn.take() {
            let up = if self.place == StatusRow::Here { "" } else { "\x1b[A" };
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
        Phase::Replacing => format!("rustc {seconds}: all of the crate is compiled anew"),
        Phase::Loading => format!("loading {seconds}"),
        Phase::Running => format!("running {seconds}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_room() {
        assert_eq!(place(Some("hook> f(a)"), 80), StatusRow::Above(10));
        assert_eq!(place(Some(&"x".repeat(70)), 80), StatusRow::Here);
        assert_eq!(place(None, 80), StatusRow::Here);
    }

    #[test]
    fn what_is_shown() {
        let since = Duration::from_millis(1270);
        assert_eq!(text(Phase::Rustc, since), "rustc 1.2 s");
        assert_eq!(text(Phase::Running, since), "running 1.2 s");
        assert_eq!(
            text(Phase::Replacing, since),
            "rustc 1.2 s: all of the crate is compiled anew"
        );
        assert!(text(Phase::FirstRustc, since).starts_with("rustc 1.2 s: the first line of a crate"));
    }
}
