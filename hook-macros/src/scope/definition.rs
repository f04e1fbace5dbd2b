//! The walk into the definition of a macro within the function. What a hook in there sees is what the definition sees,
//! and what the macro itself binds. What else the definition names may be moved or borrowed wherever it is called.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::Block;
use syn::parse::Parser;
use syn::visit::Visit;

use super::macros::remaining;
use super::walk::Walk;
use crate::syntax::hook;

/// How a name begins that stands for a `$a` while a definition is read.
const VARIABLE: &str = "__hookable_variable_";

/// Returns whether a name stands for what the caller of the macro gives.
pub(super) fn is_variable(ident: &Ident) -> bool {
    ident.to_string().starts_with(VARIABLE)
}

/// Walks the rules of a definition: `(pattern) => { code }; ..`.
pub(super) fn walk(walk: &mut Walk, tokens: &TokenStream) {
    for tree in tokens.clone() {
        if let TokenTree::Group(rule) = tree {
            walk.in_macro(false, |walk| match hook::any(&rule.stream()) {
                true => self::rule(walk, rule.stream()),
                false => remaining(walk, rule.stream()),
            });
        }
    }
}

fn rule(walk: &mut Walk, tokens: TokenStream) {
    match Block::parse_within.parse2(filled_in(tokens.clone())) {
        Ok(stmts) => walk.visit_block(&Block {
            brace_token: Default::default(),
            stmts,
        }),
        Err(_) => remaining(walk, tokens),
    }
}

/// Returns the code of a rule with a name for each variable, and with what is repeated once.
fn filled_in(tokens: TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let dollar = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '$');
        match (tree, trees.peek()) {
            (_, Some(TokenTree::Ident(name))) if dollar && name == "crate" => {}
            (_, Some(TokenTree::Ident(name))) if dollar => {
                let name = Ident::new(&format!("{VARIABLE}{name}"), name.span());
                out.extend([TokenTree::Ident(name)]);
                trees.next();
            }
            (_, Some(TokenTree::Group(repeated))) if dollar && repeated.delimiter() == Delimiter::Parenthesis => {
                out.extend(filled_in(repeated.stream()));
                trees.next();
                // The repetition ends with a sign that says how often; before it a separator may stand.
                for _ in 0..2 {
                    let next = trees.next();
                    if matches!(&next, Some(TokenTree::Punct(punct)) if "*+?".contains(punct.as_char())) {
                        break;
                    }
                }
            }
            (TokenTree::Group(group), _) => {
                let mut new = Group::new(group.delimiter(), filled_in(group.stream()));
                new.set_span(group.span());
                out.extend([TokenTree::Group(new)]);
            }
            (tree, _) => out.extend([tree]),
        }
    }
    out
}
