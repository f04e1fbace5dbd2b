use crate::literal::LiteralError;

/// Says why a local cannot be read, written, or put back. The frame is unchanged when an error is returned.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("no local is called `{name}`{}", suggestion.map_or(String::new(), |suggestion| format!(", did you mean `{suggestion}`?")))]
    Unknown {
        name: String,
        suggestion: Option<&'static str>,
    },
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
    #[error("there is no write to undo")]
    NothingToUndo,
    #[error(
        "what `{text}` may have written to `{names}` cannot be taken back; `:undo` again goes on to the write before it"
    )]
    NotUndone { text: String, names: String },
}
