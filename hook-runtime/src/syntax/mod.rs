//! What can be told of a text in Rust without rustc: its tokens, where it is unfinished, and how a name is spelled.

pub(crate) mod items;
mod lex;
mod names;
mod parts;
#[cfg(test)]
pub(crate) mod random;
mod scan;

pub(crate) use lex::lex;
pub(crate) use names::spelled;
pub(crate) use parts::{Part, brackets, parts};
pub(crate) use scan::BracketScanner;
