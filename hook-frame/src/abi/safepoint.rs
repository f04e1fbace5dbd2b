//! Loops, functions and closures that were typed call this at each turn, so that Ctrl-C ends them, and so does the end
//! of the stack, which would end the program.

use crate::guard;
use crate::interruption;
use crate::os::{interrupt, stack};

/// Ends the code of the line of that number if the line was interrupted, or if the stack is nearly used up.
#[inline(never)]
#[track_caller]
pub fn safepoint(line: u64) {
    if interrupt::is_pending() {
        look(line);
    }
    if stack::is_nearly_used_up() {
        end();
    }
}

#[cold]
#[track_caller]
fn end() {
    if may_panic() {
        panic!("it used up the stack: does a function call itself without end?");
    }
}

#[cold]
fn look(line: u64) {
    if may_panic() && interruption::ends(line) {
        guard::interrupt();
    }
}

/// Returns whether a panic ends the line. It would end the program if another one is under way, or if none can be
/// caught. A condition is not the line, nor is a value that is being formatted.
fn may_panic() -> bool {
    !std::thread::panicking() && !guard::is_aborting() && !guard::is_unhooked()
}
