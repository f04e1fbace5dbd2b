//! These modules tell without rustc what the tokens of a text are, where the text is unfinished, what items it has, and
//! how a name is spelled.

mod arguments;
pub(crate) mod items;
mod names;
mod own_names;
mod parts;
#[cfg(test)]
pub(crate) mod random;
mod scan;

pub(crate) use arguments::arguments;
pub(crate) use hook_frame::lex::lex;
pub(crate) use names::{is_colon, may_be_defined, spelled};
pub(crate) use own_names::own_names;
pub(crate) use parts::{Part, brackets, inline_argument, parts};
pub(crate) use scan::BracketScanner;
