//! What the arguments of a hook compute is the user's code, and may panic. That is to cost the hook, not the program:
//! so the code is computed in a closure whose panic can be caught, where a closure means the same as the code in place.

use hook_rustc::Invocation;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;

use crate::plan::Level;
use crate::syntax::hook::names;

/// Macros of the standard library out of which no control flow leads.
const KNOWN: [&str; 8] = ["matches", "format", "vec", "concat", "stringify", "cfg", "line", "file"];

/// Returns whether code can be computed in a closure. It cannot if control flow may leave the function from it, nor if
/// the closure may capture more than the code uses in place: all of a variable before the edition of 2021, or of one
/// that is packed, and what a pattern like `_` takes nothing of.
///
/// `level` tells what the hook may take of a local as a whole, which the closure may then take, too. It is `None` for
/// names of other things.
pub(super) fn can_be_guarded(code: &impl ToTokens, level: impl Fn(&str) -> Option<Level>) -> bool {
    let code = code.to_token_stream();
    has_precise_captures() && stays(code.clone()) && captures_what_it_may(code, &level)
}

/// Returns whether closures capture only the parts of a variable that they name, as they do since the edition of 2021.
fn has_precise_captures() -> bool {
    Invocation::of_this_process().is_ok_and(|call| call.edition() >= 2021)
}

/// Returns whether no control flow leaves the code, as far as its tokens tell.
fn stays(code: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let is_macro = |at: usize| {
        matches!(tokens.get(at + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
            && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
    };
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            let leaves = matches!(
                &*name,
                "return" | "break" | "continue" | "await" | "yield" | "async" | "become"
            );
            !leaves && (!is_macro(at) || is_known(&tokens[..at], ident))
        }
        TokenTree::Punct(punct) => punct.as_char() != '?',
        TokenTree::Group(group) => stays(group.stream()),
        TokenTree::Literal(_) => true,
    })
}

/// Returns whether a macro of this name, behind these tokens, is one of the standard library's, as far as the file
/// tells.
fn is_known(before: &[TokenTree], name: &Ident) -> bool {
    let has_path = matches!(before, [.., TokenTree::Punct(punct)] if punct.as_char() == ':');
    KNOWN.iter().any(|known| name == known) && !has_path && !names::may_be_own(name.span(), name)
}

/// Returns whether a closure with the code may capture all of each local that the code names. Where the hook may only
/// read a local, the code must name no field, since it may write to that: of a packed struct the closure would then
/// borrow all mutably, and the code in place only the field.
fn captures_what_it_may(code: TokenStream, level: &impl Fn(&str) -> Option<Level>) -> bool {
    let mut names = Vec::new();
    let may_write = collect_names(code, &mut names);
    names.iter().filter_map(|name| level(name)).all(|level| match level {
        // A copy is taken where a future would have to keep what is borrowed.
        Level::None | Level::Copied => false,
        Level::Unique => true,
        Level::Snapshot | Level::Shared => !may_write,
    })
}

/// Adds the names in the code, and returns whether the code may write to a part of what they name: it has a field, or a
/// `mut`.
fn collect_names(code: TokenStream, names: &mut Vec<String>) -> bool {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let is = |at: Option<usize>, c: char| matches!(at.and_then(|at| tokens.get(at)), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    let mut may_write = false;
    for (at, token) in tokens.iter().enumerate() {
        // Two dots make a range.
        let is_member = is(at.checked_sub(1), '.') && !is(at.checked_sub(2), '.');
        match token {
            TokenTree::Ident(_) if is_member => {
                let is_call = matches!(tokens.get(at + 1), Some(TokenTree::Group(_))) || is(Some(at + 1), ':');
                may_write |= !is_call;
            }
            TokenTree::Ident(ident) => {
                may_write |= ident == "mut";
                names.push(ident.to_string());
            }
            TokenTree::Literal(_) => may_write |= is_member,
            TokenTree::Group(group) => may_write |= collect_names(group.stream(), names),
            TokenTree::Punct(_) => {}
        }
    }
    may_write
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::location;

    #[test]
    fn what_leaves_the_function_stays_in_it() {
        let file = location::file(proc_macro2::Span::call_site());
        names::know_aliases(file, names::aliases("macro_rules! vec { () => { return } }"));
        let check = |code: &str, expected: bool| assert_eq!(stays(code.parse().unwrap()), expected, "{code}");
        check("a.b(c) != 3 && !d[0]", true);
        check("matches!(x, Some(1))", true);
        check("x.ok()? == 1", false);
        check("f(|| { return 1; })", false);
        check("{ if a { break } true }", false);
        check("job.await", false);
        check("mine!(x)", false);
        check("vec![x].len() > 3", false);
        check("my::matches!(x)", false);
    }

    #[test]
    fn a_closure_captures_what_the_hook_may_take() {
        let level = |name: &str| match name {
            "mine" => Some(Level::Unique),
            "read" => Some(Level::Shared),
            "lent" => Some(Level::None),
            "copied" => Some(Level::Copied),
            _ => None,
        };
        let check = |code: &str, expected: bool| {
            let code: TokenStream = code.parse().unwrap();
            assert_eq!(captures_what_it_may(code.clone(), &level), expected, "{code}");
        };
        check("mine.a == 1 && f(other.b)", true);
        check("read[0] + read.len() > 3", true);
        check("mine == read.count::<u8>()", true);
        check("mine.a == read", false);
        check("(0..read).len() > mine.lent()", true);
        check("read.a == 1", false);
        check("read.0 == 1", false);
        check("f(&mut read)", false);
        check("lent.a == 1", false);
        check("f({ lent.a })", false);
        check("copied > 1", false);
        check("{ let _ = lent; true }", false);
    }
}
