//! Loads code that rustc has just made into the running program.
//!
//! A line typed at a hook is compiled as part of its crate, in place of the body of a *slot*: a closure whose running
//! version does nothing. What comes out are relocatable objects of the whole crate; [`load`] takes the new slot from
//! them, and whatever only it has, and makes that part of the program.

mod error;

cfg_select! {
    all(
        target_os = "linux",
        target_env = "gnu",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ) => {
        mod elf;
        use elf as platform;
    }
    _ => {
        mod absent;
        use absent as platform;
    }
}

pub use error::LoadError;
pub use platform::{Archives, Host, RunningSlot, at_exit, load};

/// A slot that was loaded. It stays where it is until the program ends.
#[derive(Clone, Copy, Debug)]
pub struct LoadedSlot {
    /// Of the new function, to be called as the running slot is.
    pub address: usize,
    /// Where the code begins that was loaded with it.
    pub start: usize,
    /// Bytes of code loaded with it, itself included.
    pub code: usize,
    /// Bytes of constants and variables loaded with it.
    pub data: usize,
    /// Functions, constants and variables loaded.
    pub sections: usize,
}
