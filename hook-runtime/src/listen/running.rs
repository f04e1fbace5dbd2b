//! What a client can do while no hook is open: hooks are listed, planted and switched before any is reached.
//!
//! The commands are those of the prompt. They work on a frame without a function: it has the site of some hook of the
//! crate, which tells its sources, and no locals.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::printed::Printed;
use super::reply;
use crate::console::{self, Console, Flow, Output};
use crate::eval::hooked;

/// The commands that need no function that is stopped.
const COMMANDS: [&str; 13] = [
    "breaks",
    "break",
    "tbreak",
    "trace",
    "delete",
    "disable",
    "enable",
    "ignore",
    "condition",
    "on",
    "off",
    "reload",
    "help",
];

/// Answers lines while no hook is open. Returns `None` if they need one.
pub(super) fn evaluate(text: &str) -> Option<String> {
    static ONE: Mutex<()> = Mutex::new(());
    let lines = console::units(text);
    if !lines.iter().all(|line| console::is_command_of(line, &COMMANDS)) {
        return None;
    }
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(krate) = hooked::crates().first().copied() else {
        return Some(reply::error(
            "the program has no hook for which rustc was asked when it was built, so none can be planted",
        ));
    };
    let (mut out, said) = Output::collecting();
    let begin = Instant::now();
    for line in lines {
        // A place in another crate is found from this one.
        let _: Flow = Console {
            frame: &mut krate.frame(),
            out: &mut out,
        }
        .answer(line);
    }
    let answer = reply::evaluated(&said.borrow(), &Printed::default(), &[], begin.elapsed(), false);
    Some(answer)
}
