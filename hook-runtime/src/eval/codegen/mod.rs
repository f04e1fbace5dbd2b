//! The file that rustc compiles for a line. It is written in pieces, each of which knows where it was typed. Pure.

pub(crate) mod body;
pub(crate) mod fallbacks;
mod held;
pub(crate) mod input;
pub(crate) mod nest;
pub(crate) mod piece;
pub(crate) mod places;
mod question;
pub(crate) mod runtime;
pub(crate) mod sight;
pub(crate) mod write;
