//! rustc's diagnostics of a compiled line are told in terms of what was typed. Pure.

mod around;
pub(crate) mod findings;
pub(crate) mod lifetime;
pub(crate) mod lint;
pub(crate) mod message;
mod slot_names;
pub(crate) mod within;
