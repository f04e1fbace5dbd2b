//! The walk binds names: parameters, patterns, and what a macro may bind.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Block, FnArg, GenericParam, Pat, Receiver, Signature, Type};

use super::{Surely, Walk, extent};
use crate::scope::macros::{self, Name};
use crate::scope::pattern::{BindingMode, cfgs, is_value, names_in};
use crate::scope::surely::surely_copy;
use crate::scope::{Binding, BindingKind, Extent, MADE_OF_SELF, Moment, definition};
use crate::syntax::function::may_rewrite;

impl Walk {
    pub(in crate::scope) fn function(
        &mut self,
        attrs: &[syn::Attribute],
        sig: &Signature,
        block: &Block,
        owner: Option<&str>,
    ) {
        let outer = std::mem::take(&mut self.scopes);
        let loops = std::mem::take(&mut self.loops);
        let name = match owner {
            None => sig.ident.to_string(),
            Some(owner) => format!("{owner}::{}", sig.ident),
        };
        self.in_body(None, Some(name), attrs, |walk| {
            walk.out.bodies[walk.body].output = Some(sig.output.clone());
            walk.out.bodies[walk.body].is_async = sig.asyncness.is_some();
            for param in &sig.generics.params {
                if let GenericParam::Const(param) = param {
                    walk.bind(
                        &param.ident,
                        BindingKind::Const,
                        false,
                        cfgs(&param.attrs),
                        extent(param),
                        Surely {
                            copy: true,
                            free: true,
                            value: true,
                        },
                    );
                }
            }
            // Other attributes may write the parameters elsewhere, as the arguments of a call, where a `mut` is an
            // error. Few of them take one away within a pattern; for a name alone rustc is asked.
            let rewritten = attrs.iter().any(may_rewrite);
            for arg in &sig.inputs {
                match arg {
                    FnArg::Receiver(receiver) => walk.receiver(receiver),
                    FnArg::Typed(arg) => walk.with_cfgs(&arg.attrs, |walk| {
                        let before = walk.out.bindings.len();
                        walk.pattern(
                            &arg.pat,
                            extent(arg),
                            Surely {
                                // Where rustc is not asked, what is surely a copy may become `mut`.
                                copy: !rewritten && surely_copy(Some(&arg.ty), None),
                                free: true,
                                value: is_value(&arg.pat, &arg.ty),
                            },
                        );
                        let whole = matches!(&*arg.pat, Pat::Ident(pattern) if pattern.subpat.is_none());
                        if !whole && rewritten {
                            walk.out.bindings[before..]
                                .iter_mut()
                                .for_each(|bound| bound.kind = BindingKind::InPattern);
                        }
                        if let (Pat::Ident(_), Some(bound)) = (&*arg.pat, walk.out.bindings.get_mut(before)) {
                            bound.refers = matches!(&*arg.ty, Type::Reference(ty) if ty.mutability.is_none());
                        }
                    }),
                }
            }
            walk.out.bodies[walk.body].first_local = walk.out.bindings.len();
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
                value: false,
            },
        );
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
        if definition::is_variable(ident) || is_helper(ident) && !self.is_made_of_self(ident) {
            return;
        }
        let (ident, body) = (ident.clone(), self.body);
        self.out.bindings.push(Binding {
            ident,
            body,
            kind,
            mutable,
            cfgs,
            extent,
            surely_copy: surely.copy,
            surely_free: surely.free,
            repeated: false,
            refers: kind == BindingKind::SelfRef,
            doubtful: kind == BindingKind::ByMacro,
            origin: self.out.bindings.len(),
            within: self.macros.last().copied(),
            scope: (self.moment, Moment::MAX),
            path: Vec::new(),
        });
        let scope = self.scopes.last_mut().expect("bindings are made within a scope");
        scope.push(self.out.bindings.len() - 1);
    }

    /// Returns whether a name is what `#[async_trait]` calls the `self` of the function, in whose place it stands.
    fn is_made_of_self(&self, ident: &proc_macro2::Ident) -> bool {
        *ident == MADE_OF_SELF && self.resolve("self").is_some()
    }

    /// Binds the names of a pattern in the innermost scope.
    pub(in crate::scope) fn pattern(&mut self, pattern: &Pat, extent: Extent, surely: Surely) {
        self.pattern_as(pattern, extent, surely, BindingKind::Plain);
    }

    /// Binds the names of a pattern that may match a reference.
    pub(in crate::scope) fn refutable(&mut self, pattern: &Pat, extent: Extent) {
        self.pattern_as(pattern, extent, Surely::default(), BindingKind::InPattern);
    }

    pub(in crate::scope) fn pattern_as(&mut self, pattern: &Pat, extent: Extent, surely: Surely, plain: BindingKind) {
        for bound in names_in(pattern, surely.value) {
            // Nothing is changed in the arguments of a macro, so no `mut` can be added there either.
            let kind = match (self.macros.is_empty(), bound.mode) {
                (true, _) if bound.plain && plain != BindingKind::InPattern => plain,
                (false, _) if bound.plain && plain != BindingKind::InPattern => BindingKind::InMacro,
                (true, BindingMode::Move) if !bound.doubtful => BindingKind::Plain,
                (true, BindingMode::Inferred) if !bound.doubtful => BindingKind::Destructured,
                _ => BindingKind::InPattern,
            };
            let cfgs = self.cfgs.iter().cloned().chain(bound.cfgs).collect();
            let surely = Surely {
                copy: surely.copy && bound.plain && matches!(kind, BindingKind::Plain | BindingKind::Late),
                ..surely
            };
            let before = self.out.bindings.len();
            self.bind(bound.ident, kind, bound.mutable, cfgs, extent, surely);
            // Of some names no binding is made.
            if let Some(made) = self.out.bindings.get_mut(before) {
                made.doubtful = bound.doubtful;
            }
        }
    }

    /// Binds the names that a macro is given, if the macro stands as a statement and may bind them: `bind!(a, 5);`.
    /// What such a name meant before may be another variable behind the macro, so hooks on both sides do not count as
    /// seeing one binding.
    pub(in crate::scope) fn bound_by(&mut self, mac: &syn::Macro) {
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
}

/// Returns whether a name is that of another macro's helper, as `__tracing_attr_span`, which an attribute made that was
/// there before.
fn is_helper(ident: &proc_macro2::Ident) -> bool {
    let name = ident.to_string();
    let made = || !format!("{:?}", ident.span()).starts_with("#0 ") && proc_macro::is_available();
    name == MADE_OF_SELF || name.starts_with("__hookable") || name.starts_with("__") && made()
}

/// Returns the tokens of a receiver before `self`, without its attributes.
fn before_self(receiver: &Receiver) -> Vec<String> {
    let mut bare = receiver.clone();
    bare.attrs.clear();
    let tokens = bare.into_token_stream().into_iter().map(|token| token.to_string());
    tokens.take_while(|token| token != "self").collect()
}
