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
pub use host::Host;
pub(crate) use system::at_exit;

use self::keep::Keep;
use self::link::link;
use self::memory::Mapping;
use self::object::Object;
use self::resolve::{Exports, Plan};
use super::{LoadError, LoadedSlot};

/// Loads the function called `slot` out of the files `objects`, all those of its crate, and returns where it is. The
/// files are not needed any more then.
///
/// What it refers to is the running program's wherever the program has it, else it comes from the objects, from
/// `archives`, or from a shared library.
///
/// # Errors
///
/// See [`LoadError`]; nothing has changed then.
pub fn load(host: &Host, objects: &[PathBuf], archives: &Archives, slot: &str) -> Result<LoadedSlot, LoadError> {
    let files = objects
        .iter()
        .map(|path| Mapping::of(path))
        .collect::<Result<Vec<_>, _>>()?;
    let objects = files
        .iter()
        .map(|file| Object::parse(file.bytes()))
        .collect::<Result<Vec<_>, _>>()?;
    let near = host.find(slot).map_or(0, |(image, _)| image);

    let mut session = host.session();
    let mut arena = session.arenas.remove(&near);
    let mut plan = Plan::new(host, &session, archives, &objects, Exports::of(&objects));
    let linked = plan
        .follow(slot)
        .and_then(|slot| link(&mut plan, host, &mut arena, near, slot));
    let kept = linked.and_then(|linked| Ok((linked.slot, Keep::of(&plan, &linked)?)));
    session.arenas.extend(arena.map(|arena| (near, arena)));
    let (slot, keep) = kept?;
    keep.commit(&mut session);
    Ok(slot)
}
