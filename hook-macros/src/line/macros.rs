//! The walk of a typed line into the arguments of a macro, which is not expanded yet.

use hook_rustc::std_macros;
use proc_macro2::{Delimiter, Group, Ident, LineColumn, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Block, Expr, Macro, Token};

use super::visit::LineRewrite;
use crate::scope::arguments_of_matches;

/// Macros of other libraries whose arguments are expressions.
const OF_EXPRESSIONS: [&str; 2] = ["ready", "addr_of"];

pub(super) fn walk(rewrite: &mut LineRewrite<'_>, mac: &mut Macro) {
    let name = mac.path.segments.last().map(|last| last.ident.to_string());
    let name = name.unwrap_or_default();
    let name = name.as_str();
    if std_macros::OF_TEXT.contains(&name) || name == "macro_rules" {
        return;
    }
    let tokens = std::mem::take(&mut mac.tokens);
    let known = std_macros::OF_EXPRESSIONS.contains(&name) || OF_EXPRESSIONS.contains(&name);
    mac.tokens = match name {
        "matches" => matches(rewrite, &tokens),
        "assert" | "debug_assert" => condition(rewrite, &tokens),
        "dbg" if mac.path.segments.len() == 1 => shown(rewrite, &tokens),
        _ => None,
    }
    .or_else(|| list(rewrite, &tokens, known))
    .or_else(|| block(rewrite, &tokens))
    .unwrap_or_else(|| self::tokens(rewrite, tokens));
}

/// Rewrites expressions between commas or semicolons. A macro that is not known to take expressions may want a name
/// where it gets one.
fn list(rewrite: &mut LineRewrite<'_>, tokens: &TokenStream, known: bool) -> Option<TokenStream> {
    let parse = |input: ParseStream<'_>| -> syn::Result<Vec<(Expr, Option<TokenTree>)>> {
        let mut all = Vec::new();
        while !input.is_empty() {
            let expr = input.parse()?;
            let comma = if input.peek(Token![,]) || input.peek(Token![;]) {
                Some(input.parse::<TokenTree>()?)
            } else if input.is_empty() {
                None
            } else {
                return Err(input.error("expected a comma"));
            };
            all.push((expr, comma));
        }
        Ok(all)
    };
    let mut all = parse.parse2(tokens.clone()).ok()?;
    for (expr, _) in &mut all {
        match expr {
            // `name = value`
            Expr::Assign(named) => rewrite.visit_expr_mut(&mut named.right),
            Expr::Path(path) if !known => {
                if let Some(ident) = path.path.get_ident() {
                    rewrite.unclear(ident);
                }
            }
            expr => {
                match known {
                    true => rewrite.look(),
                    false => rewrite.written(expr, false),
                }
                rewrite.visit_expr_mut(expr);
            }
        }
    }
    Some(all.into_iter().map(|(expr, comma)| quote!(#expr #comma)).collect())
}

fn matches(rewrite: &mut LineRewrite<'_>, tokens: &TokenStream) -> Option<TokenStream> {
    let (mut expr, mut pattern, mut guard) = arguments_of_matches.parse2(tokens.clone()).ok()?;
    rewrite.visit_expr_mut(&mut expr);
    rewrite.arm(&mut pattern, &mut guard.iter_mut().collect::<Vec<_>>());
    let guard = guard.map(|guard| quote!(if #guard));
    Some(quote!(#expr, #pattern #guard))
}

/// Rewrites the condition of an `assert!` without a message, which then reports the condition in its own words.
fn condition(rewrite: &mut LineRewrite<'_>, tokens: &TokenStream) -> Option<TokenStream> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let list = list.parse2(tokens.clone()).ok()?;
    let [mut expr] = <[Expr; 1]>::try_from(list.into_iter().collect::<Vec<_>>()).ok()?;
    let before = quote!(#expr).to_string();
    rewrite.visit_expr_mut(&mut expr);
    if quote!(#expr).to_string() == before {
        return Some(tokens.clone());
    }
    let said = format!("assertion failed: {}", text(tokens));
    Some(quote!(#expr, "{}", #said))
}

/// Rewrites the arguments of the line's own `dbg!`, which shows what was typed.
fn shown(rewrite: &mut LineRewrite<'_>, tokens: &TokenStream) -> Option<TokenStream> {
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let all = list.parse2(tokens.clone()).ok()?;
    let all = all.into_iter().map(|mut expr| {
        let said = text(&quote!(#expr));
        rewrite.visit_expr_mut(&mut expr);
        quote!(#said, #expr,)
    });
    let all: Vec<TokenStream> = all.collect();
    (!all.is_empty()).then(|| quote!(@ #(#all)*))
}

/// Returns tokens as they were typed, on one line.
fn text(tokens: &TokenStream) -> String {
    let (mut out, mut end) = (String::new(), None);
    leaves(tokens.clone(), &mut |leaf, from, to| {
        if end.is_some_and(|end| end != from) {
            out.push(' ');
        }
        out += leaf;
        end = Some(to);
    });
    out
}

/// Visits each token with its first and last place. Of a group that was parsed and written again, only the places of
/// the whole are known.
fn leaves(tokens: TokenStream, each: &mut dyn FnMut(&str, LineColumn, LineColumn)) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let (start, end) = (group.span_open().start(), group.span_close().end());
                let beside = |place: LineColumn, by: isize| LineColumn {
                    column: place.column.saturating_add_signed(by),
                    ..place
                };
                each(open, start, beside(start, open.len().cast_signed()));
                leaves(group.stream(), each);
                each(close, beside(end, -close.len().cast_signed()), end);
            }
            tree => each(&tree.to_string(), tree.span().start(), tree.span().end()),
        }
    }
}

fn block(rewrite: &mut LineRewrite<'_>, tokens: &TokenStream) -> Option<TokenStream> {
    let stmts = Block::parse_within.parse2(tokens.clone()).ok()?;
    let mut block = Block {
        brace_token: Default::default(),
        stmts,
    };
    rewrite.visit_block_mut(&mut block);
    let stmts = block.stmts;
    Some(quote!(#(#stmts)*))
}

/// Rewrites tokens that are nothing known. A name that may mean a place does mean it, unless what stands around it says
/// that it is no expression.
pub(super) fn tokens(rewrite: &mut LineRewrite<'_>, tokens: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |at: Option<usize>| match at.and_then(|at| trees.get(at)) {
        Some(TokenTree::Punct(punct)) => punct.as_char(),
        _ => ' ',
    };
    let mut out = TokenStream::new();
    for (at, tree) in trees.iter().enumerate() {
        let (before, after) = (punct(at.checked_sub(1)), punct(Some(at + 1)));
        let other = match (before, after) {
            ('.', _) => punct(at.checked_sub(2)) != '.',
            ('?' | '%', _) => punct(at.checked_sub(2)) != '=',
            ('$' | '#' | '\'' | '@' | '|', _) => true,
            (':', _) => punct(at.checked_sub(2)) == ':',
            (_, ':' | '@') => true,
            (_, '!') => punct(Some(at + 2)) != '=',
            (_, '=') => !matches!(punct(Some(at + 2)), '='),
            _ => false,
        };
        let keyword = matches!(at.checked_sub(1).and_then(|at| trees.get(at)),
            Some(TokenTree::Ident(ident)) if ["let", "mut", "ref", "fn", "for"].iter().any(|word| ident == word));
        match tree {
            TokenTree::Group(group) => {
                let inside = self::tokens(rewrite, group.stream());
                // A new group has one place for both of its brackets, and an error about one of them is then about all
                // of it.
                if has_reference(rewrite, group.stream()) {
                    let mut inside = Group::new(group.delimiter(), inside);
                    inside.set_span(group.span());
                    out.extend([TokenTree::Group(inside)]);
                } else {
                    out.extend([tree.clone()]);
                }
            }
            TokenTree::Ident(ident) if keyword || other => {
                rewrite.unclear(ident);
                out.extend([tree.clone()]);
            }
            TokenTree::Ident(ident) => {
                rewrite.unclear(ident);
                out.extend(reference(rewrite, ident));
            }
            _ => out.extend([tree.clone()]),
        }
    }
    out
}

fn has_reference(rewrite: &LineRewrite<'_>, tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Group(group) => has_reference(rewrite, group.stream()),
        TokenTree::Ident(ident) => rewrite.is_reference(&ident),
        _ => false,
    })
}

fn reference(rewrite: &LineRewrite<'_>, ident: &Ident) -> TokenStream {
    match rewrite.is_reference(ident) {
        true => quote_spanned!(ident.span()=> (*#ident)),
        false => quote!(#ident),
    }
}
