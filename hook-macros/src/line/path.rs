//! The path from a local to a place in it, as in `inv.items[i].price` or `*r`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::{Expr, UnOp};

/// The steps that lead from a local to a place in it, in order.
#[derive(Clone, Default)]
pub(super) struct PlacePath {
    steps: Vec<Step>,
    /// The variables among the indices.
    pub(super) indices: Vec<Ident>,
}

#[derive(Clone)]
enum Step {
    Field(TokenStream),
    Index(TokenStream),
    Deref,
}

/// Returns the local that an expression begins with, and the path from there as far as it is one. What a method gives,
/// or an index that is computed, is not known before the line runs.
pub(super) fn of(expr: &Expr) -> Option<(Ident, PlacePath)> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => Some((path.path.get_ident()?.clone(), PlacePath::default())),
        Expr::Paren(paren) => of(&paren.expr),
        Expr::Group(group) => of(&group.expr),
        Expr::Field(field) => {
            let (root, path) = of(&field.base)?;
            let member = &field.member;
            Some((root, path.and(&field.base, Step::Field(quote!(#member)), &[])))
        }
        Expr::Index(index) => {
            let (root, path) = of(&index.expr)?;
            let path = match &*index.index {
                Expr::Lit(lit) => path.and(&index.expr, Step::Index(quote!(#lit)), &[]),
                Expr::Path(variable) if variable.qself.is_none() && variable.path.get_ident().is_some() => {
                    let ident = variable.path.get_ident().cloned();
                    path.and(&index.expr, Step::Index(quote!(#ident)), ident.as_slice())
                }
                _ => path,
            };
            Some((root, path))
        }
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
            let (root, path) = of(&unary.expr)?;
            Some((root, path.and(&unary.expr, Step::Deref, &[])))
        }
        // What a method is called on may be written, as in `self.cell.borrow_mut().n = 1`.
        Expr::MethodCall(call) => of(&call.receiver),
        _ => None,
    }
}

/// Returns the `PLACE` of `&raw mut PLACE`. The versions of syn that this crate permits have different types for it, or
/// none; all of them give its tokens.
pub(super) fn of_raw_address(expr: &Expr) -> Option<Expr> {
    let address = |input: syn::parse::ParseStream<'_>| {
        input.parse::<syn::Token![&]>()?;
        let raw: Ident = input.parse()?;
        input.parse::<syn::Token![mut]>()?;
        let place: Expr = input.parse()?;
        Ok((raw == "raw").then_some(place))
    };
    address.parse2(expr.to_token_stream()).ok().flatten()
}

impl PlacePath {
    /// Adds a step, if the path led to all of `base`.
    fn and(mut self, base: &Expr, step: Step, indices: &[Ident]) -> PlacePath {
        if length(base) == Some(self.steps.len()) {
            self.steps.push(step);
            self.indices.extend_from_slice(indices);
        }
        self
    }

    pub(super) fn is_root(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns whether another path leads to a part of what this one leads to, or to the same.
    pub(super) fn covers(&self, other: &PlacePath) -> bool {
        let steps = self.steps.iter().zip(&other.steps);
        self.steps.len() <= other.steps.len() && steps.into_iter().all(|(a, b)| a.text() == b.text())
    }

    /// Returns the place to which the path leads from this expression.
    pub(super) fn place(&self, root: TokenStream) -> TokenStream {
        self.steps.iter().fold(root, |place, step| match step {
            Step::Field(member) => quote!(#place.#member),
            Step::Index(index) => quote!(#place[#index]),
            Step::Deref => quote!((*#place)),
        })
    }
}

impl Step {
    fn text(&self) -> String {
        match self {
            Step::Field(member) => format!(".{member}"),
            Step::Index(index) => format!("[{index}]"),
            Step::Deref => "*".to_owned(),
        }
    }
}

/// Returns how many steps an expression has, if it is nothing but a path.
fn length(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Path(_) => Some(0),
        Expr::Paren(paren) => length(&paren.expr),
        Expr::Group(group) => length(&group.expr),
        Expr::Field(field) => Some(length(&field.base)? + 1),
        Expr::Index(index) if matches!(&*index.index, Expr::Lit(_) | Expr::Path(_)) => Some(length(&index.expr)? + 1),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => Some(length(&unary.expr)? + 1),
        _ => None,
    }
}

/// Returns the same tokens, standing where `span` does.
pub(super) fn located(tokens: TokenStream, span: Span) -> TokenStream {
    let there = |mut tree: proc_macro2::TokenTree| {
        if let proc_macro2::TokenTree::Group(group) = &tree {
            let inside = located(group.stream(), span);
            tree = proc_macro2::Group::new(group.delimiter(), inside).into();
        }
        let located = tree.span().located_at(span);
        tree.set_span(located);
        tree
    };
    tokens.into_iter().map(there).collect()
}
