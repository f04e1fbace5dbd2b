//! Hooks that stay as they were written. What becomes of each is kept by its place until rustc comes to it.
//!
//! A macro may show the text of its arguments, as `assert!` and `ensure!` do, so a hook in there is not replaced by its
//! code. The code is kept until rustc expands the hook itself, as text, whose names then mean what they mean where the
//! hook was written.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse_quote;

use super::{EmitStyle, Planned, mention, site};
use crate::syntax::hook::HookArgs;
use crate::syntax::location::SourceLocation;

/// The names in the kept code that stand for what is in the hook's parentheses. The tokens there keep their own places,
/// to which rustc's errors point.
const WHEN: &str = "__hookable_when";
const EVERY: &str = "__hookable_every";
const MESSAGE: &str = "__hookable_message";

enum Foreseen {
    /// The hook opens nothing, and does not even name what its arguments do.
    Nothing,
    /// The hook opens nothing, and names what its arguments do.
    Mention,
    Code(String),
}

static FORESEEN: Mutex<Option<HashMap<SourceLocation, Foreseen>>> = Mutex::new(None);

fn entry<R>(span: Span, with: impl FnOnce(Entry<'_, SourceLocation, Foreseen>) -> R) -> R {
    let mut all = FORESEEN.lock().unwrap_or_else(PoisonError::into_inner);
    with(all.get_or_insert_default().entry(SourceLocation::of(span)))
}

/// Foresees that the hook of this number opens nothing.
pub(super) fn mention(planned: &Planned<'_>, number: usize) {
    let foreseen = match mention::leaves_out(planned, number) {
        true => Foreseen::Nothing,
        false => Foreseen::Mention,
    };
    entry(planned.hooks[number].span, |entry| {
        entry.or_insert(foreseen);
    });
}

/// Foresees the hook of this number, and returns what stands in its parentheses. Where it cannot be foreseen, it gives
/// the hook's code: where one place is that of several hooks, where a macro made the function, and where the hook
/// stands in the definition of a macro. In those cases a name alone does not say what it means.
pub(super) fn code(planned: &Planned<'_>, number: usize, style: EmitStyle<'_>) -> TokenStream {
    let hook = &planned.hooks[number];
    let seen = entry(hook.span, |entry| matches!(entry, Entry::Occupied(_)));
    let defined = planned
        .scopes
        .sites
        .iter()
        .any(|site| site.number == number && site.defined);
    if seen || defined || !is_plain(hook.span) || !planned.scopes.seen_from(number).all(|ident| is_plain(ident.span()))
    {
        return site::emit(planned, number, style);
    }
    let ident = |name: &str| Ident::new(name, hook.span);
    let (when, every, message) = (ident(WHEN), ident(EVERY), ident(MESSAGE));
    let args = HookArgs {
        message: hook.args.message.as_ref().map(|_| message.into_token_stream()),
        when: hook.args.when.as_ref().map(|_| parse_quote!(#when)),
        every: hook.args.every.as_ref().map(|_| parse_quote!(#every)),
        target: hook.args.target.clone(),
        read_only: hook.args.read_only,
        step: hook.args.step,
        without: hook.args.without.clone(),
        copied: hook.args.copied.clone(),
    };
    let code = site::emit_with(planned, number, &args, style);
    let code = code.into_iter().last().into_token_stream().to_string();
    entry(hook.span, |entry| {
        entry.or_insert(Foreseen::Code(code));
    });
    hook.tokens.clone()
}

/// Returns the code of a hook, if the hook was foreseen.
pub(crate) fn foreseen(span: Span, args: &HookArgs) -> Option<TokenStream> {
    entry(span, |entry| match entry {
        Entry::Vacant(_) => None,
        Entry::Occupied(found) => Some(match found.get() {
            Foreseen::Nothing => quote!(()),
            Foreseen::Mention => mentioned(args),
            Foreseen::Code(text) => {
                let code = filled(text.parse().ok()?, args);
                quote!({ #[cfg(debug_assertions)] let () = #code; })
            }
        }),
    })
}

/// Returns the code of a hook that opens nothing.
fn mentioned(args: &HookArgs) -> TokenStream {
    mention::arguments(args)
}

fn filled(code: TokenStream, args: &HookArgs) -> TokenStream {
    let fill = |tree| match tree {
        TokenTree::Group(group) => {
            let mut filled = Group::new(group.delimiter(), filled(group.stream(), args));
            filled.set_span(group.span());
            TokenTree::Group(filled).into()
        }
        TokenTree::Ident(name) if name == WHEN => args.when.to_token_stream(),
        TokenTree::Ident(name) if name == EVERY => args.every.to_token_stream(),
        TokenTree::Ident(name) if name == MESSAGE => args.message.to_token_stream(),
        tree => tree.into(),
    };
    code.into_iter()
        .flat_map(|tree| -> TokenStream { fill(tree) })
        .collect()
}

/// Returns whether the user wrote a token, and no macro made it.
fn is_plain(span: Span) -> bool {
    format!("{span:?}").starts_with("#0 ")
}
