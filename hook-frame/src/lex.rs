//! A text is taken apart into Rust's tokens.

use std::sync::{Mutex, PoisonError};

use proc_macro2::{LexError, TokenStream, fallback};

/// Returns the tokens of a text, with their places in it. The tokens are always proc-macro2's own: inside a proc macro
/// with hooks it would take rustc's, which do not have places in the text.
pub fn lex(text: &str) -> Result<TokenStream, LexError> {
    // proc-macro2 keeps one choice between its tokens and rustc's for all threads.
    static CHOICE: Mutex<()> = Mutex::new(());
    let _choice = CHOICE.lock().unwrap_or_else(PoisonError::into_inner);
    fallback::force();
    let tokens = text.parse();
    fallback::unforce();
    tokens
}
