//! Finding `hook!` in a function, and what was written in its parentheses.
//!
//! [`mark`] replaces the arguments of every `hook!` by a number, wherever it stands, also in the tokens of other macros, and
//! numbers the bodies around them. The scope walk and the emission then agree on which hook is which without having to walk
//! in the same order.

mod args;
mod mark;
mod tokens;

pub(crate) use args::{HookArgs, inline};
pub(crate) use mark::{mark, silence};
pub(crate) use tokens::{any, refill, replace};

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Attribute, Macro, Meta, Path};

const MARK: &str = "__hookable_mark";
const BODY: &str = "__hookable_body";

/// A `hook!` as written.
pub(crate) struct Hook {
    pub(crate) span: Span,
    pub(crate) args: HookArgs,
}

/// Whether an item has a `#[hookable]` of its own.
pub(crate) fn is_hookable(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .any(|attr| attr.path().segments.last().is_some_and(|last| last.ident == "hookable"))
}

/// `hook`, `hookable::hook`: the last two segments say it.
fn is_hook(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    segments.next().is_some_and(|last| last == "hook")
        && segments
            .next()
            .is_none_or(|owner| owner == "hookable" || owner == "crate")
}

/// The number of a marked `hook!`.
pub(crate) fn marked(mac: &Macro) -> Option<usize> {
    is_hook(&mac.path).then(|| marker(&mac.tokens)).flatten()
}

/// The number in the arguments of a marked `hook!`.
pub(crate) fn marker(args: &TokenStream) -> Option<usize> {
    let mut trees = args.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(ident)), Some(TokenTree::Literal(number))) if ident == MARK => {
            number.to_string().parse().ok()
        }
        _ => None,
    }
}

/// The number that [`mark`] gave a function, closure or async block.
pub(crate) fn body_number(attrs: &[Attribute]) -> Option<usize> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident(BODY) => list.tokens.to_string().parse().ok(),
        _ => None,
    })
}

/// Takes the number off again.
pub(crate) fn unmark_body(attrs: &mut Vec<Attribute>) -> Option<usize> {
    let number = body_number(attrs);
    attrs.retain(|attr| !attr.path().is_ident(BODY));
    number
}
