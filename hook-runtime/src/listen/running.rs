//! What a client can do while no hook is open: hooks are listed, planted and switched before any is reached.
//!
//! The commands are those of the prompt. They work on a frame without a function: it has the site of some hook of the
//! crate, which tells its sources, and no locals.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::printed::Printed;
use super::reply;
use crate::breakpoints::planted;
use crate::console::{self, Console, Flow, Output};
use crate::eval::sites;
use crate::frame::{Code, Frame, Recorded, Site, Steps};

/// The commands that need no function that is stopped.
const COMMANDS: [&str; 12] = [
    "breaks", "break", "tbreak", "trace", "delete", "disable", "enable", "ignore", "on", "off", "reload", "help",
];

/// A crate of the program that has hooks.
struct HookedCrate {
    site: &'static Site,
    code: Code,
    recorded: &'static Recorded,
}

/// Answers lines while no hook is open. Returns `None` if they need one.
pub(super) fn evaluate(text: &str) -> Option<String> {
    static ONE: Mutex<()> = Mutex::new(());
    let lines = console::units(text);
    if !lines.iter().all(|line| console::is_command_of(line, &COMMANDS)) {
        return None;
    }
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let crates = crates();
    let (mut out, said) = Output::collecting();
    let begin = Instant::now();
    for line in lines {
        if crates.is_empty() {
            return Some(reply::error(
                "the program has no hook for which rustc was asked when it was built, so none can be planted",
            ));
        }
        for (position, krate) in crates.iter().enumerate() {
            let before = said.borrow().errors.len();
            let mut frame = Frame::new(krate.site, 0, None, &mut []);
            frame.slot = Some((krate.code, krate.recorded));
            let flow = Console {
                frame: &mut frame,
                out: &mut out,
            }
            .answer(line);
            // The place may be one of another crate.
            let is_elsewhere = said.borrow().errors[before..].contains("of this crate");
            if flow != Flow::Stay || !is_elsewhere || position + 1 == crates.len() {
                break;
            }
            said.borrow_mut().errors.truncate(before);
        }
    }
    let answer = reply::evaluated(&said.borrow(), &Printed::default(), &[], begin.elapsed(), false);
    Some(answer)
}

/// Returns the crates that have hooks, and gives each of their hooks a number.
fn crates() -> Vec<HookedCrate> {
    let mut crates: Vec<HookedCrate> = Vec::new();
    for (site, code) in sites::sites() {
        // Hooks that sleep for `:next`, and traces, have no number.
        if site.steps != Steps::Sleeps && !site.function.is_empty() {
            planted::seen(site);
        }
        if let Some(recorded) = site.recorded
            && !crates.iter().any(|known| known.recorded.folder == recorded.folder)
        {
            crates.push(HookedCrate { site, code, recorded });
        }
    }
    crates
}
