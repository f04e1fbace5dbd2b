//! The attribute of [`hookable`](https://docs.rs/hookable), which documents it.
//!
//! The folders are in layers: `syntax -> scope -> plan -> probe -> emit -> line -> hook_macro -> attribute ->
//! this_crate`. Each imports only what stands before it. The pipeline is in `attribute/`, and `ARCHITECTURE.md` has the
//! map.

#[cfg(feature = "console")]
mod attribute;
#[cfg(feature = "console")]
mod emit;
mod forbidden;
#[cfg(feature = "console")]
mod hook_macro;
#[cfg(feature = "console")]
mod line;
#[cfg(not(feature = "console"))]
mod pass_through;
#[cfg(feature = "console")]
mod plan;
#[cfg(feature = "console")]
mod probe;
#[cfg(feature = "console")]
mod scope;
#[cfg(feature = "console")]
mod syntax;
#[cfg(feature = "console")]
mod this_crate;

use proc_macro::TokenStream;

/// Lets `hook!` stand in a function, or in the functions of an `impl`, `trait` or inline `mod`. The crate `hookable`
/// documents it.
#[proc_macro_attribute]
pub fn hookable(args: TokenStream, item: TokenStream) -> TokenStream {
    #[cfg(feature = "console")]
    return attribute::expand(args.into(), item.into()).into();
    #[cfg(not(feature = "console"))]
    return pass_through::expand(args, item);
}

/// Opens a console, or tells why it cannot. The crate `hookable` documents it.
#[cfg(feature = "console")]
#[proc_macro]
pub fn hook(tokens: TokenStream) -> TokenStream {
    hook_macro::hook(tokens)
}

/// Lets hooks be planted in a crate that has none. The crate `hookable` documents it.
#[cfg(feature = "console")]
#[proc_macro]
pub fn this_crate(args: TokenStream) -> TokenStream {
    this_crate::expand(args.into()).into()
}

/// Rewrites a typed line that is being compiled. It is no part of the interface.
#[doc(hidden)]
#[cfg(feature = "console")]
#[proc_macro]
pub fn places(tokens: TokenStream) -> TokenStream {
    line::places(tokens.into()).into()
}
