//! Finding the exits of a function.

use proc_macro2::{Ident, Span, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Label, Lifetime, ReturnType, Stmt, Type, parse_quote, parse_quote_spanned};

use super::obstacle::obstacle;
use super::{UNDER, is_exposed};
use crate::syntax::function::{Function, returns_impl};
use crate::syntax::hook::EXIT;
use crate::syntax::root;

/// Exposes every exit of a function, and of the closures and async blocks in it.
pub(crate) fn expose(function: &mut Function) {
    let output = &function.sig.output;
    let mut exposing = Exposing {
        own: true,
        tries: last_name(output).is_none_or(|name| name != "Option"),
        returns: !returns_impl(output) && last_name(output).is_some_and(|name| !is_no_result(&name)),
        around: Vec::new(),
    };
    match exposing.returns {
        true => exposing.end_of_block(&mut function.block),
        false => exposing.visit_block_mut(&mut function.block),
    }
}

/// Puts a hook for panics at the beginning of a function.
pub(crate) fn expose_panics(function: &mut Function) {
    let at = function.sig.ident.span();
    let (under, exit) = (Ident::new(UNDER, Span::mixed_site()), Ident::new(EXIT, at));
    let private = root::private();
    let stmt: Stmt = parse_quote!(let #under = #private::under(|| { #exit!(panic); }););
    function.block.stmts.insert(0, stmt);
}

struct Exposing {
    /// The current point is in no closure and no async block.
    own: bool,
    /// A `?` of the function's own body is an exit.
    tries: bool,
    /// What the function returns may be an error.
    returns: bool,
    /// What a `break` at the current point can end, the innermost last.
    around: Vec<Breakable>,
}

/// A loop, or a block with a label.
struct Breakable {
    label: Option<Lifetime>,
    is_loop: bool,
    /// The function returns its value.
    is_end: bool,
}

/// Returns the last name in the path of the type that is returned; `None` if there is no path.
fn last_name(output: &ReturnType) -> Option<Ident> {
    let ReturnType::Type(_, ty) = output else { return None };
    match &**ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.clone()),
        _ => None,
    }
}

/// Returns whether a type of this name is surely no `Result`. Of any other, rustc is asked.
fn is_no_result(name: &Ident) -> bool {
    const OTHERS: [&str; 31] = [
        "Option",
        "Self",
        "String",
        "Vec",
        "Box",
        "Rc",
        "Arc",
        "bool",
        "char",
        "str",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "HashMap",
        "BTreeMap",
        "HashSet",
        "BTreeSet",
        "PathBuf",
        "ExitCode",
        "ControlFlow",
    ];
    OTHERS.iter().any(|other| name == other)
}

impl Exposing {
    /// Exposes a block whose value the function returns.
    fn end_of_block(&mut self, block: &mut Block) {
        let end = match block.stmts.last() {
            Some(Stmt::Expr(_, None)) => block.stmts.len() - 1,
            _ => block.stmts.len(),
        };
        let (before, end) = block.stmts.split_at_mut(end);
        before.iter_mut().for_each(|stmt| self.visit_stmt_mut(stmt));
        if let [Stmt::Expr(end, None)] = end {
            self.end(end);
        }
    }

    /// Exposes an expression whose value the function returns.
    fn end(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Block(block) => match block.label.clone() {
                None => self.end_of_block(&mut block.block),
                Some(label) => self.within(Some(label), false, true, |this| this.end_of_block(&mut block.block)),
            },
            Expr::Loop(endless) => {
                self.within(endless.label.clone(), true, true, |this| {
                    this.visit_block_mut(&mut endless.body);
                });
            }
            Expr::Unsafe(block) => self.end_of_block(&mut block.block),
            Expr::Paren(paren) => self.end(&mut paren.expr),
            Expr::If(branches) => {
                self.visit_expr_mut(&mut branches.cond);
                self.end_of_block(&mut branches.then_branch);
                if let Some((_, otherwise)) = &mut branches.else_branch {
                    self.end(otherwise);
                }
            }
            Expr::Match(matched) => {
                self.visit_expr_mut(&mut matched.expr);
                for arm in &mut matched.arms {
                    let body = std::mem::replace(&mut *arm.body, parse_quote!(()));
                    self.visit_arm_mut(arm);
                    *arm.body = body;
                    self.end(&mut arm.body);
                }
            }
            _ => self.value(expr),
        }
    }

    /// Exposes what stands in a loop or in a block with a label.
    fn within(&mut self, label: Option<Label>, is_loop: bool, is_end: bool, inside: impl FnOnce(&mut Self)) {
        let label = label.map(|label| label.name);
        self.around.push(Breakable { label, is_loop, is_end });
        inside(self);
        self.around.pop();
    }

    /// Returns whether the value of a `break` is what the function returns.
    fn is_end(&self, label: Option<&Lifetime>) -> bool {
        let is_meant = |around: &&Breakable| match label {
            Some(_) => around.label.as_ref() == label,
            None => around.is_loop,
        };
        self.around
            .iter()
            .rev()
            .find(is_meant)
            .is_some_and(|around| around.is_end)
    }

    /// Exposes the body of a closure or an async block, which has exits of its own.
    fn apart(&mut self, inside: impl FnOnce(&mut Self)) {
        let own = std::mem::replace(&mut self.own, false);
        let around = std::mem::take(&mut self.around);
        inside(self);
        self.around = around;
        self.own = own;
    }

    /// Exposes a value that is returned, if it may be an error.
    fn value(&mut self, expr: &mut Expr) {
        let may_fail = match &*expr {
            Expr::Call(call) => attrs_are_plain(&call.attrs) && !is_named(&call.func, &["Ok", "Some"]),
            Expr::MethodCall(call) => attrs_are_plain(&call.attrs),
            Expr::Await(wait) => attrs_are_plain(&wait.attrs),
            Expr::Path(path) => attrs_are_plain(&path.attrs),
            Expr::Field(field) => attrs_are_plain(&field.attrs),
            _ => false,
        };
        let (start, original) = (start(expr), expr.clone());
        self.visit_expr_mut(expr);
        if may_fail {
            exposed(expr, original, start, true);
        }
    }
}

fn attrs_are_plain(attrs: &[syn::Attribute]) -> bool {
    attrs.is_empty()
}

/// Returns whether an expression is a path that ends in one of these names.
pub(super) fn is_named(expr: &Expr, names: &[&str]) -> bool {
    match expr {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| names.iter().any(|name| last.ident == name)),
        _ => false,
    }
}

fn start(code: &impl ToTokens) -> Span {
    let first = code.to_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |tree| match tree {
        TokenTree::Group(group) => group.span_open(),
        tree => tree.span(),
    })
}

/// Makes an exit of an expression; `original` is what it was before anything in it was exposed. `returned` says that it
/// is what the function returns, and not what stands before a `?`.
fn exposed(expr: &mut Expr, original: Expr, at: Span, returned: bool) {
    let again: Expr = match obstacle(&original) {
        Some(why) => parse_quote!(#why),
        None => original,
    };
    let (name, inner) = (Ident::new(EXIT, at), std::mem::replace(expr, parse_quote!(())));
    let mut call: syn::ExprCall = parse_quote_spanned!(at=> #name((), (), #returned, { #name!(); }));
    for (argument, code) in call.args.iter_mut().zip([inner, again]) {
        *argument = code;
    }
    *expr = Expr::Call(call);
}

impl VisitMut for Exposing {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            // Nothing in there is evaluated when the function runs.
            Expr::Const(_) => {}
            Expr::Try(tried) if !self.own || self.tries => {
                let (at, original) = (tried.question_token.span(), (*tried.expr).clone());
                self.visit_expr_mut(&mut tried.expr);
                if !is_exposed(&tried.expr) {
                    exposed(&mut tried.expr, original, at, false);
                }
            }
            Expr::Return(returned) if self.own && self.returns => {
                if let Some(value) = &mut returned.expr {
                    self.end(value);
                }
            }
            Expr::Break(broken) if self.is_end(broken.label.as_ref()) => {
                if let Some(value) = &mut broken.expr {
                    self.end(value);
                }
            }
            Expr::Block(block) if block.label.is_some() => {
                self.within(block.label.clone(), false, false, |this| {
                    this.visit_block_mut(&mut block.block);
                });
            }
            Expr::Loop(endless) => {
                self.within(endless.label.clone(), true, false, |this| {
                    this.visit_block_mut(&mut endless.body);
                });
            }
            Expr::While(repeated) => {
                self.within(repeated.label.clone(), true, false, |this| {
                    visit_mut::visit_expr_while_mut(this, repeated);
                });
            }
            Expr::ForLoop(repeated) => {
                self.visit_expr_mut(&mut repeated.expr);
                self.within(repeated.label.clone(), true, false, |this| {
                    this.visit_block_mut(&mut repeated.body);
                });
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        self.apart(|this| this.visit_expr_mut(&mut closure.body));
    }

    fn visit_expr_async_mut(&mut self, block: &mut syn::ExprAsync) {
        self.apart(|this| this.visit_block_mut(&mut block.block));
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    fn visit_type_mut(&mut self, _: &mut Type) {}
    fn visit_macro_mut(&mut self, _: &mut syn::Macro) {}
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}
    fn visit_generic_argument_mut(&mut self, _: &mut syn::GenericArgument) {}
}
