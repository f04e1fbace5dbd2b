//! When a line panics, the message, the place, and the frames of the program that led there are kept here.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::PanicHookInfo;

use super::frames::{frames, is_of_others, own, place};

/// Describes a panic that was caught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Panic {
    pub(crate) message: String,
    pub(crate) at: Option<At>,
    /// Each frame is a line of text, the innermost first. There are none unless `RUST_BACKTRACE` asks for them.
    pub(crate) frames: Vec<String>,
}

/// Names the place of a panic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) file: String,
    /// This is the address of the file's name in memory, which tells in which line's code the place is.
    pub(crate) address: usize,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

thread_local! {
    static LAST: RefCell<Option<(At, String)>> = const { RefCell::new(None) };
}

/// Forgets the last panic of this thread.
pub(super) fn forget() {
    let _ = LAST.try_with(|last| last.take());
}

/// Notes a panic of this thread, from within the panic hook.
pub(super) fn note(info: &PanicHookInfo<'_>) {
    let Some(location) = info.location() else { return };
    let at = At {
        file: location.file().to_owned(),
        address: location.file().as_ptr().addr(),
        line: location.line(),
        column: location.column(),
    };
    // A place in std does not help the user; the backtrace has the caller in the program.
    let backtrace = match is_wanted() || is_of_others(&at.file) {
        true => Backtrace::force_capture().to_string(),
        false => String::new(),
    };
    let _ = LAST.try_with(|last| last.replace(Some((at, backtrace))));
}

/// Takes the last panic of this thread, and gives it this message.
pub(super) fn last(message: String) -> Panic {
    let Some((mut at, backtrace)) = LAST.try_with(|last| last.take()).ok().flatten() else {
        return Panic {
            message,
            ..Panic::default()
        };
    };
    let frames = frames(&backtrace);
    let own = own(&frames);
    if is_of_others(&at.file) {
        let mut places = own.iter().filter_map(|frame| frame.place.and_then(place));
        if let Some((file, line, column)) = places.find(|(file, ..)| !is_of_others(file)) {
            at = At {
                file: file.to_owned(),
                address: 0,
                line,
                column,
            };
        }
    }
    let shown = own.iter().filter(|_| is_wanted());
    Panic {
        message,
        at: Some(at),
        frames: shown.map(|frame| frame.shown()).collect(),
    }
}

fn is_wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}
