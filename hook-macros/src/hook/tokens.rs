//! Hooks in tokens that are not parsed: the arguments of other macros.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use super::marker;

/// Whether any `hook!` stands in these tokens.
pub(crate) fn any(tokens: &TokenStream) -> bool {
    let mut calls = false;
    replace(tokens.clone(), &mut |_, args| {
        calls = true;
        args
    });
    calls
}

/// Replaces the arguments of every `hook!` in a token stream; `with` gets the span of its path.
pub(crate) fn replace(tokens: TokenStream, with: &mut dyn FnMut(Span, TokenStream) -> TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        out.push(match tree {
            TokenTree::Group(group) => {
                let inside = match called(&out) {
                    // Only the text counts there.
                    Some("stringify") => group.stream(),
                    Some("hook") if group.delimiter() != Delimiter::None => with(name_of(&out), group.stream()),
                    _ => replace(group.stream(), with),
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

/// The macro that is called if the tokens so far end in `hook !` or `stringify !`; `other::hook !` is another's.
fn called(before: &[TokenTree]) -> Option<&'static str> {
    let [rest @ .., TokenTree::Ident(name), TokenTree::Punct(bang)] = before else {
        return None;
    };
    let owned = match rest {
        [.., TokenTree::Ident(owner), TokenTree::Punct(a), TokenTree::Punct(b)]
            if a.as_char() == ':' && b.as_char() == ':' =>
        {
            owner == "hookable" || owner == "crate"
        }
        _ => true,
    };
    match bang.as_char() {
        '!' if name == "hook" && owned => Some("hook"),
        '!' if name == "stringify" => Some("stringify"),
        _ => None,
    }
}

/// Where the name stands in tokens that end in `name !`.
fn name_of(before: &[TokenTree]) -> Span {
    before[before.len() - 2].span()
}

/// Puts code in the place of every marker in a token stream.
pub(crate) fn refill(tokens: TokenStream, with: &mut dyn FnMut(usize) -> TokenStream) -> TokenStream {
    replace(tokens, &mut |_, args| match marker(&args) {
        Some(number) => with(number),
        None => args,
    })
}
