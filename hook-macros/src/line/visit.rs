//! The walk through a typed line: which mentions of a name mean the place of the frame, and what each does to it.

use proc_macro2::Ident;
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprPath, Pat, Stmt};

use super::path::{self, PlacePath};
use super::{GivenName, macros};
use crate::scope::is_assignment;

/// Methods that write nothing, in std and in all other libraries that have such a method.
const READING: [&str; 36] = [
    "abs",
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_slice",
    "as_str",
    "capacity",
    "chars",
    "clone",
    "cloned",
    "cmp",
    "contains",
    "contains_key",
    "copied",
    "ends_with",
    "eq",
    "first",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "iter",
    "keys",
    "last",
    "len",
    "lines",
    "load",
    "ne",
    "partial_cmp",
    "starts_with",
    "to_owned",
    "to_string",
    "to_vec",
    "type_id",
    "values",
];

/// A use of a place that is kept for `:undo`, which may write what the path leads to.
pub(super) struct Use {
    /// The place, by its position among the given names.
    pub(super) root: usize,
    pub(super) path: PlacePath,
    /// The use writes for sure, if the line comes so far.
    pub(super) sure: bool,
}

pub(super) struct LineRewrite<'g> {
    given: &'g [GivenName],
    /// Names that mean something else from here to the end of the scope.
    shadowed: Vec<String>,
    /// The next expression is only looked at, or it is noted already what is done to it.
    looked: bool,
    pub(super) uses: Vec<Use>,
}

impl<'g> LineRewrite<'g> {
    pub(super) fn new(given: &'g [GivenName]) -> Self {
        LineRewrite {
            given,
            shadowed: Vec::new(),
            looked: false,
            uses: Vec::new(),
        }
    }

    /// Returns which of the given names a name is here; `None` if it is no place of the frame.
    pub(super) fn given(&self, ident: &Ident) -> Option<usize> {
        let name = ident.to_string();
        let given = self.given.iter().position(|given| given.name == name)?;
        (!self.shadowed.contains(&name)).then_some(given)
    }

    /// Returns whether a name is a reference to a place here.
    pub(super) fn is_reference(&self, ident: &Ident) -> bool {
        self.given(ident).is_some_and(|given| self.given[given].by_reference)
    }

    fn in_scope(&mut self, walk: impl FnOnce(&mut Self)) {
        let outer = self.shadowed.len();
        walk(self);
        self.shadowed.truncate(outer);
    }

    fn bind(&mut self, pattern: &Pat) {
        struct Names<'n>(&'n mut Vec<String>);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
                self.0.push(pattern.ident.to_string());
                visit::visit_pat_ident(self, pattern);
            }

            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        Names(&mut self.shadowed).visit_pat(pattern);
    }

    /// Walks the arm of a `match`, or a pattern with its guard, in a scope of its own.
    pub(super) fn arm(&mut self, pattern: &mut Pat, rest: &mut [&mut Expr]) {
        self.in_scope(|walk| {
            walk.bind(pattern);
            walk.visit_pat_mut(pattern);
            rest.iter_mut().for_each(|expr| walk.visit_expr_mut(expr));
        });
    }

    /// Notes that the place which an expression is may be written.
    pub(super) fn written(&mut self, expr: &Expr, sure: bool) {
        if let Some((root, path)) = path::of(expr)
            && let Some(root) = self.given(&root)
            && self.given[root].saved.is_some()
        {
            self.uses.push(Use { root, path, sure });
        }
    }

    pub(super) fn look(&mut self) {
        self.looked = true;
    }

    /// Notes that a name is given away. What is a mutable reference may be written through then.
    fn given_away(&mut self, path: &ExprPath) {
        let root = path.path.get_ident().and_then(|ident| self.given(ident));
        if let Some(root) = root.filter(|root| self.given[*root].through) {
            self.uses.push(Use {
                root,
                path: PlacePath::default(),
                sure: false,
            });
        }
    }

    /// Notes that a name is mentioned in a way that may be anything.
    pub(super) fn unclear(&mut self, ident: &Ident) {
        if let Some(root) = self.given(ident)
            && self.given[root].saved.is_some()
        {
            let path = PlacePath::default();
            self.uses.push(Use {
                root,
                path,
                sure: false,
            });
        }
    }

    fn replaced(&self, path: &ExprPath) -> Option<Expr> {
        let ident = path.path.get_ident().filter(|_| path.qself.is_none())?;
        if !self.is_reference(ident) {
            return None;
        }
        let attrs = &path.attrs;
        let place = quote_spanned!(ident.span()=> (*#ident));
        syn::parse2(quote_spanned!(ident.span()=> #(#attrs)* #place)).ok()
    }
}

impl VisitMut for LineRewrite<'_> {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.in_scope(|walk| visit_mut::visit_block_mut(walk, block));
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        if let Some(init) = &mut local.init {
            if binds_by_mutable_reference(&local.pat) {
                self.written(&init.expr, true);
            }
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
        self.bind(&local.pat);
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            // An item sees no place of the frame. The text of a macro may name what is around it.
            Stmt::Item(syn::Item::Macro(item)) if item.ident.is_none() => self.visit_macro_mut(&mut item.mac),
            Stmt::Item(_) => {}
            stmt => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        let looked = std::mem::take(&mut self.looked);
        match expr {
            Expr::Path(path) => {
                if !looked {
                    self.given_away(path);
                }
                if let Some(place) = self.replaced(path) {
                    *expr = place;
                }
                return;
            }
            Expr::Assign(assign) => self.written(&assign.left, true),
            Expr::Binary(binary) if is_assignment(&binary.op) => self.written(&binary.left, true),
            Expr::Reference(reference) if reference.mutability.is_some() => self.written(&reference.expr, true),
            Expr::MethodCall(call) if READING.iter().any(|method| call.method == method) => {}
            Expr::MethodCall(call) => self.written(&call.receiver, false),
            Expr::Call(call) => self.written(&call.func, false),
            Expr::Let(let_) if binds_by_mutable_reference(&let_.pat) => self.written(&let_.expr, true),
            Expr::Match(match_) if match_.arms.iter().any(|arm| binds_by_mutable_reference(&arm.pat)) => {
                self.written(&match_.expr, true);
            }
            _ => {
                if let Some(place) = path::of_raw_address(expr) {
                    self.written(&place, true);
                }
            }
        }
        self.looked = match expr {
            Expr::Paren(_) | Expr::Group(_) => looked,
            Expr::Assign(_) | Expr::Field(_) | Expr::Index(_) | Expr::MethodCall(_) | Expr::Reference(_) => true,
            Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)),
            Expr::Binary(binary) => !matches!(*binary.left, Expr::Path(_)) || is_assignment(&binary.op),
            _ => false,
        };
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_expr_let_mut(&mut self, expr: &mut syn::ExprLet) {
        self.visit_expr_mut(&mut expr.expr);
        self.bind(&expr.pat);
    }

    fn visit_expr_if_mut(&mut self, expr: &mut syn::ExprIf) {
        self.in_scope(|walk| {
            walk.visit_expr_mut(&mut expr.cond);
            walk.visit_block_mut(&mut expr.then_branch);
        });
        if let Some((_, otherwise)) = &mut expr.else_branch {
            self.visit_expr_mut(otherwise);
        }
    }

    fn visit_expr_while_mut(&mut self, expr: &mut syn::ExprWhile) {
        self.in_scope(|walk| {
            walk.visit_expr_mut(&mut expr.cond);
            walk.visit_block_mut(&mut expr.body);
        });
    }

    fn visit_expr_for_loop_mut(&mut self, expr: &mut syn::ExprForLoop) {
        self.visit_expr_mut(&mut expr.expr);
        self.in_scope(|walk| {
            walk.bind(&expr.pat);
            walk.visit_block_mut(&mut expr.body);
        });
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        self.arm(&mut arm.pat, &mut [&mut arm.body]);
    }

    fn visit_expr_closure_mut(&mut self, expr: &mut syn::ExprClosure) {
        self.in_scope(|walk| {
            expr.inputs.iter().for_each(|input| walk.bind(input));
            walk.visit_expr_mut(&mut expr.body);
        });
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        let shorthand = field.colon_token.is_none();
        self.visit_expr_mut(&mut field.expr);
        if shorthand && !matches!(field.expr, Expr::Path(_)) {
            field.colon_token = Some(Default::default());
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        macros::walk(self, mac);
    }

    fn visit_type_mut(&mut self, _: &mut syn::Type) {}
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}
    fn visit_expr_const_mut(&mut self, _: &mut syn::ExprConst) {}
    fn visit_generic_argument_mut(&mut self, _: &mut syn::GenericArgument) {}
}

/// Returns whether a pattern has `ref mut` in it.
fn binds_by_mutable_reference(pattern: &Pat) -> bool {
    struct Found(bool);
    impl<'ast> Visit<'ast> for Found {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            self.0 |= pattern.by_ref.is_some() && pattern.mutability.is_some();
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut found = Found(false);
    found.visit_pat(pattern);
    found.0
}
