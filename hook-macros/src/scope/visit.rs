//! What each piece of syntax does to the scopes, and in which order it is evaluated.

use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, PatType, Stmt};

use super::mention::MentionKind;
use super::pattern::is_value;
use super::surely::surely_copy;
use super::walk::{Surely, Walk, extent};
use super::{BindingKind, branches, definition, macros};
use crate::syntax::hook;

impl<'ast> Visit<'ast> for Walk {
    fn visit_block(&mut self, block: &'ast Block) {
        self.in_scope(|walk| visit::visit_block(walk, block));
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        let attrs: &[syn::Attribute] = match stmt {
            Stmt::Local(local) => &local.attrs,
            Stmt::Macro(mac) => &mac.attrs,
            Stmt::Expr(expr, _) => expr_attrs(expr),
            Stmt::Item(_) => &[],
        };
        self.with_cfgs(attrs, |walk| {
            visit::visit_stmt(walk, stmt);
            match stmt {
                Stmt::Macro(stmt) if hook::marked(&stmt.mac).is_none() => walk.bound_by(&stmt.mac),
                _ => {}
            }
        });
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let (pattern, ty) = match &local.pat {
            Pat::Type(PatType { pat, ty, .. }) => (&**pat, Some(&**ty)),
            pattern => (pattern, None),
        };
        let init = local.init.as_ref();
        let before = self.out.mentions.len();
        if let Some(init) = init {
            let by_value = matches!(pattern, Pat::Ident(p) if p.by_ref.is_none()) || matches!(pattern, Pat::Wild(_));
            self.place(
                &init.expr,
                if by_value {
                    MentionKind::Value
                } else {
                    MentionKind::Part
                },
            );
            if let Some((_, diverge)) = &init.diverge {
                let choice = self.choice();
                self.in_arm(choice, true, |walk| walk.visit_expr(diverge));
            }
        }
        let plain = if init.is_some() {
            BindingKind::Plain
        } else {
            BindingKind::Late
        };
        let copy = surely_copy(ty, init.map(|init| &*init.expr));
        let named = &self.out.mentions[before..];
        let free = copy
            || named
                .iter()
                .all(|mention| mention.kind == MentionKind::Formatted && !mention.unsure);
        let value = match ty {
            Some(ty) => is_value(pattern, ty),
            None => init.is_some_and(|init| matches!(*init.expr, Expr::Tuple(_) | Expr::Struct(_) | Expr::Array(_))),
        };
        self.pattern_as(pattern, extent(local), Surely { copy, free, value }, plain);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        self.with_cfgs(expr_attrs(expr), |walk| match expr {
            Expr::Path(_) => walk.place(expr, MentionKind::Value),
            Expr::Field(_) => walk.place(expr, MentionKind::Value),
            Expr::Index(_) => walk.place(expr, MentionKind::Through),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                walk.place(&unary.expr, MentionKind::Through);
            }
            Expr::Reference(reference) => {
                let kind = if reference.mutability.is_some() {
                    MentionKind::Mutable
                } else {
                    MentionKind::Shared
                };
                walk.place(&reference.expr, kind);
            }
            Expr::MethodCall(call) => {
                walk.place(&call.receiver, MentionKind::Through);
                call.args.iter().for_each(|arg| walk.visit_expr(arg));
            }
            Expr::Assign(assign) => {
                walk.visit_expr(&assign.right);
                walk.place(&assign.left, MentionKind::Assigned);
            }
            Expr::Binary(binary) if is_assignment(&binary.op) => {
                walk.visit_expr(&binary.right);
                walk.place(&binary.left, MentionKind::Assigned);
            }
            _ if known(expr).is_none() => visit::visit_expr(&mut Address(walk), expr),
            _ => visit::visit_expr(walk, expr),
        });
    }

    fn visit_expr_let(&mut self, expr: &'ast syn::ExprLet) {
        self.place(&expr.expr, MentionKind::Part);
        self.refutable(&expr.pat, extent(expr));
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        let choice = self.choice();
        self.in_scope(|walk| {
            walk.visit_expr(&expr.cond);
            let (then, ends) = (&expr.then_branch, branches::block_ends(&expr.then_branch));
            walk.in_arm(choice, ends, |walk| walk.visit_block(then));
        });
        if let Some((_, otherwise)) = &expr.else_branch {
            self.in_arm(choice, branches::ends(otherwise), |walk| walk.visit_expr(otherwise));
        }
    }

    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.in_loop(|walk| {
            walk.visit_expr(&expr.cond);
            walk.visit_block(&expr.body);
        });
    }

    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        self.in_loop(|walk| walk.visit_block(&expr.body));
    }

    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.visit_expr(&expr.expr);
        self.in_loop(|walk| {
            walk.pattern(&expr.pat, extent(&expr.pat), Surely::default());
            walk.visit_block(&expr.body);
        });
    }

    fn visit_expr_match(&mut self, expr: &'ast syn::ExprMatch) {
        self.place(&expr.expr, MentionKind::Part);
        let choice = self.choice();
        for arm in &expr.arms {
            self.in_arm(choice, branches::ends(&arm.body), |walk| walk.visit_arm(arm));
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.with_cfgs(&arm.attrs, |walk| {
            walk.in_scope(|walk| {
                walk.refutable(&arm.pat, extent(&arm.pat));
                walk.visit_pat(&arm.pat);
                walk.visit_expr(&arm.body);
            });
        });
    }

    fn visit_expr_closure(&mut self, expr: &'ast syn::ExprClosure) {
        self.in_body(Some(self.body), None, &expr.attrs, |walk| {
            walk.out.bodies[walk.body].moves = expr.capture.is_some();
            walk.out.bodies[walk.body].is_async = expr.asyncness.is_some();
            walk.loops += 1;
            for input in &expr.inputs {
                let ty = if let Pat::Type(input) = input {
                    Some(&*input.ty)
                } else {
                    None
                };
                walk.pattern(
                    input,
                    extent(input),
                    Surely {
                        copy: ty.is_some() && surely_copy(ty, None),
                        free: true,
                        value: false,
                    },
                );
            }
            walk.out.bodies[walk.body].first_local = walk.out.bindings.len();
            walk.visit_expr(&expr.body);
            walk.loops -= 1;
        });
    }

    fn visit_expr_async(&mut self, expr: &'ast syn::ExprAsync) {
        self.in_body(Some(self.body), None, &expr.attrs, |walk| {
            walk.out.bodies[walk.body].moves = expr.capture.is_some();
            walk.out.bodies[walk.body].is_async = true;
            walk.visit_block(&expr.block);
        });
    }

    fn visit_expr_await(&mut self, expr: &'ast syn::ExprAwait) {
        self.awaiting(true, |walk| visit::visit_expr_await(walk, expr));
    }

    fn visit_expr_yield(&mut self, expr: &'ast syn::ExprYield) {
        self.awaiting(true, |walk| visit::visit_expr_yield(walk, expr));
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !hook::is_hookable(&item.attrs) {
            self.function(&item.attrs, &item.sig, &item.block, None);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !hook::is_hookable(&item.attrs) {
            self.function(&item.attrs, &item.sig, &item.block, None);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = item.default.as_ref().filter(|_| !hook::is_hookable(&item.attrs)) {
            self.function(&item.attrs, &item.sig, block, None);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !hook::is_hookable(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        if !hook::is_hookable(&item.attrs) {
            visit::visit_item_trait(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !hook::is_hookable(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(&item.ident, |walk| walk.visit_expr(&item.expr));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(&item.ident, |walk| walk.visit_expr(&item.expr));
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constant(&item.ident, |walk| walk.visit_expr(&item.expr));
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.with_cfgs(&field.attrs, |walk| visit::visit_field_value(walk, field));
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        match hook::marked(mac) {
            // Whatever comes out of a macro may come more than once, or not at all.
            Some(number) if hook::is_frame(mac) => self.in_macro(true, |walk| walk.site(number)),
            Some(number) => {
                self.arguments(number);
                self.site(number);
            }
            None => macros::walk(self, mac),
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let outer = self.defined;
        self.defined |= item.ident.is_some();
        match self.defined {
            true => definition::walk(self, &item.mac.tokens),
            false => visit::visit_item_macro(self, item),
        }
        self.defined = outer;
    }

    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
}

/// Returns whether an operator assigns, as `+=` does.
pub(crate) fn is_assignment(op: &syn::BinOp) -> bool {
    use syn::BinOp::*;
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

/// Visits an expression of a kind that syn has not always known. There is one such kind: `&raw mut PLACE`.
struct Address<'w>(&'w mut Walk);

impl<'ast> Visit<'ast> for Address<'_> {
    fn visit_expr(&mut self, place: &'ast Expr) {
        self.0.place(place, MentionKind::Mutable);
    }
}

fn expr_attrs(expr: &Expr) -> &[syn::Attribute] {
    known(expr).unwrap_or_default()
}

/// Returns the attributes of an expression, if it is of a kind that all versions of syn know.
fn known(expr: &Expr) -> Option<&[syn::Attribute]> {
    macro_rules! of {
        ($($kind:ident)*) => { match expr { $(Expr::$kind(e) => Some(&e.attrs),)* _ => None } };
    }
    of!(Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index Let Lit Loop
        Macro Match MethodCall Paren Path Range Reference Repeat Return Struct Try TryBlock Tuple Unary Unsafe While Yield)
}
