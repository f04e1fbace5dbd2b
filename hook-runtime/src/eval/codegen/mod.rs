//! The file that rustc compiles for a line, written in pieces that know where they were typed. Pure.

pub(crate) mod fallbacks;
pub(crate) mod input;
pub(crate) mod nest;
pub(crate) mod piece;
pub(crate) mod places;
pub(crate) mod runtime;
pub(crate) mod sight;
pub(crate) mod write;
