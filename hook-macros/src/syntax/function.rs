//! A function with a body, as syn reads it wherever it stands.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::{AttrStyle, Attribute, Block, FnArg, Generics, Signature, Visibility};

use super::location;

/// A function with a body, wherever it stands.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Option<Visibility>,
    /// It is `default`, as a method may be in an `impl` that others specialize.
    pub(crate) default: Option<Ident>,
    pub(crate) sig: Signature,
    pub(crate) block: Block,
    /// The type it is a method of, or empty.
    pub(crate) owner: String,
    /// Type parameters of the `impl` or trait around it.
    pub(crate) outer: Vec<String>,
}

impl Function {
    /// The types of which only bounds are known in it.
    pub(crate) fn generics(&self) -> Vec<String> {
        let mut all = self.outer.clone();
        all.extend(type_params(&self.sig.generics));
        let mut inputs = self.sig.inputs.iter();
        let unseen = self.owner.is_empty() && inputs.any(|input| matches!(input, FnArg::Receiver(_)));
        // The attribute stands on a method, and sees no `impl`.
        all.extend(unseen.then(|| "Self".to_owned()));
        if self.sig.inputs.iter().any(|input| has_impl(input.to_token_stream())) {
            all.push("impl ..".to_owned());
        }
        all
    }

    /// Its first line and its last.
    pub(crate) fn lines(&self) -> (usize, usize) {
        let end = location::end(self.block.brace_token.span.close());
        (location::start(self.sig.fn_token.span).line, end.line)
    }
}

/// The names of the type parameters.
pub(crate) fn type_params(generics: &Generics) -> impl Iterator<Item = String> {
    generics.type_params().map(|param| param.ident.to_string())
}

/// Whether a parameter is `impl Trait`.
fn has_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(group) => has_impl(group.stream()),
        _ => false,
    })
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        // By hand, since syn's versions differ in the fields of a function.
        let (inner, outer): (Vec<_>, Vec<_>) =
            (self.attrs.iter()).partition(|attr| matches!(attr.style, AttrStyle::Inner(_)));
        tokens.append_all(outer);
        self.vis.to_tokens(tokens);
        self.default.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.block.brace_token.surround(tokens, |tokens| {
            tokens.append_all(inner);
            tokens.append_all(&self.block.stmts);
        });
    }
}
