//! A panic that ends the program, because another one was under way: Rust aborts where a destructor panics while a
//! panic unwinds, and where a function panics that must not unwind. No code can stop that, but until then the panics
//! before it were told nowhere.

use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::PanicHookInfo;

use super::panics;
use super::text;

/// The beginnings of the messages of core's own panics that abort.
const ABORTING: [&str; 2] = [
    "panic in a destructor during cleanup",
    "panic in a function that cannot unwind",
];

/// Returns whether the program ends with this panic, whoever would catch it.
pub(super) fn is_last(info: &PanicHookInfo<'_>) -> bool {
    let is_of_core = info
        .location()
        .is_some_and(|place| place.file().ends_with("core/src/panicking.rs"));
    is_of_core && ABORTING.iter().any(|message| text(info.payload()).starts_with(message))
}

/// Tells of the panics that led to the end of the program.
pub(super) fn tell(info: &PanicHookInfo<'_>) {
    let mut said = String::new();
    for (message, at) in panics::noted() {
        let _ = writeln!(said, "panicked: {message}\n --> {at}");
    }
    let _ = std::io::stderr().write_all(said.as_bytes());
    tell_why(text(info.payload()));
}

/// Tells that the panic that was told of last ends the program, and why.
pub(super) fn tell_why(why: &str) {
    let said = format!("this was within what was typed, and ends the program: {why}\n");
    let _ = std::io::stderr().write_all(said.as_bytes());
}
