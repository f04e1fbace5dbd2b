//! The code of an exit.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprMatch, Lit, Pat, Stmt, parse_quote, parse_quote_spanned};

use super::{ExitVerdict, OUT, UNDER, is_exposed};
use crate::syntax::hook::{self, EXIT};
use crate::syntax::root;

/// An exit at which a hook stands.
#[derive(Clone, Debug)]
pub(crate) struct SettledExit {
    /// The number of the hook.
    pub(crate) number: usize,
    /// The first and the last token of the exit.
    pub(crate) extent: (Span, Span),
    /// Why the expression cannot be evaluated again, if it cannot.
    pub(crate) no_retry: Option<String>,
}

/// Makes code of every exit that was exposed in the body of a function. Returns those that have a hook; `verdict` tells
/// what is permitted at an exit, by the number of its hook.
pub(crate) fn settle(block: &mut Block, verdict: &dyn Fn(usize) -> ExitVerdict) -> Vec<SettledExit> {
    let mut settling = Settling {
        verdict,
        settled: Vec::new(),
        returns: false,
    };
    settling.panics(block);
    settling.visit_block_mut(block);
    if settling.returns {
        let (private, out) = (root::private(), Ident::new(OUT, Span::mixed_site()));
        // To the lint `unconditional_recursion` the second arm is no way out of the function.
        let declared: Block = parse_quote!({
            let #out = #private::out();
            match () { () => {} () => { return #private::never_returned(&#out); } }
        });
        block.stmts.splice(0..0, declared.stmts);
    }
    settling.settled
}

struct Settling<'v> {
    verdict: &'v dyn Fn(usize) -> ExitVerdict,
    settled: Vec<SettledExit>,
    /// A value that the function returns is an exit.
    returns: bool,
}

/// An exit as it was exposed.
struct Exposed {
    expr: Expr,
    again: Expr,
    returned: bool,
    hook: Expr,
}

impl Exposed {
    fn of(expr: Expr) -> Option<Exposed> {
        let Expr::Call(call) = expr else { return None };
        let mut arguments = call.args.into_iter();
        let (expr, again, returned, hook) = (
            arguments.next()?,
            arguments.next()?,
            arguments.next()?,
            arguments.next()?,
        );
        let returned = matches!(&returned, Expr::Lit(lit) if matches!(&lit.lit, Lit::Bool(lit) if lit.value));
        Some(Exposed {
            expr,
            again,
            returned,
            hook,
        })
    }

    /// Returns the number of the hook, and its place.
    fn hook(&self) -> Option<(usize, Span)> {
        let Expr::Block(block) = &self.hook else { return None };
        // A hook that sleeps may stand before it.
        block.block.stmts.iter().find_map(|stmt| match stmt {
            Stmt::Macro(stmt) if hook::is_exit(&stmt.mac) => {
                Some((hook::marked(&stmt.mac)?, stmt.mac.path.segments.first()?.ident.span()))
            }
            _ => None,
        })
    }
}

impl Settling<'_> {
    /// Keeps the hook for panics, if it may stand there.
    fn panics(&mut self, block: &mut Block) {
        struct Found(Option<(usize, Span)>);
        impl<'ast> Visit<'ast> for Found {
            fn visit_macro(&mut self, mac: &'ast syn::Macro) {
                let at = mac.path.segments.first().map(|first| first.ident.span());
                let found = hook::marked(mac).zip(at).filter(|_| hook::is_exit(mac));
                self.0 = self.0.or(found);
            }
        }
        let is_under = |pat: &Pat| matches!(pat, Pat::Ident(pat) if pat.ident == UNDER);
        let Some(Stmt::Local(local)) = block
            .stmts
            .first()
            .filter(|stmt| matches!(stmt, Stmt::Local(local) if is_under(&local.pat)))
        else {
            return;
        };
        let mut found = Found(None);
        found.visit_local(local);
        match found.0.map(|(number, at)| (number, at, (self.verdict)(number))) {
            None | Some((_, _, ExitVerdict::Refused)) => drop(block.stmts.remove(0)),
            Some((number, at, _)) => self.settled.push(SettledExit {
                number,
                extent: (at, at),
                no_retry: Some(String::new()),
            }),
        }
    }
}

impl VisitMut for Settling<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if !is_exposed(expr) {
            return visit_mut::visit_expr_mut(self, expr);
        }
        let Some(mut exposed) = Exposed::of(std::mem::replace(expr, parse_quote!(()))) else {
            return;
        };
        self.visit_expr_mut(&mut exposed.expr);
        let verdict = exposed.hook().map(|(number, at)| (number, at, (self.verdict)(number)));
        *expr = match verdict {
            None | Some((_, _, ExitVerdict::Refused)) => exposed.expr,
            Some((number, at, verdict)) => {
                let no_retry = match (&exposed.again, verdict) {
                    (Expr::Lit(why), _) => Some(text(&why.lit)),
                    (_, ExitVerdict::Stops(why)) => Some(why),
                    _ => None,
                };
                let extent = (first(&exposed.again, &exposed.expr), last(&exposed, at));
                self.returns |= exposed.returned;
                let code = code(&exposed, number, at, no_retry.is_none());
                self.settled.push(SettledExit {
                    number,
                    extent,
                    no_retry,
                });
                code
            }
        };
    }
}

fn text(lit: &Lit) -> String {
    match lit {
        Lit::Str(text) => text.value(),
        lit => lit.to_token_stream().to_string(),
    }
}

fn first(again: &Expr, expr: &Expr) -> Span {
    let code = if matches!(again, Expr::Lit(_)) { expr } else { again };
    let first = code.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |tree| match tree {
        TokenTree::Group(group) => group.span_open(),
        tree => tree.span(),
    })
}

fn last(exposed: &Exposed, at: Span) -> Span {
    if !exposed.returned {
        return at;
    }
    let code = if matches!(exposed.again, Expr::Lit(_)) {
        &exposed.expr
    } else {
        &exposed.again
    };
    match code.to_token_stream().into_iter().last() {
        Some(TokenTree::Group(group)) => group.span_close(),
        Some(tree) => tree.span(),
        None => at,
    }
}

/// Returns the code of an exit with a hook.
fn code(exposed: &Exposed, number: usize, at: Span, retries: bool) -> Expr {
    let Exposed {
        expr, again, returned, ..
    } = exposed;
    let place = Span::mixed_site().located_at(at);
    // rustc's errors point at the path, too, and then are known to be about this exit.
    let private = root::private().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(at));
        token
    });
    let private: TokenStream = private.collect();
    let name = |name: &str| Ident::new(name, place);
    let (tried, whole, failed, checked) = (
        name("__hookable_tried"),
        name("__hookable_whole"),
        name("__hookable_failed"),
        name("__hookable_checked"),
    );
    // The user's lines name it, so it has the place and the hygiene of the user's token.
    let err = Ident::new("err", at);
    let (mark, number) = (hook::mark_of(number, at), Ident::new(EXIT, at));
    let hook = quote!(#number!(#mark););
    let out = name(OUT);
    let value = |code: &Expr| match returned {
        true => quote_spanned!(place=> #private::returned(&#out, #code)),
        false => code.to_token_stream(),
    };
    let again = value(again);
    let mut matched: ExprMatch = match retries {
        false => parse_quote_spanned! {place=>
            match () {
                #tried => match #private::checked(#tried) {
                    #private::Result::Ok(#whole) => #whole,
                    #private::Result::Err(#failed) => { let #err = #failed; #hook #private::failed(#err) }
                }
            }
        },
        true => parse_quote_spanned! {place=>
            match () {
                #tried => {
                    let mut #checked = #private::checked(#tried);
                    loop {
                        match #checked {
                            #private::Result::Ok(#whole) => break #whole,
                            #private::Result::Err(#failed) => {
                                let #err = #failed;
                                #hook
                                if !#private::retries() { break #private::failed(#err); }
                                #private::consume(#err);
                                #checked = #private::checked(#again);
                            }
                        }
                    }
                }
            }
        },
    };
    let scrutinee: Expr = match returned {
        true => {
            let mut call: syn::ExprCall = parse_quote_spanned!(place=> #private::returned(&#out, ()));
            if let Some(argument) = call.args.last_mut() {
                *argument = expr.clone();
            }
            Expr::Call(call)
        }
        false => expr.clone(),
    };
    *matched.expr = scrutinee;
    // A struct in the place of what is matched would be read as the arms.
    let tokens = matched.expr.to_token_stream();
    let braces =
        |tree: TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace);
    if tokens.into_iter().any(braces) {
        let inner = std::mem::replace(&mut *matched.expr, parse_quote!(()));
        *matched.expr = parenthesized(inner, place);
    }
    match returned {
        true => Expr::Match(matched),
        false => parenthesized(Expr::Match(matched), place),
    }
}

fn parenthesized(expr: Expr, place: Span) -> Expr {
    let mut paren: syn::ExprParen = parse_quote_spanned!(place=> (()));
    *paren.expr = expr;
    Expr::Paren(paren)
}
