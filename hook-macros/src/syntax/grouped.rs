//! What stands for a variable of a macro stays one operand.
//!
//! In the `$a * 2` of a macro the tokens of `$a` are in a group without delimiters. rustc knows such a group as long as
//! it is within a stream that is handed on as a whole. It ignores one that a procedural macro hands back by itself, as
//! syn does, and reads `1 + 1 * 2`. So an operand of several tokens gets parentheses. What other macros are called with
//! is the stream that it was, for they may show its text, and what space there is in that is lost in the same way.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprParen, GenericArgument, Macro, Pat, Stmt, Type};

/// Keeps together what is in groups without delimiters; `item` was parsed out of these tokens.
pub(crate) fn keep<T>(item: &mut T, tokens: &TokenStream, visit: fn(&mut Grouped, &mut T)) {
    let mut grouped = Grouped::default();
    if grouped.find(tokens) {
        visit(&mut grouped, item);
    }
}

/// Keeps together what is in groups without delimiters in an expression by itself.
pub(crate) fn keep_expr(expr: &mut Expr) {
    Grouped::default().visit_expr_mut(expr);
}

/// Returns a group with parentheses, if it has no delimiters and is an operand that needs some. What may be a type
/// stays as it is.
pub(crate) fn parenthesized(group: &Group) -> Option<Group> {
    let tokens = || group.stream();
    let is_none = group.delimiter() == Delimiter::None;
    let needs =
        is_none && syn::parse2::<Type>(tokens()).is_err() && syn::parse2(tokens()).is_ok_and(|expr| needs(&expr));
    needs.then(|| {
        let mut group = Group::new(Delimiter::Parenthesis, tokens());
        group.set_span(generated(group.span()));
        group
    })
}

/// The groups of an item.
#[derive(Default)]
pub(crate) struct Grouped {
    /// What macros are called with, by the place of its delimiter and by its text: what a macro repeats is in one place
    /// several times.
    streams: BTreeMap<(String, String), TokenStream>,
}

impl Grouped {
    /// Finds the groups in these tokens, and returns whether there are any that matter.
    fn find(&mut self, tokens: &TokenStream) -> bool {
        let (mut any, mut is_call) = (false, false);
        for tree in tokens.clone() {
            if let TokenTree::Group(group) = &tree {
                any |= self.find(&group.stream()) || is_call || group.delimiter() == Delimiter::None;
                if is_call {
                    let key = key(group.span_open(), &group.stream());
                    self.streams.insert(key, group.stream());
                }
            }
            is_call = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '!');
        }
        any
    }
}

impl VisitMut for Grouped {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        // Behind a type a `<` begins its arguments.
        if let Expr::Cast(cast) = expr {
            parenthesize(&mut cast.ty);
        }
        if let Expr::Group(group) = expr
            && needs(&group.expr)
        {
            *expr = Expr::Paren(ExprParen {
                attrs: std::mem::take(&mut group.attrs),
                paren_token: syn::token::Paren(generated(group.group_token.span)),
                expr: group.expr.clone(),
            });
        }
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            // Behind it there need not be a semicolon, as behind parentheses.
            Stmt::Expr(Expr::Group(group), _) if is_block_like(&group.expr) => self.visit_expr_mut(&mut group.expr),
            stmt => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Group(group) = ty
            && let Type::TraitObject(_) | Type::ImplTrait(_) = &*group.elem
        {
            parenthesize(ty);
        }
    }

    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        // The ends of a range permit no parentheses, nor do constants among generic arguments.
        if !matches!(pat, Pat::Range(_)) {
            visit_mut::visit_pat_mut(self, pat);
        }
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        if !matches!(argument, GenericArgument::Const(_)) {
            visit_mut::visit_generic_argument_mut(self, argument);
        }
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        let open = call.delimiter.span().open();
        if let Some(stream) = self.streams.get(&key(open, &call.tokens)) {
            call.tokens = stream.clone();
        }
    }
}

/// Puts parentheses around a type that is in a group without delimiters.
fn parenthesize(ty: &mut Type) {
    let Type::Group(group) = ty else { return };
    let elem = &group.elem;
    // syn's versions differ in the fields of such a type.
    if let Ok(parenthesized) = syn::parse2(quote_spanned!(generated(group.group_token.span)=> (#elem))) {
        *ty = parenthesized;
    }
}

fn key(open: Span, tokens: &TokenStream) -> (String, String) {
    // Between tokens that were handed over one by one there is other space.
    let text = tokens.to_string().split_whitespace().collect();
    (format!("{open:?}"), text)
}

/// Returns the place of parentheses that nobody wrote, so that rustc does not call them too many.
fn generated(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// Returns whether an expression is read otherwise where something stands before or behind it.
fn needs(expr: &Expr) -> bool {
    !matches!(
        expr,
        Expr::Array(_)
            | Expr::Await(_)
            | Expr::Block(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Group(_)
            | Expr::Index(_)
            | Expr::Infer(_)
            // A variable of the kind `stmt`.
            | Expr::Let(_)
            | Expr::Lit(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::Paren(_)
            | Expr::Path(_)
            | Expr::Repeat(_)
            | Expr::Try(_)
            | Expr::Tuple(_)
            | Expr::Verbatim(_)
    )
}

fn is_block_like(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Const(_)
            | Expr::ForLoop(_)
            | Expr::If(_)
            | Expr::Loop(_)
            | Expr::Match(_)
            | Expr::TryBlock(_)
            | Expr::Unsafe(_)
            | Expr::While(_)
    )
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};
    use syn::ItemFn;

    use super::*;

    /// The tokens as a variable of a macro.
    fn variable(tokens: TokenStream) -> TokenTree {
        Group::new(Delimiter::None, tokens).into()
    }

    #[track_caller]
    fn check(body: &TokenStream, expected: &TokenStream) {
        let tokens = quote!(fn f() { #body });
        let mut item: ItemFn = syn::parse2(tokens.clone()).unwrap();
        keep(&mut item, &tokens, VisitMut::visit_item_fn_mut);
        let text = |tokens: TokenStream| tokens.to_string().replace(' ', "");
        assert_eq!(text(item.to_token_stream()), text(quote!(fn f() { #expected })));
    }

    #[test]
    fn an_operand_of_several_tokens_has_parentheses() {
        let sum = variable(quote!(1 + 1));
        check(&quote!(let a = #sum * 2;), &quote!(let a = (1 + 1) * 2;));
        check(&quote!(let a = &#sum;), &quote!(let a = &(1 + 1);));
        check(&quote!(#sum.pow(2)), &quote!((1 + 1).pow(2)));
        let negative = variable(quote!(-1));
        check(&quote!(#negative.abs()), &quote!((-1).abs()));
        check(&quote!(f::<#negative>()), &quote!(f::<-1>()));
        let one = variable(quote!(a.b(c)));
        check(&quote!(#one + 1), &quote!(a.b(c) + 1));
        let decision = variable(quote!(if a { 1 } else { 2 }));
        check(
            &quote!(let b = #decision + 1;),
            &quote!(let b = (if a { 1 } else { 2 }) + 1;),
        );
        check(&quote!(#decision; f()), &quote!(if a { 1 } else { 2 }; f()));
        let statement = variable(quote!(let a = 1 + 1));
        check(&quote!(#statement; f(a)), &quote!(let a = 1 + 1; f(a)));
    }

    #[test]
    fn a_type_that_is_read_otherwise_has_parentheses() {
        let integer = variable(quote!(i32));
        check(&quote!(a as #integer < b), &quote!(a as (i32) < b));
        check(&quote!(let a: #integer = b;), &quote!(let a: i32 = b;));
        let ty = variable(quote!(dyn A + B));
        check(&quote!(let a: &#ty = b;), &quote!(let a: &(dyn A + B) = b;));
    }

    #[test]
    fn what_a_macro_is_called_with_is_as_it_was() {
        let sum = variable(quote!(1 + 1));
        check(&quote!(assert!(#sum == 2);), &quote!(assert!(1 + 1 == 2);));
        let tokens = quote!(
            fn f() {
                assert!(#sum == 2);
            }
        );
        let mut item: ItemFn = syn::parse2(tokens.clone()).unwrap();
        let mut grouped = Grouped::default();
        assert!(grouped.find(&tokens));
        assert_eq!(grouped.streams.len(), 1);
        grouped.visit_item_fn_mut(&mut item);
        assert!(!Grouped::default().find(&quote!(
            fn f() {
                g(1 + 1)
            }
        )));
    }

    #[test]
    fn tokens_that_are_not_parsed() {
        let check = |tokens: TokenStream, expected: bool| {
            let group = Group::new(Delimiter::None, tokens);
            assert_eq!(parenthesized(&group).is_some(), expected, "{group}");
        };
        check(quote!(1 + 1), true);
        check(quote!(a.b()), false);
        check(quote!(&a), false);
        check(quote!({ 1 }), false);
        check(quote!(pub(crate)), false);
    }
}
