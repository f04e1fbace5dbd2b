//! `:load` and the prompt read JSON, and `:save` and the record write it.
//!
//! `hifijson` reads it. It is written here, because the `Display` of hifijson's strings leaves some control characters
//! as they are, and because a value that is saved must be read back the same: numbers keep their last bit, and a value
//! that JSON has no form for is refused.

#[cfg(feature = "serde")]
mod key;
#[cfg(feature = "serde")]
mod open;
mod read;
#[cfg(feature = "serde")]
mod save;
#[cfg(all(test, feature = "serde"))]
mod tests;
mod text;

pub use read::read;
#[cfg(feature = "serde")]
pub use save::{Savable, SaveError, save};
pub use text::{JsonLayout, Text};

/// Values nest no deeper than this, since reading them recurses.
const DEEPEST: usize = 128;
