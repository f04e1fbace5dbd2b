//! The loader for Linux with glibc, on x86-64 and aarch64.
//!
//! - [`Host`] is the program: its symbol table, its thread-locals, what was loaded before (`image`, `host`, `tls`).
//! - `object` and [`Archives`] are the new objects, and the libraries that the crate was compiled against.
//! - `resolve` decides what is loaded, and what each symbol stands for. The order of precedence is there, in
//!   `settle`, and in `twin`.
//! - `link` lays it out in `memory`, and writes relocations (`relocate`) and unwinding tables (`unwind`).
//!
//! Nothing that was loaded is ever unloaded. Until the last step, `Keep::commit`, nothing of the program has changed,
//! so an error leaves it as it was.
//!
//! All this is compiled at the user's opt-level, usually 0, and runs while the user waits. So big tables are read
//! once, in the background, what is looked at for each line is only what the slot leads to, and names are not copied.

mod archive;
mod host;
mod image;
mod keep;
mod link;
mod memory;
mod names;
mod object;
mod reach;
mod relocate;
mod resolve;
mod settle;
mod system;
mod tls;
mod twin;
mod unwind;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use archive::Archives;
pub use host::{Host, RunningSlot};
pub use system::at_exit;

use self::host::{Session, Sessions};
use self::keep::Keep;
use self::link::link;
use self::memory::{Arena, Mapping};
use self::object::Object;
use self::resolve::{Exports, Plan};
use crate::{LoadError, LoadedSlot};

/// Loads the function that has the name of `slot` out of the files `objects`, all those of its crate, and returns where it is.
/// The files are not needed any more then.
///
/// What it refers to is that of the image that `slot` is in wherever that has it, else it comes from the objects, from
/// `archives`, or from a shared library.
///
/// # Errors
///
/// See [`LoadError`]; nothing has changed then.
pub fn load(
    host: &Host,
    objects: &[PathBuf],
    archives: &Archives,
    slot: &RunningSlot,
) -> Result<LoadedSlot, LoadError> {
    let files = objects
        .iter()
        .map(|path| Mapping::of(path))
        .collect::<Result<Vec<_>, _>>()?;
    let objects = files
        .iter()
        .map(|file| Object::parse(file.bytes()))
        .collect::<Result<Vec<_>, _>>()?;
    let mut sessions = host.sessions();
    let mut session = sessions.take(slot.image);
    let mut arena = session.arena.take();
    let loaded = plan(host, &sessions, &session, &mut arena, archives, &objects, slot);
    session.arena = arena;
    let loaded = loaded.map(|(loaded, keep)| {
        keep.commit(&mut sessions, &mut session);
        loaded
    });
    sessions.put(slot.image, session);
    loaded
}

fn plan(
    host: &Host,
    sessions: &Sessions,
    session: &Session,
    arena: &mut Option<Arena>,
    archives: &Archives,
    objects: &[Object<'_>],
    slot: &RunningSlot,
) -> Result<(LoadedSlot, Keep), LoadError> {
    slot.image.read_symbols()?;
    let mut plan = Plan::new(host, slot, session, archives, objects, Exports::of(objects));
    plan.reserved = sessions.reserved;
    let root = plan.follow(slot.name)?;
    let linked = link(&mut plan, host, arena, root)?;
    let keep = Keep::of(&plan, &linked)?;
    Ok((linked.slot, keep))
}
