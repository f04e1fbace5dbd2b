//! Numbering the hooks of a function and the bodies around them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parse;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Macro, parse_quote};

use super::tokens::{any, replace};
use super::{BODY, Hook, HookArgs, MARK, is_hook, is_hookable};

/// Marks every hook in a block, and gives them in the order of their numbers. Mistakes are added to `errors`; such a hook
/// is marked all the same, as if its arguments were empty.
pub(crate) fn mark(block: &mut syn::Block, errors: &mut Vec<syn::Error>) -> Vec<Hook> {
    let mut mark = Mark {
        hooks: Vec::new(),
        bodies: 0,
        errors,
    };
    mark.visit_block_mut(block);
    mark.hooks
}

struct Mark<'e> {
    hooks: Vec<Hook>,
    bodies: usize,
    errors: &'e mut Vec<syn::Error>,
}

impl Mark<'_> {
    fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        replace(tokens, &mut |span, args| self.add(span, args))
    }

    fn add(&mut self, span: Span, tokens: TokenStream) -> TokenStream {
        let args = syn::parse2(tokens).unwrap_or_else(|error| {
            self.errors.push(error);
            HookArgs::default()
        });
        self.hooks.push(Hook { span, args });
        let (name, number) = (Ident::new(MARK, span), Literal::usize_unsuffixed(self.hooks.len() - 1));
        quote!(#name #number)
    }

    fn body(&mut self, attrs: impl FnOnce(&Attribute) -> bool, hooks_before: usize) {
        if self.hooks.len() > hooks_before {
            let (name, number) = (
                Ident::new(BODY, Span::call_site()),
                Literal::usize_unsuffixed(self.bodies),
            );
            if attrs(&parse_quote!(#[#name(#number)])) {
                self.bodies += 1;
            }
        }
    }

    /// Where no hook can stand: says so, and takes them out.
    fn constant<T: Parse + ToTokens>(&mut self, code: &mut T, at: Span, what: &str) {
        if any(&code.to_token_stream()) {
            let message = format!("`hook!` cannot stand in {what}: it is evaluated at compile time");
            self.errors.push(syn::Error::new(at, message));
            silence(code);
        }
    }
}

/// Takes the hooks out of a piece of code.
pub(crate) fn silence<T: Parse + ToTokens>(code: &mut T) {
    let tokens = replace(code.to_token_stream(), &mut |_, _| quote!(@hookable {}));
    if let Ok(silent) = syn::parse2(tokens) {
        *code = silent;
    }
}

impl VisitMut for Mark<'_> {
    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let tokens = std::mem::take(&mut mac.tokens);
        let name = mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        mac.tokens = match name.as_str() {
            _ if is_hook(&mac.path) => self.add(mac.path.span(), tokens),
            // Only the text counts there.
            "stringify" => tokens,
            "assert" | "debug_assert" => {
                let marked = self.tokens(tokens.clone());
                assertion(tokens, marked)
            }
            _ => self.tokens(tokens),
        };
    }

    fn visit_expr_closure_mut(&mut self, expr: &mut syn::ExprClosure) {
        let before = self.hooks.len();
        visit_mut::visit_expr_closure_mut(self, expr);
        self.body(|attr| push(&mut expr.attrs, attr), before);
    }

    fn visit_expr_async_mut(&mut self, expr: &mut syn::ExprAsync) {
        let before = self.hooks.len();
        visit_mut::visit_expr_async_mut(self, expr);
        self.body(|attr| push(&mut expr.attrs, attr), before);
    }

    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        if item.sig.constness.is_some() {
            return self.constant(&mut item.block, item.sig.ident.span(), "a `const fn`");
        }
        let before = self.hooks.len();
        visit_mut::visit_item_fn_mut(self, item);
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        if item.sig.constness.is_some() {
            return self.constant(&mut item.block, item.sig.ident.span(), "a `const fn`");
        }
        let before = self.hooks.len();
        visit_mut::visit_impl_item_fn_mut(self, item);
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_trait_item_fn_mut(&mut self, item: &mut syn::TraitItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        let before = self.hooks.len();
        visit_mut::visit_trait_item_fn_mut(self, item);
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_expr_const_mut(&mut self, expr: &mut syn::ExprConst) {
        self.constant(&mut expr.block, expr.const_token.span, "a `const` block");
    }

    fn visit_item_const_mut(&mut self, item: &mut syn::ItemConst) {
        self.constant(&mut item.expr, item.const_token.span, "a `const`");
    }

    fn visit_item_static_mut(&mut self, item: &mut syn::ItemStatic) {
        self.constant(&mut item.expr, item.static_token.span, "a `static`");
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        let at = ty.span();
        self.constant(ty, at, "a type");
    }

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}
}

/// `assert!(x)` says what `x` is when it fails: with a hook in `x`, what the user wrote and not what becomes of it.
fn assertion(written: TokenStream, marked: TokenStream) -> TokenStream {
    match any(&written) && syn::parse2::<Expr>(written.clone()).is_ok() {
        true => quote!(#marked, "{}", ::core::concat!("assertion failed: ", ::core::stringify!(#written))),
        false => marked,
    }
}

fn push(attrs: &mut Vec<Attribute>, attr: &Attribute) -> bool {
    attrs.push(attr.clone());
    true
}
