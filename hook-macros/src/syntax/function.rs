//! A function with a body, as syn reads it wherever it stands.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::visit::Visit;
use syn::{AttrStyle, Attribute, Block, FnArg, Generics, ItemFn, ReturnType, Signature, Visibility};

use super::location;

/// Attributes that leave a function where it is, and in the program.
const PLAIN: [&str; 12] = [
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "track_caller",
    "warn",
];

/// A function with a body, wherever it stands.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Option<Visibility>,
    /// The word `default`, which a method may have in an `impl` that others specialize.
    pub(crate) default: Option<Ident>,
    pub(crate) sig: Signature,
    pub(crate) block: Block,
    /// The type that the function is a method of, if the attribute sees it.
    pub(crate) owner: Option<String>,
    /// The type parameters of the `impl` or trait around the function.
    pub(crate) outer: Vec<String>,
}

impl Function {
    /// Returns the names of the types of which only bounds are known in the function.
    pub(crate) fn generics(&self) -> Vec<String> {
        let mut all = self.outer.clone();
        all.extend(type_params(&self.sig.generics));
        let mut inputs = self.sig.inputs.iter();
        let unseen = self.owner.is_none() && inputs.any(|input| matches!(input, FnArg::Receiver(_)));
        // The attribute stands on the method itself, and sees no `impl`.
        all.extend(unseen.then(|| "Self".to_owned()));
        if self.sig.inputs.iter().any(|input| has_impl(input.to_token_stream())) {
            all.push("impl ..".to_owned());
        }
        all
    }

    /// Returns the first line of the function and the last.
    pub(crate) fn lines(&self) -> (usize, usize) {
        let end = location::end(self.block.brace_token.span.close());
        (location::start(self.sig.fn_token.span).line, end.line)
    }

    /// Returns whether a plain copy of the body can stand before the one with hooks. `made_mutable` are the bindings
    /// that become `mut`.
    pub(crate) fn may_have_plain_copy(&self, made_mutable: &[&Ident]) -> bool {
        // A receiver cannot be bound again, and what an `impl Trait` is can be decided only once in a function.
        let once = returns_impl(&self.sig.output) || made_mutable.iter().any(|ident| *ident == "self");
        !made_mutable.is_empty() && !once && self.may_stand_twice()
    }

    /// Returns whether the body may stand in one function twice: not if it implements a trait.
    pub(crate) fn may_stand_twice(&self) -> bool {
        struct Impl(bool);
        impl Visit<'_> for Impl {
            fn visit_item_impl(&mut self, _: &syn::ItemImpl) {
                self.0 = true;
            }
        }
        let mut found = Impl(false);
        found.visit_block(&self.block);
        !found.0
    }
}

/// Returns whether an attribute of a function may be a macro that moves it, removes it or changes it.
pub(crate) fn may_rewrite(attr: &Attribute) -> bool {
    !PLAIN.iter().any(|plain| attr.path().is_ident(plain))
}

/// Returns whether a function returns an `impl Trait`, which its body decides.
pub(crate) fn returns_impl(output: &ReturnType) -> bool {
    struct Found(bool);
    impl Visit<'_> for Found {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Found(false);
    found.visit_return_type(output);
    found.0
}

/// Returns the names of the type parameters.
pub(crate) fn type_params(generics: &Generics) -> impl Iterator<Item = String> {
    generics.type_params().map(|param| param.ident.to_string())
}

/// Returns whether a parameter is an `impl Trait`.
fn has_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(group) => has_impl(group.stream()),
        _ => false,
    })
}

impl From<ItemFn> for Function {
    fn from(item: ItemFn) -> Function {
        Function {
            attrs: item.attrs,
            vis: Some(item.vis),
            default: None,
            sig: item.sig,
            block: *item.block,
            owner: None,
            outer: Vec::new(),
        }
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        // The tokens are put together here, since syn's versions differ in the fields of a function.
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
