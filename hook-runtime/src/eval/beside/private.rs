//! A line reaches private fields and methods of the crate's types through code beside them: a method that gives a
//! reference to the field, a method that calls the private one, or a function that makes a value of given fields.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, TokenTree};

use super::definition::{Definition, Field, Fields, Shape};
use super::scan::{angles, bytes, slice};
use super::tree::{is, split};
use crate::syntax::{is_colon, lex};

/// The names of methods that give a reference to a field begin with this.
pub(crate) const FIELD: &str = "__hookable_field_";
/// The names of methods that give a reference through which the field can be written begin with this.
pub(crate) const FIELD_MUT: &str = "__hookable_field_mut_";
/// The names of methods that call a private method begin with this.
pub(crate) const CALL: &str = "__hookable_call_";

/// The names of functions that make a value begin with this.
pub(crate) const MAKE: &str = "__hookable_make_";

/// The fields that a line makes a struct of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MadeOf {
    /// All fields of a tuple struct, in order.
    Tuple,
    /// The fields that are named, in this order, and those of another value if it is `true`.
    Named(Vec<String>, bool),
}

impl MadeOf {
    /// Returns the name of the function that makes a struct of these.
    pub(crate) fn function(&self) -> String {
        match self {
            MadeOf::Tuple => format!("{MAKE}tuple"),
            // No name of a field begins with a number.
            MadeOf::Named(names, has_base) => {
                let base = if *has_base { "_0base" } else { "" };
                format!("{MAKE}{}{base}", names.join("_0_"))
            }
        }
    }
}

/// Returns the function that makes a struct of some fields, or `None` if it has not all of them.
pub(super) fn maker(definition: &Definition, of: &MadeOf) -> Option<String> {
    let Shape::Struct(fields) = &definition.shape else {
        return None;
    };
    let all = fields.all();
    let (fields, has_base): (Vec<&Field>, bool) = match of {
        MadeOf::Tuple if matches!(fields, Fields::Tuple(_)) => (all.iter().collect(), false),
        MadeOf::Tuple => return None,
        MadeOf::Named(names, has_base) => {
            let field = |name: &String| all.iter().find(|field| plain(&field.name) == *name);
            (names.iter().map(field).collect::<Option<_>>()?, *has_base)
        }
    };
    let (mut declared, mut given) = (String::new(), String::new());
    for (number, Field { cfgs, name, ty }) in fields.into_iter().enumerate() {
        let _ = write!(declared, "{cfgs} __{number}: {ty}, ");
        let _ = write!(given, "{cfgs} {name}: __{number}, ");
    }
    if has_base {
        declared.push_str("__base: Self");
        given.push_str("..__base");
    }
    let function = of.function();
    let make = format!("pub(crate) fn {function}({declared}) -> Self {{ Self {{ {given} }} }}");
    Some(beside(
        definition,
        &format!("MAKE_{}", &function[MAKE.len()..]),
        "",
        &make,
    ))
}

/// Returns a named constant with an impl of a type that has this in it.
fn beside(definition: &Definition, what: &str, cfgs: &str, code: &str) -> String {
    let (declared, ty) = definition.generics();
    let bounds = match definition.bounds.as_str() {
        "" => String::new(),
        bounds => format!(" where {bounds}"),
    };
    let (of, cfgs) = (plain(&definition.name), format!("{}{cfgs}", definition.cfgs));
    format!(
        " {cfgs} #[allow(warnings)] const __HOOKABLE_{what}_OF_{of}: () = {{ impl{declared} {ty}{bounds} {{ {code} }} }};"
    )
}

fn plain(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}

/// Returns the methods that give a reference to a field of a struct, or `None` if the struct has no such field or its
/// fields cannot be borrowed.
pub(super) fn getters(definition: &Definition, name: &str) -> Option<String> {
    let Shape::Struct(fields) = &definition.shape else {
        return None;
    };
    let field = fields.all().iter().find(|field| plain(&field.name) == plain(name));
    let field = field.filter(|_| !definition.is_packed)?;
    let (own, field_type, name) = (&field.name, &field.ty, plain(name));
    let getters = format!(
        "pub(crate) fn {FIELD}{name}(&self) -> &({field_type}) {{ &self.{own} }} \
         pub(crate) fn {FIELD_MUT}{name}(&mut self) -> &mut ({field_type}) {{ &mut self.{own} }}"
    );
    Some(beside(definition, &format!("FIELD_{name}"), &field.cfgs, &getters))
}

/// Returns a method that calls the one of this name that begins at a byte of the text or behind it, and its place:
/// behind that one, in the same impl.
pub(super) fn caller(text: &str, from: usize, name: &str) -> Option<(usize, String)> {
    let tokens: Vec<TokenTree> = lex(text).ok()?.into_iter().collect();
    method(text, &tokens, from, name)
}

fn method(text: &str, tokens: &[TokenTree], from: usize, name: &str) -> Option<(usize, String)> {
    for (at, tree) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = tree
            && bytes(tree).end > from
        {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            if let Some(found) = method(text, &inner, from, name) {
                return Some(found);
            }
        }
        let is_it = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Ident(ident)) if plain(&ident.to_string()) == name);
        let is_fn = matches!(tree, TokenTree::Ident(word) if word == "fn");
        if is_fn && bytes(tree).start >= from && is_it(tokens.get(at + 1)) {
            let before = &text[from..bytes(tree).start];
            return call(text, &tokens[at + 2..], before, slice(text, &tokens[at + 1..at + 2]));
        }
    }
    None
}

/// `tokens` are those behind the name, `before` is what stands before `fn`.
fn call(text: &str, tokens: &[TokenTree], before: &str, name: &str) -> Option<(usize, String)> {
    let caller = plain(name);
    let generics = match tokens.first() {
        Some(tree) if is(tree, '<') => angles(tokens)?,
        _ => 0,
    };
    let TokenTree::Group(params) = tokens.get(generics)? else {
        return None;
    };
    let body = tokens
        .iter()
        .position(|tree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace))?;
    let behind = slice(text, &tokens[generics + 1..body]);
    let params: Vec<TokenTree> = params.stream().into_iter().collect();
    let (mut declared, mut given) = (Vec::new(), Vec::new());
    for (number, param) in split(&params).iter().enumerate() {
        let typed = (0..param.len()).find(|at| is_colon(param, *at));
        let is_self = param[..typed.unwrap_or(param.len())]
            .iter()
            .any(|tree| matches!(tree, TokenTree::Ident(word) if word == "self"));
        match typed {
            _ if is_self => {
                let is_mut = matches!(param.first(), Some(TokenTree::Ident(word)) if word == "mut");
                declared.push(slice(text, &param[usize::from(is_mut)..]).to_owned());
                given.push("self".to_owned());
            }
            Some(colon) => {
                declared.push(format!("__{number}: {}", slice(text, &param[colon + 1..])));
                given.push(format!("__{number}"));
            }
            None => return None,
        }
    }
    let has = |word: &str| before.split_whitespace().any(|other| other == word);
    let (open, close) = if has("unsafe") { ("unsafe { ", " }") } else { ("", "") };
    let wait = if has("async") { ".await" } else { "" };
    let unsafety = if has("unsafe") { "unsafe " } else { "" };
    let asynchrony = if has("async") { "async " } else { "" };
    let code = format!(
        " #[allow(warnings)] pub(crate) {asynchrony}{unsafety}fn {CALL}{caller}{}({}) {behind} {{ {open}Self::{name}({}){wait}{close} }}",
        slice(text, &tokens[..generics]),
        declared.join(", "),
        given.join(", ")
    );
    Some((bytes(&tokens[body]).end, code))
}

#[cfg(test)]
mod tests {
    use super::super::definitions;
    use super::*;

    #[track_caller]
    fn check_field(text: &str, name: &str, expect: Option<&str>) {
        let code = getters(&definitions(text)[0], name);
        let found = code
            .as_deref()
            .and_then(|code| code.split_once("= { "))
            .map(|(_, code)| code);
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn fields() {
        check_field(
            "struct A<'a, T: Ord>(u8, &'a T) where T: Copy;",
            "1",
            Some(
                "impl<'a, T: Ord> A<'a, T> where T: Copy { pub(crate) fn __hookable_field_1(&self) -> &(&'a T) { &self.1 } pub(crate) \
                 fn __hookable_field_mut_1(&mut self) -> &mut (&'a T) { &mut self.1 } } };",
            ),
        );
        check_field("struct A { b: u8 }", "c", None);
        check_field("#[repr(packed)] struct A { b: u8 }", "b", None);
        check_field("enum A { B { b: u8 } }", "b", None);
    }

    #[test]
    fn structs() {
        #[track_caller]
        fn check(text: &str, of: &MadeOf, expect: Option<&str>) {
            let code = maker(&definitions(text)[0], of);
            let found = code.as_deref().and_then(|code| code.split_once("= { "));
            assert_eq!(found.map(|(_, code)| code), expect, "{text}");
        }
        let named =
            |names: &[&str], has_base| MadeOf::Named(names.iter().map(|name| (*name).to_owned()).collect(), has_base);
        check(
            "struct A<T: Ord> { b: T, r#type: u8 }",
            &named(&["type", "b"], false),
            Some(
                "impl<T: Ord> A<T> { pub(crate) fn __hookable_make_type_0_b( __0: u8,  __1: T, ) -> Self { Self {  r#type: __0,  b: \
                 __1,  } } } };",
            ),
        );
        check(
            "struct A { b: u8, c: u8 }",
            &named(&["b"], true),
            Some(
                "impl A { pub(crate) fn __hookable_make_b_0base( __0: u8, __base: Self) -> Self { Self {  b: __0, ..__base } } } };",
            ),
        );
        check(
            "struct A(u8);",
            &MadeOf::Tuple,
            Some("impl A { pub(crate) fn __hookable_make_tuple( __0: u8, ) -> Self { Self {  0: __0,  } } } };"),
        );
        check("struct A { b: u8 }", &MadeOf::Tuple, None);
        check("struct A { b: u8 }", &named(&["c"], false), None);
    }

    #[track_caller]
    fn check_method(text: &str, expect: &str) {
        let (at, code) = caller(text, 0, "f").expect("it is there");
        assert_eq!(&text[at - 1..at], "}", "{text}");
        assert_eq!(
            code.trim_start_matches(" #[allow(warnings)] pub(crate) "),
            expect,
            "{text}"
        );
    }

    #[test]
    fn methods() {
        check_method(
            "impl A { fn f(&mut self, (a, b): (u8, u8), c: std::vec::Vec<u8>) -> u8 { a } }",
            "fn __hookable_call_f(&mut self, __1: (u8, u8), __2: std::vec::Vec<u8>) -> u8 { Self::f(self, __1, __2) }",
        );
        check_method(
            "impl A { fn f(&self, a: ::std::vec::Vec<u8>) {} }",
            "fn __hookable_call_f(&self, __1: ::std::vec::Vec<u8>)  { Self::f(self, __1) }",
        );
        check_method(
            "mod m { impl A { pub(super) async fn f<'a, T: Into<u8>>(mut self: Box<Self>, t: &'a T) where T: Copy {} } }",
            "async fn __hookable_call_f<'a, T: Into<u8>>(self: Box<Self>, __1: &'a T) where T: Copy { Self::f(self, __1).await }",
        );
        check_method(
            "impl A { unsafe fn f() {} }",
            "unsafe fn __hookable_call_f()  { unsafe { Self::f() } }",
        );
    }

    #[test]
    fn a_method_with_a_keyword_for_its_name() {
        let (_, code) = caller("impl A { fn r#match(&self) {} }", 0, "match").expect("it is there");
        assert!(
            code.ends_with("fn __hookable_call_match(&self)  { Self::r#match(self) }"),
            "{code}"
        );
    }

    #[test]
    fn the_method_that_is_meant() {
        let text = "impl A { fn f(&self) {} } impl B { fn f(&self) -> u8 { 1 } }";
        let (_, code) = caller(text, 26, "f").unwrap();
        assert!(code.contains("-> u8"), "{code}");
        assert_eq!(caller(text, 0, "g"), None);
    }
}
