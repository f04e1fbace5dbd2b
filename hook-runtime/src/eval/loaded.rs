//! What std has no names for in a backtrace.

use hook_loader::{CLOSURE, Host, is_within_closure, parent_of_closure};

/// Returns the path of a function whose code a reload, a planted hook or a line has brought, by an address in it. Of a
/// closure it is the path of the function, and the mark of one closure, however many there are.
pub(crate) fn loaded_function(address: usize) -> Option<String> {
    let path = Host::of_this_process().ok()?.loaded_function(address)?;
    let parent = is_within_closure(&path).then(|| parent_of_closure(&path)).flatten();
    Some(parent.map_or_else(|| path.clone(), |parent| format!("{parent}::{CLOSURE}")))
}
