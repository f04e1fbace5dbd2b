//! Calls of a function by itself, found in its syntax.
//!
//! rustc reports a function that calls itself whatever happens: `unconditional_recursion`. To that lint, every path
//! that does not come to such a call is a way out, also a path that our own code ends because it never runs. So such a
//! path first makes a call like the user's.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, FnArg, GenericParam, PathArguments, Signature};

use crate::syntax::function::Function;
use crate::syntax::root;

/// Gives what is most likely a call of the function by itself, if there is one in it. The call counts as standing where
/// the user's does. By its name alone it may be one of another function, so a probe has rustc look at it before it is
/// used.
pub(crate) fn of(function: &Function) -> Option<TokenStream> {
    let sig = &function.sig;
    let has_attrs = |arg: &FnArg| match arg {
        FnArg::Receiver(arg) => !arg.attrs.is_empty(),
        FnArg::Typed(arg) => !arg.attrs.is_empty() || has_impl(&arg.ty),
    };
    let is_unsafe = sig
        .to_token_stream()
        .into_iter()
        .any(|token| token.to_string() == "unsafe");
    let is_plain = sig.asyncness.is_none() && sig.variadic.is_none() && !is_unsafe;
    if !is_plain || sig.inputs.iter().any(has_attrs) {
        return None;
    }
    let mut find = Find { sig, found: None };
    find.visit_block(&function.block);
    let (path, span) = find.found?;
    let private = root::private();
    let args = sig.inputs.iter().map(|_| quote!(#private::any()));
    Some(quote_spanned!(span=> #path(#(#args),*)))
}

struct Find<'s> {
    sig: &'s Signature,
    found: Option<(TokenStream, Span)>,
}

impl Find<'_> {
    fn found(&mut self, path: TokenStream, span: Span) {
        self.found.get_or_insert((path, span));
    }

    /// Tells whether a path with the function's name may be the function: `f` may be one without a receiver, and so may
    /// `Self::f`. `Ord::cmp` is not a method `cmp`.
    fn may_be_own(&self, callee: &syn::ExprPath) -> bool {
        let segments = &callee.path.segments;
        callee.qself.is_none()
            && match segments.len() {
                1 => self.sig.receiver().is_none(),
                2 => segments[0].ident == "Self",
                _ => false,
            }
    }

    /// Gives the arguments that the function takes for what it is generic over.
    fn generics(&self) -> TokenStream {
        let params = self.sig.generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(&param.ident),
            GenericParam::Const(param) => Some(&param.ident),
            GenericParam::Lifetime(_) => None,
        });
        let params: Vec<_> = params.collect();
        match params.is_empty() {
            true => TokenStream::new(),
            false => quote!(::<#(#params),*>),
        }
    }
}

impl Visit<'_> for Find<'_> {
    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        if let Expr::Path(callee) = &*call.func
            && let Some(last) = callee.path.segments.last()
            && last.ident == self.sig.ident
            && self.may_be_own(callee)
        {
            let generics = match last.arguments {
                PathArguments::None => self.generics(),
                _ => TokenStream::new(),
            };
            self.found(quote!(#callee #generics), call.func.span());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &syn::ExprMethodCall) {
        let of_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        if of_self && call.method == self.sig.ident && self.sig.receiver().is_some() {
            let (name, generics) = (&call.method, self.generics());
            self.found(quote!(Self::#name #generics), name.span());
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item(&mut self, _: &syn::Item) {}
}

fn has_impl(ty: &syn::Type) -> bool {
    struct Impl(bool);
    impl Visit<'_> for Impl {
        fn visit_type_impl_trait(&mut self, _: &syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut found = Impl(false);
    found.visit_type(ty);
    found.0
}
