//! The gate of a hook: whether it is reached, whether a hit opens, and the values of a planted trace. What then happens
//! is for the console to say, which is in another crate and is supplied to this one.

mod console;
mod site;
mod trace;

pub use console::{Console, Opened, Verdict, supply};
pub use site::Hit;
pub use trace::{TraceDebug, TraceDisplay, TraceParts, TraceType, TracedValue, TracedValues};

use crate::frame::Site;
use crate::guard;
use console::console;

/// Returns whether a hook that is reached on this thread may open.
fn wanted(site: &'static Site) -> bool {
    !guard::is_unhooked() && console(site).is_some_and(|console| console.wants(site))
}
