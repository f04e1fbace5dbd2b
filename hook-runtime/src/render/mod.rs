//! Values and types as text for people: bounded, and safe from whatever a `Debug` does.

mod bounded;
mod columns;
mod types;
mod visible;

pub(crate) use bounded::{Bounded, Limit};
pub(crate) use columns::{beginning, columns};
pub(crate) use types::{is_anonymous, path, short};
pub(crate) use visible::{is_obeyed, visible, visible_line};
