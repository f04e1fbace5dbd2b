//! A scanner that finds items, also those within bodies and in the tokens of macros.

use hook_rustc::std_macros::makes_value;
use proc_macro2::{Delimiter, TokenTree};

use super::super::interface::interface;
use super::tokens::{end, has_types, is, is_call, is_inline, is_lifetime, may_await, starts_item, text, trees, words};
use super::{Item, ItemKind};

/// Macros of which the tokens are items.
const TRANSPARENT: [&str; 2] = ["thread_local", "lazy_static"];

/// A walk through the tokens of a source.
#[derive(Default)]
pub(super) struct Scanner {
    pub(super) items: Vec<Item>,
    /// The modules, types and functions around what is scanned, each with `::` behind it.
    scope: String,
    /// So many bytes of that are modules.
    module: usize,
    /// What stands before the braces of the impl of a trait whose items are scanned.
    implemented: Option<String>,
}

impl Scanner {
    /// Finds the items among tokens. `at_items` tells that nothing else stands there.
    pub(super) fn scan(&mut self, tokens: &[TokenTree], is_generic: bool, at_items: bool) {
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
