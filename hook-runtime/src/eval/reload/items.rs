//! The items in the text of a source, as far as a reload depends on them.

use hook_rustc::std_macros::makes_value;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::interface::interface;
use crate::syntax::lex;

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ItemKind {
    Struct,
    Enum,
    Union,
    /// A trait, of which the default bodies do not count.
    Trait,
    Static,
    /// An `impl Drop`.
    Drop,
    /// A type that the impl of a trait names. Its scope is what stands before the braces of the impl.
    Associated,
    /// A `type`, or a `const`: what mentions it may mean something else when it changes.
    Meaning,
    /// A name that a `use` brings in.
    Import,
    /// A macro that is defined, or one that is called where items stand.
    Macro,
    /// A macro that is called within a body.
    Call,
    Function,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    pub(super) name: String,
    /// The tokens that count; of a function, those of its signature.
    pub(super) text: String,
    /// Of a function, the tokens that say how it is called: its signature without the names of parameters, and without
    /// what is no difference to a caller.
    pub(super) interface: String,
    /// The tokens of a function's body.
    pub(super) body: String,
    /// The modules, types and functions around it, each with `::` behind it.
    pub(super) scope: String,
    /// So many bytes of that are modules. What stands further out is not seen without a path or an import.
    pub(super) module: usize,
    /// The line that it begins in, counted from 1.
    pub(super) line: usize,
    /// The byte behind it.
    pub(super) end: usize,
    /// It is a function that a type parameter of its own or of what is around it makes several of.
    pub(super) is_generic: bool,
    /// What calls it makes has a type that follows from its body: it is `async`, or returns an `impl Trait`.
    pub(super) is_opaque: bool,
    /// It is an `async fn`.
    pub(super) is_async: bool,
    pub(super) is_inline: bool,
    /// It is a function in which there may be an async block.
    pub(super) may_await: bool,
}

/// Attributes that say nothing of what an item is in memory.
const PLAIN: [&str; 9] = [
    "doc",
    "allow",
    "warn",
    "deny",
    "expect",
    "must_use",
    "derive",
    "deprecated",
    "hookable",
];
/// Macros of which the tokens are items.
const TRANSPARENT: [&str; 2] = ["thread_local", "lazy_static"];

/// Returns the items of a source.
pub(super) fn items(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let tokens = lex(text).unwrap_or_default();
    let mut scanner = Scanner {
        items: &mut items,
        scope: String::new(),
        module: 0,
        implemented: None,
    };
    scanner.scan(&trees(tokens), false, true);
    items
}

struct Scanner<'i> {
    items: &'i mut Vec<Item>,
    scope: String,
    module: usize,
    /// What stands before the braces of the impl of a trait whose items are scanned.
    implemented: Option<String>,
}

impl Scanner<'_> {
    /// Finds the items among tokens. `at_items` tells that nothing else stands there.
    fn scan(&mut self, tokens: &[TokenTree], is_generic: bool, at_items: bool) {
        let (mut at, mut start) = (0, 0);
        while at < tokens.len() {
            let word = match &tokens[at] {
                TokenTree::Ident(word) if !is_lifetime(tokens, at) => word.to_string(),
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    at += 1;
                    start = at;
                    continue;
                }
                TokenTree::Group(group) => {
                    let is_attribute = group.delimiter() == Delimiter::Bracket && at > 0 && is(&tokens[at - 1], '#');
                    if !is_attribute {
                        self.scan(&trees(group.stream()), is_generic, false);
                    }
                    at += 1;
                    if group.delimiter() == Delimiter::Brace {
                        start = at;
                    }
                    continue;
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            let name = match tokens.get(at + 1) {
                Some(TokenTree::Ident(name)) if name != "mut" => Some(name.to_string()),
                Some(TokenTree::Ident(_)) => tokens.get(at + 2).map(ToString::to_string),
                _ => None,
            };
            let end = match (word.as_str(), &name) {
                ("struct" | "enum" | "union" | "static", Some(name)) => {
                    let kind = match word.as_str() {
                        "struct" => ItemKind::Struct,
                        "enum" => ItemKind::Enum,
                        "union" => ItemKind::Union,
                        _ => ItemKind::Static,
                    };
                    let is_type = kind != ItemKind::Static;
                    let end = end(&tokens[at..], is_type) + at;
                    self.push(kind, name, text(&tokens[start..end]), &tokens[at..end]);
                    if !is_type {
                        self.scan(&tokens[at + 2..end], is_generic, false);
                    }
                    end
                }
                ("type" | "const", Some(name)) if !matches!(name.as_str(), "fn" | "unsafe" | "async" | "extern") => {
                    let end = end(&tokens[at..], false) + at;
                    let text = text(&tokens[at..end]);
                    if let Some(header) = self.implemented.clone().filter(|_| word == "type") {
                        self.push(ItemKind::Associated, name, text.clone(), &tokens[at..end]);
                        self.items.last_mut().expect("it was pushed").scope = header;
                    }
                    self.push(ItemKind::Meaning, name, text, &tokens[at..end]);
                    self.scan(&tokens[(at + 2).min(end)..end], is_generic, false);
                    end
                }
                ("trait", Some(name)) => self.trait_(tokens, at, name),
                ("impl", _) if at_items || starts_item(tokens, at) => self.impl_(tokens, at),
                ("fn", Some(name)) => self.function(tokens, (start, at), name, is_generic),
                ("use", _) => {
                    let end = end(&tokens[at..], false) + at;
                    self.imports("", &tokens[at + 1..end], &tokens[at]);
                    end
                }
                ("mod", Some(name)) => {
                    if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                        self.within(name, |scanner| {
                            let around = std::mem::replace(&mut scanner.module, scanner.scope.len());
                            scanner.scan(&trees(body.stream()), is_generic, true);
                            scanner.module = around;
                        });
                    }
                    at + 3
                }
                ("macro_rules", None) => {
                    let end = (at + 4).min(tokens.len());
                    let name = tokens.get(at + 2).map(ToString::to_string).unwrap_or_default();
                    self.push(ItemKind::Macro, &name, text(&tokens[at..end]), &tokens[at..end]);
                    end
                }
                (word, None) if at_items && tokens.get(at + 1).is_some_and(|tree| is(tree, '!')) => {
                    let end = (at + 3).min(tokens.len());
                    match &tokens[end - 1] {
                        TokenTree::Group(group) if TRANSPARENT.contains(&word) => {
                            self.scan(&trees(group.stream()), is_generic, true);
                        }
                        _ => self.push(ItemKind::Macro, word, text(&tokens[at..end]), &tokens[at..end]),
                    }
                    end
                }
                // What it makes may be items; its tokens are looked at as all others are.
                (word, None) if is_call(tokens, at) && !makes_value(word) && word != "hook" => {
                    self.push(ItemKind::Call, word, text(&tokens[at..at + 3]), &tokens[at..at + 3]);
                    at += 1;
                    continue;
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            at = end.max(at + 1);
            start = at;
        }
    }

    fn push(&mut self, kind: ItemKind, name: &str, text: String, tokens: &[TokenTree]) {
        self.items.push(Item {
            kind,
            name: name.to_owned(),
            text,
            interface: String::new(),
            body: String::new(),
            scope: self.scope.clone(),
            module: self.module,
            line: tokens[0].span().start().line,
            end: tokens.last().map_or(0, |last| last.span().byte_range().end),
            is_generic: false,
            is_opaque: false,
            is_async: false,
            is_inline: false,
            may_await: false,
        });
    }

    fn trait_(&mut self, tokens: &[TokenTree], at: usize, name: &str) -> usize {
        let end = at + end(&tokens[at..], true);
        let Some(TokenTree::Group(body)) = tokens[..end].last() else {
            return end;
        };
        let members = trees(body.stream());
        // A body in braces ends a method that has a default.
        let is_body =
            |tree: &&TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let signatures: Vec<TokenTree> = members.iter().filter(|tree| !is_body(tree)).cloned().collect();
        let text = format!("{} {{ {} }}", text(&tokens[at..end - 1]), text(&signatures));
        self.push(ItemKind::Trait, name, text, &tokens[at..end]);
        self.within(name, |scanner| scanner.scan(&members, true, true));
        end
    }

    fn impl_(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let end = at + end(&tokens[at..], true);
        let Some(TokenTree::Group(body)) = tokens[..end].last() else {
            return end;
        };
        let header = &tokens[at..end - 1];
        let text = text(header);
        if let Some(dropped) = text.split("Drop for ").nth(1) {
            self.push(ItemKind::Drop, dropped, text.clone(), &tokens[at..end]);
        }
        let is_generic = has_types(&header[1..]);
        let of = text.split(" for ").last().unwrap_or(&text);
        let of = of.trim_start_matches("impl ").split(" <").next().unwrap_or(of);
        let of = words(of).last().unwrap_or_default().to_owned();
        let of_trait = Some(text.clone()).filter(|_| header.iter().any(|tree| tree.to_string() == "for"));
        let around = std::mem::replace(&mut self.implemented, of_trait);
        self.within(&of, |scanner| scanner.scan(&trees(body.stream()), is_generic, true));
        self.implemented = around;
        end
    }

    fn function(&mut self, tokens: &[TokenTree], (start, at): (usize, usize), name: &str, is_generic: bool) -> usize {
        let end = at + end(&tokens[at..], true);
        let (signature, body) = match tokens[..end].last() {
            Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
                (&tokens[start..end - 1], trees(body.stream()))
            }
            _ => (&tokens[start..end], Vec::new()),
        };
        let behind = &tokens[at..end];
        let arrow = behind
            .windows(2)
            .position(|pair| is(&pair[0], '-') && is(&pair[1], '>'));
        let arguments = &behind[..arrow.unwrap_or(behind.len())];
        let returned = &signature[(at - start + arrow.unwrap_or(behind.len())).min(signature.len())..];
        let head = &tokens[start..at];
        let mentions = |tokens: &[TokenTree], word: &str| words(&text(tokens)).any(|other| other == word);
        self.items.push(Item {
            kind: ItemKind::Function,
            name: name.to_owned(),
            text: text(signature),
            interface: interface(head, behind),
            body: text(&body),
            scope: self.scope.clone(),
            module: self.module,
            line: tokens[at].span().start().line,
            end: tokens[end - 1].span().byte_range().end,
            is_generic: is_generic || has_types(behind.get(2..).unwrap_or_default()) || mentions(arguments, "impl"),
            is_opaque: mentions(head, "async") || mentions(returned, "impl"),
            is_async: mentions(head, "async"),
            is_inline: is_inline(head),
            may_await: mentions(head, "async") || may_await(&body),
        });
        let around = self.implemented.take();
        self.within(name, |scanner| scanner.scan(&body, is_generic, false));
        self.implemented = around;
        end
    }

    /// Calls `scan` for what is in an item of this name.
    fn within(&mut self, name: &str, scan: impl FnOnce(&mut Self)) {
        let len = self.scope.len();
        self.scope += name;
        self.scope += "::";
        scan(self);
        self.scope.truncate(len);
    }

    /// Adds the names that a `use` brings in, each with the whole path.
    fn imports(&mut self, before: &str, tokens: &[TokenTree], at: &TokenTree) {
        let mut path = before.to_owned();
        let mut last = String::new();
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => {
                    for part in trees(group.stream()).split(|tree| is(tree, ',')) {
                        self.imports(&path, part, at);
                    }
                    return;
                }
                TokenTree::Ident(word) if word == "as" => path += " as ",
                TokenTree::Ident(word) => {
                    last = word.to_string();
                    path += &last;
                }
                TokenTree::Punct(punct) if punct.as_char() != ';' => path.push(punct.as_char()),
                _ => {}
            }
        }
        if path.ends_with('*') {
            last = path.clone();
        }
        if !last.is_empty() {
            self.push(ItemKind::Import, &last, path, std::slice::from_ref(at));
        }
    }
}

/// Returns whether a list of parameters, if one begins there, has one that is no lifetime.
fn has_types(tokens: &[TokenTree]) -> bool {
    let mut depth = 0_i32;
    for (at, tree) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        let begins = before.is_some_and(|before| is(before, '<') || is(before, ','));
        if depth == 1 && begins && !is(tree, '\'') && !is(tree, '>') {
            return true;
        }
        let is_arrow = before.is_some_and(|before| is(before, '-'));
        depth += i32::from(is(tree, '<')) - i32::from(is(tree, '>') && !is_arrow);
        if depth == 0 {
            return false;
        }
    }
    false
}

/// Returns whether an attribute asks for copies of a function where it is used.
fn is_inline(head: &[TokenTree]) -> bool {
    let text = text(head);
    let words: Vec<&str> = words(&text).collect();
    let behind = |at: usize| words.get(at + 1).copied();
    (0..words.len()).any(|at| words[at] == "inline" && behind(at) != Some("never"))
}

/// Returns whether there may be an async block among tokens: there is one, or a macro that may make one.
fn may_await(tokens: &[TokenTree]) -> bool {
    tokens.iter().enumerate().any(|(at, tree)| match tree {
        TokenTree::Ident(word) if word == "async" => true,
        TokenTree::Ident(word) if matches!(tokens.get(at + 1), Some(tree) if is(tree, '!')) => {
            let word = word.to_string();
            matches!(tokens.get(at + 2), Some(TokenTree::Group(_))) && !makes_value(&word) && word != "hook"
        }
        TokenTree::Group(group) => may_await(&trees(group.stream())),
        _ => false,
    })
}

/// Returns the number of tokens up to the end of an item: a semicolon, or braces.
fn end(tokens: &[TokenTree], braces: bool) -> usize {
    let is_end = |tree: &TokenTree| match tree {
        TokenTree::Group(group) => braces && group.delimiter() == Delimiter::Brace,
        tree => is(tree, ';'),
    };
    tokens.iter().position(is_end).map_or(tokens.len(), |end| end + 1)
}

/// Returns whether the macro of this name is called here.
fn is_call(tokens: &[TokenTree], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|tree| is(tree, '!')) && matches!(tokens.get(at + 2), Some(TokenTree::Group(_)))
}

/// Returns whether the token before this one ends a statement or an attribute, so that an item may begin here.
fn starts_item(tokens: &[TokenTree], at: usize) -> bool {
    match at.checked_sub(1).map(|before| &tokens[before]) {
        None => true,
        Some(TokenTree::Group(group)) => group.delimiter() != Delimiter::Parenthesis,
        Some(TokenTree::Ident(word)) => word == "unsafe",
        Some(tree) => is(tree, ';'),
    }
}

fn is_lifetime(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && is(&tokens[at - 1], '\'')
}

pub(super) fn is(tree: &TokenTree, c: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == c)
}

pub(super) fn trees(tokens: TokenStream) -> Vec<TokenTree> {
    tokens.into_iter().collect()
}

/// Returns tokens as text without the attributes that do not count.
pub(super) fn text(tokens: &[TokenTree]) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(tree) = tokens.get(at) {
        at += 1;
        match (tree, tokens.get(at)) {
            (TokenTree::Punct(punct), Some(TokenTree::Group(attribute)))
                if punct.as_char() == '#' && attribute.delimiter() == Delimiter::Bracket =>
            {
                let attribute = text(&trees(attribute.stream()));
                at += 1;
                if !words(&attribute).next().is_some_and(|name| PLAIN.contains(&name)) {
                    out += &format!("#[{attribute}] ");
                }
            }
            (TokenTree::Group(group), _) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out += &format!("{open} {} {close} ", text(&trees(group.stream())));
            }
            (tree, _) => {
                out += &tree.to_string();
                out.push(' ');
            }
        }
    }
    out.trim_end().to_owned()
}

/// Returns the words in a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(ItemKind, &str, &str)]) {
        let items = items(text);
        let found: Vec<_> = items
            .iter()
            .map(|item| (item.kind, item.name.as_str(), item.text.as_str()))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_counts_of_an_item() {
        check(
            "/// a\n#[derive(Debug)]\n#[repr(C)]\npub struct S<'a> { a: &'a u8 }",
            &[(
                ItemKind::Struct,
                "S",
                "#[repr ( C )] pub struct S < ' a > { a : & ' a u8 }",
            )],
        );
        check(
            "enum E { A, B(u8) }",
            &[(ItemKind::Enum, "E", "enum E { A , B ( u8 ) }")],
        );
        check("struct U;", &[(ItemKind::Struct, "U", "struct U ;")]);
        check(
            "static mut N: &'static str = \"a\";",
            &[(ItemKind::Static, "N", "static mut N : & ' static str = \"a\" ;")],
        );
        check(
            "trait T: Sized { const C: u8; fn f(&self) -> u8 { 1 } }",
            &[
                (
                    ItemKind::Trait,
                    "T",
                    "trait T : Sized { const C : u8 ; fn f ( & self ) - > u8 }",
                ),
                (ItemKind::Meaning, "C", "const C : u8 ;"),
                (ItemKind::Function, "f", "fn f ( & self ) - > u8"),
            ],
        );
        check(
            "impl Drop for S { fn drop(&mut self) {} }",
            &[
                (ItemKind::Drop, "S", "impl Drop for S"),
                (ItemKind::Function, "drop", "fn drop ( & mut self )"),
            ],
        );
        check(
            "use a::{b, c::{self, D as E}};",
            &[
                (ItemKind::Import, "b", "a::b"),
                (ItemKind::Import, "self", "a::c::self"),
                (ItemKind::Import, "E", "a::c::D as E"),
            ],
        );
        check(
            "thread_local! { static A: u8 = 1; }\nmade! { x }",
            &[
                (ItemKind::Static, "A", "static A : u8 = 1 ;"),
                (ItemKind::Macro, "made", "made ! { x }"),
            ],
        );
    }

    #[test]
    fn functions() {
        let flags = |text: &str| {
            let items = items(text);
            let item = items.iter().rfind(|item| item.kind == ItemKind::Function).expect(text);
            (item.is_generic, item.is_opaque, item.is_inline)
        };
        assert_eq!(flags("fn f(a: u8) -> u8 { a }"), (false, false, false));
        assert_eq!(flags("fn f<T>(a: T) {}"), (true, false, false));
        assert_eq!(flags("impl<T> A<T> { #[inline] fn f(&self) {} }"), (true, false, true));
        assert_eq!(flags("pub async fn f() {}"), (false, true, false));
        // A lifetime makes no other code.
        assert_eq!(flags("impl<'a> A<'a> { fn f<'b>(&self) {} }"), (false, false, false));
        assert_eq!(flags("impl<'a, T> A<'a, T> { fn f(&self) {} }"), (true, false, false));
        assert_eq!(flags("fn f<'a, const N: usize>() {}"), (true, false, false));
        assert_eq!(flags("#[cfg_attr(a, inline(never))] fn f() {}"), (false, false, false));
        assert_eq!(flags("#[inline(always)] fn f() {}"), (false, false, true));
        assert_eq!(
            flags("fn f(a: impl Fn()) -> impl Iterator<Item = u8> { 0..3 }"),
            (true, true, false)
        );
        assert_eq!(
            flags("fn f() -> fn(u8) -> u8 { fn g(a: u8) -> u8 { a } g }"),
            (false, false, false)
        );
        let found = items("fn f() { static N: u8 = 1; struct In { a: fn(u8) } let x: In; }");
        let names: Vec<&str> = found.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(names, ["f", "N", "In"]);
    }
}
