//! Keys that are pressed at a hook, and what the screen shows then.

mod completion;
mod multiline;
mod snapshots;

use crate::support::program;
use crate::support::screen::Screen;

const TAB: &str = "\t";
const DISCARD: &str = "\x03";
const CLEAR: &str = "\x0c";

/// A hook of a function of `tests/programs/src/bin/screen.rs`, once it has its prompt.
#[track_caller]
fn at_hook(function: &str, columns: u16) -> Screen {
    let screen = Screen::open(&program("screen"), &[function], (40, columns), &[]);
    screen.sees("hook>");
    screen
}
