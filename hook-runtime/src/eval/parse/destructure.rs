//! A `let` that takes a struct apart by its private fields is written with code that stands beside the struct: `let
//! a::B { c, d: e, .. } = &f` becomes a `let` of the references that methods give, after a pattern that names no field
//! has proved the type.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::literal::split;
use super::{ParsedLine, end, is_group, is_punct, is_word, start, word};
use crate::syntax::lex;

/// What the value is called in what is written for it.
pub(crate) const WHOLE: &str = "__hookable_whole";

/// A `let` of which the pattern was taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TakenApart {
    /// The bytes of the pattern. A name stands there instead, so that the value lives as long as it would.
    pub(crate) pattern: Range<usize>,
    /// The byte behind the value, and what stands there.
    pub(crate) behind: (usize, String),
}

impl ParsedLine<'_> {
    /// Takes the pattern of a `let` apart in which a byte is. `reach` has a method made that gives a field of a struct,
    /// and returns its name. Returns `None` where the pattern is no struct of which all named fields are reached.
    pub(crate) fn take_apart(&self, byte: usize, reach: &dyn Fn(&str, &str) -> Option<String>) -> Option<TakenApart> {
        let tokens: Vec<TokenTree> = lex(self.text).ok()?.into_iter().collect();
        let (pattern, value) = find(&tokens, byte)?;
        let (first, last) = (pattern.first()?, pattern.last()?);
        let mut parts = Parts {
            text: self.text,
            reach,
            leaves: String::new(),
            proofs: String::new(),
            given: String::new(),
        };
        parts.structure(&pattern, WHOLE)?;
        let Parts {
            leaves, proofs, given, ..
        } = parts;
        Some(TakenApart {
            pattern: start(first)..end(last),
            behind: (value.end, format!(";{proofs} let ({leaves}) = ({given})")),
        })
    }
}

/// Returns the pattern of the `let` in whose pattern a byte is, and the bytes of its value.
fn find(tokens: &[TokenTree], byte: usize) -> Option<(Vec<TokenTree>, Range<usize>)> {
    let at = tokens
        .iter()
        .position(|tree| (start(tree)..end(tree)).contains(&byte))?;
    if let TokenTree::Group(group) = &tokens[at] {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if let Some(found) = find(&inner, byte) {
            return Some(found);
        }
    }
    let begin = tokens[..at].iter().rposition(|tree| is_word(Some(tree), "let"))?;
    let before = begin.checked_sub(1).and_then(|before| tokens.get(before));
    // The value of an `if let` ends at a brace.
    let is_condition = is_word(before, "if") || is_word(before, "while") || is_punct(before, '&');
    let equals = at + tokens[at..].iter().position(|tree| is_punct(Some(tree), '='))?;
    let behind = tokens.get(equals + 1..)?;
    let len = behind
        .iter()
        .position(|tree| is_punct(Some(tree), ';'))
        .unwrap_or(behind.len());
    let (value, pattern) = (&behind[..len], &tokens[begin + 1..equals]);
    let is_plain = !is_condition && !has_else(value) && !has_else(pattern);
    let ends = pattern.iter().any(|tree| is_punct(Some(tree), ';'));
    let value = start(value.first()?)..end(value.last()?);
    (is_plain && !ends).then(|| (pattern.to_vec(), value))
}

/// Returns whether there is the `else` of a `let`. No brace stands before it, as before that of an `if`.
fn has_else(tokens: &[TokenTree]) -> bool {
    let mut others = tokens
        .iter()
        .enumerate()
        .filter(|(_, tree)| is_word(Some(tree), "else"));
    others.any(|(at, _)| !is_group(at.checked_sub(1).and_then(|at| tokens.get(at)), Delimiter::Brace))
}

struct Parts<'p> {
    text: &'p str,
    reach: &'p dyn Fn(&str, &str) -> Option<String>,
    /// The patterns for the fields.
    leaves: String,
    /// Patterns that prove the types of structs.
    proofs: String,
    /// The references to the fields.
    given: String,
}

impl Parts<'_> {
    fn text_of(&self, tokens: &[TokenTree]) -> Option<&str> {
        self.text.get(start(tokens.first()?)..end(tokens.last()?))
    }

    /// Takes a struct apart, to which an expression is a reference.
    fn structure(&mut self, pattern: &[TokenTree], of: &str) -> Option<()> {
        let (TokenTree::Group(group), path) = pattern.split_last()? else {
            return None;
        };
        let is_path = |tree: &TokenTree| matches!(tree, TokenTree::Ident(_)) || is_punct(Some(tree), ':');
        let owner = word(path.last()).trim_start_matches("r#").to_owned();
        if owner.is_empty() || !path.iter().all(is_path) {
            return None;
        }
        let proof = format!("let &{} {{ .. }} = {of};", self.text_of(path)?);
        self.proofs.push_str(&proof);
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let is_tuple = match group.delimiter() {
            Delimiter::Parenthesis => true,
            Delimiter::Brace => false,
            _ => return None,
        };
        let mut is_rest = false;
        for (number, field) in split(&inner).into_iter().enumerate() {
            // What comes behind the dots is counted from the end.
            if is_rest {
                return None;
            }
            if field.len() == 2 && field.iter().all(|tree| is_punct(Some(tree), '.')) {
                is_rest = true;
                continue;
            }
            let (name, pattern) = match field {
                _ if is_tuple => (number.to_string(), field),
                [name @ TokenTree::Ident(_)] => (word(Some(name)), field),
                [name, colon, pattern @ ..] if is_punct(Some(colon), ':') => (name.to_string(), pattern),
                _ => return None,
            };
            let method = (self.reach)(&owner, name.trim_start_matches("r#"))?;
            self.field(pattern, &format!("{of}.{method}()"))?;
        }
        Some(())
    }

    /// Takes apart what stands for a field, if that is a struct of the crate, too.
    fn field(&mut self, pattern: &[TokenTree], of: &str) -> Option<()> {
        let before = (self.leaves.len(), self.proofs.len(), self.given.len());
        if is_group(pattern.last(), Delimiter::Brace) || is_group(pattern.last(), Delimiter::Parenthesis) {
            if self.structure(pattern, of).is_some() {
                return Some(());
            }
            self.leaves.truncate(before.0);
            self.proofs.truncate(before.1);
            self.given.truncate(before.2);
        }
        // What says how it binds would say it of the reference.
        let first = pattern.first();
        if is_word(first, "ref") || is_word(first, "mut") || is_punct(first, '&') {
            return None;
        }
        let leaf = format!("{}, ", self.text_of(pattern)?);
        self.leaves.push_str(&leaf);
        self.given.push_str(&format!("{of}, "));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// A line with the `let` around `^` taken apart. Structs with names in capitals are of the crate.
    #[track_caller]
    fn check(line: &str, expect: Option<&str>) {
        let byte = line.find('^').expect("it is marked");
        let line = line.replace('^', "");
        let reach = |owner: &str, field: &str| {
            let is_there = owner.chars().all(|c| c.is_ascii_uppercase());
            is_there.then(|| format!("g_{field}"))
        };
        let found = parse(&line).expect("it can be read").take_apart(byte, &reach);
        let written = found.map(|TakenApart { pattern, behind }| {
            let (before, value) = (&line[..pattern.start], &line[pattern.end..behind.0]);
            format!("{before}{WHOLE}{value}{}{}", behind.1, &line[behind.0..]).replace(WHOLE, "_w")
        });
        assert_eq!(written.as_deref(), expect, "{line}");
    }

    #[test]
    fn a_struct_is_taken_apart_by_methods() {
        check(
            "let a::B { ^c, d: e, .. } = &f.g; c",
            Some("let _w = &f.g;let &a::B { .. } = _w; let (c, e, ) = (_w.g_c(), _w.g_d(), ); c"),
        );
        check(
            "{ let B(_, ^Some(a), ..) = self.b(); a }",
            Some("{ let _w = self.b();let &B { .. } = _w; let (_, Some(a), ) = (_w.g_0(), _w.g_1(), ); a }"),
        );
        check(
            "let A { ^a } = if b { &c } else { &d }",
            Some("let _w = if b { &c } else { &d };let &A { .. } = _w; let (a, ) = (_w.g_a(), )"),
        );
        check(
            "let A { ^b: B(c) } = &d",
            Some("let _w = &d;let &A { .. } = _w;let &B { .. } = _w.g_b(); let (c, ) = (_w.g_b().g_0(), )"),
        );
        check(
            "let A { ^b: other::Enum(B { c }) } = &d",
            Some("let _w = &d;let &A { .. } = _w; let (other::Enum(B { c }), ) = (_w.g_b(), )"),
        );
    }

    #[test]
    fn other_patterns_stay_as_they_are() {
        for line in [
            "let other { ^a } = &b",
            "let A { ^a } = &b else { return };",
            "if let A { ^a } = &b { a }",
            "let A { ^ref a } = b",
            "let A { ^mut a } = &b",
            "let A { a: ^&b } = &c",
            "let A(.., ^a) = &b",
            "let A::<u8> { ^a } = &b",
            "let a = A { ^b: 1 }",
            "match b { A { ^c } => 1 }",
            "|A { ^a }: &A| a",
            "let &A { ^a } = &b",
            "let (A { ^a }, c) = &b",
        ] {
            check(line, None);
        }
    }
}
