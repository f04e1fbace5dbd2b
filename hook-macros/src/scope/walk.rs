//! The walk: one pass in evaluation order, with a stack of scopes.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, FnArg, GenericParam, Pat, PatType, Receiver, ReceiverKind, Signature, Stmt};

use super::mention::{Mention, MentionKind};
use super::pattern::{cfgs, names, surely_copy};
use super::{Binding, BindingId, BindingKind, Body, BodyId, Extent, Moment, Scopes, Site, Visible, macros};
use crate::hook;

/// Reads the bindings in scope at every marked hook of the function.
///
/// `owner` is the type before its name, or empty.
pub(crate) fn walk(attrs: &[syn::Attribute], sig: &Signature, block: &Block, owner: &str) -> Scopes {
    let mut walk = Walk::default();
    walk.function(attrs, sig, block, owner);
    walk.out
}

#[derive(Default)]
pub(super) struct Walk {
    pub(super) out: Scopes,
    /// Innermost last; those of enclosing functions are taken away while a nested one is walked.
    scopes: Vec<Vec<BindingId>>,
    body: BodyId,
    moment: Moment,
    /// The `cfg`s of what encloses the current point.
    cfgs: Vec<TokenStream>,
    /// Macros around the current point.
    macros: usize,
    /// Those of them whose arguments may be dropped, repeated or changed.
    unknown: usize,
    /// Loops around the current point, closures counted: they may be called again.
    loops: usize,
}

/// What the syntax says of a binding without a doubt.
#[derive(Clone, Copy, Default)]
struct Surely {
    copy: bool,
    free: bool,
}

impl Walk {
    fn function(&mut self, attrs: &[syn::Attribute], sig: &Signature, block: &Block, owner: &str) {
        let outer = std::mem::take(&mut self.scopes);
        let loops = std::mem::take(&mut self.loops);
        let name = match owner {
            "" => sig.ident.to_string(),
            _ => format!("{owner}::{}", sig.ident),
        };
        self.in_body(None, name, attrs, |walk| {
            for param in &sig.generics.params {
                if let GenericParam::Const(param) = param {
                    walk.bind(
                        &param.ident,
                        BindingKind::Const,
                        false,
                        cfgs(&param.attrs),
                        extent(param),
                        Surely { copy: true, free: true },
                    );
                }
            }
            for arg in &sig.inputs {
                match arg {
                    FnArg::Receiver(receiver) => walk.receiver(receiver),
                    FnArg::Typed(arg) => walk.with_cfgs(&arg.attrs, |walk| {
                        walk.pattern(
                            &arg.pat,
                            extent(arg),
                            Surely {
                                copy: surely_copy(Some(&arg.ty), None),
                                free: true,
                            },
                        )
                    }),
                }
            }
            walk.visit_block(block);
        });
        self.scopes = outer;
        self.loops = loops;
    }

    fn receiver(&mut self, receiver: &Receiver) {
        let by_value = matches!(receiver.kind, ReceiverKind::Value | ReceiverKind::Typed(..));
        let kind = match &receiver.kind {
            _ if by_value => BindingKind::Plain,
            ReceiverKind::Reference(_, _, Some(_)) => BindingKind::SelfMut,
            _ => BindingKind::SelfRef,
        };
        let ident = proc_macro2::Ident::new("self", receiver.self_token.span);
        let mutable = by_value && receiver.mutability.is_some();
        self.bind(
            &ident,
            kind,
            mutable,
            cfgs(&receiver.attrs),
            extent(receiver),
            Surely {
                copy: false,
                free: true,
            },
        );
    }

    fn in_body(
        &mut self,
        parent: Option<BodyId>,
        name: String,
        attrs: &[syn::Attribute],
        inside: impl FnOnce(&mut Self),
    ) {
        self.out.bodies.push(Body {
            parent,
            name,
            number: hook::body_number(attrs),
        });
        let outer = std::mem::replace(&mut self.body, self.out.bodies.len() - 1);
        self.in_scope(inside);
        self.body = outer;
    }

    pub(super) fn in_scope(&mut self, inside: impl FnOnce(&mut Self)) {
        self.scopes.push(Vec::new());
        inside(self);
        self.scopes.pop();
    }

    fn in_loop(&mut self, inside: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.in_scope(inside);
        self.loops -= 1;
    }

    fn with_cfgs(&mut self, attrs: &[syn::Attribute], inside: impl FnOnce(&mut Self)) {
        let (depth, cfgs) = (self.cfgs.len(), cfgs(attrs));
        self.cfgs.extend(cfgs);
        inside(self);
        self.cfgs.truncate(depth);
    }

    /// Walks the arguments of a macro.
    pub(super) fn in_macro(&mut self, known: bool, inside: impl FnOnce(&mut Self)) {
        let unknown = usize::from(!known);
        (self.macros, self.unknown) = (self.macros + 1, self.unknown + unknown);
        inside(self);
        (self.macros, self.unknown) = (self.macros - 1, self.unknown - unknown);
    }

    fn bind(
        &mut self,
        ident: &proc_macro2::Ident,
        kind: BindingKind,
        mutable: bool,
        cfgs: Vec<TokenStream>,
        extent: Extent,
        surely: Surely,
    ) {
        let Surely { copy, free } = surely;
        let (ident, body, (surely_copy, surely_free)) = (ident.clone(), self.body, (copy, free));
        self.out.bindings.push(Binding {
            ident,
            body,
            kind,
            mutable,
            cfgs,
            extent,
            surely_copy,
            surely_free,
        });
        let scope = self.scopes.last_mut().expect("bindings are made within a scope");
        scope.push(self.out.bindings.len() - 1);
    }

    /// Binds the names of a pattern in the innermost scope.
    fn pattern(&mut self, pattern: &Pat, extent: Extent, surely: Surely) {
        self.pattern_as(pattern, extent, surely, BindingKind::Plain);
    }

    /// Binds the names of a pattern that may match a reference.
    pub(super) fn refutable(&mut self, pattern: &Pat, extent: Extent) {
        self.pattern_as(pattern, extent, Surely::default(), BindingKind::InPattern);
    }

    fn pattern_as(&mut self, pattern: &Pat, extent: Extent, surely: Surely, plain: BindingKind) {
        for bound in names(pattern) {
            // Nothing is changed in the arguments of a macro: no `mut` there either.
            let kind = if bound.plain && self.macros == 0 {
                plain
            } else {
                BindingKind::InPattern
            };
            let cfgs = self.cfgs.iter().cloned().chain(bound.cfgs).collect();
            let surely = Surely {
                copy: surely.copy && kind != BindingKind::InPattern,
                ..surely
            };
            self.bind(bound.ident, kind, bound.mutable, cfgs, extent, surely);
        }
    }

    /// The binding that a name means here.
    fn resolve(&self, name: &str) -> Option<BindingId> {
        let all = self.scopes.iter().rev().flat_map(|scope| scope.iter().rev());
        all.copied().find(|&id| self.out.bindings[id].ident == name)
    }

    /// Notes that a name was mentioned, in every body from here to the binding's own.
    pub(super) fn mention(&mut self, name: &str, kind: MentionKind) {
        let Some(binding) = self.resolve(name) else { return };
        self.moment += 1;
        let kind = if self.unknown > 0 { MentionKind::Unclear } else { kind };
        self.out.mentions.push(Mention {
            binding,
            body: self.body,
            moment: self.moment,
            kind,
        });
    }

    /// Notes a hook.
    pub(super) fn site(&mut self, number: usize) {
        let mut visible: Vec<Visible> = Vec::new();
        let mut hidden: Vec<(String, Option<Vec<TokenStream>>)> = Vec::new();
        for &id in self.scopes.iter().flatten().collect::<Vec<_>>().into_iter().rev() {
            let binding = &self.out.bindings[id];
            let name = binding.ident.to_string();
            let mut shadows = hidden.iter().filter(|(by, _)| *by == name);
            if shadows.clone().any(|(_, cfgs)| cfgs.is_none()) {
                continue;
            }
            let mut all = binding.cfgs.clone();
            all.extend(
                shadows
                    .by_ref()
                    .flat_map(|(_, cfgs)| cfgs)
                    .map(|cfgs| quote::quote!(not(all(#(#cfgs),*)))),
            );
            hidden.push((name, (!binding.cfgs.is_empty()).then(|| binding.cfgs.clone())));
            visible.push(Visible { binding: id, cfgs: all });
        }
        visible.reverse();
        self.moment += 1;
        let conditional = self.macros > 0 || !self.cfgs.is_empty();
        let looped = self.loops > 0;
        self.out.sites.push(Site {
            number,
            body: self.body,
            moment: self.moment,
            visible,
            looped,
            conditional,
        });
    }

    fn place(&mut self, expr: &Expr, kind: MentionKind) {
        match expr {
            Expr::Path(path) => {
                if let Some(ident) = path.path.get_ident().filter(|_| path.qself.is_none()) {
                    self.mention(&ident.to_string(), kind);
                }
            }
            Expr::Paren(paren) => self.place(&paren.expr, kind),
            Expr::Group(group) => self.place(&group.expr, kind),
            Expr::Field(field) => self.place(&field.base, MentionKind::Part),
            Expr::Index(index) => {
                self.place(&index.expr, MentionKind::Through);
                self.visit_expr(&index.index);
            }
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                self.place(&unary.expr, MentionKind::Through)
            }
            _ => self.visit_expr(expr),
        }
    }
}

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
        self.with_cfgs(attrs, |walk| visit::visit_stmt(walk, stmt));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let (pattern, ty) = match &local.pat {
            Pat::Type(PatType { pat, ty, .. }) => (&**pat, Some(&**ty)),
            pattern => (pattern, None),
        };
        let init = local.init.as_ref();
        let before = self.out.mentions.len();
        if let Some(init) = init {
            let by_reference =
                matches!(pattern, Pat::Ident(p) if p.by_ref.is_none()) || matches!(pattern, Pat::Wild(_));
            self.place(
                &init.expr,
                if by_reference {
                    MentionKind::Value
                } else {
                    MentionKind::Part
                },
            );
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        let plain = if init.is_some() {
            BindingKind::Plain
        } else {
            BindingKind::Late
        };
        let copy = surely_copy(ty, init.map(|init| &*init.expr));
        let named = &self.out.mentions[before..];
        let free = copy || named.iter().all(|mention| mention.kind == MentionKind::Formatted);
        self.pattern_as(pattern, extent(local), Surely { copy, free }, plain);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let attrs = expr_attrs(expr);
        self.with_cfgs(attrs, |walk| match expr {
            Expr::Path(_) => walk.place(expr, MentionKind::Value),
            Expr::Field(field) => walk.place(&field.base, MentionKind::Part),
            Expr::Index(_) => walk.place(expr, MentionKind::Through),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                walk.place(&unary.expr, MentionKind::Through)
            }
            Expr::Reference(reference) => {
                let kind = if reference.mutability.is_some() {
                    MentionKind::Mutable
                } else {
                    MentionKind::Shared
                };
                walk.place(&reference.expr, kind);
            }
            Expr::RawAddr(raw) => walk.place(&raw.expr, MentionKind::Mutable),
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
            _ => visit::visit_expr(walk, expr),
        });
    }

    fn visit_expr_let(&mut self, expr: &'ast syn::ExprLet) {
        self.place(&expr.expr, MentionKind::Part);
        self.refutable(&expr.pat, extent(expr));
    }

    fn visit_expr_if(&mut self, expr: &'ast syn::ExprIf) {
        self.in_scope(|walk| {
            walk.visit_expr(&expr.cond);
            walk.visit_block(&expr.then_branch);
        });
        if let Some((_, otherwise)) = &expr.else_branch {
            self.visit_expr(otherwise);
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
        expr.arms.iter().for_each(|arm| self.visit_arm(arm));
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.with_cfgs(&arm.attrs, |walk| {
            walk.in_scope(|walk| {
                // A name alone matches by value, but the scrutinee may be a place behind a reference: no `mut` there.
                walk.refutable(&arm.pat, extent(&arm.pat));
                walk.visit_pat(&arm.pat);
                walk.visit_expr(&arm.body);
            })
        });
    }

    fn visit_expr_closure(&mut self, expr: &'ast syn::ExprClosure) {
        self.in_body(Some(self.body), String::new(), &expr.attrs, |walk| {
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
                    },
                );
            }
            walk.visit_expr(&expr.body);
            walk.loops -= 1;
        });
    }

    fn visit_expr_async(&mut self, expr: &'ast syn::ExprAsync) {
        self.in_body(Some(self.body), String::new(), &expr.attrs, |walk| {
            walk.visit_block(&expr.block)
        });
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !hook::is_hookable(&item.attrs) {
            self.function(&item.attrs, &item.sig, &item.block, "");
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !hook::is_hookable(&item.attrs) {
            self.function(&item.attrs, &item.sig, &item.block, "");
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = item.default.as_ref().filter(|_| !hook::is_hookable(&item.attrs)) {
            self.function(&item.attrs, &item.sig, block, "");
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.with_cfgs(&field.attrs, |walk| visit::visit_field_value(walk, field));
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        match hook::marked(mac) {
            Some(number) => self.site(number),
            None => macros::walk(self, mac),
        }
    }

    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
}

/// On stable Rust a span cannot be joined, so the ends are looked up.
pub(super) fn extent(code: &impl ToTokens) -> Extent {
    let mut trees = code.to_token_stream().into_iter();
    let first = trees.next();
    let last = trees.last().or_else(|| first.clone());
    let start = first.map_or_else(proc_macro2::Span::call_site, |tree| tree.span());
    let end = match last {
        Some(TokenTree::Group(group)) => group.span_close(),
        Some(tree) => tree.span(),
        None => start,
    };
    (start, end)
}

fn is_assignment(op: &syn::BinOp) -> bool {
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

fn expr_attrs(expr: &Expr) -> &[syn::Attribute] {
    macro_rules! of {
        ($($kind:ident)*) => { match expr { $(Expr::$kind(e) => &e.attrs,)* _ => &[] } };
    }
    of!(Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index Let Lit Loop
        Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct Try TryBlock Tuple Unary Unsafe While Yield)
}
