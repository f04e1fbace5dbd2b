//! The attribute of [`hookable`](https://docs.rs/hookable), which documents it.
//!
//! `parse -> scope -> plan -> ask -> emit`: see `expand.rs` for the pipeline and `ARCHITECTURE.md` for the map.

#[cfg(feature = "console")]
mod around;
#[cfg(feature = "console")]
mod arrival;
#[cfg(feature = "console")]
mod ask;
#[cfg(feature = "console")]
mod emit;
#[cfg(feature = "console")]
mod expand;
#[cfg(feature = "console")]
mod hook;
#[cfg(feature = "console")]
mod item;
#[cfg(feature = "console")]
mod line;
#[cfg(not(feature = "console"))]
mod off;
#[cfg(feature = "console")]
mod place;
#[cfg(feature = "console")]
mod plan;
#[cfg(feature = "console")]
mod recursion;
#[cfg(feature = "console")]
mod root;
#[cfg(feature = "console")]
mod scan;
#[cfg(feature = "console")]
mod scope;

use proc_macro::TokenStream;

/// Lets `hook!` stand in a function, or in the functions of an `impl`, `trait` or inline `mod`. Documented in `hookable`.
#[proc_macro_attribute]
pub fn hookable(args: TokenStream, item: TokenStream) -> TokenStream {
    #[cfg(feature = "console")]
    return expand::expand(args.into(), item.into()).into();
    #[cfg(not(feature = "console"))]
    return off::expand(args, item);
}

/// A `hook!`, before or after the attribute saw it. Documented in `hookable`.
#[cfg(feature = "console")]
#[proc_macro]
pub fn hook(tokens: TokenStream) -> TokenStream {
    arrival::hook(tokens)
}

/// What a typed line is compiled with. No part of the interface.
#[doc(hidden)]
#[cfg(feature = "console")]
#[proc_macro]
pub fn places(tokens: TokenStream) -> TokenStream {
    line::places(tokens.into()).into()
}
