//! Finding `hook!` in a function, and what was written in its parentheses.
//!
//! [`mark`] replaces the arguments of every `hook!` by a number, wherever it stands, also in the tokens of other
//! macros, and numbers the bodies around them. The scope walk and the emission then agree on which hook is which
//! without having to walk in the same order.
//!
//! A hook that comes out of a macro defined elsewhere is in no token of the function. Before the statement that calls
//! such a macro `mark` puts a *frame*: it becomes a `macro_rules!` of what that hook captures, and the hook calls it
//! (`hook_macro/`).

mod args;
pub(crate) mod calls;
mod key;
mod mark;
pub(crate) mod names;
mod tokens;

pub(crate) use args::{HookArgs, inline};
pub(crate) use key::{HookKey, keys};
pub(crate) use mark::{mark, silence};
pub(crate) use names::{is_hookable, names_hookable};
pub(crate) use tokens::{any, any_call, refill, replace};

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Macro, Meta};

const MARK: &str = "__hookable_mark";
const BODY: &str = "__hookable_body";
/// The name of the macro that is a frame.
pub(crate) const FRAME: &str = "__hookable_frame";

/// The name of the call and of the macro that stand for a place where an error leaves a function.
pub(crate) const EXIT: &str = "__hookable_exit";

/// A `hook!` as the user wrote it, or a frame.
pub(crate) struct Hook {
    /// The place where the call begins.
    pub(crate) span: Span,
    /// What stands in the parentheses of the hook.
    pub(crate) tokens: TokenStream,
    pub(crate) args: HookArgs,
    /// The hook is a frame: it stands for a hook that comes out of a macro called in the next statement.
    pub(crate) is_frame: bool,
    /// The hook stands where an error or a panic leaves the function.
    pub(crate) exit: Option<HookExit>,
}

/// By which way the function is left at a hook that is no `hook!` of the user's.
#[derive(Clone, Debug)]
pub(crate) enum HookExit {
    /// By an error, whose expression can be evaluated again.
    Retries,
    /// By an error, whose expression cannot be evaluated again, for this reason.
    Stops(String),
    /// By a panic.
    Panics,
}

/// Returns what stands in the parentheses of the hook of this number once it is marked.
pub(crate) fn mark_of(number: usize, span: Span) -> TokenStream {
    let (name, number) = (Ident::new(MARK, span), Literal::usize_unsuffixed(number));
    quote!(#name #number)
}

/// Returns whether these arguments are code that the attribute wrote before.
pub(crate) fn is_written(args: &TokenStream) -> bool {
    let mut trees = args.clone().into_iter();
    matches!(
        (trees.next(), trees.next()),
        (Some(TokenTree::Punct(at)), Some(TokenTree::Ident(name))) if at.as_char() == '@' && name == "hookable"
    )
}

/// Returns whether a macro is a frame that [`mark`] put before a statement.
pub(crate) fn is_frame(mac: &Macro) -> bool {
    mac.path.is_ident(FRAME)
}

/// Returns whether a macro stands for the hook of an exit.
pub(crate) fn is_exit(mac: &Macro) -> bool {
    mac.path.is_ident(EXIT)
}

/// Returns the number of a marked `hook!`, or of a frame.
pub(crate) fn marked(mac: &Macro) -> Option<usize> {
    marker(&mac.tokens)
}

/// Returns the number in the arguments of a marked `hook!`.
pub(crate) fn marker(args: &TokenStream) -> Option<usize> {
    let mut trees = args.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(ident)), Some(TokenTree::Literal(number))) if ident == MARK => {
            number.to_string().parse().ok()
        }
        _ => None,
    }
}

/// Returns the number that [`mark`] gave a function, closure or async block.
pub(crate) fn body_number(attrs: &[Attribute]) -> Option<usize> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident(BODY) => list.tokens.to_string().parse().ok(),
        _ => None,
    })
}

/// Takes the number of a function, closure or async block off again.
pub(crate) fn unmark_body(attrs: &mut Vec<Attribute>) -> Option<usize> {
    let number = body_number(attrs);
    attrs.retain(|attr| !attr.path().is_ident(BODY));
    number
}
