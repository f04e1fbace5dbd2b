//! The code of lines that was loaded, and the places in it as they were typed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::ops::Range;
use std::panic::PanicHookInfo;
use std::sync::{Mutex, PoisonError};

use super::panics::{At, at, backtrace, own_frames};
use super::text;

/// Gives for a place in what a line was compiled from the place that was typed. Gives `Some(None)` for what an earlier
/// line typed, and `None` for code of the program.
type TypedLocation = Box<dyn Fn(At) -> Option<Option<At>> + Send>;

static LINES: Mutex<Vec<(Range<usize>, TypedLocation)>> = Mutex::new(Vec::new());

/// Notes the addresses of a line's code and data.
pub fn remember(loaded: Range<usize>, typed: TypedLocation) {
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.push((loaded, typed));
}

/// Names the place that was typed for a place in the code of a line. Returns `None` for the code of the program.
pub(super) fn typed(at: At) -> Option<String> {
    // Who holds the lock may be this thread, if a destructor panics there.
    let lines = LINES.try_lock().ok()?;
    let of = lines.iter().filter(|(loaded, _)| loaded.contains(&at.address));
    let (_, typed) = of.max_by_key(|(loaded, _)| loaded.start)?;
    Some(typed(at)?.map_or_else(|| "what an earlier line typed".to_owned(), |at| at.told()))
}

/// Tells of a panic that nobody catches, on a thread that a line started, as std does, with the place that was typed.
/// Returns `false` and tells nothing if the place was not typed.
pub(super) fn tell(info: &PanicHookInfo<'_>) -> bool {
    let Some(at) = info.location().map(at) else {
        return false;
    };
    let Some(place) = typed(at.clone()) else {
        return false;
    };
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let mut said = format!("\nthread '{name}' panicked at {place}:\n{}\n", text(info.payload()));
    let frames = own_frames(&backtrace(&at));
    let starts = |frame: &&String| frame.contains("thread_start");
    for (number, frame) in frames.iter().take_while(|frame| !starts(frame)).enumerate() {
        let _ = writeln!(said, "{number:>4}: {frame}");
    }
    let _ = std::io::stderr().write_all(said.as_bytes());
    true
}
