//! Lines leave for later ones what is here: items, and the values that `let` keeps.

pub(crate) mod history;
mod impls;
pub(crate) mod origin;
mod scopes;

pub(crate) use hook_frame::session::{held, kept};
