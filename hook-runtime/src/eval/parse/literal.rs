//! A struct that is made in a line is found, and written as the call of a function that makes it: `a::B { c: 1, ..d }`
//! becomes `a::B::make(1, d)`.

use std::ops::Range;

use proc_macro2::TokenTree;

use super::angles::Angles;
use super::{ParsedLine, end, is_brace, is_punct, start, word};
use crate::syntax::lex;

/// A struct that is made in a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct StructLiteral {
    /// The fields that it names, in order.
    pub(crate) fields: Vec<String>,
    /// Whether other fields are those of another value.
    pub(crate) has_base: bool,
    /// The brace behind its path, with the spaces before it.
    pub(crate) open: Range<usize>,
    /// What the call does without: names of fields, colons, the dots before the other value.
    left_out: Vec<Range<usize>>,
    close: Range<usize>,
}

impl ParsedLine<'_> {
    /// Returns the struct that is made around a byte of the line, if that is no value of a field.
    pub(crate) fn literal(&self, byte: usize) -> Option<StructLiteral> {
        let tokens: Vec<TokenTree> = lex(self.text).unwrap_or_default().into_iter().collect();
        literal(&tokens, byte)
    }

    /// Writes the struct as the call of an associated function of its type.
    pub(crate) fn make(&mut self, literal: &StructLiteral, function: &str) {
        self.put(literal.open.clone(), &format!("::{function}("));
        for bytes in &literal.left_out {
            self.put(bytes.clone(), " ");
        }
        self.put(literal.close.clone(), ")");
    }

    /// Writes an associated function of a struct in place of its constructor, whose name stands there.
    pub(crate) fn construct(&mut self, name: &Range<usize>, function: &str) {
        let tokens: Vec<TokenTree> = lex(self.text).unwrap_or_default().into_iter().collect();
        let at = turbofish(&tokens, name.end).unwrap_or(name.end);
        self.put(at..at, &format!("::{function}"));
    }
}

/// Returns the byte behind the arguments of a path that stand behind a byte.
fn turbofish(tokens: &[TokenTree], byte: usize) -> Option<usize> {
    let at = tokens.iter().position(|tree| end(tree) > byte)?;
    if let TokenTree::Group(group) = &tokens[at]
        && start(&tokens[at]) < byte
    {
        return turbofish(&group.stream().into_iter().collect::<Vec<_>>(), byte);
    }
    let mut angles = Angles::default();
    let is_it = is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 2), '<');
    let mut arguments = tokens[at..].iter().skip(2).filter(|_| is_it);
    arguments.find(|tree| !angles.step(tree)).map(end)
}

fn literal(tokens: &[TokenTree], byte: usize) -> Option<StructLiteral> {
    let at = tokens
        .iter()
        .position(|tree| (start(tree)..end(tree)).contains(&byte))?;
    let TokenTree::Group(group) = &tokens[at] else {
        return None;
    };
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    if let Some(found) = literal(&inner, byte) {
        return Some(found);
    }
    let path = at
        .checked_sub(1)
        .filter(|before| matches!(tokens[*before], TokenTree::Ident(_)) || is_punct(tokens.get(*before), '>'))?;
    if !is_brace(tokens.get(at)) {
        return None;
    }
    let mut made = StructLiteral {
        fields: Vec::new(),
        has_base: false,
        open: end(&tokens[path])..group.span_open().byte_range().end,
        left_out: Vec::new(),
        close: group.span_close().byte_range(),
    };
    for field in split(&inner) {
        match field {
            [first @ TokenTree::Punct(_), dot @ TokenTree::Punct(_), _, ..] if is_punct(Some(dot), '.') => {
                made.has_base = true;
                made.left_out.push(start(first)..end(dot));
            }
            [name @ (TokenTree::Ident(_) | TokenTree::Literal(_)), colon, _, ..] if is_punct(Some(colon), ':') => {
                made.fields.push(plain(name));
                made.left_out.push(start(name)..end(colon));
            }
            [name @ TokenTree::Ident(_)] => made.fields.push(plain(name)),
            _ => return None,
        }
    }
    Some(made)
}

fn plain(name: &TokenTree) -> String {
    match name {
        TokenTree::Literal(number) => number.to_string(),
        name => word(Some(name)).trim_start_matches("r#").to_owned(),
    }
}

/// Splits the fields at the commas that are not among the types of a path.
pub(super) fn split(mut tokens: &[TokenTree]) -> Vec<&[TokenTree]> {
    let mut fields = Vec::new();
    while !tokens.is_empty() {
        let field = super::replacements::value(tokens);
        fields.push(field);
        tokens = tokens.get(field.len() + 1..).unwrap_or_default();
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// A line with the struct around `^` as a call.
    #[track_caller]
    fn check(line: &str, expect: &str) {
        let byte = line.find('^').expect("it is marked");
        let text = line.replacen('^', "", 1);
        let mut line = parse(&text).expect("it is whole");
        let found = line.literal(byte);
        if let Some(found) = &found {
            line.replacements.clear();
            line.make(found, "f");
        }
        assert_eq!(written(&line), expect, "{found:?}");
    }

    fn written(line: &ParsedLine<'_>) -> String {
        let mut text = line.text.to_owned();
        for (bytes, replacement) in line.replacements.iter().rev() {
            if let super::super::Replacement::Other(other) = replacement {
                text.replace_range(bytes.clone(), other);
            }
        }
        text
    }

    #[test]
    fn structs_become_calls() {
        check("m::A { ^b: 1, c }", "m::A::f(   1, c )");
        check("A::<u8> { r#type: B { ^c: 2 } }", "A::<u8> { r#type: B::f(   2 ) }");
        check(
            "A { b: f::<u8, u8>(1), ..^C::new() }",
            "A::f(   f::<u8, u8>(1),  C::new() )",
        );
        check("A { ^0: 1, 1: 2 }", "A::f(   1,   2 )");
        check("A{ ^b: C { d: 1 } }.b", "A::f(   C { d: 1 } ).b");
        check("let A { ^b, .. } = c;", "let A { b, .. } = c;");
        check("if a { ^b + 1 }", "if a { b + 1 }");
        check("(^a, b)", "(a, b)");
    }

    #[test]
    fn constructors_become_functions() {
        #[track_caller]
        fn check(text: &str, expect: &str) {
            let mut line = parse(text).expect("it is whole");
            let at = text.find('A').expect("it is there");
            line.replacements.clear();
            line.construct(&(at..at + 1), "f");
            assert_eq!(written(&line), expect);
        }
        check("m::A(1, 2)", "m::A::f(1, 2)");
        check("A::<u8, B<u8>>(1)", "A::<u8, B<u8>>::f(1)");
        check("v.map(A)", "v.map(A::f)");
        check("v.map(|n| A::<u8>(n))", "v.map(|n| A::<u8>::f(n))");
    }
}
