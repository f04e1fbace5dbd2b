//! JSON: what `:load` and the prompt read, what `:save` and the record write.
//!
//! Reading is `hifijson`'s; the writing is here, because its `Display` of a string leaves some control characters bare,
//! and because what is saved must come back: numbers to the last bit, and what JSON has no form for is refused, not
//! bent.

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

pub(crate) use read::read;
#[cfg(feature = "serde")]
pub(crate) use save::{SaveError, save};
pub(crate) use text::{Layout, Text};

/// How deep values may nest: reading recurses.
const DEEPEST: usize = 128;
