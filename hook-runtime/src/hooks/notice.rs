//! What is said outside of a console, on standard error.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::input::Nothing;
use crate::hooks::Site;
use crate::os::streams::Direct;
use crate::render::visible;

/// There will be no input any more in this process.
static OVER: AtomicBool = AtomicBool::new(false);
/// The sites of which that was said, by address.
static SAID: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

/// A line on standard error, if anybody listens.
pub(super) fn print(line: &str) {
    let _ = Direct::err().write_all(format!("{}\n", visible(line)).as_bytes());
}

/// Says, once per site, that a hook was passed over.
pub(super) fn no_input(site: &'static Site, nothing: &Nothing) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.get_or_insert_default().insert(address(site)) {
        let line = format!(
            "hookable: hooked at {}:{} in {}, but {}{}: going on",
            site.file,
            site.line,
            site.function,
            nothing.why,
            ways()
        );
        print(&line);
        // Standard error may be kept by whoever runs the tests, and the terminal was asked for.
        if let Some(terminal) = &nothing.terminal
            && !io::stderr().is_terminal()
        {
            terminal.say_from_behind(&line);
        }
    }
    if nothing.for_good {
        OVER.store(true, Ordering::Relaxed);
    }
}

/// Says how a hook opens all the same, where that is known. nextest gives its tests no standard input, and runs them
/// behind itself on the terminal.
fn ways() -> &'static str {
    match std::env::var_os("NEXTEST") {
        Some(_) => {
            " (under nextest a hook opens in `cargo nextest run --debugger env NAME`, which leaves the terminal to one test, and with HOOKABLE=script=FILE)"
        }
        None => "",
    }
}

/// Says, once per site, that an argument of a hook panicked.
pub(super) fn argument_panicked(site: &'static Site, what: &'static str, message: &str) {
    static PANICKED: Mutex<Option<HashSet<(usize, &'static str)>>> = Mutex::new(None);
    let mut panicked = PANICKED.lock().unwrap_or_else(PoisonError::into_inner);
    if panicked.get_or_insert_default().insert((address(site), what)) {
        print(&format!(
            "hookable: `{what}` of the hook at {}:{} in {} panicked: {message}: it does not open",
            site.file, site.line, site.function
        ));
    }
}

/// Tells whether a hook of this site can do nothing any more, not even say so.
pub(super) fn is_over(site: &'static Site) -> bool {
    if !OVER.load(Ordering::Relaxed) {
        return false;
    }
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    said.as_ref().is_some_and(|said| said.contains(&address(site)))
}

fn address(site: &'static Site) -> usize {
    std::ptr::from_ref(site).addr()
}
