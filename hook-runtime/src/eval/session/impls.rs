//! The rule by which an impl may take the place of an earlier one. Pure.
//!
//! All code sees an impl, wherever it stands, so an impl that is typed anew also changes what earlier lines mean. That
//! is sound only if no type that exists changes with it and keeps its identity. No type can if one of these holds:
//!
//! - The trait or the type was typed at the prompt. Then it gets a new identity, see [`crate::eval::codegen::nest`],
//!   and so does every type that has it as a part.
//! - It is an inherent impl of functions that only the bodies of their callers depend on: it has no `const fn`, no
//!   `async fn`, no `impl Trait` and no constant.
//! - Nothing differs but the bodies of its functions.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The parts of an impl that the rule needs.
struct Impl {
    /// The trait of the impl. An inherent impl has `None`.
    of: Option<Vec<TokenTree>>,
    of_type: Vec<TokenTree>,
    generics: Vec<String>,
    /// The signatures of its functions, in order. There are none if something in the impl is more than a plain
    /// function.
    functions: Option<Vec<String>>,
    /// The names of its constants.
    constants: Vec<String>,
}

/// Returns whether `new` may stand for `old`. `own` are the types and traits that were typed at the prompt.
pub(crate) fn may_replace(old: &str, new: &str, own: &[&str]) -> bool {
    let (Some(old), Some(new)) = (Impl::parse(old), Impl::parse(new)) else {
        return false;
    };
    if old.is_own(own) && new.is_own(own) {
        return true;
    }
    let (Some(before), Some(after)) = (&old.functions, &new.functions) else {
        return false;
    };
    let is_plain = |text: &String| !own.iter().any(|own| crate::eval::parse::mentions(text, own));
    match (&old.of, &new.of) {
        (None, None) => true,
        (Some(_), Some(_)) => before == after && before.iter().all(is_plain),
        _ => false,
    }
}

/// Returns the constants that an inherent impl gives to a type that was not typed at the prompt. In the program, their
/// names may mean a trait's constant, for example in the length of an array, and a type with such an array would then
/// exist twice.
pub(crate) fn constants(text: &str, own: &[&str]) -> Vec<String> {
    let Some(new) = Impl::parse(text).filter(|new| new.of.is_none() && !new.is_own(own)) else {
        return Vec::new();
    };
    new.constants
}

fn is_word(tree: Option<&TokenTree>, word: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

/// Counts the trees of a list in angle brackets that may begin here.
fn angles(trees: &[TokenTree]) -> usize {
    let mut open = 0usize;
    for (at, tree) in trees.iter().enumerate() {
        let arrow = at > 0 && is_punct(trees.get(at - 1), '-');
        if is_punct(Some(tree), '<') {
            open += 1;
        } else if is_punct(Some(tree), '>') && !arrow {
            open = open.saturating_sub(1);
        }
        if open == 0 {
            return if at == 0 { 0 } else { at + 1 };
        }
    }
    trees.len()
}

impl Impl {
    fn parse(text: &str) -> Option<Impl> {
        let trees: Vec<TokenTree> = TokenStream::from_str(text).ok()?.into_iter().collect();
        // An impl with an attribute may become anything.
        let unsafety = usize::from(is_word(trees.first(), "unsafe"));
        if !is_word(trees.get(unsafety), "impl") {
            return None;
        }
        let rest = &trees[unsafety + 1..];
        let (generics, rest) = rest.split_at(angles(rest));
        let brace = rest
            .iter()
            .position(|tree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))?;
        let (head, body) = (&rest[..brace], &rest[brace]);
        let end = head.iter().position(|tree| is_word(Some(tree), "where"));
        let head = &head[..end.unwrap_or(head.len())];
        let mut split = None;
        let mut at = 0;
        while at < head.len() {
            if is_word(head.get(at), "for") && !is_punct(head.get(at + 1), '<') {
                split = Some(at);
                break;
            }
            at += angles(&head[at..]).max(1);
        }
        let (of, of_type) = match split {
            Some(at) => (Some(head[..at].to_vec()), head[at + 1..].to_vec()),
            None => (None, head.to_vec()),
        };
        let names = generics.iter().filter_map(|tree| match tree {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            _ => None,
        });
        let TokenTree::Group(body) = body else { return None };
        Some(Impl {
            of,
            of_type,
            generics: names.collect(),
            functions: functions(body.stream()),
            constants: of_constants(body.stream()),
        })
    }

    /// Returns whether the impl's trait or type is one of these, by its plain name.
    fn is_own(&self, own: &[&str]) -> bool {
        let is_own = |path: &[TokenTree]| {
            let Some(TokenTree::Ident(first)) = path.first() else {
                return false;
            };
            let name = first.to_string();
            !is_punct(path.get(1), ':')
                && !is_punct(path.get(1), '!')
                && own.contains(&&*name)
                && !self.generics.contains(&name)
        };
        is_own(&self.of_type) || self.of.as_deref().is_some_and(is_own)
    }
}

fn of_constants(body: TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let pairs = trees.windows(2).filter_map(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Ident(name)] if word == "const" => Some(name.to_string()),
        _ => None,
    });
    // In a `const fn` the next word is `fn`, and there is no constant.
    pairs
        .filter(|name| !["fn", "unsafe", "async", "extern"].contains(&&**name))
        .collect()
}

/// Returns the signatures of functions, in order. Returns `None` if there is anything else, or a function whose type
/// depends on its body.
fn functions(body: TokenStream) -> Option<Vec<String>> {
    let mut signatures = Vec::new();
    let mut one: Vec<TokenTree> = Vec::new();
    for tree in body {
        let ends = matches!(&tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        if !ends {
            one.push(tree);
            continue;
        }
        let text = std::mem::take(&mut one)
            .into_iter()
            .collect::<TokenStream>()
            .to_string();
        let has = |word| crate::eval::parse::mentions(&text, word);
        let plain = has("fn") && !["const", "async", "impl", "type"].iter().any(|word| has(word));
        if !plain || text.contains(['#', '!']) {
            return None;
        }
        signatures.push(text);
    }
    one.is_empty().then_some(signatures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: bool) {
        assert_eq!(may_replace(old, new, &["Own", "Trait"]), expected, "{old} {new}");
    }

    #[test]
    fn constants_of_types_of_the_program() {
        assert_eq!(
            constants(
                "impl<T> P<T> { const N: usize = 1; pub const fn f() {} const M: u8 = 2; }",
                &["Own"]
            ),
            ["N", "M"]
        );
        assert!(constants("impl Own { const N: usize = 1; }", &["Own"]).is_empty());
        assert!(constants("impl Tr for P { const N: usize = 1; }", &["Own"]).is_empty());
    }

    #[test]
    fn of_what_was_typed() {
        check(
            "impl Own { const N: usize = 1; }",
            "impl Own { const N: usize = 2; }",
            true,
        );
        check(
            "impl Tr for Own { type Out = u8; }",
            "impl Tr for Own { type Out = u16; }",
            true,
        );
        check(
            "impl<T> Trait for T { type Out = u8; }",
            "impl<T> Trait for T { type Out = T; }",
            true,
        );
        check(
            "impl<Own> Tr for Own { type Out = u8; }",
            "impl<Own> Tr for Own { type Out = u16; }",
            false,
        );
        check(
            "impl Tr for crate::Own { type Out = u8; }",
            "impl Tr for crate::Own { type Out = u16; }",
            false,
        );
        check(
            "impl Tr for Vec<Own> { type Out = u8; }",
            "impl Tr for Vec<Own> { type Out = u16; }",
            false,
        );
        check(
            "impl Own::Tr for u8 { type Out = u8; }",
            "impl Own::Tr for u8 { type Out = u8; }",
            false,
        );
    }

    #[test]
    fn of_the_program() {
        check("impl P { fn f(&self) {} }", "impl P { fn f(&self) -> u8 { 5 } }", true);
        check("impl P { fn f(&self) {} }", "impl P { const F: u8 = 1; }", false);
        check(
            "impl P { fn f(&self) -> impl Sized {} }",
            "impl P { fn f(&self) {} }",
            false,
        );
        check(
            "impl P { async fn f(&self) {} }",
            "impl P { async fn f(&self) {} }",
            false,
        );
        check(
            "impl Tr for u8 { type Out = u8; }",
            "impl Tr for u8 { type Out = u16; }",
            false,
        );
        check(
            "impl Tr for u8 { fn f(&self) { 1; } }",
            "impl Tr for u8 { fn f(&self) {} }",
            true,
        );
        check(
            "impl Tr for u8 { fn f(&self) -> u8 { 1 } }",
            "impl Tr for u8 { fn f(&self) -> u16 { 1 } }",
            false,
        );
        check(
            "impl Tr for u8 { fn f() -> Own { x } }",
            "impl Tr for u8 { fn f() -> Own { y } }",
            false,
        );
        check("impl Tr for u8 { mk!{} }", "impl Tr for u8 { mk!{} }", false);
        check(
            "impl<F> Tr for F where F: for<'a> Fn(&'a u8) -> u8 {}",
            "impl<F: Copy> Tr for F {}",
            true,
        );
        check("#[a] impl P { fn f() {} }", "impl P { fn f() {} }", false);
    }
}
