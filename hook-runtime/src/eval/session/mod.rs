//! Lines leave for later ones what is here: items, and the values that `let` keeps.

pub(crate) mod held;
pub(crate) mod history;
mod impls;
pub(crate) mod kept;
pub(crate) mod origin;
mod scopes;
