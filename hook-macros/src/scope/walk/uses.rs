//! The walk notes what the function does with its bindings, and which of them each hook sees.

use proc_macro2::TokenStream;
use syn::visit::Visit;
use syn::{Expr, Member};

use super::Walk;
use crate::scope::macros;
use crate::scope::mention::{Mention, MentionKind};
use crate::scope::{BindingId, Site, Visible};

impl Walk {
    /// Returns the binding that a name means here.
    pub(super) fn resolve(&self, name: &str) -> Option<BindingId> {
        let all = self.scopes.iter().rev().flat_map(|scope| scope.iter().rev());
        all.copied().find(|&id| self.out.bindings[id].ident == name)
    }

    /// Notes that the body that is being walked mentions a binding.
    pub(in crate::scope) fn mention(&mut self, name: &str, kind: MentionKind) {
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
            unsure: self.unsure,
            by_hook: self.by_hook,
            defined: self.defined,
        });
    }

    /// Notes what the arguments of a hook name.
    pub(in crate::scope) fn arguments(&mut self, number: usize) {
        let Some(args) = self.args.get(number).cloned() else {
            return;
        };
        self.by_hook = true;
        macros::arguments(self, &args);
        self.by_hook = false;
    }

    /// Notes a hook and what it sees.
    pub(in crate::scope) fn site(&mut self, number: usize) {
        let mut visible: Vec<Visible> = Vec::new();
        let mut hidden: Vec<(String, Option<Vec<TokenStream>>)> = Vec::new();
        for &id in self.scopes.iter().flatten().collect::<Vec<_>>().into_iter().rev() {
            let binding = &self.out.bindings[id];
            let name = binding.whole();
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
            without: self.args.get(number).map_or_else(Vec::new, |args| args.without.clone()),
            copied: self.args.get(number).map_or_else(Vec::new, |args| args.copied.clone()),
        });
    }

    pub(in crate::scope) fn place(&mut self, expr: &Expr, kind: MentionKind) {
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
