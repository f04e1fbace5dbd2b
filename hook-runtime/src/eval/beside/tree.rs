//! A type as a tree of the types that it is made of, as far as its name or its syntax tells.

use hook_rustc::sorted::sort;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::syntax::lex;

/// A type that has types in it: `Vec<Option<T>>`, `(A, B)`, `&T`, `[T; 3]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// A type that is nothing but a name.
    name: Option<String>,
    parts: Vec<Node>,
}

/// Returns the names in a type, except for those of lifetimes.
pub(crate) fn names(ty: &str) -> Vec<String> {
    fn collect(tokens: TokenStream, names: &mut Vec<String>) {
        for tree in tokens {
            match tree {
                TokenTree::Ident(ident) => names.push(ident.to_string()),
                TokenTree::Group(group) => collect(group.stream(), names),
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    collect(lex(ty).unwrap_or_default(), &mut names);
    sort(&mut names);
    names.dedup();
    names
}

impl Node {
    pub(crate) fn of(ty: &str) -> Node {
        let tokens: Vec<TokenTree> = lex(ty).unwrap_or_default().into_iter().collect();
        node(&tokens)
    }

    /// Returns a closure that shows a value of the type. `params` are the parameters that are handed what shows them,
    /// by these names.
    pub(crate) fn code(&self, params: &[(&str, &str)]) -> String {
        let name = self.name.as_deref();
        if let Some((_, show)) = params.iter().find(|(param, _)| Some(*param) == name) {
            return format!("|__v, __f| __hookable_private::given!(__v, __f, {show})");
        }
        format!("|__v, __f| {}", self.shown(params))
    }

    /// Returns an expression that shows the value `__v` of the type.
    pub(crate) fn shown(&self, params: &[(&str, &str)]) -> String {
        let parts = self.parts.iter().take(4).map(|part| format!(", {}", part.code(params)));
        format!("__hookable_private::part!(__v, __f{})", parts.collect::<String>())
    }

    /// Returns the types of the parts.
    pub(crate) fn parts(&self) -> &[Node] {
        &self.parts
    }
}

fn node(tokens: &[TokenTree]) -> Node {
    let leaf = |parts: Vec<Node>| Node { name: None, parts };
    match tokens {
        [TokenTree::Ident(name)] => Node {
            name: Some(name.to_string()),
            parts: Vec::new(),
        },
        [TokenTree::Punct(and), rest @ ..] if and.as_char() == '&' => leaf(vec![node(referent(rest))]),
        [TokenTree::Ident(word), ..] if word == "dyn" || word == "impl" || word == "fn" => leaf(Vec::new()),
        [TokenTree::Group(group)] => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            match group.delimiter() {
                Delimiter::Parenthesis => {
                    let parts = split(&inner);
                    match &parts[..] {
                        // Parentheses around a type.
                        [only] if !matches!(inner.last(), Some(TokenTree::Punct(last)) if last.as_char() == ',') => {
                            node(only)
                        }
                        parts => leaf(parts.iter().map(|part| node(part)).collect()),
                    }
                }
                Delimiter::Bracket => {
                    let element = inner.split(|tree| is(tree, ';')).next().unwrap_or_default();
                    leaf(vec![node(element)])
                }
                _ => leaf(Vec::new()),
            }
        }
        tokens => leaf(arguments(tokens).into_iter().map(|part| node(&part)).collect()),
    }
}

/// Returns the type arguments of the last segment of a path.
fn arguments(tokens: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let (mut depth, mut start, mut arguments) = (0_usize, 0, Vec::new());
    for (at, tree) in tokens.iter().enumerate() {
        if is(tree, '<') {
            depth += 1;
            if depth == 1 {
                start = at + 1;
            }
        } else if is(tree, '>') && !(at > 0 && is(&tokens[at - 1], '-')) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                arguments = split(&tokens[start..at]);
            }
        } else if depth == 0 && is(tree, ':') {
            // A segment follows.
            arguments.clear();
        }
    }
    let is_type = |argument: &Vec<TokenTree>| match &argument[..] {
        [] => false,
        [TokenTree::Punct(tick), ..] if tick.as_char() == '\'' => false,
        [TokenTree::Literal(_), ..] => false,
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => false,
        // `Item = u8`
        [TokenTree::Ident(_), TokenTree::Punct(equals), ..] if equals.as_char() == '=' => false,
        _ => true,
    };
    arguments.retain(is_type);
    arguments
}

/// Returns the tokens behind the lifetime and the `mut` of a reference.
fn referent(tokens: &[TokenTree]) -> &[TokenTree] {
    let tokens = match tokens {
        [TokenTree::Punct(tick), TokenTree::Ident(_), rest @ ..] if tick.as_char() == '\'' => rest,
        tokens => tokens,
    };
    match tokens {
        [TokenTree::Ident(word), rest @ ..] if word == "mut" => rest,
        tokens => tokens,
    }
}

/// Splits tokens at the commas that stand outside of angle brackets.
pub(super) fn split(tokens: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let (mut depth, mut parts, mut part) = (0_usize, Vec::new(), Vec::new());
    for (at, tree) in tokens.iter().enumerate() {
        if is(tree, '<') {
            depth += 1;
        } else if is(tree, '>') && !(at > 0 && (is(&tokens[at - 1], '-') || is(&tokens[at - 1], '='))) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && is(tree, ',') {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        part.push(tree.clone());
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

pub(super) fn is(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree, each node as its name or `_`, with its parts in brackets.
    fn told(node: &Node) -> String {
        let name = node.name.as_deref().unwrap_or("_");
        let parts: Vec<String> = node.parts.iter().map(told).collect();
        match parts.is_empty() {
            true => name.to_owned(),
            false => format!("{name}[{}]", parts.join(" ")),
        }
    }

    #[track_caller]
    fn check(ty: &str, expect: &str) {
        assert_eq!(told(&Node::of(ty)), expect, "{ty}");
    }

    #[test]
    fn what_types_are_made_of() {
        check("u8", "u8");
        check("alloc::vec::Vec<core::option::Option<shop::Item>>", "_[_[_]]");
        check("HashMap<String, (u8, Vec<T>), S>", "_[String _[u8 _[T]] S]");
        check("&'a mut [T; 3]", "_[_[T]]");
        check("(T)", "T");
        check("(T,)", "_[T]");
        check("Cow<'static, str>", "_[str]");
        check("Grid<T, 3, { N + 1 }>", "_[T]");
        check("Box<dyn Iterator<Item = (u8, u8)> + Send>", "_[_]");
        check("Box<dyn Fn(u8) -> Vec<T>, A>", "_[_ A]");
        check("<Vec<T> as IntoIterator>::Item", "_");
        check("shop::main::{{closure}}", "_");
    }

    #[test]
    fn a_closure_for_each_part() {
        assert_eq!(
            Node::of("Vec<(u8, T)>").code(&[("T", "__a")]),
            "|__v, __f| __hookable_private::part!(__v, __f, |__v, __f| __hookable_private::part!(__v, __f, |__v, __f| \
             __hookable_private::part!(__v, __f), |__v, __f| __hookable_private::given!(__v, __f, __a)))"
        );
    }

    #[test]
    fn names_of_types() {
        assert_eq!(names("a::B<&'x C<[D; 2]>>"), ["B", "C", "D", "a", "x"]);
    }
}
