//! The crate without the bodies that no hook can see.
//!
//! A check of a large crate is spent in the bodies of functions that have no hook; an edit of one of them would be
//! checked twice, and a round that reports errors leaves no incremental session to the next. What a hook may capture
//! does not depend on them: rustc infers nothing from one body for another, except what an `impl Trait` hides and what
//! a `const fn` returns. So rustc is asked about a copy of the sources with `loop {}` in their place, and every other
//! token where it was.
//!
//! The copy lies in a folder that otherwise has links to what is in the first, so that relative paths lead where they
//! did. Should rustc find there any error that is about no capture, then it is asked about the sources themselves.

mod blank;
mod mirror;

use std::path::Path;

use hook_rustc::Invocation;

/// The name of the folder for the copy, in the folder of a probe.
pub(super) const FOLDER: &str = "sources";
/// The size of the sources in bytes from which on a copy pays: a smaller crate is checked as fast as it is copied.
const WORTH: u64 = 200_000;

/// Returns the call on a copy of its sources in `folder`; `None` where that does not pay, or where the sources are no
/// tree below the folder that rustc runs in.
pub(super) fn of(call: &Invocation, folder: &Path) -> Option<Invocation> {
    let input = call.input()?;
    let sources = input
        .parent()
        .filter(|sources| sources.is_relative() && sources.iter().next().is_some())?;
    if mirror::size(&call.dir.join(sources)).ok()? < WORTH {
        return None;
    }
    let dir = folder.join(FOLDER);
    mirror::update(&call.dir, sources, &dir).ok()?;
    Some(Invocation { dir, ..call.clone() })
}
