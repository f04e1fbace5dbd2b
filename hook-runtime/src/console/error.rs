//! What the console answers when it cannot do what was typed.

use std::io;

use super::line::MOST;
use crate::eval::EvaluateError;
use crate::literal::LiteralError;

/// One clear sentence each.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConsoleError {
    #[error("no local is called `{name}`{}", near.map_or(String::new(), |near| format!(", did you mean `{near}`?")))]
    Unknown { name: String, near: Option<&'static str> },
    #[error("`{name}` cannot be read: {why}")]
    Unreadable { name: &'static str, why: String },
    #[error("`{name}` cannot be written: {why}")]
    Unwritable { name: &'static str, why: String },
    #[error(transparent)]
    Literal(#[from] LiteralError),
    #[error("{what} of `{name}` panicked: {message}; it is as it was")]
    Panicked {
        what: &'static str,
        name: &'static str,
        message: String,
    },
    #[error("a line has at most {} KiB, and this one has more{}", MOST >> 10, if cfg!(feature = "serde") {
        ": `:load` reads a large value from a file"
    } else {
        ""
    })]
    TooLong,
    #[error("there is no write to undo")]
    NothingToUndo,
    #[error(
        "what `{text}` may have written to `{names}` cannot be taken back; `:undo` again goes on to the write before it"
    )]
    NotUndone { text: String, names: String },
    #[error("there is no command `:{name}`{}", near.map_or("; `:help` lists them".to_owned(), |near| format!(", did you mean `:{near}`?")))]
    UnknownCommand { name: String, near: Option<&'static str> },
    #[error("`:{name}` could be {}", .of.join(" or "))]
    Ambiguous { name: String, of: Vec<String> },
    #[error("usage: {0}")]
    Usage(String),
    #[error("`{text}` is no {what}")]
    Argument { text: String, what: &'static str },
    #[cfg(feature = "serde")]
    #[error("`{name}` cannot be saved: {why}")]
    Unsavable { name: &'static str, why: String },
    #[error("failed to {what} {path}: {error}")]
    File {
        what: &'static str,
        path: String,
        error: io::Error,
    },
    #[cfg(feature = "serde")]
    #[error("failed to load {path} into `{name}`: {error}; it is as it was")]
    Load {
        path: String,
        name: &'static str,
        error: Box<ConsoleError>,
    },
    #[error(transparent)]
    Rust(#[from] EvaluateError),
}
