//! The walk goes through a function once, in the order of evaluation, with a stack of scopes.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Block, Expr, FnArg, GenericParam, Member, Pat, Receiver, Signature};

use super::macros::{self, Name};
use super::mention::{Mention, MentionKind};
use super::pattern::{cfgs, names, surely_copy};
use super::{Binding, BindingId, BindingKind, Body, BodyId, Extent, MacroId, Moment, Scopes, Site, Visible};
use super::{definition, fields};
use crate::syntax::hook::{self, Hook, HookArgs};

/// Reads the bindings in scope at every marked hook of the function.
///
/// `owner` is the type that the function is a method of, if that is seen.
pub(crate) fn walk(
    attrs: &[syn::Attribute],
    sig: &Signature,
    block: &Block,
    owner: Option<&str>,
    hooks: &[Hook],
) -> Scopes {
    let mut walk = Walk {
        args: hooks.iter().map(|hook| hook.args.clone()).collect(),
        ..Walk::default()
    };
    walk.function(attrs, sig, block, owner);
    fields::add(&mut walk.out);
    walk.out
}

#[derive(Default)]
pub(super) struct Walk {
    pub(super) out: Scopes,
    /// What stands in the parentheses of each hook, by its number.
    args: Vec<HookArgs>,
    /// The current point is in the parentheses of a hook.
    by_hook: bool,
    /// The scopes around the current point, innermost last. Those of enclosing functions are taken away while a nested
    /// one is walked.
    scopes: Vec<Vec<BindingId>>,
    pub(super) body: BodyId,
    moment: Moment,
    /// The `cfg`s of what encloses the current point.
    cfgs: Vec<TokenStream>,
    /// The macros around the current point, outermost first.
    macros: Vec<MacroId>,
    /// The current point is in the definition of a macro.
    pub(super) defined: bool,
    /// The number of macros that were met so far.
    macros_met: usize,
    /// The number of macros around the current point whose arguments may be dropped, repeated or changed.
    unknown: usize,
    /// The number of loops around the current point. A closure counts as one, since it may be called again.
    pub(super) loops: usize,
}

/// What the syntax says of a binding without a doubt.
#[derive(Clone, Copy, Default)]
pub(super) struct Surely {
    pub(super) copy: bool,
    pub(super) free: bool,
}

impl Walk {
    /// Walks what is evaluated at compile time, which sees no binding around it.
    pub(super) fn constant(&mut self, name: &proc_macro2::Ident, inside: impl FnOnce(&mut Self)) {
        let (scopes, loops) = (std::mem::take(&mut self.scopes), std::mem::take(&mut self.loops));
        self.in_body(None, Some(name.to_string()), &[], inside);
        (self.scopes, self.loops) = (scopes, loops);
    }

    pub(super) fn function(&mut self, attrs: &[syn::Attribute], sig: &Signature, block: &Block, owner: Option<&str>) {
        let outer = std::mem::take(&mut self.scopes);
        let loops = std::mem::take(&mut self.loops);
        let name = match owner {
            None => sig.ident.to_string(),
            Some(owner) => format!("{owner}::{}", sig.ident),
        };
        self.in_body(None, Some(name), attrs, |walk| {
            walk.out.bodies[walk.body].output = Some(sig.output.clone());
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
                        );
                    }),
                }
            }
            walk.visit_block(block);
        });
        self.scopes = outer;
        self.loops = loops;
    }

    fn receiver(&mut self, receiver: &Receiver) {
        // syn's versions read `&'a mut self` and `mut self: Box<Self>` in different ways, and the tokens before `self`
        // say all.
        let before = before_self(receiver);
        let by_value = !before.iter().any(|token| token == "&");
        let has_mut = before.iter().any(|token| token == "mut");
        let kind = match has_mut {
            _ if by_value => BindingKind::Plain,
            true => BindingKind::SelfMut,
            false => BindingKind::SelfRef,
        };
        let ident = proc_macro2::Ident::new("self", receiver.self_token.span);
        let mutable = by_value && has_mut;
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

    pub(super) fn in_body(
        &mut self,
        parent: Option<BodyId>,
        name: Option<String>,
        attrs: &[syn::Attribute],
        inside: impl FnOnce(&mut Self),
    ) {
        self.out.bodies.push(Body {
            parent,
            name,
            number: hook::body_number(attrs),
            output: None,
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

    pub(super) fn in_loop(&mut self, inside: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.in_scope(inside);
        self.loops -= 1;
    }

    pub(super) fn with_cfgs(&mut self, attrs: &[syn::Attribute], inside: impl FnOnce(&mut Self)) {
        let (depth, cfgs) = (self.cfgs.len(), cfgs(attrs));
        self.cfgs.extend(cfgs);
        inside(self);
        self.cfgs.truncate(depth);
    }

    /// Walks the arguments of a macro.
    pub(super) fn in_macro(&mut self, known: bool, inside: impl FnOnce(&mut Self)) {
        let unknown = usize::from(!known);
        self.macros.push(self.macros_met);
        (self.macros_met, self.unknown) = (self.macros_met + 1, self.unknown + unknown);
        inside(self);
        self.macros.pop();
        self.unknown -= unknown;
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
        if definition::is_variable(ident) || is_helper(ident) {
            return;
        }
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
            doubtful: kind == BindingKind::ByMacro,
            origin: self.out.bindings.len(),
            within: self.macros.last().copied(),
            path: Vec::new(),
        });
        let scope = self.scopes.last_mut().expect("bindings are made within a scope");
        scope.push(self.out.bindings.len() - 1);
    }

    /// Binds the names of a pattern in the innermost scope.
    pub(super) fn pattern(&mut self, pattern: &Pat, extent: Extent, surely: Surely) {
        self.pattern_as(pattern, extent, surely, BindingKind::Plain);
    }

    /// Binds the names of a pattern that may match a reference.
    pub(super) fn refutable(&mut self, pattern: &Pat, extent: Extent) {
        self.pattern_as(pattern, extent, Surely::default(), BindingKind::InPattern);
    }

    pub(super) fn pattern_as(&mut self, pattern: &Pat, extent: Extent, surely: Surely, plain: BindingKind) {
        for bound in names(pattern) {
            // Nothing is changed in the arguments of a macro, so no `mut` can be added there either.
            let kind = match (bound.plain, self.macros.is_empty()) {
                (true, true) => plain,
                (true, false) if plain != BindingKind::InPattern => BindingKind::InMacro,
                _ => BindingKind::InPattern,
            };
            let cfgs = self.cfgs.iter().cloned().chain(bound.cfgs).collect();
            let surely = Surely {
                copy: surely.copy && !matches!(kind, BindingKind::InPattern | BindingKind::InMacro),
                ..surely
            };
            self.bind(bound.ident, kind, bound.mutable, cfgs, extent, surely);
            if let Some(made) = self.out.bindings.last_mut() {
                made.doubtful = bound.doubtful;
            }
        }
    }

    /// Binds the names that a macro is given, if the macro stands as a statement and may bind them: `bind!(a, 5);`.
    /// What such a name meant before may be another variable behind the macro, so hooks on both sides do not count as
    /// seeing one binding.
    pub(super) fn bound_by(&mut self, mac: &syn::Macro) {
        for Name { ident, alone } in macros::given(mac) {
            let name = ident.to_string();
            match self.resolve(&name) {
                Some(old) if self.out.bindings[old].kind != BindingKind::Const && name != "self" => {
                    self.out.bindings.push(Binding {
                        surely_copy: false,
                        surely_free: false,
                        ..self.out.bindings[old].clone()
                    });
                    let scope = self.scopes.last_mut().expect("statements stand within a scope");
                    scope.push(self.out.bindings.len() - 1);
                }
                None if alone => self.bind(
                    &ident,
                    BindingKind::ByMacro,
                    false,
                    self.cfgs.clone(),
                    (ident.span(), ident.span()),
                    Surely::default(),
                ),
                _ => {}
            }
        }
    }

    /// Gives the binding that a name means here.
    fn resolve(&self, name: &str) -> Option<BindingId> {
        let all = self.scopes.iter().rev().flat_map(|scope| scope.iter().rev());
        all.copied().find(|&id| self.out.bindings[id].ident == name)
    }

    /// Notes that the body that is being walked mentions a binding.
    pub(super) fn mention(&mut self, name: &str, kind: MentionKind) {
        self.mention_part(name, Vec::new(), kind);
    }

    /// Notes that the body that is being walked mentions a field of a binding.
    fn mention_part(&mut self, name: &str, path: Vec<Member>, kind: MentionKind) {
        let Some(binding) = self.resolve(name) else { return };
        self.moment += 1;
        let kind = if self.unknown > 0 { MentionKind::Unclear } else { kind };
        self.out.mentions.push(Mention {
            binding,
            body: self.body,
            moment: self.moment,
            kind,
            path,
            within: self.macros.first().copied(),
            by_hook: self.by_hook,
        });
    }

    /// Notes what the arguments of a hook name.
    pub(super) fn arguments(&mut self, number: usize) {
        let Some(args) = self.args.get(number).cloned() else {
            return;
        };
        self.by_hook = true;
        macros::arguments(self, &args);
        self.by_hook = false;
    }

    /// Notes a hook and what it sees.
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
        // A name that a macro may have bound again keeps the position that it had.
        visible.sort_by_key(|visible| (self.out.bindings[visible.binding].origin, visible.binding));
        self.moment += 1;
        let conditional = !self.macros.is_empty() || !self.cfgs.is_empty();
        let looped = self.loops > 0;
        self.out.sites.push(Site {
            number,
            body: self.body,
            moment: self.moment,
            visible,
            looped,
            conditional,
            macros: self.macros.clone(),
            defined: self.defined,
        });
    }

    pub(super) fn place(&mut self, expr: &Expr, kind: MentionKind) {
        self.part(expr, Vec::new(), kind);
    }

    /// Walks a place; `path` are the fields behind it.
    fn part(&mut self, expr: &Expr, mut path: Vec<Member>, kind: MentionKind) {
        match expr {
            Expr::Path(name) => {
                if let Some(ident) = name.path.get_ident().filter(|_| name.qself.is_none()) {
                    self.mention_part(&ident.to_string(), path, kind);
                }
            }
            Expr::Paren(paren) => self.part(&paren.expr, path, kind),
            Expr::Group(group) => self.part(&group.expr, path, kind),
            Expr::Field(field) => {
                path.insert(0, field.member.clone());
                self.part(&field.base, path, kind);
            }
            Expr::Index(index) => {
                self.place(&index.expr, MentionKind::Through);
                self.visit_expr(&index.index);
            }
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                self.place(&unary.expr, MentionKind::Through);
            }
            _ => self.visit_expr(expr),
        }
    }
}

/// Tells whether a name is that of another macro's helper, as `__tracing_attr_span`, which an attribute made that was
/// there before, or as `__self`, which `#[async_trait]` makes of `self`.
fn is_helper(ident: &proc_macro2::Ident) -> bool {
    let name = ident.to_string();
    let made = || !format!("{:?}", ident.span()).starts_with("#0 ") && proc_macro::is_available();
    name == "__self" || name.starts_with("__hookable") || name.starts_with("__") && made()
}

/// Gives the first token and the last of a piece of code, since spans cannot be joined in stable Rust.
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

/// Gives the tokens of a receiver before `self`, without its attributes.
fn before_self(receiver: &Receiver) -> Vec<String> {
    let mut bare = receiver.clone();
    bare.attrs.clear();
    let tokens = bare.into_token_stream().into_iter().map(|token| token.to_string());
    tokens.take_while(|token| token != "self").collect()
}
