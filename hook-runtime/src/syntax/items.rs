//! The items of a source file and their doc comments are found here. The file is read as tokens rather than parsed,
//! which suffices since it has compiled once.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::lex;

/// Describes an item of a file, or a field or a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    /// These are the names of the modules, types and functions that contain it, and its own.
    pub(crate) path: Vec<String>,
    /// This is its place in the text, including its attributes and doc comments.
    pub(crate) range: Range<usize>,
    /// This is the place of a function's signature, without its attributes.
    pub(crate) signature: Range<usize>,
    /// This is its keyword, such as `fn`, or else `field` or `variant`.
    pub(crate) kind: &'static str,
    /// This is the text of its doc comments.
    pub(crate) doc: String,
}

impl Item {
    /// Returns whether a path that was typed, such as `f`, `Account::deposit` or `crate::shop::f`, is the end of the
    /// item's path in a file of these modules.
    pub(crate) fn is_called(&self, typed: &str, modules: &[String]) -> bool {
        let typed: Vec<&str> = typed
            .split("::")
            .map(|part| part.trim())
            .filter(|part| !matches!(*part, "crate" | "self" | "super" | ""))
            .collect();
        let whole: Vec<&str> = modules.iter().chain(&self.path).map(String::as_str).collect();
        !typed.is_empty() && whole.ends_with(&typed)
    }
}

/// Returns the modules that a file is, by its path: `a` and `b` for `src/a/b.rs` and for `src/a/b/mod.rs`.
pub(crate) fn modules(path: &str) -> Vec<String> {
    let path = path.replace('\\', "/");
    let inside = path.rsplit_once("src/").map_or(&*path, |(_, inside)| inside);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    let parts = inside
        .split('/')
        .filter(|part| !matches!(*part, "mod" | "lib" | "main"));
    parts.map(str::to_owned).collect()
}

/// Returns the items of a file.
pub(crate) fn items(text: &str) -> Vec<Item> {
    let mut found = Vec::new();
    if let Ok(tokens) = lex(text) {
        level(tokens, &[], &mut found);
    }
    found
}

/// Keeps the attributes that belong to the next item.
#[derive(Default)]
struct Head {
    start: Option<usize>,
    /// Its attributes end before this.
    code: Option<usize>,
    docs: Vec<String>,
}

impl Head {
    fn item(&self, path: &[String], name: &str, kind: &'static str, end: usize) -> Item {
        Item {
            path: path.iter().cloned().chain([name.to_owned()]).collect(),
            range: self.start.unwrap_or(end)..end,
            signature: end..end,
            kind,
            doc: self.docs.join("\n"),
        }
    }
}

const KEYWORDS: [&str; 10] = [
    "fn",
    "struct",
    "enum",
    "union",
    "trait",
    "const",
    "static",
    "type",
    "mod",
    "macro_rules",
];

/// Adds the items among some tokens.
fn level(tokens: TokenStream, path: &[String], found: &mut Vec<Item>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut head = Head::default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        head.start.get_or_insert(token.span().byte_range().start);
        if let Some(doc) = attribute(&tokens[at..]) {
            head.docs.extend(doc);
            at += 2;
            continue;
        }
        head.code.get_or_insert(token.span().byte_range().start);
        let word = word(token);
        let keyword = KEYWORDS.into_iter().find(|keyword| word.as_deref() == Some(keyword));
        if let Some((keyword, name)) = keyword.and_then(|keyword| Some((keyword, name(&tokens[at + 1..])?))) {
            let end = end(&tokens, at, keyword);
            let last = tokens[end].span().byte_range();
            let mut item = head.item(path, &name, keyword, last.end);
            if keyword == "fn" {
                item.signature = head.code.unwrap_or(last.start)..last.start;
            }
            let path = item.path.clone();
            found.push(item);
            match body(&tokens[end]) {
                Some(body) if matches!(keyword, "struct" | "union") => parts(body, &path, "field", found),
                Some(body) if keyword == "enum" => parts(body, &path, "variant", found),
                Some(body) => level(body, &path, found),
                None => {}
            }
            at = end + 1;
            head = Head::default();
            continue;
        }
        if word.as_deref() == Some("impl") {
            let end = end(&tokens, at, "impl");
            let own: Vec<String> = path.iter().cloned().chain(implemented(&tokens[at + 1..end])).collect();
            if let Some(body) = body(&tokens[end]) {
                level(body, &own, found);
            }
            at = end + 1;
            head = Head::default();
            continue;
        }
        let ends = match token {
            TokenTree::Punct(punct) => matches!(punct.as_char(), ';' | ','),
            TokenTree::Group(group) => {
                // There may be items in a block, and in the tokens of a macro.
                level(group.stream(), path, found);
                group.delimiter() == Delimiter::Brace
            }
            _ => false,
        };
        if ends {
            head = Head::default();
        }
        at += 1;
    }
}

/// Adds the fields of a struct or the variants of an enum.
fn parts(tokens: TokenStream, path: &[String], kind: &'static str, found: &mut Vec<Item>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    for part in tokens.split(is_comma) {
        let mut head = Head::default();
        let mut rest = part;
        while let Some(token) = rest.first() {
            head.start.get_or_insert(token.span().byte_range().start);
            let Some(doc) = attribute(rest) else { break };
            head.docs.extend(doc);
            rest = &rest[2..];
        }
        // A visibility like `pub(crate)` may stand before the name of a field.
        let mut words = rest
            .iter()
            .skip_while(|token| matches!(token, TokenTree::Group(_)) || word(token).is_some_and(|word| word == "pub"));
        let (name, next) = (words.next().and_then(word), words.next());
        let is_colon = matches!(next, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
        if let (Some(name), Some(last)) = (name, part.last())
            && (kind == "variant" || is_colon)
        {
            found.push(head.item(path, &name, kind, last.span().byte_range().end));
        }
    }
}

/// Returns `Some` if an attribute stands here, with the text in it if it is a doc comment.
fn attribute(tokens: &[TokenTree]) -> Option<Option<String>> {
    let [TokenTree::Punct(hash), TokenTree::Group(group), ..] = tokens else {
        return None;
    };
    if hash.as_char() != '#' || group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let doc = match &inner[..] {
        [name, TokenTree::Punct(_), TokenTree::Literal(text)] if word(name).is_some_and(|word| word == "doc") => {
            let text = litrs::StringLit::parse(text.to_string()).ok();
            text.map(|text| {
                text.value()
                    .strip_prefix(' ')
                    .unwrap_or(text.value())
                    .trim_end()
                    .to_owned()
            })
        }
        _ => None,
    };
    Some(doc)
}

fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

/// Returns the name behind a keyword. It skips the `mut` of `static mut` and the `!` of `macro_rules!`, and gives
/// `None` for the `const` of `const fn`, since `fn` is the item's keyword.
fn name(tokens: &[TokenTree]) -> Option<String> {
    let is_macro = matches!(tokens.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
    let tokens = if is_macro { &tokens[1..] } else { tokens };
    let first = word(tokens.first()?)?;
    match &*first {
        "mut" => word(tokens.get(1)?),
        "fn" | "unsafe" | "async" | "extern" | "_" => None,
        _ => Some(first.strip_prefix("r#").unwrap_or(&first).to_owned()),
    }
}

/// Returns the position of the token at which an item ends.
fn end(tokens: &[TokenTree], at: usize, keyword: &str) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::Brace && !matches!(keyword, "const" | "static" | "type")
        }
        _ => false,
    };
    let found = tokens[at..].iter().position(ends);
    found.map_or(tokens.len() - 1, |found| at + found)
}

fn body(token: &TokenTree) -> Option<TokenStream> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    }
}

/// Returns the name of the type that an `impl` is for, from the tokens between the keyword and the body.
pub(crate) fn implemented(tokens: &[TokenTree]) -> Option<String> {
    let is = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
    let (mut depth, mut name) = (0_i32, None);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            // The `>` of `->` closes no bracket.
            TokenTree::Punct(punct) if punct.as_char() == '>' && !is(at.wrapping_sub(1), '-') => depth -= 1,
            TokenTree::Ident(ident) if depth == 0 => match &*ident.to_string() {
                "where" => break,
                "for" if !is(at + 1, '<') => name = None,
                "dyn" | "mut" | "const" => {}
                word => name = Some(word.to_owned()),
            },
            _ => {}
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"//! Of the file.
use std::fmt;

/// Adds one.
///
/// Really.
#[inline]
pub(crate) fn f(n: i32) -> i32 {
    fn inner() {}
    let v = vec![1];
    n + 1
}

/// A price.
pub struct Price<T> where T: Copy {
    /// How much.
    pub(crate) amount: u32,
    map: HashMap<String, T>,
}
struct Unit(u8, u8);
enum Kind { #[doc = "The first."] First, Second { x: u8 } }

impl<T: Copy> Price<T> {
    /// Makes one.
    pub const fn new() -> Self { todo!() }
}
impl<'a, T> fmt::Debug for Price<T> where T: Copy {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result { Ok(()) }
}
mod deep { pub trait Shop { fn open(&self); } }
const LIMIT: [u8; 2] = [1, { 2 }];
static mut COUNT: u8 = 1;
thread_local! { static LOCAL: u8 = 1; }
const _: () = {};
/// Makes one.
macro_rules! price { ($a:expr) => { $a } }
"#;

    fn find(name: &str) -> Vec<Item> {
        items(TEXT)
            .into_iter()
            .filter(|item| item.is_called(name, &[]))
            .collect()
    }

    #[track_caller]
    fn check(name: &str, kind: &str, begins: &str, ends: &str) {
        let found = find(name);
        let [item] = &found[..] else { panic!("{found:?}") };
        let text = &TEXT[item.range.clone()];
        assert_eq!(item.kind, kind);
        assert!(text.starts_with(begins) && text.ends_with(ends), "{text}");
    }

    #[test]
    fn signatures() {
        let check = |name, expected| {
            let found = find(name).pop().expect("it is there");
            assert_eq!(TEXT[found.signature].trim_end(), expected);
        };
        check("f", "pub(crate) fn f(n: i32) -> i32");
        check("inner", "fn inner()");
        check("Price::new", "pub const fn new() -> Self");
        check("deep::Shop::open", "fn open(&self)");
        check("Unit", "");
    }

    #[test]
    fn items_of_a_file() {
        check("f", "fn", "/// Adds one.", "n + 1\n}");
        check("crate::f::inner", "fn", "fn inner", "{}");
        check("Price", "struct", "/// A price.", ",\n}");
        check("Price::amount", "field", "/// How much.", "u32");
        check("Unit", "struct", "struct Unit(", ");");
        check("Kind::First", "variant", "#[doc", "First");
        check("Second", "variant", "Second", "}");
        check("Price::new", "fn", "/// Makes", "todo!() }");
        check("Price::fmt", "fn", "fn fmt", "Ok(()) }");
        check("deep::Shop::open", "fn", "fn open", ";");
        check("LIMIT", "const", "const LIMIT", "];");
        check("COUNT", "static", "static mut", ";");
        check("LOCAL", "static", "static LOCAL", ";");
        check("price", "macro_rules", "/// Makes one.", "$a } }");
        assert_eq!(find("nothing"), []);
        assert_eq!(items("fn f( {"), []);
    }

    #[test]
    fn doc_comments() {
        let doc = |name| find(name).remove(0).doc;
        assert_eq!(doc("f"), "Adds one.\n\nReally.");
        assert_eq!(doc("Price::amount"), "How much.");
        assert_eq!(doc("First"), "The first.");
        assert_eq!(doc("Price::new"), "Makes one.");
        assert_eq!(doc("Unit"), "");
    }

    #[test]
    fn modules_of_files() {
        assert_eq!(modules("src/main.rs"), [""; 0]);
        assert_eq!(modules("/x/src/a/b.rs"), ["a", "b"]);
        assert_eq!(modules("src/a/mod.rs"), ["a"]);
        assert_eq!(modules("examples/demo.rs"), ["examples", "demo"]);
        let item = items("fn f() {}").remove(0);
        assert!(item.is_called("a::f", &modules("src/a.rs")) && !item.is_called("b::f", &modules("src/a.rs")));
    }
}
