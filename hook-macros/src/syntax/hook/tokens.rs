//! Hooks in tokens that are not parsed: the arguments of other macros.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use super::names::{self, MacroCall};
use super::{is_written, marker};
use crate::syntax::grouped::parenthesized;

/// Returns whether there is a macro call in these tokens that may be a hook.
pub(crate) fn any_call(tokens: &TokenStream) -> bool {
    let mut before: Vec<TokenTree> = Vec::new();
    tokens.clone().into_iter().any(|tree| {
        let found = match &tree {
            TokenTree::Group(group) => {
                let call = names::at_end(&before);
                call.is_some_and(|(_, name, _)| names::may_be(name)) || any_call(&group.stream())
            }
            _ => false,
        };
        before.push(tree);
        found
    })
}

/// Returns whether a hook stands in these tokens, or comes out of a macro called there.
pub(crate) fn any(tokens: &TokenStream) -> bool {
    let mut found = false;
    calls(tokens.clone(), &mut |_, call, args| {
        found |= call != MacroCall::Other && !is_written(&args);
        args
    });
    found
}

/// Returns the place in these tokens where a macro is called out of which a hook comes.
pub(super) fn around(tokens: &TokenStream) -> Option<Span> {
    let mut found = None;
    calls(tokens.clone(), &mut |span, call, args| {
        if call == MacroCall::Around {
            found = Some(span);
        }
        args
    });
    found
}

/// Replaces the arguments of every `hook!` in a token stream; `with` gets the span where the call begins.
///
/// A stream without a hook stays the one that it was.
pub(crate) fn replace(tokens: TokenStream, with: &mut dyn FnMut(Span, TokenStream) -> TokenStream) -> TokenStream {
    if !any(&tokens) {
        return tokens;
    }
    calls(tokens, &mut |span, call, args| match call {
        MacroCall::Hook if !is_written(&args) => with(span, args),
        _ => args,
    })
}

/// Replaces the arguments of every call of interest.
fn calls(tokens: TokenStream, with: &mut dyn FnMut(Span, MacroCall, TokenStream) -> TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        out.push(match tree {
            TokenTree::Group(group) => {
                let group = parenthesized(&group).unwrap_or(group);
                let inside = group.stream();
                let inside = match names::at_end(&out).filter(|_| group.delimiter() != Delimiter::None) {
                    // `stringify!` takes only the text of its arguments.
                    Some((_, name, MacroCall::Other)) if name == "stringify" => inside,
                    Some((span, _, MacroCall::Hook)) => with(span, MacroCall::Hook, inside),
                    Some((span, _, MacroCall::Around)) => {
                        let inside = calls(inside, with);
                        with(span, MacroCall::Around, inside)
                    }
                    _ => calls(inside, with),
                };
                regroup(&group, inside)
            }
            tree => tree,
        });
    }
    out.into_iter().collect()
}

fn regroup(group: &Group, inside: TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), inside);
    new.set_span(group.span());
    new.into()
}

/// Puts code in the place of every marker in a token stream. A stream without a marker stays the one that it was.
pub(crate) fn refill(tokens: TokenStream, with: &mut dyn FnMut(usize) -> TokenStream) -> TokenStream {
    if !has_marker(&tokens) {
        return tokens;
    }
    let refilled = tokens.into_iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let inside = match marker(&group.stream()) {
                Some(number) => with(number),
                None => refill(group.stream(), with),
            };
            regroup(&group, inside)
        }
        tree => tree,
    });
    refilled.collect()
}

fn has_marker(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Group(group) => marker(&group.stream()).is_some() || has_marker(&group.stream()),
        _ => false,
    })
}
