//! Rust's tokens of what was typed.

use std::sync::{Mutex, PoisonError};

use proc_macro2::{LexError, TokenStream, fallback};

/// Gives the tokens of a text, with their places in it. In a hooked proc macro they would be rustc's own, which do
/// not tell where in a text they are.
pub(crate) fn lex(text: &str) -> Result<TokenStream, LexError> {
    // Whose tokens are made is one choice for all threads.
    static CHOICE: Mutex<()> = Mutex::new(());
    let _choice = CHOICE.lock().unwrap_or_else(PoisonError::into_inner);
    fallback::force();
    let tokens = text.parse();
    fallback::unforce();
    tokens
}
