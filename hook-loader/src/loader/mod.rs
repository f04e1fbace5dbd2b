//! The loader, for Linux and macOS on x86-64 and aarch64, and for Windows (gnu) on x86-64. It is a linker whose output
//! is memory of the running program.
//!
//! The rooms, from the top down; each imports only from those below it:
//!
//! - `patch` replaces functions of the program by those of other sources.
//! - `commit` makes a linked line part of the program.
//! - `link` lays out what was resolved in memory, and writes it.
//! - `resolve` decides what is loaded, and what each symbol stands for.
//! - `process` is the running program, and what was loaded into it before.
//! - `archive` has the libraries that the crate was compiled against.
//! - `unwind` and `tls` are about unwinding tables and thread-locals.
//! - `image` has a file that is in memory: its symbols, and its contents.
//! - `relocate` says what a relocation refers to and how it is written; `object` reads relocatable objects.
//! - `memory` and `name_table` know nothing of programs.
//!
//! What depends on the object format is in files called `elf`, `coff`, `pe` and `macho`, in `unwind` and in `relocate`;
//! what depends on the system, in `image`, `memory` and `tls`; what depends on the processor, in files called after it.
//! Everything else goes by `Object` and `Image`, whatever reads them.
//!
//! Nothing that was loaded is ever unloaded. Until the last step, [`Commit::commit`], nothing of the program has
//! changed, so an error leaves it as it was.
//!
//! All this is compiled at the user's opt-level, usually 0, and runs while the user waits. So big tables are read once,
//! in the background, what is looked at for each line is only what the slot leads to, and names are not copied.

mod archive;
mod commit;
mod image;
#[cfg(windows)]
mod kernel32;
mod link;
#[cfg(target_os = "macos")]
mod mach;
mod memory;
mod name_table;
mod object;
mod patch;
mod process;
mod relocate;
mod resolve;
#[cfg_attr(all(windows, target_env = "gnu"), path = "tls/none.rs")]
#[cfg_attr(all(windows, target_env = "msvc"), path = "tls/windows.rs")]
#[cfg_attr(target_os = "macos", path = "tls/macos.rs")]
mod tls;
mod unwind;

#[cfg(all(test, unix))]
mod tests;

use std::path::PathBuf;

pub use self::archive::Archives;
use self::commit::Commit;
use self::link::link;
pub use self::memory::read_memory;
use self::memory::{Arena, map_files};
use self::object::{Object, parse_objects};
pub use self::patch::{reload, undo_reload};
pub use self::process::{CodeFile, Host, RunningSlot, RunningVariable};
use self::process::{Session, Sessions};
use self::resolve::Resolution;
use crate::{LoadError, LoadedSlot, SlotCode};

/// Loads the new code of `slot` out of the files `objects`, which are all those of its crate, and returns where it is.
/// The files are not needed any more then.
///
/// The files are read where they are, so nobody may write into them meanwhile. Compilers do not: they put new files in
/// the place of old ones. The files of `archives` are read where they are for as long as the process lives.
///
/// What the function refers to is that of the image that `slot` is in wherever the image has it. Else it comes from the
/// objects, from `archives`, or from a shared library.
///
/// # Errors
///
/// It returns any [`LoadError`] but [`LoadError::Platform`]; nothing has changed then.
pub fn load(
    host: &Host,
    objects: &[PathBuf],
    archives: &Archives,
    slot: &RunningSlot,
    code: SlotCode<'_>,
) -> Result<LoadedSlot, LoadError> {
    let files = map_files(objects)?;
    let objects = parse_objects(&files)?;
    let mut sessions = host.sessions();
    let mut session = sessions.take(slot.image);
    let mut arena = session.arena.take();
    let linked = resolve_and_link(host, &sessions, &session, &mut arena, archives, &objects, (slot, code));
    session.arena = arena;
    let loaded = linked.map(|(loaded, commit)| {
        commit.commit(&mut sessions, &mut session);
        loaded
    });
    sessions.put(slot.image, session);
    loaded
}

fn resolve_and_link(
    host: &Host,
    sessions: &Sessions,
    session: &Session,
    arena: &mut Option<Arena>,
    archives: &Archives,
    objects: &[Object<'_>],
    (slot, code): (&RunningSlot, SlotCode<'_>),
) -> Result<(LoadedSlot, Commit), LoadError> {
    let mut resolution = Resolution::new(host, slot.image, session, sessions.tls_used, archives, objects)?;
    let root = resolution.follow(slot.name, code)?;
    let linked = link(&mut resolution, host, arena, root)?;
    let commit = Commit::of(&resolution, &linked)?;
    Ok((linked.slot, commit))
}
