//! How a function is called, as its text says it.

use proc_macro2::{Delimiter, TokenTree};

use super::items::tokens::{is, text, trees, words};

/// Attributes of a function that are no difference to callers, beside those that are none to anyone.
const SAME_TO_CALLERS: [&str; 5] = ["inline", "cold", "cfg", "cfg_attr", "test"];

/// Returns what says how a function is called. `head` are the tokens before its `fn`, `behind` those from there on.
pub(super) fn interface(head: &[TokenTree], behind: &[TokenTree]) -> String {
    let mut out = String::new();
    for part in format!("{} ", text(head)).split("#[") {
        let (attribute, rest) = part.split_once("] ").unwrap_or(("", part));
        // A hook that is planted has the attribute by whatever path the crate has.
        let path = attribute.split('(').next().unwrap_or_default();
        let is_hookable = words(path).last() == Some("hookable");
        if !is_hookable && words(path).next().is_some_and(|name| !SAME_TO_CALLERS.contains(&name)) {
            out += &format!("#[{attribute}] ");
        }
        out.extend(
            words(rest)
                .filter(|word| !matches!(*word, "pub" | "crate" | "super" | "self" | "in" | "const" | "default"))
                .map(|word| format!("{word} ")),
        );
    }
    let is_body = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let behind = match behind.split_last() {
        Some((last, rest)) if is_body(last) => rest,
        _ => behind,
    };
    let is_list =
        |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
    let parameters = behind.iter().position(is_list).unwrap_or(behind.len());
    out += &text(&behind[..parameters]);
    if let Some(TokenTree::Group(group)) = behind.get(parameters) {
        for parameter in parameters_of(&trees(group.stream())) {
            out += &format!(" , {}", text(&parameter));
        }
        out += &format!(" ) {}", text(&behind[parameters + 1..]));
    }
    out
}

/// Returns the types of parameters; of a `self` without a type all of it.
fn parameters_of(tokens: &[TokenTree]) -> Vec<Vec<TokenTree>> {
    let mut parameters = vec![Vec::new()];
    // Commas within `<..>` part no parameters; the `>` of an arrow closes nothing.
    let (mut depth, mut has_type) = (0_usize, false);
    for (at, tree) in tokens.iter().enumerate() {
        let is_arrow = is(tree, '>') && at > 0 && is(&tokens[at - 1], '-');
        depth += usize::from(is(tree, '<'));
        depth = depth.saturating_sub(usize::from(is(tree, '>') && !is_arrow));
        if depth == 0 && is(tree, ',') {
            parameters.push(Vec::new());
            has_type = false;
        } else if !has_type && depth == 0 && is(tree, ':') {
            parameters.last_mut().expect("there is one").clear();
            has_type = true;
        } else {
            parameters.last_mut().expect("there is one").push(tree.clone());
        }
    }
    parameters.retain(|parameter| !parameter.is_empty());
    parameters
}

#[cfg(test)]
mod tests {
    use super::super::items::items;

    #[test]
    fn what_callers_depend_on() {
        let interface = |text: &str| items(text)[0].interface.clone();
        let same = |a: &str, b: &str| interface(a) == interface(b);
        assert!(same(
            "fn f(a: u8, (b, c): (u8, i8)) -> u8 { a }",
            "#[inline] pub fn f(x: u8, y: (u8, i8)) -> u8 { 1 }"
        ));
        assert!(same(
            "fn f(mut a: A<u8, u8>, b: fn() -> u8) {}",
            "fn f(c: A<u8, u8>, d: fn() -> u8,) {}"
        ));
        assert!(same("fn f() {}", "#[::facade::hookable(owner = \"A\")] fn f() {}"));
        assert!(!same("fn f(a: u8) {}", "fn f(a: u16) {}"));
        assert!(!same("fn f(a: u8) {}", "fn f(a: u8, b: u8) {}"));
        assert!(!same("fn f(a: u8) {}", "#[track_caller] fn f(a: u8) {}"));
        assert!(!same("fn f(a: u8) {}", "extern \"C\" fn f(a: u8) {}"));
        assert!(!same("fn f() {}", "fn f() -> u8 { 1 }"));
        let found = items("impl A { fn f(&self, a: u8) {} }");
        assert_eq!(found[0].interface, "fn f , & self , u8 ) ");
    }
}
