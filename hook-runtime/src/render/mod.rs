//! Values and types as text for people: bounded, and safe from whatever a `Debug` does.

mod bounded;
pub(crate) mod guard;
mod types;
mod values;

pub(crate) use bounded::Limit;
pub(crate) use types::short;
pub(crate) use values::{Shown, compact, fitting, full};
