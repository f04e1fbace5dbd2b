//! Messages that are printed outside of a console, on standard error.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use super::input::NoInput;
use crate::frame::Site;
use crate::os::streams::Direct;
use crate::render::visible;

/// This is true once there will be no more input in this process.
static OVER: AtomicBool = AtomicBool::new(false);
/// The addresses of the sites for which the lack of input was reported.
static SAID: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

/// Prints a line to standard error. Errors are ignored.
pub(super) fn print(line: &str) {
    let _ = Direct::err().write_all(format!("{}\n", visible(line)).as_bytes());
}

/// Says, once for each site, that a hook had no input and did not open.
pub(super) fn no_input(site: &'static Site, nothing: &NoInput) {
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.get_or_insert_default().insert(site.address()) {
        let line = format!(
            "hookable: hooked at {}, but {}{}: going on",
            site.place(),
            nothing.why,
            ways(nothing)
        );
        print(&line);
        // A test runner may capture standard error, so the line is also printed on the terminal, which was expected to
        // be used.
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

/// Says how a hook can open all the same, if that is known. nextest gives its tests no standard input, and runs them in
/// the background of the terminal. A program that reads what it works on from standard input may be run by somebody who
/// sits at a terminal.
fn ways(nothing: &NoInput) -> &'static str {
    match std::env::var_os("NEXTEST") {
        Some(_) => {
            " (under nextest a hook opens in `cargo nextest run --debugger env NAME`, which leaves the terminal to one test, with HOOKABLE=listen for `hook-attach`, and with HOOKABLE=script=FILE)"
        }
        None if nothing.is_of_stdin && io::stderr().is_terminal() => {
            " (HOOKABLE=tty opens the console on this terminal)"
        }
        None => "",
    }
}

/// Says, once, that Miri runs the program.
pub(super) fn under_miri() {
    static SAID: Once = Once::new();
    SAID.call_once(|| eprintln!("hookable: Miri runs this program, and opens no hook: going on"));
}

/// Says, once for each argument of a site, that the argument panicked.
pub(super) fn argument_panicked(site: &'static Site, what: &'static str, message: &str) {
    static PANICKED: Mutex<Option<HashSet<(usize, &'static str)>>> = Mutex::new(None);
    let mut panicked = PANICKED.lock().unwrap_or_else(PoisonError::into_inner);
    if panicked.get_or_insert_default().insert((site.address(), what)) {
        print(&format!(
            "hookable: `{what}` of the hook at {} panicked: {message}: it does not open",
            site.place()
        ));
    }
}

/// Returns whether a hook of this site can do nothing more: there is no more input, and that was said.
pub(super) fn is_over(site: &'static Site) -> bool {
    if !OVER.load(Ordering::Relaxed) {
        return false;
    }
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    said.as_ref().is_some_and(|said| said.contains(&site.address()))
}
