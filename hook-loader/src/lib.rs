//! Loads code that rustc has just compiled into the running program.
//!
//! A line typed at a hook is compiled as part of its crate, in place of the body of a *slot*: a closure whose running
//! version does nothing. What rustc writes are relocatable objects of the whole crate. [`load`] takes the new slot from
//! them, together with whatever only the slot needs, and links that into the program as a linker would have done it
//! when the program was built: against the program's own functions, variables and thread-locals.
//!
//! ```no_run
//! # fn f(address_of_slot: usize, objects: Vec<std::path::PathBuf>, libraries: Vec<std::path::PathBuf>)
//! # -> Result<(), hook_loader::LoadError> {
//! use hook_loader::{Archives, Host, SlotCode, load};
//!
//! let host = Host::of_this_process()?;
//! let archives = Archives::index(libraries);
//! if let Some(slot) = host.slot_at(address_of_slot)? {
//!     let loaded = load(host, &objects, archives, &slot, SlotCode::Named)?;
//!     println!("the new code begins at {:#x}", loaded.address);
//! }
//! # Ok(()) }
//! ```
//!
//! Every function here is safe. Loading runs nothing of what it loads, and input that is damaged or made in bad faith
//! is an error. Calling what was loaded is as unsafe as calling any address.

mod error;

#[cfg_attr(
    not(any(
        all(
            target_os = "linux",
            target_pointer_width = "64",
            any(target_arch = "x86_64", target_arch = "aarch64")
        ),
        all(windows, target_arch = "x86_64"),
        all(target_os = "macos", any(target_arch = "x86_64", target_arch = "aarch64"))
    )),
    path = "unsupported.rs"
)]
mod loader;
mod reload;
mod symbol_path;

pub use error::{LoadError, MACOS_LINES, MSVC_LINES};
pub use loader::{Archives, CodeFile, Host, RunningSlot, RunningVariable, load, read_memory, reload, undo_reload};
pub use reload::{ComparedTable, FunctionKind, Reload, ReloadRules, ReloadedFunction};
pub use symbol_path::{CLOSURE, crate_of_impl, is_within_closure, parent_of_closure, symbol_path};

/// The names of the symbols that stubs refer to begin with this. A stub stands for the body of a function that was left
/// out when the line was compiled. Nobody defines such a symbol, so no stub is ever loaded.
pub const STUB: &str = "__hookable_stub_";

/// The names of these symbols begin with this where code is optimized. Such a stub stands for a function of the program
/// only if other objects could call that one, too: of a private function, the optimizer may have changed how it is
/// called.
pub const OPTIMIZED_STUB: &str = "__hookable_stub_optimized_";

/// Says which function of the objects is the new code of a slot.
#[derive(Clone, Copy, Debug)]
pub enum SlotCode<'m> {
    /// It is the function that has the name of the running slot.
    Named,
    /// Another crate made the running slot, so its name is another. Of the functions that have the same path and refer
    /// to a variable with `mark` in its name, it is the one of this number. Their names do not tell their type
    /// arguments in all cases: the caller has to find out whether it is the right one.
    Marked {
        /// A part of the name of the variable.
        mark: &'m str,
        /// So many such functions come before this one.
        number: usize,
    },
}

/// This is where a slot was loaded, and how much came with it. It stays there until the program ends.
#[derive(Clone, Copy, Debug)]
pub struct LoadedSlot {
    /// The new function begins at this address. It has the type of the running slot.
    pub address: usize,
    /// The loaded code begins at this address.
    pub start: usize,
    /// So many bytes of code were loaded, the slot included.
    pub code: usize,
    /// So many bytes of constants and variables were loaded.
    pub data: usize,
    /// So many functions, constants and variables were loaded.
    pub sections: usize,
}
