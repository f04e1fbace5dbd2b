//! The names of [`hookable`](https://docs.rs/hookable), without its console.
//!
//! A crate is compiled again for each line that is typed at a hook of it, and rustc then loads all crates that it
//! depends on, and reads which functions each of them has. So in the command for a line this crate stands for
//! `hookable`, whose console has the most of them. All of it is the same as there, so what a line is compiled against
//! is what the program was.

pub use hook_macros::{hook, hookable, this_crate};

/// What the attribute's code names. No part of the interface.
#[doc(hidden)]
pub mod __private {
    // One by one they stand there.
    pub use hook_frame::private::*;
    pub use hook_macros::places;

    /// A program that runs has its console.
    pub const START: extern "C" fn() = supplied;

    extern "C" fn supplied() {}
}
