//! Hooks by number: those of the source, and those that are planted in the running program.
//!
//! A hook is planted by a reload of the crate with one more `hook!` in the text of a source, before a statement. The
//! file on the disk is not touched, and no line moves. `place` finds the statement, `shape` says what is written there,
//! `insert` writes the text, and `planted` keeps what is planted.

pub(crate) mod calls;
pub(crate) mod caught;
mod functions;
mod insert;
pub(crate) mod named;
pub(crate) mod place;
pub(crate) mod planted;
mod points;
pub(crate) mod shape;
