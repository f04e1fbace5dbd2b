//! A hook that opens nothing: it only mentions the bindings in scope.
//!
//! `let _ = a;` reads nothing, moves nothing and borrows nothing: rustc accepts it of a place in any state, no code comes of
//! it, and a variable that is kept only for a hook does not count as unused.

use proc_macro2::TokenStream;
use quote::quote;

use crate::scope::{Reach, Scopes};

pub(super) fn mention(scopes: &Scopes, number: usize) -> TokenStream {
    let site = scopes.sites.iter().find(|site| site.number == number);
    let lines = site.into_iter().flat_map(|site| {
        let reached = site
            .visible
            .iter()
            .filter(|visible| scopes.reach(site, visible.binding) != Reach::None);
        reached.map(|visible| {
            let (ident, cfgs) = (&scopes.bindings[visible.binding].ident, &visible.cfgs);
            quote!(#(#[cfg(#cfgs)])* let _ = #ident;)
        })
    });
    quote!(@hookable { #(#lines)* })
}
