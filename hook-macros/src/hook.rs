//! Finding `hook!` in a function, and what was written in its parentheses.
//!
//! [`mark`] replaces the arguments of every `hook!` by a number, wherever it stands, also in the tokens of other macros, and
//! numbers the bodies around them. The scope walk and the emission then agree on which hook is which without having to walk
//! in the same order.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, LitStr, Macro, Meta, Path, Token, parse_quote};

const MARK: &str = "__hookable_mark";
const BODY: &str = "__hookable_body";

/// A `hook!` as written.
pub(crate) struct Hook {
    pub(crate) span: Span,
    pub(crate) args: HookArgs,
}

/// What stands in the parentheses of a `hook!`.
#[derive(Default)]
pub(crate) struct HookArgs {
    /// The banner's message and its format arguments.
    pub(crate) message: Option<TokenStream>,
    pub(crate) read_only: bool,
    pub(crate) target: Option<LitStr>,
    pub(crate) when: Option<Expr>,
    pub(crate) every: Option<Expr>,
}

impl Parse for HookArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut args = HookArgs::default();
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            args.message = Some(text.to_token_stream());
            input.parse::<Option<Token![,]>>()?;
        }
        while !input.is_empty() {
            if !args.option(input)? {
                let at = input.span();
                let value = if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                    let name: Ident = input.parse()?;
                    input.parse::<Token![=]>()?;
                    let value: Expr = input.parse()?;
                    quote!(#name = #value)
                } else {
                    input.parse::<Expr>()?.into_token_stream()
                };
                match &mut args.message {
                    Some(message) => message.extend(quote!(, #value)),
                    None => {
                        let help = "expected a message in quotes, or one of `read_only`, `target = \"..\"`, `when = EXPR`, `every = N`";
                        return Err(syn::Error::new(at, help));
                    }
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }
}

impl HookArgs {
    fn option(&mut self, input: ParseStream<'_>) -> syn::Result<bool> {
        let fork = input.fork();
        let Ok(name) = fork.parse::<Ident>() else {
            return Ok(false);
        };
        let valued = fork.peek(Token![=]) && !fork.peek(Token![==]);
        let taken = match name.to_string().as_str() {
            "read_only" if !valued => std::mem::replace(&mut self.read_only, true),
            "target" if valued => self.target.is_some(),
            "when" if valued => self.when.is_some(),
            "every" if valued => self.every.is_some(),
            _ => return Ok(false),
        };
        if taken {
            return Err(syn::Error::new(name.span(), format!("`{name}` is given twice")));
        }
        input.parse::<Ident>()?;
        if valued {
            input.parse::<Token![=]>()?;
        }
        match name.to_string().as_str() {
            "target" => self.target = Some(input.parse()?),
            "when" => self.when = Some(input.parse()?),
            "every" => self.every = Some(input.parse()?),
            _ => {}
        }
        Ok(true)
    }
}

/// Whether any `hook!` stands in these tokens.
pub(crate) fn any(tokens: &TokenStream) -> bool {
    let mut calls = false;
    replace(tokens.clone(), &mut |_, args| {
        calls = true;
        args
    });
    calls
}

/// Whether an item has a `#[hookable]` of its own.
pub(crate) fn is_hookable(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .any(|attr| attr.path().segments.last().is_some_and(|last| last.ident == "hookable"))
}

/// `hook`, `hookable::hook`: the last two segments say it.
fn is_hook(path: &Path) -> bool {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    segments.next().is_some_and(|last| last == "hook")
        && segments
            .next()
            .is_none_or(|owner| owner == "hookable" || owner == "crate")
}

/// The number of a marked `hook!`.
pub(crate) fn marked(mac: &Macro) -> Option<usize> {
    is_hook(&mac.path).then(|| marker(&mac.tokens)).flatten()
}

/// The number in the arguments of a marked `hook!`.
pub(crate) fn marker(args: &TokenStream) -> Option<usize> {
    let mut trees = args.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(ident)), Some(TokenTree::Literal(number))) if ident == MARK => {
            number.to_string().parse().ok()
        }
        _ => None,
    }
}

/// The number that [`mark`] gave a function, closure or async block.
pub(crate) fn body_number(attrs: &[Attribute]) -> Option<usize> {
    attrs.iter().find_map(|attr| match &attr.meta {
        Meta::List(list) if list.path.is_ident(BODY) => list.tokens.to_string().parse().ok(),
        _ => None,
    })
}

/// Takes the number off again.
pub(crate) fn unmark_body(attrs: &mut Vec<Attribute>) -> Option<usize> {
    let number = body_number(attrs);
    attrs.retain(|attr| !attr.path().is_ident(BODY));
    number
}

/// Marks every hook in a block, and gives them in the order of their numbers. Mistakes are added to `errors`; such a hook
/// is marked all the same, as if its arguments were empty.
pub(crate) fn mark(block: &mut syn::Block, errors: &mut Vec<syn::Error>) -> Vec<Hook> {
    let mut mark = Mark {
        hooks: Vec::new(),
        bodies: 0,
        errors,
    };
    mark.visit_block_mut(block);
    mark.hooks
}

struct Mark<'e> {
    hooks: Vec<Hook>,
    bodies: usize,
    errors: &'e mut Vec<syn::Error>,
}

impl Mark<'_> {
    fn tokens(&mut self, tokens: TokenStream) -> TokenStream {
        replace(tokens, &mut |span, args| self.add(span, args))
    }

    fn add(&mut self, span: Span, tokens: TokenStream) -> TokenStream {
        let args = syn::parse2(tokens).unwrap_or_else(|error| {
            self.errors.push(error);
            HookArgs::default()
        });
        self.hooks.push(Hook { span, args });
        let (name, number) = (Ident::new(MARK, span), Literal::usize_unsuffixed(self.hooks.len() - 1));
        quote!(#name #number)
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

    /// Where no hook can stand: says so, and takes them out.
    fn constant<T: Parse + ToTokens>(&mut self, code: &mut T, at: Span, what: &str) {
        if any(&code.to_token_stream()) {
            let message = format!("`hook!` cannot stand in {what}: it is evaluated at compile time");
            self.errors.push(syn::Error::new(at, message));
            silence(code);
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

impl VisitMut for Mark<'_> {
    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let tokens = std::mem::take(&mut mac.tokens);
        let name = mac
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        mac.tokens = match name.as_str() {
            _ if is_hook(&mac.path) => self.add(mac.path.span(), tokens),
            // Only the text counts there.
            "stringify" => tokens,
            "assert" | "debug_assert" => {
                let marked = self.tokens(tokens.clone());
                assertion(tokens, marked)
            }
            _ => self.tokens(tokens),
        };
    }

    fn visit_expr_closure_mut(&mut self, expr: &mut syn::ExprClosure) {
        let before = self.hooks.len();
        visit_mut::visit_expr_closure_mut(self, expr);
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
        if item.sig.constness.is_some() {
            return self.constant(&mut item.block, item.sig.ident.span(), "a `const fn`");
        }
        let before = self.hooks.len();
        visit_mut::visit_item_fn_mut(self, item);
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        if item.sig.constness.is_some() {
            return self.constant(&mut item.block, item.sig.ident.span(), "a `const fn`");
        }
        let before = self.hooks.len();
        visit_mut::visit_impl_item_fn_mut(self, item);
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_trait_item_fn_mut(&mut self, item: &mut syn::TraitItemFn) {
        if is_hookable(&item.attrs) {
            return;
        }
        let before = self.hooks.len();
        visit_mut::visit_trait_item_fn_mut(self, item);
        self.body(|attr| push(&mut item.attrs, attr), before);
    }

    fn visit_expr_const_mut(&mut self, expr: &mut syn::ExprConst) {
        self.constant(&mut expr.block, expr.const_token.span, "a `const` block");
    }

    fn visit_item_const_mut(&mut self, item: &mut syn::ItemConst) {
        self.constant(&mut item.expr, item.const_token.span, "a `const`");
    }

    fn visit_item_static_mut(&mut self, item: &mut syn::ItemStatic) {
        self.constant(&mut item.expr, item.static_token.span, "a `static`");
    }

    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        let at = ty.span();
        self.constant(ty, at, "a type");
    }

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}
}

/// `assert!(x)` says what `x` is when it fails: with a hook in `x`, what the user wrote and not what becomes of it.
fn assertion(written: TokenStream, marked: TokenStream) -> TokenStream {
    match any(&written) && syn::parse2::<Expr>(written.clone()).is_ok() {
        true => quote!(#marked, "{}", ::core::concat!("assertion failed: ", ::core::stringify!(#written))),
        false => marked,
    }
}

fn push(attrs: &mut Vec<Attribute>, attr: &Attribute) -> bool {
    attrs.push(attr.clone());
    true
}

/// Replaces the arguments of every `hook!` in a token stream; `with` gets the span of its path.
pub(crate) fn replace(tokens: TokenStream, with: &mut dyn FnMut(Span, TokenStream) -> TokenStream) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        out.push(match tree {
            TokenTree::Group(group) => {
                let inside = match called(&out) {
                    // Only the text counts there.
                    Some("stringify") => group.stream(),
                    Some("hook") if group.delimiter() != Delimiter::None => with(name_of(&out), group.stream()),
                    _ => replace(group.stream(), with),
                };
                regroup(&group, inside)
            }
            tree => tree,
        });
    }
    out.into_iter().collect()
}

fn regroup(group: &Group, inside: TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), inside);
    new.set_span(group.span());
    new.into()
}

/// The macro that is called if the tokens so far end in `hook !` or `stringify !`; `other::hook !` is another's.
fn called(before: &[TokenTree]) -> Option<&'static str> {
    let [rest @ .., TokenTree::Ident(name), TokenTree::Punct(bang)] = before else {
        return None;
    };
    let owned = match rest {
        [.., TokenTree::Ident(owner), TokenTree::Punct(a), TokenTree::Punct(b)]
            if a.as_char() == ':' && b.as_char() == ':' =>
        {
            owner == "hookable" || owner == "crate"
        }
        _ => true,
    };
    match bang.as_char() {
        '!' if name == "hook" && owned => Some("hook"),
        '!' if name == "stringify" => Some("stringify"),
        _ => None,
    }
}

/// Where the name stands in tokens that end in `name !`.
fn name_of(before: &[TokenTree]) -> Span {
    before[before.len() - 2].span()
}

/// Puts code in the place of every marker in a token stream.
pub(crate) fn refill(tokens: TokenStream, with: &mut dyn FnMut(usize) -> TokenStream) -> TokenStream {
    replace(tokens, &mut |_, args| match marker(&args) {
        Some(number) => with(number),
        None => args,
    })
}
