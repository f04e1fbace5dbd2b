//! Variables that are kept for a hook alone.
//!
//! A variable that only hooks see would count as unused wherever they do not capture it: in a release build, in a
//! check, or where rustc refuses the capture. Of one that is only assigned, the first value would count as unused. So
//! each is mentioned once: `let _ = a;` reads, moves and borrows nothing, and no code comes of it. But the borrow
//! checker takes it for a use, and at the hook a borrow that `a` holds may have ended. So it stands where `a` is bound;
//! where a hook stands between, in a guard or in a chain of conditions, there is no mention.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, FnArg, Pat, Stmt, parse_quote};

use super::Context;
use crate::scope::{BindingKind, Mention, Scopes, Site, names, place_of};
use crate::syntax::function::Function;
use crate::syntax::hook::{self, HookArgs};
use crate::syntax::root;

/// Mentions every binding that a hook sees and nothing else names.
pub(super) fn keep(function: &mut Function, scopes: &Scopes) {
    let mut kept = BTreeMap::new();
    for visible in scopes.sites.iter().flat_map(|site| &site.visible) {
        let binding = &scopes.bindings[visible.binding];
        let own = |mention: &&Mention| !mention.by_hook && !mention.defined && scopes.is_of(mention, visible.binding);
        let mut mentions = scopes.mentions.iter().filter(own);
        // Nothing reads the first value of what is only assigned, and read by hooks.
        let assigned = binding.kind != BindingKind::Late && !mentions.clone().any(|mention| !mention.only_assigns());
        let named = !assigned && mentions.next().is_some();
        if !named && !binding.doubtful && binding.kind != BindingKind::Const && binding.ident != "self" {
            let (ident, cfgs) = (&binding.ident, &binding.cfgs);
            // rustc does not call such a variable unused, and to name it would be a use that some lints report.
            if ident.to_string().starts_with('_') {
                continue;
            }
            kept.insert(place_of(ident), quote!(#(#[cfg(#cfgs)])* let _ = #ident;));
        }
    }
    if !kept.is_empty() {
        let mut keep = Keep { kept };
        keep.visit_block_mut(&mut function.block);
        keep.parameters(&function.sig.inputs, &mut function.block);
    }
}

/// Returns whether the arguments of a hook that opens nothing are left out.
pub(super) fn leaves_out(context: &Context<'_>, number: usize) -> bool {
    let site = context.scopes.sites.iter().find(|site| site.number == number);
    let args = &context.hooks[number].args;
    site.is_some_and(|site| left_out(args, context.scopes, site, &|_| true).is_some())
}

/// Returns the code of a hook that opens nothing: its arguments, which are never evaluated.
pub(super) fn arguments(args: &HookArgs) -> TokenStream {
    let private = root::private();
    let when = args.when.iter().map(|when| quote!(let _: #private::bool = #when;));
    let every = args.every.iter().map(|every| quote!(let _: #private::u64 = #every;));
    let message = args
        .message
        .iter()
        .map(|message| quote!(let _ = #private::format_args!(#message);));
    let lines: TokenStream = when.chain(every).chain(message).collect();
    if lines.is_empty() {
        quote!(())
    } else {
        quote!({ if false { #lines } })
    }
}

/// Says why the arguments of a hook have to be left out, if they have to: in the tokens of a macro that makes a `move`
/// closure, to name a variable of outside would move it. They can stay if those tokens name the variable anyway.
/// `unknown` tells whether the hook may not name the binding at a position.
pub(super) fn left_out(
    args: &HookArgs,
    scopes: &Scopes,
    site: &Site,
    unknown: &dyn Fn(usize) -> bool,
) -> Option<String> {
    let names = if site.macros.is_empty() {
        return None;
    } else {
        args.names()
    };
    let mut visible = site
        .visible
        .iter()
        .enumerate()
        .map(|(position, visible)| (position, visible.binding));
    let (_, binding) = visible.find(|&(position, id)| {
        let moves = scopes.across_macro(site, id) && !scopes.named_in_macro(site, id) && unknown(position);
        moves && names.contains(&scopes.bindings[id].ident.to_string())
    })?;
    let name = &scopes.bindings[binding].ident;
    Some(format!(
        "the arguments of this hook are left out: they name `{name}`, which a closure that the macro makes does not capture"
    ))
}

struct Keep {
    /// The mentions, each by the place of the binding's name.
    kept: BTreeMap<String, TokenStream>,
}

impl Keep {
    fn of(&self, pattern: &Pat) -> Vec<TokenStream> {
        let mention = |ident: &Ident| self.kept.get(&place_of(ident)).cloned();
        names(pattern).iter().filter_map(|bound| mention(bound.ident)).collect()
    }

    fn at_start(&self, pattern: &Pat, block: &mut Block) {
        let mentions = self.of(pattern);
        if !mentions.is_empty() {
            let stmts: Vec<Stmt> = parse_quote!(#(#mentions)*);
            block.stmts.splice(0..0, stmts);
        }
    }

    fn parameters<'a>(&self, inputs: impl IntoIterator<Item = &'a FnArg>, block: &mut Block) {
        for input in inputs {
            if let FnArg::Typed(input) = input {
                self.at_start(&input.pat, block);
            }
        }
    }

    /// Puts the mentions before the body of an arm or of a closure, which may be no block.
    fn before(mentions: &[TokenStream], body: &mut Expr) {
        match body {
            _ if mentions.is_empty() => {}
            // rustc calls braces around a block unnecessary, so the mentions go into the block.
            Expr::Block(body) if body.label.is_none() && body.attrs.is_empty() => {
                let stmts: Vec<Stmt> = parse_quote!(#(#mentions)*);
                body.block.stmts.splice(0..0, stmts);
            }
            body => *body = parse_quote!({ #(#mentions)* #body }),
        }
    }

    /// Mentions in a block what the patterns of an `if let` or `while let` before it bind, unless a hook stands
    /// between.
    fn conditions(&self, cond: &Expr, block: &mut Block) {
        if !hook::any(&cond.to_token_stream()) {
            self.condition(cond, block);
        }
    }

    fn condition(&self, cond: &Expr, block: &mut Block) {
        match cond {
            Expr::Let(cond) => self.at_start(&cond.pat, block),
            Expr::Binary(both) => {
                self.condition(&both.left, block);
                self.condition(&both.right, block);
            }
            _ => {}
        }
    }
}

impl VisitMut for Keep {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        for at in (0..block.stmts.len()).rev() {
            if let Stmt::Local(local) = &block.stmts[at] {
                let mentions = self.of(&local.pat);
                let stmts: Vec<Stmt> = parse_quote!(#(#mentions)*);
                block.stmts.splice(at + 1..at + 1, stmts);
            }
        }
    }

    fn visit_expr_if_mut(&mut self, expr: &mut syn::ExprIf) {
        visit_mut::visit_expr_if_mut(self, expr);
        self.conditions(&expr.cond, &mut expr.then_branch);
    }

    fn visit_expr_while_mut(&mut self, expr: &mut syn::ExprWhile) {
        visit_mut::visit_expr_while_mut(self, expr);
        self.conditions(&expr.cond, &mut expr.body);
    }

    fn visit_expr_for_loop_mut(&mut self, expr: &mut syn::ExprForLoop) {
        visit_mut::visit_expr_for_loop_mut(self, expr);
        self.at_start(&expr.pat, &mut expr.body);
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        visit_mut::visit_arm_mut(self, arm);
        // The guard is a part of the pattern in some versions of syn, and stands beside it in others: the arm without
        // its body has it in all of them.
        let head = syn::Arm {
            body: parse_quote!(()),
            ..arm.clone()
        };
        if !hook::any(&head.to_token_stream()) {
            Self::before(&self.of(&arm.pat), &mut arm.body);
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        visit_mut::visit_expr_closure_mut(self, closure);
        let mentions: Vec<_> = closure.inputs.iter().flat_map(|input| self.of(input)).collect();
        Self::before(&mentions, &mut closure.body);
    }

    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        visit_mut::visit_item_fn_mut(self, item);
        self.parameters(&item.sig.inputs, &mut item.block);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, item);
        self.parameters(&item.sig.inputs, &mut item.block);
    }
}
