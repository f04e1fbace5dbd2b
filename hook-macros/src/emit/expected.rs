//! Lints that the user expects, and that a hook may keep from being reported.
//!
//! A variable that a hook sees is not unused any more, nor is its `mut`. `#[expect(unused_variables)]` would then be
//! unfulfilled, so in a function with hooks it becomes `#[allow(unused_variables)]`, which asks the same of rustc but
//! for the report.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Meta, Token, parse_quote};

use crate::syntax::function::Function;

/// Lints of which a hook may keep the reason away, or be the reason itself.
const AFFECTED: [&str; 9] = [
    "unused",
    "unused_variables",
    "unused_mut",
    "unused_assignments",
    "unused_braces",
    "unused_parens",
    "unreachable_code",
    "unused_must_use",
    "unused_unsafe",
];

/// Makes the function allow what it expects of these lints.
pub(super) fn allow(function: &mut Function) {
    let mut expected = Expected;
    allow_around(&mut function.attrs);
    expected.visit_signature_mut(&mut function.sig);
    expected.visit_block_mut(&mut function.block);
}

/// Makes an item around a function allow what it expects of these lints.
pub(crate) fn allow_around(attrs: &mut [Attribute]) {
    attrs.iter_mut().for_each(|attr| Expected.visit_attribute_mut(attr));
}

struct Expected;

impl VisitMut for Expected {
    fn visit_attribute_mut(&mut self, attr: &mut Attribute) {
        if let Meta::List(list) = &attr.meta
            && attr.path().is_ident("expect")
            && let Ok(lints) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
        {
            let (ours, others): (Vec<_>, Vec<_>) = lints.iter().partition(|lint| is_affected(lint));
            let of_both = others.iter().filter(|lint| lint.path().is_ident("reason"));
            let allowed = quote!(#(#ours,)* #(#of_both),*);
            if !ours.is_empty() {
                attr.meta = split(allowed, &others);
            }
        }
    }
}

fn is_affected(lint: &Meta) -> bool {
    AFFECTED.iter().any(|name| lint.path().is_ident(name))
}

/// Returns an attribute that allows some lints, and goes on to expect the others.
fn split(allowed: TokenStream, others: &[&Meta]) -> Meta {
    match others.iter().all(|lint| lint.path().is_ident("reason")) {
        true => parse_quote!(allow(#allowed)),
        false => parse_quote!(cfg_attr(all(), allow(#allowed), expect(#(#others),*))),
    }
}
