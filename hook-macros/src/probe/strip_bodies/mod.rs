//! The crate without the bodies that no hook can see.
//!
//! A check of a large crate is spent in the bodies of functions that have no hook; an edit of one of them would be checked
//! twice, and a round that reports errors leaves no incremental session to the next. What a hook may capture does not depend
//! on them: rustc infers nothing from one body for another, but for what an `impl Trait` hides and for what a `const fn`
//! returns. So rustc is asked about a copy of the sources with `loop {}` in their place, every other token where it was.
//!
//! The copy lies in a folder that is otherwise links to what is in the first, so that relative paths lead where they did.
//! Should rustc find there any error that is about no capture, then it is asked about the sources themselves.

mod blank;
mod mirror;

use std::path::Path;

use hook_rustc::Invocation;

/// What it lies in.
pub(super) const FOLDER: &str = "sources";
/// In bytes of sources: a smaller crate is checked as fast as it is copied.
const WORTH: u64 = 200_000;

/// The call on a copy of its sources in `folder`. None where it does not pay, or where they are no tree below the folder
/// that rustc runs in.
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
