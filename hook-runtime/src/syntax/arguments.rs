//! Expressions with commas between them. Pure.

use proc_macro2::TokenTree;

use super::lex;

/// Splits a text at the commas between expressions: those in no bracket, in no string, not between the angle brackets
/// of a path, and not among the parameters of a closure. A text that is not read as tokens is one expression.
pub(crate) fn arguments(text: &str) -> Vec<&str> {
    let (mut found, mut begin) = (Vec::new(), 0);
    // Angle brackets of a path stand behind `::`, and the parameters of a closure stand where an expression begins.
    let (mut angles, mut before, mut in_params) = (0_usize, None, false);
    for tree in lex(text).into_iter().flatten() {
        let is = |c: char| matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == c);
        let begins = before.is_none_or(|before| before == 'm');
        match () {
            () if in_params => in_params = !is('|'),
            () if is('|') && begins => in_params = true,
            () if is('<') && (before == Some(':') || angles > 0) => angles += 1,
            () if is('>') => angles = angles.saturating_sub(1),
            () if is(',') && angles == 0 => {
                let at = tree.span().byte_range().start;
                found.push(text[begin..at].trim());
                (begin, before) = (at + 1, None);
                continue;
            }
            () => {}
        }
        before = Some(match &tree {
            TokenTree::Punct(punct) => punct.as_char(),
            TokenTree::Ident(word) if word == "move" => 'm',
            _ => ' ',
        });
    }
    found.push(text[begin..].trim());
    found.retain(|text| !text.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_between_expressions() {
        let check = |text, expected: &[&str]| assert_eq!(arguments(text), expected, "{text}");
        check("xs, ys", &["xs", "ys"]);
        check("f(a, b), [1, 2]", &["f(a, b)", "[1, 2]"]);
        check(
            "x.collect::<HashMap<_, _>>(), y",
            &["x.collect::<HashMap<_, _>>()", "y"],
        );
        check("v.iter().map(|(a, b)| a + b)", &["v.iter().map(|(a, b)| a + b)"]);
        check(
            "|a, b| a + b, move |a, b| a, a || b, c",
            &["|a, b| a + b", "move |a, b| a", "a || b", "c"],
        );
        check("a < b, c > d", &["a < b", "c > d"]);
        check("\"a, b\", 'c',", &["\"a, b\"", "'c'"]);
        check("vec![1, 2]", &["vec![1, 2]"]);
        check("f(a, b", &["f(a, b"]);
        check(" ", &[]);
    }
}
