//! How a file of a probe names what is declared outside of it.
//!
//! Text that is included has the hygiene of no macro. In a function that a `macro_rules!` made, or in the definition of
//! one, such text cannot name a variable, but tokens can. So a macro stands in the tokens before the file, and its arms
//! are the names that the file uses.

use std::collections::BTreeSet;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Lifetime;

use super::{Context, EmitStyle};

/// Returns the place at which emitted code counts as standing: that of the user's tokens, so that a file can name it.
pub(super) fn like(tokens: Span) -> Span {
    Span::call_site().resolved_at(tokens)
}

/// Returns the tokens with spans by which rustc says that they stand at a place of the user's.
pub(super) fn standing(tokens: TokenStream, place: Span) -> TokenStream {
    let moved = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), standing(group.stream(), place)).into();
        }
        token.set_span(token.span().located_at(place));
        token
    };
    tokens.into_iter().map(moved).collect()
}

/// Returns whether the user wrote all that the files of a probe have to name, and no macro made any of it.
pub(super) fn is_plain(context: &Context<'_>) -> bool {
    let defined = context.scopes.sites.iter().any(|site| site.defined);
    let hooks = context.hooks.iter().map(|hook| hook.span);
    let visible = context.scopes.sites.iter().flat_map(|site| &site.visible);
    let bindings: BTreeSet<_> = visible.map(|visible| visible.binding).collect();
    let bindings = bindings.iter().map(|&id| context.scopes.bindings[id].ident.span());
    // `#0` is the syntax context that no macro made.
    !defined && hooks.chain(bindings).all(|span| format!("{span:?}").starts_with("#0 "))
}

/// The names that a file of a probe uses, and the arms of a macro by which it names them if it cannot do so itself.
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

    /// Returns what to write in the file for these tokens.
    pub(super) fn of(&mut self, tokens: impl ToTokens) -> TokenStream {
        if !self.by_tokens {
            return tokens.to_token_stream();
        }
        let arm = Ident::new(&format!("at{}", self.count), Span::call_site());
        self.count += 1;
        self.arms.extend(quote!((#arm) => { #tokens };));
        quote!(__hookable_at!(#arm))
    }

    /// Returns the macro that goes before the file; it is empty if the file needs none.
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

/// Returns the label of the block around the body of a probe. A hook in the tokens of a macro leaves that block with a
/// `break`: if it can, no closure is in between.
pub(super) fn label(context: &Context<'_>) -> Lifetime {
    let span = context.hooks.first().map_or_else(Span::call_site, |hook| hook.span);
    Lifetime::new("'__hookable_out", like(span))
}
