//! Loops, functions and closures that were typed call this at each turn, so that Ctrl-C ends them.

use crate::guard;
use crate::interruption;
use crate::os::interrupt;

/// Ends the code of the line of that number if the line was interrupted.
#[inline(never)]
pub fn safepoint(line: u64) {
    if interrupt::is_pending() {
        look(line);
    }
}

#[cold]
fn look(line: u64) {
    // A panic would end the program if another one is under way, or if none can be caught. A condition is not the line,
    // nor is a value that is being formatted.
    if !std::thread::panicking() && !guard::is_aborting() && !guard::is_unhooked() && interruption::ends(line) {
        guard::interrupt();
    }
}
