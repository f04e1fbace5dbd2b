//! When a line panics, the message, the place, and the frames of the program that led there are kept here.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::{Location, PanicHookInfo};

use super::frames::{UNKNOWN, frames, is_of_others, own, place, shown};
use super::{lines, text};

/// Describes a panic that was caught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Panic {
    /// What the panic said.
    pub message: String,
    /// Where it began, if the panic hook saw it.
    pub at: Option<At>,
    /// Each frame is a line of text, the innermost first. There are none unless `RUST_BACKTRACE` asks for them.
    pub frames: Vec<String>,
}

/// Names the place of a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The file, as rustc names it.
    pub file: String,
    /// This is the address of the file's name in memory, which tells in which line's code the place is.
    pub address: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// A panic as the panic hook saw it.
struct NotedPanic {
    message: String,
    at: At,
    backtrace: String,
}

/// At most so many panics are kept. While one unwinds, destructors may panic and catch that.
const KEPT: usize = 8;

impl At {
    /// Returns `file:line:column`.
    pub fn told(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

thread_local! {
    static NOTED: RefCell<Vec<NotedPanic>> = const { RefCell::new(Vec::new()) };
}

/// Forgets the panics of this thread.
pub(super) fn forget() {
    let _ = NOTED.try_with(|noted| noted.try_borrow_mut().map(|mut noted| noted.clear()));
}

/// Returns the place of a panic.
pub(super) fn at(location: &Location<'_>) -> At {
    At {
        file: location.file().to_owned(),
        address: location.file().as_ptr().addr(),
        line: location.line(),
        column: location.column(),
    }
}

/// Returns the backtrace of a panic at a place, if it is of use. A place in std does not help the user; the backtrace
/// has the caller in the program.
pub(super) fn backtrace(at: &At) -> String {
    match is_wanted() || is_of_others(&at.file) {
        true => Backtrace::force_capture().to_string(),
        false => String::new(),
    }
}

/// Notes a panic of this thread, from within the panic hook.
pub(super) fn note(info: &PanicHookInfo<'_>) {
    let Some(location) = info.location() else { return };
    let at = at(location);
    let panic = NotedPanic {
        message: text(info.payload()).to_owned(),
        backtrace: backtrace(&at),
        at,
    };
    let _ = NOTED.try_with(|noted| {
        let mut noted = noted.borrow_mut();
        if noted.len() == KEPT {
            noted.remove(0);
        }
        noted.push(panic);
    });
}

/// Returns the messages and places of the panics that were noted, the first one first.
pub(super) fn noted() -> Vec<(String, String)> {
    let noted = NOTED.try_with(|noted| noted.take()).unwrap_or_default();
    let told = noted.into_iter().map(|panic| {
        let place = lines::typed(panic.at.clone()).unwrap_or_else(|| panic.at.told());
        (panic.message, place)
    });
    told.collect()
}

/// Takes the last panic of this thread with a message. A destructor may have caught another one since.
fn take(message: &str) -> Option<(At, String)> {
    let noted = NOTED.try_with(|noted| noted.take()).ok()?;
    let of_message = noted.iter().rposition(|panic| panic.message == message);
    let at = of_message.or(noted.len().checked_sub(1))?;
    let NotedPanic { at, backtrace, .. } = noted.into_iter().nth(at)?;
    Some((at, backtrace))
}

/// Returns the frames of the program in a backtrace as lines of text, if they are wanted.
pub(super) fn own_frames(backtrace: &str) -> Vec<String> {
    if is_wanted() {
        shown(&frames(backtrace))
    } else {
        Vec::new()
    }
}

/// Takes the last panic of this thread, and gives it this message.
pub(super) fn last(message: String) -> Panic {
    let Some((at, backtrace)) = take(&message) else {
        return Panic {
            message,
            ..Panic::default()
        };
    };
    let at = match is_of_others(&at.file) {
        true => of_caller(&backtrace, at),
        false => Some(at),
    };
    Panic {
        message,
        at,
        frames: own_frames(&backtrace),
    }
}

/// Returns the place in the program that led to a panic at a place in the code of others. There is none if a line did,
/// for of its code only that it is one is known.
fn of_caller(backtrace: &str, at: At) -> Option<At> {
    let frames = frames(backtrace);
    for frame in own(&frames) {
        if frame.name == UNKNOWN {
            return None;
        }
        if let Some((file, line, column)) = frame.place.and_then(place)
            && !is_of_others(file)
        {
            return Some(At {
                file: file.to_owned(),
                address: 0,
                line,
                column,
            });
        }
    }
    Some(at)
}

fn is_wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}
