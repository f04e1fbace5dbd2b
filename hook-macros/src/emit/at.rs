//! How a file of a probe names what is declared outside of it.
//!
//! Text that is included has the hygiene of no macro. In a function that a `macro_rules!` made, or in the definition of one, it
//! cannot name a variable; tokens can. There a macro of tokens beside it, whose arms are those names, stands between.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Lifetime;

use super::{Context, EmitStyle};

/// Where what is emitted for a hook or a binding counts as standing: as the tokens of the user do, so that a file can name it.
pub(super) fn like(tokens: Span) -> Span {
    Span::call_site().resolved_at(tokens)
}

/// Whether all that the files of a probe have to name was written where they are included.
pub(super) fn is_plain(context: &Context<'_>) -> bool {
    let defined = context.scopes.sites.iter().any(|site| site.defined);
    let hooks = context.hooks.iter().map(|hook| hook.span);
    let visible = context.scopes.sites.iter().flat_map(|site| &site.visible);
    let bindings: BTreeSet<_> = visible.map(|visible| visible.binding).collect();
    let bindings = bindings.iter().map(|&id| context.scopes.bindings[id].ident.span());
    // `#0` is the syntax context that no macro made.
    !defined && hooks.chain(bindings).all(|span| format!("{span:?}").starts_with("#0 "))
}

/// The names that the tokens or the file at one place use.
pub(super) struct ProbeNames {
    by_tokens: bool,
    arms: TokenStream,
    count: usize,
}

impl ProbeNames {
    pub(super) fn new(style: EmitStyle<'_>) -> ProbeNames {
        ProbeNames {
            by_tokens: matches!(style, EmitStyle::Probe { by_tokens: true, .. }),
            arms: TokenStream::new(),
            count: 0,
        }
    }

    /// What to write for these tokens.
    pub(super) fn of(&mut self, tokens: impl ToTokens) -> TokenStream {
        if !self.by_tokens {
            return tokens.to_token_stream();
        }
        let arm = Ident::new(&format!("at{}", self.count), Span::call_site());
        self.count += 1;
        self.arms.extend(quote!((#arm) => { #tokens };));
        quote!(__hookable_at!(#arm))
    }

    /// What goes before the file.
    pub(super) fn declared(&self) -> TokenStream {
        match self.arms.is_empty() {
            true => TokenStream::new(),
            false => {
                let arms = &self.arms;
                quote!(
                    macro_rules! __hookable_at { #arms }
                )
            }
        }
    }
}

/// The block around the body of a probe, which a hook in the tokens of a macro leaves: if it can, no closure is in between.
pub(super) fn label(context: &Context<'_>) -> Lifetime {
    let span = context.hooks.first().map_or_else(Span::call_site, |hook| hook.span);
    Lifetime::new("'__hookable_out", like(span))
}
