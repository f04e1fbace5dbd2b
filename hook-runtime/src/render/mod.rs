//! Values and types as text for people: bounded, and safe from whatever a `Debug` does.

mod bounded;
mod columns;
pub(crate) mod guard;
mod panics;
mod types;
mod values;
mod visible;

pub(crate) use bounded::Limit;
pub(crate) use columns::{beginning, columns};
pub(crate) use panics::{At, Panic};
pub(crate) use types::{is_anonymous, path, short};
pub(crate) use values::{Form, Shown, compact, compact_all, fitting, fitting_form, full, text};
pub(crate) use visible::{is_obeyed, visible, visible_line};
