//! A body with hooks in it. Its markers stand before it, and the choice of the traits after it.
//!
//! ```text
//! { let (w, marker) = late(); match () { () => { BODY } () => { resolve!(w); never() } } }
//! ```
//!
//! rustc checks the types of this in order, so that `resolve!` sees what the whole body made known. It does not call
//! the second arm unreachable, though it generates no code for it; and the borrow checker finds nothing there that the
//! body touches. Of the second pattern rustc says nothing, since it stands in what a macro made. To the lint
//! `unconditional_recursion` the second arm is no way out of a function; of a closure or an async block that lint says
//! nothing, and these have an `if true` in the place of the `match`.
//!
//! rustc does not tell the branches of either that an `impl Fn(&T)` is wanted of them, which decides the signature of
//! a closure there. It does tell what is returned, so the body of a function that returns one is `return { .. }`.
//!
//! What is written around a body is nothing that syn has to understand, so it stays tokens, and the body is not parsed
//! again.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::token::Brace;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprBlock, Label, Lifetime, ReturnType, Stmt, Token, parse_quote};

use super::at::{ProbeNames, label, like};
use super::{EmitStyle, Planned, captures, expected, foreseen, lines, mention, questions, returns, site, step};
use crate::plan::{State, Typing, asks_reference, made_mutable};
use crate::probe::protocol::{BindingKey, Question, Tag};
use crate::scope::{self, BindingId, BodyId, Scopes, Site, place_of};
use crate::syntax::function::{Function, returns_impl};
use crate::syntax::hook;
use crate::syntax::root;

pub(super) fn rewrite(function: &mut Function, planned: &Planned<'_>, style: EmitStyle<'_>) {
    if !matches!(style, EmitStyle::Probe { .. }) {
        mention::keep(function, planned.scopes);
        expected::allow(function);
    }
    let mut rewrite = BodyRewrite {
        planned,
        style,
        mutable: BTreeSet::new(),
    };
    if let EmitStyle::Final { .. } | EmitStyle::Probe { mutable: true, .. } = style {
        let made = made_mutable(planned.scopes, planned.plan);
        let idents = made.iter().map(|&id| &planned.scopes.bindings[id].ident);
        rewrite.mutable = idents.map(place_of).collect();
    }
    rewrite.visit_signature_mut(&mut function.sig);
    rewrite.visit_block_mut(&mut function.block);
    rewrite.wrap_block(&mut function.block, 0, Some(&function.sig.output));
}

struct BodyRewrite<'a> {
    planned: &'a Planned<'a>,
    style: EmitStyle<'a>,
    /// The places of the bindings that become `mut`.
    mutable: BTreeSet<String>,
}

/// Returns the block of code that stands last in the arguments of a hook.
fn written_code(args: TokenStream) -> Option<TokenTree> {
    args.into_iter().last()
}

fn block(label: Option<Lifetime>, brace_token: Brace, stmts: Vec<Stmt>) -> Expr {
    let colon_token = <Token![:]>::default();
    Expr::Block(ExprBlock {
        attrs: Vec::new(),
        label: label.map(|name| Label { name, colon_token }),
        block: Block { brace_token, stmts },
    })
}

/// Returns the name of the variable that holds a binding's `Late`.
pub(super) fn late(scopes: &Scopes, binding: BindingId) -> Ident {
    let span = like(scopes.bindings[binding].ident.span());
    format_ident!("__hookable_late{}", binding, span = span)
}

/// Returns the name of the variable that holds the marker which goes with a binding's `Late`.
pub(super) fn late_marker(scopes: &Scopes, binding: BindingId) -> Ident {
    let span = like(scopes.bindings[binding].ident.span());
    format_ident!("__hookable_late_marker{}", binding, span = span)
}

impl EmitStyle<'_> {
    fn has(self, number: usize) -> bool {
        !matches!(self, EmitStyle::Probe { only: Some(only), .. } if !only.contains(&number))
    }
}

impl BodyRewrite<'_> {
    fn wrap_block(&mut self, block: &mut Block, body: BodyId, output: Option<&ReturnType>) {
        if let Some(label) = self.label(body) {
            let stmts = std::mem::take(&mut block.stmts);
            block.stmts = vec![Stmt::Expr(self::block(Some(label), block.brace_token, stmts), None)];
        }
        if let Some((before, after)) = self.around(body) {
            let inner = Block {
                brace_token: block.brace_token,
                stmts: std::mem::take(&mut block.stmts),
            };
            let tokens = match output {
                Some(output) if returns_impl(output) => {
                    let arm = returns::arm_of(inner);
                    quote!(#before match () { () => #arm () => { #after } })
                }
                Some(_) => quote!(#before match () { () => #inner () => { #after } }),
                None => {
                    let branch = returns::branch_of(inner);
                    quote!(#before if true #branch else { #after })
                }
            };
            block.stmts = vec![Stmt::Expr(Expr::Verbatim(tokens), None)];
        }
        if let Some(call) = self.call(body) {
            block.stmts.insert(0, Stmt::Expr(Expr::Verbatim(call), None));
        }
    }

    /// Returns the declaration of the variable that stands for a run of the body, if hooks sleep there.
    fn call(&self, body: BodyId) -> Option<TokenStream> {
        let is_final = matches!(self.style, EmitStyle::Final { .. });
        step::declared(self.planned, body).filter(|_| is_final)
    }

    /// Returns the label of a body, if a hook in it asks whether it can leave the body.
    fn label(&self, body: BodyId) -> Option<Lifetime> {
        let scopes = self.planned.scopes;
        let asks =
            |site: &Site| !site.macros.is_empty() && scopes.rewritten(site) == body && self.style.has(site.number);
        let asked = matches!(self.style, EmitStyle::Probe { questions: true, .. }) && scopes.sites.iter().any(asks);
        asked.then(|| label(self.planned))
    }

    /// Returns whether the probe asks about types: which bindings are mutable references, or not `Send`.
    fn asks_types(&self) -> bool {
        matches!(self.style, EmitStyle::Probe { questions: true, .. })
    }

    /// Returns the code that goes before a body and the code that goes behind it; `None` if the body has no hooks that
    /// need any.
    fn around(&mut self, body: BodyId) -> Option<(TokenStream, TokenStream)> {
        if matches!(self.style, EmitStyle::Mention) {
            return None;
        }
        let (private, scopes) = (root::private(), self.planned.scopes);
        let (mut seen, mut before, mut after) = (BTreeSet::new(), TokenStream::new(), Vec::new());
        let names = &mut ProbeNames::new(self.style);
        let here = |site: &Site| site.body == body && !site.conditional && self.style.has(site.number);
        for (index, site) in scopes.sites.iter().enumerate().filter(|(_, site)| here(site)) {
            for (position, visible) in site.visible.iter().enumerate() {
                let typing = |(index, position): (usize, usize)| self.planned.plan[index][position].typing;
                if typing((index, position)) == Typing::Unknown || !seen.insert(visible.binding) {
                    continue;
                }
                // One choice of traits serves all the hooks of the body: the least that any of them permits.
                let everywhere = scopes
                    .seen_at(visible.binding)
                    .filter(|&(index, _)| here(&scopes.sites[index]));
                let known = everywhere
                    .filter(|&at| typing(at) != Typing::Unknown)
                    .collect::<Vec<_>>();
                let cfgs = &known_under(scopes, visible.binding, &known);
                let typing = known.iter().copied().map(typing).min().unwrap_or(Typing::Unknown);
                let late = late(scopes, visible.binding);
                let (cfgs_of_it, is_probe) = (quote!(#(#[cfg(#cfgs)])*), matches!(self.style, EmitStyle::Probe { .. }));
                before.extend(captures::declared(scopes, &cfgs_of_it, visible.binding, is_probe));
                let tag = Tag {
                    key: BindingKey::new(&self.planned.keys[site.number], position),
                    question: Question::Traits,
                };
                let late = names.of(&late);
                let resolve = resolve(&late, typing);
                after.push((quote!(#(#[cfg(#cfgs)])* #resolve), tag.clone()));
                let kept = |&(index, position): &(usize, usize)| {
                    let is_borrowed = self.planned.plan[index][position].level.borrows();
                    let kept = scopes.may_keep(&scopes.sites[index], visible.binding)?;
                    (is_borrowed && self.asks_types()).then_some((index, position, kept))
                };
                if let Some((index, position, kept)) = known.iter().find_map(kept) {
                    let key = BindingKey::new(&self.planned.keys[scopes.sites[index].number], position);
                    let (question, sent) = (Question::Sent, questions::sent(&late, kept));
                    after.push((quote!(#(#[cfg(#cfgs)])* #sent), Tag { key, question }));
                }
                let state = self.planned.plan[index][position].state;
                if self.asks_types()
                    && asks_reference(scopes, site, visible.binding)
                    && typing == Typing::Full
                    && state == State::ReadOnly
                {
                    let ask = questions::reference(&late);
                    after.push((
                        quote!(#(#[cfg(#cfgs)])* #ask),
                        Tag {
                            question: Question::Reference,
                            ..tag
                        },
                    ));
                }
            }
        }
        if seen.is_empty() {
            return None;
        }
        let after = lines::written(self.style, &ask_traits(), &after, &format!("body{body}"));
        let declared = names.declared();
        Some((before, quote!(#declared #after #private::never())))
    }
}

/// Returns the `cfg`s under which a hook tells the type of a binding: `at` are those that do, each by its index, with
/// the position of the binding there. What another binding hides under a `cfg` no hook may see.
fn known_under(scopes: &Scopes, binding: BindingId, at: &[(usize, usize)]) -> Vec<TokenStream> {
    let own = &scopes.bindings[binding].cfgs;
    let seen = at
        .iter()
        .map(|&(index, position)| &scopes.sites[index].visible[position].cfgs);
    let hidden = seen.clone().all(|cfgs| cfgs.len() > own.len());
    match hidden {
        true => {
            let each = seen.map(|cfgs| quote!(all(#(#cfgs),*)));
            vec![quote!(any(#(#each),*))]
        }
        false => own.clone(),
    }
}

/// Returns the imports that stand before what [`resolve`] gives.
pub(super) fn ask_traits() -> TokenStream {
    let private = root::private();
    quote!(#private::ask_traits!();)
}

/// Returns the code that asks for the traits of a binding's type, for `Debug` alone, or only for the type's name.
pub(super) fn resolve(late: &TokenStream, typing: Typing) -> TokenStream {
    let private = root::private();
    match typing {
        Typing::Full => quote!(#private::resolve!(#late);),
        Typing::Shown => quote!(#private::resolve!(#late, Debug);),
        Typing::OfStd => quote!(#private::resolve!(#late, DebugOfStd);),
        _ => quote!(#private::Late::resolve(&#late, #private::Late::opaque(&#late));),
    }
}

impl VisitMut for BodyRewrite<'_> {
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let tokens = std::mem::take(&mut mac.tokens);
        mac.tokens = match hook::marker(&tokens) {
            Some(number) => self.hook(number),
            None => hook::refill(tokens, &mut |number| self.hook_in_macro(number)),
        };
    }

    fn visit_stmt_mut(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Macro(frame) if hook::is_frame(&frame.mac) => {
                let hook = hook::marked(&frame.mac).map(|number| match self.style {
                    EmitStyle::Mention => quote!(@hookable {}),
                    _ => self.hook(number),
                });
                let (attrs, name, code) = (&frame.attrs, &frame.mac.path, hook.and_then(written_code));
                let item = quote!(#(#attrs)* macro_rules! #name { () => {{ #code }} });
                *stmt = Stmt::Item(syn::Item::Verbatim(item));
            }
            Stmt::Macro(hooked) if hook::is_exit(&hooked.mac) => {
                let hook = hook::marked(&hooked.mac).map(|number| match self.style.has(number) {
                    true => self.hook(number),
                    false => quote!({}),
                });
                let code = hook.and_then(written_code).into_token_stream();
                *stmt = Stmt::Expr(Expr::Verbatim(code), None);
            }
            stmt => visit_mut::visit_stmt_mut(self, stmt),
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        let number = hook::unmark_body(&mut closure.attrs);
        visit_mut::visit_expr_closure_mut(self, closure);
        let Some(body) = self.body(number) else { return };
        if let Some(label) = self.label(body) {
            let inner = std::mem::replace(&mut *closure.body, Expr::Verbatim(TokenStream::new()));
            *closure.body = block(Some(label), Brace::default(), vec![Stmt::Expr(inner, None)]);
        }
        if let Some((before, after)) = self.around(body) {
            let inner = &closure.body;
            let branch = match closure.output {
                ReturnType::Default => returns::branch(inner),
                ReturnType::Type(..) => returns::braced(inner),
            };
            let tokens = Expr::Verbatim(quote!(#before if true #branch else { #after }));
            *closure.body = block(None, Brace::default(), vec![Stmt::Expr(tokens, None)]);
        }
        if let Some(call) = self.call(body) {
            let inner = std::mem::replace(&mut *closure.body, Expr::Verbatim(TokenStream::new()));
            let stmts = vec![Stmt::Expr(Expr::Verbatim(call), None), Stmt::Expr(inner, None)];
            *closure.body = block(None, Brace::default(), stmts);
        }
    }

    fn visit_expr_async_mut(&mut self, expr: &mut syn::ExprAsync) {
        let number = hook::unmark_body(&mut expr.attrs);
        visit_mut::visit_expr_async_mut(self, expr);
        if let Some(body) = self.body(number) {
            self.wrap_block(&mut expr.block, body, None);
        }
    }

    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        let number = hook::unmark_body(&mut item.attrs);
        visit_mut::visit_item_fn_mut(self, item);
        if let Some(body) = self.body(number) {
            self.wrap_block(&mut item.block, body, Some(&item.sig.output));
        }
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        let number = hook::unmark_body(&mut item.attrs);
        visit_mut::visit_impl_item_fn_mut(self, item);
        if let Some(body) = self.body(number) {
            self.wrap_block(&mut item.block, body, Some(&item.sig.output));
        }
    }

    fn visit_trait_item_fn_mut(&mut self, item: &mut syn::TraitItemFn) {
        let number = hook::unmark_body(&mut item.attrs);
        visit_mut::visit_trait_item_fn_mut(self, item);
        if let (Some(body), Some(block)) = (self.body(number), &mut item.default) {
            self.wrap_block(block, body, Some(&item.sig.output));
        }
    }

    fn visit_pat_ident_mut(&mut self, pattern: &mut syn::PatIdent) {
        visit_mut::visit_pat_ident_mut(self, pattern);
        if self.mutable.contains(&place_of(&pattern.ident)) {
            let at = pattern.ident.span();
            pattern.mutability = Some(syn::Token![mut](match self.style {
                // rustc reports what is moved into a pattern at all of it, which must be in the user's file.
                EmitStyle::Probe { .. } => at,
                // No lint suggests to remove what a macro made.
                _ => Span::mixed_site().located_at(at),
            }));
        }
    }

    fn visit_pat_or_mut(&mut self, pattern: &mut syn::PatOr) {
        // What becomes `mut` in the first case does so in all.
        let mut cases = pattern.cases.iter().map(scope::names);
        let first = cases.next().unwrap_or_default();
        let made = |ident: &Ident| self.mutable.contains(&place_of(ident));
        let made: BTreeSet<_> = first
            .iter()
            .map(|bound| bound.ident)
            .filter(|ident| made(ident))
            .collect();
        let others = cases
            .flatten()
            .map(|bound| bound.ident)
            .filter(|ident| made.contains(ident));
        let others: Vec<_> = others.map(place_of).collect();
        self.mutable.extend(others);
        visit_mut::visit_pat_or_mut(self, pattern);
    }

    fn visit_pat_reference_mut(&mut self, pattern: &mut syn::PatReference) {
        visit_mut::visit_pat_reference_mut(self, pattern);
        if let syn::Pat::Ident(bound) = &*pattern.pat
            && bound.mutability.is_some()
        {
            // `&mut a` would be another pattern.
            pattern.pat = parse_quote!((#bound));
        }
    }

    fn visit_expr_for_loop_mut(&mut self, expr: &mut syn::ExprForLoop) {
        let declared = expr.pat.clone();
        visit_mut::visit_expr_for_loop_mut(self, expr);
        if let syn::Pat::Ident(pattern) = &*declared
            && matches!(self.style, EmitStyle::Final { .. })
            && self.mutable.contains(&place_of(&pattern.ident))
        {
            // `for_loops_over_fallibles` suggests another loop around the place of the pattern, so no `mut` that a
            // macro made may stand there; and one that seems to be the user's may be reported as unused.
            let (bound, ident) = (std::mem::replace(&mut expr.pat, declared.clone()), &pattern.ident);
            let body = Block {
                brace_token: expr.body.brace_token,
                stmts: std::mem::take(&mut expr.body.stmts),
            };
            expr.body.stmts = parse_quote!(let #bound = #ident; #body;);
        }
    }

    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        let ident = Ident::new("self", receiver.self_token.span);
        if self.mutable.contains(&place_of(&ident)) {
            receiver.mutability = Some(syn::Token![mut](
                Span::mixed_site().located_at(receiver.self_token.span),
            ));
        }
    }
}

impl BodyRewrite<'_> {
    /// Returns what stands in the parentheses of a hook.
    fn hook(&self, number: usize) -> TokenStream {
        match self.style {
            EmitStyle::Mention => {
                foreseen::mention(self.planned, number);
                self.planned.hooks[number].tokens.clone()
            }
            style if !style.has(number) => quote!(@hookable {}),
            style => site::emit(self.planned, number, style),
        }
    }

    /// Returns what stands in the parentheses of a hook in the arguments of another macro. That macro may show their
    /// text, so they stay as they were written where that is possible.
    fn hook_in_macro(&self, number: usize) -> TokenStream {
        match self.style {
            EmitStyle::Final { .. } => foreseen::code(self.planned, number, self.style),
            _ => self.hook(number),
        }
    }

    fn body(&self, number: Option<usize>) -> Option<BodyId> {
        let number = number?;
        self.planned
            .scopes
            .bodies
            .iter()
            .position(|body| body.number == Some(number))
    }
}
