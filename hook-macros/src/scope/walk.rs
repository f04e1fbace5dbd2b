//! The walk goes through a function once, in the order of evaluation, with a stack of scopes.

mod bindings;
mod uses;

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Block, Signature};

use super::pattern::{cfgs, place_of};
use super::{
    Await, Binding, BindingId, BindingKind, Body, BodyId, Branch, BranchKind, Extent, MacroId, Moment, Scopes,
};
use super::{awaits, fields};
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
    repeated(&mut walk.out.bindings);
    awaits::add(&mut walk.out);
    fields::add(&mut walk.out);
    walk.out
}

/// Finds the bindings that cannot be told from another one.
fn repeated(bindings: &mut [Binding]) {
    let mut places: BTreeMap<String, Vec<BindingId>> = BTreeMap::new();
    for (id, binding) in bindings.iter().enumerate() {
        let named = !matches!(binding.kind, BindingKind::Const | BindingKind::ByMacro);
        if named && binding.within.is_none() {
            places.entry(place_of(&binding.ident)).or_default().push(id);
        }
    }
    for same in places.into_values().filter(|same| same.len() > 1) {
        let plain = |&id: &BindingId| matches!(bindings[id].kind, BindingKind::Plain | BindingKind::Late);
        if !same.iter().all(plain) {
            same.into_iter().for_each(|id| bindings[id].repeated = true);
        }
    }
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
    /// The current point is in the arguments of a macro that is told from one of the user's by its name alone.
    pub(super) unsure: bool,
    /// The number of loops around the current point. A closure counts as one, since it may be called again.
    pub(super) loops: usize,
}

/// What the syntax says of a binding.
#[derive(Clone, Copy, Default)]
pub(super) struct Surely {
    pub(super) copy: bool,
    pub(super) free: bool,
    /// What the pattern matches is no reference.
    pub(super) value: bool,
}

impl Walk {
    /// Walks what is evaluated at compile time, which sees no binding around it.
    pub(super) fn constant(&mut self, name: &proc_macro2::Ident, inside: impl FnOnce(&mut Self)) {
        let (scopes, loops) = (std::mem::take(&mut self.scopes), std::mem::take(&mut self.loops));
        self.in_body(None, Some(name.to_string()), &[], inside);
        (self.scopes, self.loops) = (scopes, loops);
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
            moves: false,
            is_async: false,
            first_local: self.out.bindings.len(),
            awaits: Vec::new(),
        });
        let outer = std::mem::replace(&mut self.body, self.out.bodies.len() - 1);
        self.in_scope(inside);
        self.body = outer;
    }

    pub(super) fn in_scope(&mut self, inside: impl FnOnce(&mut Self)) {
        self.scopes.push(Vec::new());
        inside(self);
        for id in self.scopes.pop().into_iter().flatten() {
            self.out.bindings[id].scope.1 = self.moment;
        }
    }

    /// Walks what is awaited, or may be.
    pub(super) fn awaiting(&mut self, surely: bool, inside: impl FnOnce(&mut Self)) {
        self.moment += 1;
        let start = self.moment;
        inside(self);
        self.moment += 1;
        let extent = (start, self.moment);
        self.out.bodies[self.body].awaits.push(Await { extent, surely });
    }

    pub(super) fn in_loop(&mut self, inside: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.in_branch(BranchKind::Loop, |walk| walk.in_scope(inside));
        self.loops -= 1;
    }

    /// Walks what is not run each time, or more than once.
    pub(super) fn in_branch(&mut self, kind: BranchKind, inside: impl FnOnce(&mut Self)) {
        self.moment += 1;
        let start = self.moment;
        inside(self);
        self.moment += 1;
        let extent = (start, self.moment);
        self.out.branches.push(Branch { extent, kind });
    }

    /// Walks an arm of an `if` or a `match`.
    pub(super) fn in_arm(&mut self, choice: usize, ends: bool, inside: impl FnOnce(&mut Self)) {
        self.in_branch(BranchKind::Arm { choice, ends }, inside);
    }

    /// Returns the number of an `if` or a `match`, as no other one has it.
    pub(super) fn choice(&mut self) -> usize {
        self.moment += 1;
        self.moment
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
}

/// Returns the first token and the last of a piece of code, since spans cannot be joined in stable Rust.
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
