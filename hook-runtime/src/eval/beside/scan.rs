//! Finds the definitions of types in the text of a source file.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::definition::{Definition, Field, Fields, Param, Shape, Variant};
use super::tree::{is, split};
use crate::syntax::lex;

/// Returns whether the text may define a type of this name. This costs much less than reading the definitions.
pub(crate) fn is_defined(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end();
        let after = text[at + name.len()..].chars().next();
        let ends = !after.is_some_and(|c| c.is_alphanumeric() || c == '_');
        ends && before.len() < at && (before.ends_with("struct") || before.ends_with("enum"))
    })
}

/// Returns all definitions in a text, except for those in macros.
pub(crate) fn definitions(text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    let tokens: Vec<TokenTree> = lex(text).unwrap_or_default().into_iter().collect();
    find(text, &tokens, &mut found);
    found
}

fn find(text: &str, tokens: &[TokenTree], found: &mut Vec<Definition>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if word == "struct" || word == "enum" => {
                if let Some((definition, length)) = definition(text, tokens, at) {
                    found.push(definition);
                    at += length;
                    continue;
                }
            }
            // What a macro makes of its tokens is not known, so they are skipped.
            TokenTree::Punct(bang)
                if bang.as_char() == '!' && at > 0 && matches!(tokens[at - 1], TokenTree::Ident(_)) =>
            {
                if matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) {
                    at += 1;
                }
                if matches!(tokens.get(at + 1), Some(TokenTree::Group(_))) {
                    at += 1;
                }
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                find(text, &inner, found);
            }
            _ => {}
        }
        at += 1;
    }
}

/// Returns the definition whose keyword stands here, and the number of its tokens from there on.
fn definition(text: &str, tokens: &[TokenTree], at: usize) -> Option<(Definition, usize)> {
    let is_enum = matches!(&tokens[at], TokenTree::Ident(word) if word == "enum");
    let TokenTree::Ident(name) = tokens.get(at + 1)? else {
        return None;
    };
    let attributes = attributes(text, &tokens[..at]);
    let mut next = at + 2;
    let mut params = Vec::new();
    if tokens.get(next).is_some_and(|tree| is(tree, '<')) {
        let length = angles(&tokens[next..])?;
        params = split(&tokens[next + 1..next + length - 1])
            .iter()
            .filter_map(|param| self::param(text, param))
            .collect();
        next += length;
    }
    // `where` stands behind the parentheses of a tuple, and before a brace.
    let (mut bounds, mut fields) = (String::new(), None);
    loop {
        match tokens.get(next)? {
            TokenTree::Ident(word) if word == "where" => {
                let start = next + 1;
                let is_end = |tree: &TokenTree| is(tree, ';') || is_brace(tree);
                next = start + tokens[start..].iter().position(is_end)?;
                bounds = slice(text, &tokens[start..next]).to_owned();
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis && fields.is_none() => {
                fields = Some(Fields::Tuple(self::fields(text, group, false)));
                next += 1;
            }
            tree if is_brace(tree) => {
                next += 1;
                break;
            }
            tree if is(tree, ';') => {
                next += 1;
                break;
            }
            _ => return None,
        }
    }
    let shape = match (&tokens[next - 1], fields) {
        (TokenTree::Group(group), None) if is_enum => Shape::Enum(variants(text, group)),
        (TokenTree::Group(group), None) => Shape::Struct(Fields::Named(self::fields(text, group, true))),
        (_, Some(fields)) if !is_enum => Shape::Struct(fields),
        (TokenTree::Punct(_), None) if !is_enum => Shape::Struct(Fields::Unit),
        _ => return None,
    };
    let definition = Definition {
        name: name.to_string(),
        cfgs: attributes.iter().filter(|text| is_cfg(text)).copied().collect(),
        params,
        bounds,
        shape,
        end: bytes(&tokens[next - 1]).end,
        has_debug: has(&attributes, "derive", "Debug"),
        is_packed: has(&attributes, "repr", "packed"),
    };
    Some((definition, next - at))
}

/// Returns whether an attribute of this name has this word in it.
fn has(attributes: &[&str], name: &str, word: &str) -> bool {
    attributes.iter().any(|attribute| {
        let mut words = words(attribute);
        words.any(|other| other == name) && words.any(|other| other == word)
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn is_brace(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_cfg(attribute: &str) -> bool {
    words(attribute).find(|word| !word.is_empty()) == Some("cfg")
}

/// Returns the attributes of what comes behind these tokens.
fn attributes<'t>(text: &'t str, before: &[TokenTree]) -> Vec<&'t str> {
    let mut rest = before;
    let mut found = Vec::new();
    loop {
        match rest {
            [others @ .., TokenTree::Punct(hash), TokenTree::Group(group)]
                if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
            {
                found.push(&text[hash.span().byte_range().start..group.span_close().byte_range().end]);
                rest = others;
            }
            [others @ .., TokenTree::Ident(word), TokenTree::Group(_)] if word == "pub" => rest = others,
            [others @ .., TokenTree::Ident(word)] if word == "pub" => rest = others,
            _ => break,
        }
    }
    found.reverse();
    found
}

/// Returns the tokens behind the attributes and the visibility that these tokens begin with, and the `cfg`s among the
/// attributes.
fn behind_attributes<'k>(text: &str, mut tokens: &'k [TokenTree]) -> (String, &'k [TokenTree]) {
    let mut cfgs = String::new();
    loop {
        tokens = match tokens {
            [TokenTree::Punct(hash), TokenTree::Group(group), rest @ ..] if hash.as_char() == '#' => {
                let attribute = &text[hash.span().byte_range().start..group.span_close().byte_range().end];
                if is_cfg(attribute) {
                    cfgs.push_str(attribute);
                }
                rest
            }
            [TokenTree::Ident(word), TokenTree::Group(group), rest @ ..]
                if word == "pub" && group.delimiter() == Delimiter::Parenthesis && is_scope(group) =>
            {
                rest
            }
            [TokenTree::Ident(word), rest @ ..] if word == "pub" => rest,
            tokens => return (cfgs, tokens),
        }
    }
}

/// Returns whether a group belongs to a visibility, as `(crate)` and `(in a::b)` do, and is not the tuple type of a
/// field.
pub(super) fn is_scope(group: &proc_macro2::Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(word)) if ["crate", "super", "self", "in"].iter().any(|scope| word == scope))
}

fn param(text: &str, tokens: &[TokenTree]) -> Option<Param> {
    let (_, tokens) = behind_attributes(text, tokens);
    let end = tokens.iter().position(|tree| is(tree, '=')).unwrap_or(tokens.len());
    let declared = slice(text, &tokens[..end]).to_owned();
    let (name, is_type) = match tokens {
        [TokenTree::Punct(tick), TokenTree::Ident(name), ..] if tick.as_char() == '\'' => (format!("'{name}"), false),
        [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "const" => (name.to_string(), false),
        [TokenTree::Ident(name), ..] => (name.to_string(), true),
        _ => return None,
    };
    Some(Param {
        name,
        declared,
        is_type,
    })
}

fn fields(text: &str, group: &proc_macro2::Group, named: bool) -> Vec<Field> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let field = |(number, tokens): (usize, &Vec<TokenTree>)| {
        let (cfgs, tokens) = behind_attributes(text, tokens);
        let (name, ty) = match tokens {
            [TokenTree::Ident(name), TokenTree::Punct(_), ty @ ..] if named => (name.to_string(), ty),
            ty if !named => (number.to_string(), ty),
            _ => return None,
        };
        Some(Field {
            cfgs,
            name,
            ty: slice(text, ty).to_owned(),
        })
    };
    split(&tokens).iter().enumerate().filter_map(field).collect()
}

fn variants(text: &str, group: &proc_macro2::Group) -> Vec<Variant> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let variant = |tokens: &Vec<TokenTree>| {
        let (cfgs, tokens) = behind_attributes(text, tokens);
        let [TokenTree::Ident(name), rest @ ..] = tokens else {
            return None;
        };
        let fields = match rest.first() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                Fields::Tuple(fields(text, group, false))
            }
            Some(TokenTree::Group(group)) => Fields::Named(fields(text, group, true)),
            _ => Fields::Unit,
        };
        Some(Variant {
            cfgs,
            name: name.to_string(),
            fields,
        })
    };
    split(&tokens).iter().filter_map(variant).collect()
}

/// Returns the number of tokens from a `<` to the `>` that closes it.
pub(super) fn angles(tokens: &[TokenTree]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, tree) in tokens.iter().enumerate() {
        if is(tree, '<') {
            depth += 1;
        } else if is(tree, '>') && !(at > 0 && is(&tokens[at - 1], '-')) {
            depth -= 1;
            if depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

pub(super) fn bytes(tree: &TokenTree) -> Range<usize> {
    match tree {
        TokenTree::Group(group) => group.span_open().byte_range().start..group.span_close().byte_range().end,
        other => other.span().byte_range(),
    }
}

pub(super) fn slice<'t>(text: &'t str, tokens: &[TokenTree]) -> &'t str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => &text[bytes(first).start..bytes(last).end],
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each definition, with its fields and where it ends.
    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let told = definitions(text).into_iter().map(|found| {
            let fields = |fields: &Fields| {
                let all = fields.all().iter();
                let all: Vec<String> = all
                    .map(|field| format!("{}{}: {}", field.cfgs, field.name, field.ty))
                    .collect();
                match fields {
                    Fields::Unit => String::new(),
                    Fields::Tuple(_) => format!("({})", all.join(", ")),
                    Fields::Named(_) => format!("{{{}}}", all.join(", ")),
                }
            };
            let shape = match &found.shape {
                Shape::Struct(of) => fields(of),
                Shape::Enum(variants) => {
                    let variants = variants.iter();
                    let variants = variants.map(|one| format!("{}{}{}", one.cfgs, one.name, fields(&one.fields)));
                    variants.collect::<Vec<_>>().join(" | ")
                }
            };
            let (declared, name) = found.generics();
            let bounds = &found.bounds;
            format!(
                "{}{declared} {name} {shape} [{bounds}] {}",
                found.cfgs,
                &text[found.end..]
            )
        });
        assert_eq!(told.collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn structs_and_enums() {
        check("pub struct A; // b", &[" A  []  // b"]);
        check(
            "#[derive(Clone)] pub(crate) struct A<'a, T: Ord + 'a = u8, const N: usize = 3>(pub T, pub(super) [&'a u8; N]) where T: Copy;",
            &["<'a, T: Ord + 'a, const N: usize> A<'a, T, N> (0: T, 1: [&'a u8; N]) [T: Copy] "],
        );
        check(
            "struct A<F> where F: Fn(u8) -> u8 { /// text\n pub a: HashMap<u8, (F, u8)>, #[cfg(b)] r#type: F, }",
            &["<F> A<F> {a: HashMap<u8, (F, u8)>, #[cfg(b)]r#type: F} [F: Fn(u8) -> u8] "],
        );
        check(
            "#[cfg(x)] enum E { A, #[cfg(y)] B(u8, T) = 3, C { c: u8 } }",
            &["#[cfg(x)] E A | #[cfg(y)]B(0: u8, 1: T) | C{c: u8} [] "],
        );
        check("struct A(pub (u8, u8));", &[" A (0: (u8, u8)) [] "]);
    }

    #[test]
    fn wherever_they_are() {
        check(
            "mod m { impl A { fn f() { struct B { b: u8 } } } } macro_rules! n { () => { struct C; } } n! { struct D; } struct E;",
            &[
                " B {b: u8} []  } } } macro_rules! n { () => { struct C; } } n! { struct D; } struct E;",
                " E  [] ",
            ],
        );
        check("fn f(a: u8) -> bool { a != 1 }", &[]);
        check("not rust (", &[]);
    }

    #[test]
    fn what_has_a_debug_of_its_own() {
        let is = |text: &str| definitions(text)[0].has_debug;
        assert!(is("#[derive(Clone, Debug)] struct A;"));
        assert!(definitions("#[repr(C, packed)] struct A(u8);")[0].is_packed);
        assert!(!is("/// Debug\n#[derive(Clone)] struct A;"));
    }

    #[test]
    fn a_first_look() {
        assert!(is_defined("pub  struct A{}", "A"));
        assert!(is_defined("enum\n A {}", "A"));
        assert!(!is_defined("struct AB; fn A() {} enumA", "A"));
    }
}
