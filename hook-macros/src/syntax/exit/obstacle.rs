//! Why an expression is not evaluated again, as far as its syntax says it. All else rustc says.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;
use syn::visit::{self, Visit};

use super::expose::is_named;
use crate::syntax::hook;

const SAME: &str = "it is an `Err` whatever the locals are";
const VALUE: &str = "it is a value that was computed before";
const HOOK: &str = "a hook stands in it";
const ERR: &str = "it names an `err` of its own";
const LEAVES: &str = "it ends or continues a loop around it";

/// Returns the reason, if there is one.
pub(super) fn obstacle(expr: &Expr) -> Option<&'static str> {
    match expr {
        Expr::Paren(paren) => return obstacle(&paren.expr),
        Expr::Call(call) if is_named(&call.func, &["Err"]) => return Some(SAME),
        Expr::Path(_) | Expr::Field(_) => return Some(VALUE),
        _ => {}
    }
    let tokens = expr.to_token_stream();
    let mut leaves = Leaves { loops: 0, found: false };
    leaves.visit_expr(expr);
    if leaves.found {
        Some(LEAVES)
    } else if hook::any(&tokens) {
        Some(HOOK)
    } else {
        names_err(tokens).then_some(ERR)
    }
}

fn names_err(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(name) => name == "err",
        TokenTree::Group(group) => names_err(group.stream()),
        // A format string may name it.
        TokenTree::Literal(text) => text.to_string().contains("{err"),
        TokenTree::Punct(_) => false,
    })
}

/// Looks for a `break` or a `continue` that leaves the expression.
struct Leaves {
    loops: usize,
    found: bool,
}

impl Leaves {
    fn in_loop(&mut self, inside: impl FnOnce(&mut Self)) {
        self.loops += 1;
        inside(self);
        self.loops -= 1;
    }
}

impl<'ast> Visit<'ast> for Leaves {
    fn visit_expr_break(&mut self, expr: &'ast syn::ExprBreak) {
        self.found |= self.loops == 0 && expr.label.is_none();
        visit::visit_expr_break(self, expr);
    }

    fn visit_expr_continue(&mut self, expr: &'ast syn::ExprContinue) {
        self.found |= self.loops == 0 && expr.label.is_none();
    }

    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        self.in_loop(|leaves| visit::visit_expr_loop(leaves, expr));
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.in_loop(|leaves| visit::visit_expr_while(leaves, expr));
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.visit_expr(&expr.expr);
        self.in_loop(|leaves| leaves.visit_block(&expr.body));
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
