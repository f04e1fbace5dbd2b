//! The attribute without the feature `console`, which returns its item.
//!
//! A variable that only a hook uses would then be unused, so an item in which a hook stands is allowed that.

use proc_macro::{TokenStream, TokenTree};

use crate::forbidden;

const LINTS: [&str; 3] = ["unused_variables", "unused_mut", "unused_assignments"];

pub(crate) fn expand(_: TokenStream, item: TokenStream) -> TokenStream {
    if !any_hook(item.clone()) || forbidden::any(&LINTS) {
        return item;
    }
    let allow = format!("#[allow({})]", LINTS.join(", "));
    let mut out: TokenStream = allow.parse().expect("an attribute is a token stream");
    out.extend(item);
    out
}

fn any_hook(tokens: TokenStream) -> bool {
    let mut named = false;
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Punct(bang) if named && bang.as_char() == '!' => true,
        TokenTree::Group(group) => any_hook(group.stream()),
        tree => {
            named = matches!(&tree, TokenTree::Ident(ident) if ident.to_string() == "hook");
            false
        }
    })
}
