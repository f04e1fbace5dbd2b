//! Numbering the hooks of a function and the bodies around them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Block, Expr, Macro, Stmt, StmtMacro, Token, parse_quote};

use super::names::{self, MacroCall, is_hookable};
use super::tokens::{self, any, replace};
use super::{BODY, FRAME, Hook, HookArgs, HookExit, is_exit, is_written, mark_of};
use crate::syntax::misuse::Misuse;
use crate::syntax::root;

/// Marks every hook in a block, and returns the hooks in the order of their numbers. With `steps`, a hook that sleeps
/// is put before each statement. What is wrong with where hooks stand is added to `errors`. A hook whose arguments
/// cannot be read stays as it is: it may be another macro's, and if it is ours it reports that itself.
pub(crate) fn mark(block: &mut Block, steps: bool, errors: &mut Vec<syn::Error>) -> Vec<Hook> {
    let mut numbering = Numbering {
        steps,
        hooks: Vec::new(),
        bodies: 0,
        around: None,
        constant: None,
        errors,
    };
    numbering.visit_block_mut(block);
    numbering.hooks
}

struct Numbering<'e> {
    /// A hook that sleeps is put before each statement.
    steps: bool,
    hooks: Vec<Hook>,
    bodies: usize,
    /// The place of a macro call out of which a hook comes, if the statement or closure that is being visited has one.
    around: Option<Span>,
    /// What is evaluated at compile time around the current point, and the place that says so.
    constant: Option<(Span, &'static str)>,
    errors: &'e mut Vec<syn::Error>,
}

impl Numbering<'_> {
    fn add(&mut self, span: Span, tokens: TokenStream) -> TokenStream {
        if let Some((at, what)) = self.constant {
            self.errors.push(Misuse::InConstant(what).at(at));
            return quote!(@hookable {});
        }
        let Ok(args) = syn::parse2(tokens.clone()) else {
            return tokens;
        };
        self.number(Hook {
            span,
            tokens,
            args,
            is_frame: false,
            exit: None,
        })
    }

    fn number(&mut self, hook: Hook) -> TokenStream {
        let span = hook.span;
        self.hooks.push(hook);
        mark_of(self.hooks.len() - 1, span)
    }

    /// Returns the place for a hook that sleeps before a statement.
    fn step(&self, stmt: &Stmt) -> Option<Span> {
        let can_stop = match stmt {
            Stmt::Item(_) => false,
            Stmt::Macro(call) => names::by_path(&call.mac.path) != MacroCall::Hook,
            Stmt::Expr(Expr::Macro(call), _) => names::by_path(&call.mac.path) != MacroCall::Hook,
            _ => true,
        };
        let first = stmt.to_token_stream().into_iter().next();
        first
            .filter(|_| self.steps && can_stop && self.constant.is_none())
            .map(|first| first.span())
    }

    /// Returns a hook that sleeps.
    fn sleeping(&mut self, span: Span) -> Stmt {
        let args = HookArgs {
            step: true,
            ..HookArgs::default()
        };
        let mark = self.number(Hook {
            span,
            tokens: quote!(step),
            args,
            is_frame: false,
            exit: None,
        });
        let root = root::path();
        parse_quote!(#root::hook!(#mark);)
    }

    /// Returns the frame of the macro that is called at a place.
    fn frame(&mut self, span: Span) -> Stmt {
        let mark = self.number(Hook {
            span,
            tokens: TokenStream::new(),
            args: HookArgs::default(),
            is_frame: true,
            exit: None,
        });
        let name = Ident::new(FRAME, Span::call_site());
        parse_quote!(#name!(#mark);)
    }

    /// Numbers the hook of an exit, which no code that is evaluated at compile time has.
    fn exit(&mut self, span: Span, exit: HookExit) -> TokenStream {
        self.number(Hook {
            span,
            tokens: TokenStream::new(),
            args: HookArgs::default(),
            is_frame: false,
            exit: Some(exit),
        })
    }

    fn body(&mut self, attrs: impl FnOnce(&Attribute) -> bool, hooks_before: usize) {
        if self.hooks.len() > hooks_before {
            let (name, number) = (
                Ident::new(BODY, Span::call_site()),
                Literal::usize_unsuffixed(self.bodies),
            );
            if attrs(&parse_quote!(#[#name(#number)])) {
                self.bodies += 1;
            }
        }
    }

    /// Visits code that is evaluated at compile time, except for the closures and functions in it.
    fn in_constant(&mut self, at: Span, what: &'static str, inside: impl FnOnce(&mut Self)) {
        let outer = self.constant.replace((at, what));
        inside(self);
        self.constant = outer;
    }

    /// Reports that hooks stand in the body of a `const fn`, if any do, and takes them out.
    fn const_function(&mut self, constness: Token![const], block: &mut Block) {
        if any(&block.to_token_stream()) {
            self.errors.push(Misuse::InConstFunction.at(constness.span));
            silence(block);
        }
    }
}

/// Takes the hooks out of a piece of code.
pub(crate) fn silence<T: Parse + ToTokens>(code: &mut T) {
    let tokens = replace(code.to_token_stream(), &mut |_, _| quote!(@hookable {}));
    if let Ok(silent) = syn::parse2(tokens) {
        *code = silent;
    }
}

impl VisitMut for Numbering<'_> {
    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let tokens = std::mem::take(&mut mac.tokens);
        let (call, start) = (names::by_path(&mac.path), names::start(&mac.path));
        let text_only = mac.path.segments.last().is_some_and(|last| last.ident == "stringify");
        mac.tokens = match call {
            _ if is_exit(mac) => self.exit(
                start,
                match tokens.is_empty() {
                    true => HookExit::Retries,
                    false => HookExit::Panics,
                },
            ),
            _ if is_written(&tokens) || text_only => tokens,
            MacroCall::Hook => self.add(start, tokens),
            _ => {
                let around = (call == MacroCall::Around).then_some(start);
                self.around = around.or_else(|| tokens::around(&tokens)).or(self.around);
                replace(tokens, &mut |span, args| self.add(span, args))
            }
        };
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let outer = self.around.take();
        let mut stmts = Vec::new();
        for mut stmt in std::mem::take(&mut block.stmts) {
            let steps = self.steps;
            // A statement as it was written: what is marked has no place of its own.
            let step = self.step(&stmt);
            self.steps &= !matches!(&stmt, Stmt::Item(item) if !matches!(item, syn::Item::Fn(_)));
            self.visit_stmt_mut(&mut stmt);
            self.steps = steps;
            // Two hooks at one place could not be told apart, and a frame shows what is there as well.
            let hook = match self.around.take() {
                Some(span) => Some(self.frame(span)),
                None => step.map(|span| self.sleeping(span)),
            };
            // A block has one statement of several as its value, where all others are left out.
            stmts.extend(hook.map(|hook| under(cfgs_of(&stmt), hook)));
            stmts.push(stmt);
        }
        block.stmts = stmts;
        self.around = outer;
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        if !is_hookable(&item.attrs) {
            visit_mut::visit_item_impl_mut(self, item);
        }
    }

    fn visit_item_trait_mut(&mut self, item: &mut syn::ItemTrait) {
        if !is_hookable(&item.attrs) {
            visit_mut::visit_item_trait_mut(self, item);
        }
    }

    fn visit_item_mod_mut(&mut self, item: &mut syn::ItemMod) {
        if !is_hookable(&item.attrs) {
            visit_mut::visit_item_mod_mut(self, item);
        }
    }

    fn visit_expr_closure_mut(&mut self, expr: &mut syn::ExprClosure) {
        let (before, outer, constant) = (self.hooks.len(), self.around.take(), self.constant.take());
        visit_mut::visit_expr_closure_mut(self, expr);
        self.constant = constant;
        if let Some(span) = self.around.take() {
            let (frame, body) = (self.frame(span), &expr.body);
            *expr.body = parse_quote!({ #frame #body });
        }
        self.around = outer;
        self.body(|attr| push(&mut expr.attrs, attr), before);
    }

    fn visit_expr_async_mut(&mut self, expr: &mut syn::ExprAsync) {
        let before = self.hooks.len();
        visit_mut::visit_expr_async_mut(self, expr);
        self.body(|attr| push(&mut expr.attrs, attr), before);
    }

    fn visit_item_fn_mut(&mut self, item: &mut syn::ItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        if let Some(constness) = item.sig.constness {
            return self.const_function(constness, &mut item.block);
        }
        let (before, constant) = (self.hooks.len(), self.constant.take());
        visit_mut::visit_item_fn_mut(self, item);
        self.constant = constant;
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        if let Some(constness) = item.sig.constness {
            return self.const_function(constness, &mut item.block);
        }
        let (before, constant) = (self.hooks.len(), self.constant.take());
        visit_mut::visit_impl_item_fn_mut(self, item);
        self.constant = constant;
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_trait_item_fn_mut(&mut self, item: &mut syn::TraitItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        let (before, constant) = (self.hooks.len(), self.constant.take());
        visit_mut::visit_trait_item_fn_mut(self, item);
        self.constant = constant;
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_expr_const_mut(&mut self, expr: &mut syn::ExprConst) {
        let at = expr.const_token.span;
        self.in_constant(at, "a `const` block", |mark| mark.visit_block_mut(&mut expr.block));
    }

    fn visit_expr_repeat_mut(&mut self, expr: &mut syn::ExprRepeat) {
        self.visit_expr_mut(&mut expr.expr);
        let at = expr.semi_token.spans[0];
        self.in_constant(at, "the length of an array", |mark| mark.visit_expr_mut(&mut expr.len));
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut syn::GenericArgument) {
        let at = argument.span();
        self.in_constant(at, "the arguments of a type", |mark| {
            visit_mut::visit_generic_argument_mut(mark, argument);
        });
    }

    fn visit_item_const_mut(&mut self, item: &mut syn::ItemConst) {
        let at = item.const_token.span;
        self.in_constant(at, "a `const`", |mark| mark.visit_expr_mut(&mut item.expr));
    }

    fn visit_item_static_mut(&mut self, item: &mut syn::ItemStatic) {
        let at = item.static_token.span;
        self.in_constant(at, "a `static`", |mark| mark.visit_expr_mut(&mut item.expr));
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        let mut first = None;
        let silent = replace(ty.to_token_stream(), &mut |span, _| {
            first.get_or_insert(span);
            quote!(@hookable {})
        });
        if let Some(hook) = first {
            self.errors.push(Misuse::InConstant("a type").at(hook));
            if let Ok(silent) = syn::parse2(silent) {
                *ty = silent;
            }
        }
    }

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}
}

/// Returns the attributes of a statement that may leave it out.
fn cfgs_of(stmt: &Stmt) -> Vec<Attribute> {
    // Of what has a left side they are the attributes of that, and of its left side again.
    let attrs = |input: ParseStream<'_>| {
        let attrs = Attribute::parse_outer(input);
        input.parse::<TokenStream>().and(attrs)
    };
    let attrs = attrs.parse2(stmt.to_token_stream()).unwrap_or_default();
    attrs.into_iter().filter(|attr| attr.path().is_ident("cfg")).collect()
}

/// Returns a macro call that is left out where these attributes say so.
fn under(cfgs: Vec<Attribute>, call: Stmt) -> Stmt {
    match call {
        Stmt::Macro(call) => Stmt::Macro(StmtMacro { attrs: cfgs, ..call }),
        call => call,
    }
}

fn push(attrs: &mut Vec<Attribute>, attr: &Attribute) -> bool {
    attrs.push(attr.clone());
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hooks in the texts.
    const LEFT_OUT: [&str; 5] = [
        "#[cfg(a)] step!();",
        "#[cfg(not(a))] step!();",
        "#[cfg(c)] step!();",
        "#[cfg(d)] step!();",
        "step!();",
    ];

    /// Checks where hooks are put that sleep: at each `step!();`.
    #[track_caller]
    fn check(marked: &str) {
        let text = LEFT_OUT
            .iter()
            .fold(marked.to_owned(), |text, hook| text.replace(hook, ""));
        let mut block: Block = syn::parse_str(&text).expect("a block");
        let hooks = mark(&mut block, true, &mut Vec::new());
        let out = block.into_token_stream().to_string();
        let mut expected = syn::parse_str::<Block>(marked)
            .expect("a block")
            .into_token_stream()
            .to_string();
        // Which number a hook has is told by its place.
        let mut out = out.replace("# [__hookable_body", "#[__hookable_body");
        while let Some(at) = out.find("#[__hookable_body") {
            let end = at + out[at..].find(']').expect("the end of the attribute") + 2;
            out.replace_range(at..end, "");
        }
        for (number, hook) in hooks.iter().enumerate().filter(|(_, hook)| hook.args.step) {
            assert_eq!(hook.tokens.to_string(), "step");
            // The path begins with `::` in every edition but the first.
            let hook = format!("hookable :: hook ! (__hookable_mark {number}) ;");
            out = out.replace(&format!(":: {hook}"), &hook).replace(&hook, "step ! () ;");
        }
        expected.retain(|c| !c.is_whitespace());
        out.retain(|c| !c.is_whitespace());
        assert_eq!(out, expected);
    }

    #[test]
    fn hooks_that_sleep() {
        check("{ step!(); let a = 1; step!(); a }");
        check("{ step!(); if a { step!(); b } else { step!(); c } step!(); for a in b { step!(); c; } }");
        check("{ step!(); match a { A => b, B => { step!(); c } } }");
        check("{ step!(); let a = |b| { step!(); b }; step!(); async { step!(); a.await } }");
        check("{ step!(); println!(\"{}\", { a; b }); step!(); unsafe { step!(); a() } }");
    }

    #[test]
    fn what_may_be_left_out_takes_its_hook_along() {
        check(
            "{ #[cfg(a)] step!(); #[cfg(a)] { step!(); b } #[cfg(not(a))] step!(); #[allow(c)] #[cfg(not(a))] { step!(); d } }",
        );
        check("{ #[cfg(a)] step!(); #[cfg(a)] return b; #[cfg(c)] step!(); #[cfg(c)] d + e }");
        check("{ #[cfg(a)] step!(); #[cfg(a)] let b = c; #[cfg(d)] step!(); #[cfg(d)] e!(); step!(); #[allow(f)] g; }");
    }

    #[test]
    fn what_is_evaluated_at_compile_time_has_none() {
        check("{ const A: u8 = { 1; 2 }; static B: u8 = { 3 }; step!(); const { 1; 2 } }");
        check("{ fn f() { step!(); g() } const fn h() { g(); g() } step!(); f() }");
        check("{ step!(); let a: [u8; { 1; 2 }] = [0; { 1; 2 }]; step!(); f::<{ 1; 2 }>() }");
        check("{ step!(); [{ step!(); a }; { 1; 2 }] }");
    }
}
