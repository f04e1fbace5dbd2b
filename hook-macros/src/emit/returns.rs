//! How a rewritten body gives its value.
//!
//! A body stands in a branch of an `if`. rustc asks nothing of that where the type of the whole is still open: in a
//! closure, and in an async block. Where a `return` in there decides the type, and the value at the end is to be
//! coerced to it, the branch is a `return`, too.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprBlock, Stmt};

use crate::forbidden;

/// Returns the branch of the `if` for the body of a closure or an async block.
pub(super) fn branch(inner: &Expr) -> TokenStream {
    match has_return(inner) {
        true => returned(inner),
        false => braced(inner),
    }
}

/// Returns an expression as a block. One that is a block has no braces around it, for rustc would call its own too
/// many.
pub(super) fn braced(inner: &Expr) -> TokenStream {
    match inner {
        Expr::Block(block) if block.attrs.is_empty() && block.label.is_none() => quote!(#inner),
        inner => quote!({ #inner }),
    }
}

/// Returns what a block consists of, if that is one expression.
fn single(inner: &Expr) -> &Expr {
    match inner {
        Expr::Block(block) if block.attrs.is_empty() && block.label.is_none() => match &block.block.stmts[..] {
            [Stmt::Expr(only, None)] => only,
            _ => inner,
        },
        inner => inner,
    }
}

/// Returns the code as a block that returns its value, if it has one at its end.
fn returned(inner: &Expr) -> TokenStream {
    let Some(tail) = tail(inner).filter(|tail| !ends(tail)) else {
        return braced(inner);
    };
    // If every branch of the tail ends elsewhere, nothing reaches this `return`, and rustc would report that.
    let allow = branches(tail) && !forbidden::any(&["unreachable_code"]);
    let allow = allow.then(|| quote!(#[allow(unreachable_code)]));
    let inner = single(inner);
    quote!({ #allow return #inner })
}

/// Returns the arm for the body of a function whose type has an `impl Trait` in it.
pub(super) fn arm_of(block: Block) -> TokenStream {
    returned(&expr_of(block))
}

/// Returns the branch of the `if` for a block.
pub(super) fn branch_of(block: Block) -> TokenStream {
    branch(&expr_of(block))
}

fn expr_of(block: Block) -> Expr {
    Expr::Block(ExprBlock {
        attrs: Vec::new(),
        label: None,
        block,
    })
}

/// Returns the expression whose value is that of the whole, if there is one.
fn tail(expr: &Expr) -> Option<&Expr> {
    let Expr::Block(block) = expr else { return Some(expr) };
    match block.block.stmts.last()? {
        Stmt::Expr(tail, None) => self::tail(tail),
        _ => None,
    }
}

fn ends(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Loop(_) | Expr::Macro(_)
    )
}

fn branches(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::If(_) | Expr::Match(_) | Expr::Unsafe(_) | Expr::Block(_) | Expr::Call(_) | Expr::MethodCall(_)
    )
}

fn has_return(expr: &Expr) -> bool {
    struct Found(bool);
    impl Visit<'_> for Found {
        fn visit_expr_return(&mut self, expr: &syn::ExprReturn) {
            self.0 = true;
            visit::visit_expr_return(self, expr);
        }
        fn visit_expr_closure(&mut self, _: &syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &syn::ExprAsync) {}
        fn visit_item(&mut self, _: &syn::Item) {}
    }
    let mut found = Found(false);
    found.visit_expr(expr);
    found.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        let expr: Expr = syn::parse_str(source).expect("the test is an expression");
        let expected: TokenStream = expected.parse().expect("tokens");
        let text = |tokens: TokenStream| tokens.to_string().replace(char::is_whitespace, "");
        assert_eq!(text(branch(&expr)), text(expected), "{source}");
    }

    #[test]
    fn a_return_decides_the_type() {
        check("a + 1", "{ a + 1 }");
        check("{ if a { return b; } c }", "{ return { if a { return b; } c } }");
        check(
            "{ if a { return b; } match c { _ => d } }",
            "{ #[allow(unreachable_code)] return { if a { return b; } match c { _ => d } } }",
        );
    }

    #[test]
    fn what_ends_with_a_return_needs_no_other() {
        #[track_caller]
        fn check(source: &str, expected: &str) {
            let block: Block = syn::parse_str(source).expect("the test is a block");
            let expected: TokenStream = expected.parse().expect("tokens");
            assert_eq!(arm_of(block).to_string(), expected.to_string(), "{source}");
        }
        check("{ a(); b }", "{ return { a(); b } }");
        for ends in [
            "{ a(); return b; }",
            "{ a(); return b }",
            "{ a(); panic!(); }",
            "{ loop { a() } }",
        ] {
            check(ends, ends);
        }
    }

    #[test]
    fn it_does_not_where_there_is_no_other_value() {
        check("{ a(); return b; }", "{ a(); return b; }");
        check("{ a(|| return b); c }", "{ a(|| return b); c }");
        check("{ if a { return b; } panic!() }", "{ if a { return b; } panic!() }");
        check("{ return a }", "{ return a }");
        check(
            "{ if a { return b } else { c } }",
            "{ #[allow(unreachable_code)] return if a { return b } else { c } }",
        );
    }
}
