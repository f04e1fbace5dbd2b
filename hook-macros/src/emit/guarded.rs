//! What the arguments of a hook compute is the user's code, and may panic. That is to cost the hook, not the program:
//! so the code is computed in a closure whose panic can be caught, where a closure means the same as the code in place.

use hook_rustc::Invocation;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// Macros of the standard library out of which no control flow leads.
const KNOWN: [&str; 8] = ["matches", "format", "vec", "concat", "stringify", "cfg", "line", "file"];

/// Returns whether code can be computed in a closure. It cannot if control flow may leave the function from it, nor
/// where closures capture whole variables, because the closure would then borrow more than the code in place does. Nor
/// can it if it has a `let`: rustc has a closure read what a pattern like `_` takes nothing of, and it may be moved.
pub(super) fn can_be_guarded(code: &impl ToTokens) -> bool {
    has_precise_captures() && stays(code.to_token_stream())
}

/// Returns whether closures capture only the parts of a variable that they name, as they do since the edition of 2021.
fn has_precise_captures() -> bool {
    Invocation::of_this_process().is_ok_and(|call| call.edition() >= 2021)
}

/// Returns whether no control flow leaves the code, and it has no `let`, as far as its tokens tell.
fn stays(code: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let is_macro = |at: usize| {
        matches!(tokens.get(at + 1), Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
            && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
    };
    tokens.iter().enumerate().all(|(at, token)| match token {
        TokenTree::Ident(ident) => {
            let name = ident.to_string();
            let stays_in_place = matches!(
                &*name,
                "return" | "break" | "continue" | "await" | "yield" | "async" | "become" | "let"
            );
            !stays_in_place && (!is_macro(at) || KNOWN.contains(&&*name))
        }
        TokenTree::Punct(punct) => punct.as_char() != '?',
        TokenTree::Group(group) => stays(group.stream()),
        TokenTree::Literal(_) => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_function_stays_in_it() {
        let check = |code: &str, expected: bool| assert_eq!(stays(code.parse().unwrap()), expected, "{code}");
        check("a.b(c) != 3 && !d[0]", true);
        check("matches!(x, Some(1))", true);
        check("x.ok()? == 1", false);
        check("f(|| { return 1; })", false);
        check("{ if a { break } true }", false);
        check("job.await", false);
        check("mine!(x)", false);
        check("{ let _ = moved; true }", false);
    }
}
