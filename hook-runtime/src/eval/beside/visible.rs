//! An item that is private to its module is made visible in the whole crate.
//!
//! Symbols and ids of types have nothing of an item's own visibility in them. They do have that of fields, and the
//! fields of an enum are as visible as the enum, so an enum with fields stays as it is.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenTree};

use super::Additions;
use super::scan::{bytes, is_scope};
use crate::eval::parse::{end, is_brace, is_punct, is_word, start, word};
use crate::syntax::lex;

/// The words that name the kind of an item.
const KINDS: [&str; 11] = [
    "struct", "enum", "union", "trait", "type", "const", "static", "mod", "fn", "use", "crate",
];
/// The words that may stand between the visibility of an item and its kind.
const QUALIFIERS: [&str; 6] = ["unsafe", "async", "const", "extern", "safe", "auto"];

/// A private item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PrivateItem {
    pub(crate) name: String,
    pub(crate) kind: String,
    /// The module that it stands in, if that begins in the same file: its name, and its bytes.
    pub(crate) module: Option<(String, Range<usize>)>,
    /// The macro of the crate whose body the item stands in, so that it is defined wherever that is called.
    pub(crate) made_by: Option<String>,
    /// The fields of the item are as visible as the item.
    pub(crate) lends_visibility: bool,
    /// The text that makes it visible, by its place.
    pub(crate) additions: Additions,
}

/// The tokens between two brackets, and the position of one of them.
type Level = (Vec<TokenTree>, usize);

/// Returns the private item of this name that is defined at a byte, or by the macro that is called there.
pub(crate) fn private_item(text: &str, at: usize, name: &str) -> Option<PrivateItem> {
    let name = name.trim_start_matches("r#");
    let mut levels = levels(text, at);
    let defined = head(levels.last()?).or_else(|| import(&mut levels));
    if defined.is_none() {
        let within = called(levels.last()?, name)?;
        levels.extend(within);
    }
    let (level, position) = levels.last().filter(|_| !is_member(&levels))?;
    let first = defined.unwrap_or_else(|| begin(level, *position));
    let (kind_at, kind) = kind(level, first)?;
    Some(PrivateItem {
        name: name.to_owned(),
        additions: shown(text, level, first)?,
        lends_visibility: kind == "enum" && has_fields(&level[kind_at..]),
        kind,
        made_by: macro_around(&levels),
        module: module(&levels),
    })
}

/// Returns the places at which types and traits of a name are defined in a text.
pub(crate) fn types(text: &str, name: &str) -> Vec<usize> {
    let mut found = Vec::new();
    if text.contains(name) {
        let tokens: Vec<TokenTree> = lex(text).unwrap_or_default().into_iter().collect();
        collect(&tokens, name, &mut found);
    }
    found
}

fn collect(tokens: &[TokenTree], name: &str, found: &mut Vec<usize>) {
    const TYPES: [&str; 5] = ["struct", "enum", "union", "trait", "type"];
    for (at, tree) in tokens.iter().enumerate() {
        match tree {
            TokenTree::Group(_) => collect(&inner(tree), name, found),
            TokenTree::Ident(kind) if TYPES.iter().any(|other| kind == other) && is_name(tokens.get(at + 1), name) => {
                found.push(start(tree));
            }
            _ => {}
        }
    }
}

fn inner(tree: &TokenTree) -> Vec<TokenTree> {
    match tree {
        TokenTree::Group(group) => group.stream().into_iter().collect(),
        _ => Vec::new(),
    }
}

fn is_name(tree: Option<&TokenTree>, name: &str) -> bool {
    word(tree).trim_start_matches("r#") == name
}

/// Returns the tokens around a byte, from the outermost ones to those among which the token is that begins there.
fn levels(text: &str, at: usize) -> Vec<Level> {
    let mut tokens: Vec<TokenTree> = lex(text).unwrap_or_default().into_iter().collect();
    let mut levels = Vec::new();
    while let Some(position) = tokens.iter().position(|tree| end(tree) > at) {
        let within = inner(&tokens[position]);
        let is_around = start(&tokens[position]) < at;
        levels.push((tokens, position));
        if !is_around {
            break;
        }
        tokens = within;
    }
    levels
}

/// Returns the position of the first token of the item that begins at a token, if one does.
fn head((level, position): &Level) -> Option<usize> {
    kind(level, *position).map(|_| *position)
}

/// Returns the position and the word of the kind of the item that begins at a position.
fn kind(level: &[TokenTree], first: usize) -> Option<(usize, String)> {
    let mut at = first;
    if is_word(level.get(at), "pub") {
        at += 1;
        at += usize::from(scope(level.get(at)).is_some());
    }
    loop {
        let tree = level.get(at);
        let next = word(level.get(at + 1));
        let is_qualifier = |word: &String| QUALIFIERS.contains(&word.as_str());
        match tree? {
            TokenTree::Literal(_) if at > first => at += 1,
            TokenTree::Ident(_) if is_qualifier(&word(tree)) && is_followed(&next, level.get(at + 1)) => at += 1,
            TokenTree::Ident(_) => {
                let word = word(tree);
                return KINDS.contains(&word.as_str()).then_some((at, word));
            }
            _ => return None,
        }
    }
}

/// Returns whether a qualifier stands before this, and is not the kind of the item itself: `const fn`, `extern "C" fn`.
fn is_followed(next: &str, tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Literal(_))) || QUALIFIERS.contains(&next) || KINDS.contains(&next)
}

/// Returns the contents of the parentheses behind `pub`.
fn scope(tree: Option<&TokenTree>) -> Option<Vec<TokenTree>> {
    match tree {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis && is_scope(group) => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// Returns the position of the first token of the item whose kind stands at a position.
fn begin(level: &[TokenTree], kind: usize) -> usize {
    let mut first = kind;
    while let Some(before) = first.checked_sub(1) {
        match &level[before] {
            TokenTree::Ident(ident) if ident == "pub" || QUALIFIERS.iter().any(|other| ident == other) => {
                first = before;
            }
            TokenTree::Literal(_) if before > 0 && is_word(level.get(before - 1), "extern") => first = before - 1,
            TokenTree::Group(_) if before > 0 && is_word(level.get(before - 1), "pub") => first = before - 1,
            _ => break,
        }
    }
    first
}

/// Returns the position of the first token of the `use` around the innermost token, and leaves the levels that are
/// around that `use`.
fn import(levels: &mut Vec<Level>) -> Option<usize> {
    for depth in (0..levels.len()).rev() {
        let (level, position) = &levels[depth];
        let mut at = *position;
        while at > 0 && !is_punct(level.get(at - 1), ';') && !is_word(level.get(at), "use") {
            at -= 1;
        }
        if is_word(level.get(at), "use") {
            let first = begin(level, at);
            levels.truncate(depth + 1);
            return Some(first);
        }
    }
    None
}

/// Returns the levels within the macro call that begins at a token, down to the kind of the item of a name in it.
fn called((level, position): &Level, name: &str) -> Option<Vec<Level>> {
    let bang = (*position..level.len().min(position + 12)).find(|at| is_punct(level.get(*at), '!'))?;
    let group = level[bang + 1..]
        .iter()
        .take(2)
        .position(|tree| !inner(tree).is_empty())?;
    let tokens = inner(&level[bang + 1 + group]);
    let mut levels = vec![(level.clone(), bang + 1 + group)];
    defined(tokens, name, &mut levels).then_some(levels)
}

fn defined(tokens: Vec<TokenTree>, name: &str, levels: &mut Vec<Level>) -> bool {
    for at in 0..tokens.len() {
        let is_kind = KINDS.contains(&word(tokens.get(at)).as_str());
        let named = (at + 1..=at + 2).any(|next| is_name(tokens.get(next), name));
        if is_kind && named {
            levels.push((tokens, at));
            return true;
        }
        levels.push((tokens.clone(), at));
        if defined(inner(&tokens[at]), name, levels) {
            return true;
        }
        levels.pop();
    }
    false
}

/// Returns what makes the item visible that begins at a position; `None` if it is visible. The text stands behind the
/// token before the item, so that the columns of its line stay.
fn shown(text: &str, level: &[TokenTree], first: usize) -> Option<Additions> {
    const VISIBLE: &str = "pub(crate) ";
    if !is_word(level.get(first), "pub") {
        let before = first.checked_sub(1).map(|before| bytes(&level[before]));
        // A token may be a comment that documents the item, and that may end with its line.
        let before = before.filter(|before| !text[before.clone()].starts_with('/'));
        let at = before.map_or_else(|| start(&level[first]), |before| before.end);
        return Some(vec![(at, VISIBLE.to_owned())]);
    }
    let within = scope(level.get(first + 1))?;
    match &within[..] {
        [TokenTree::Ident(word)] if word == "crate" => None,
        _ => Some(vec![
            (start(&level[first]), format!("{VISIBLE}/*")),
            (end(&level[first + 1]), "*/".to_owned()),
        ]),
    }
}

/// Returns whether an enum has a variant with fields, or one that a macro makes.
fn has_fields(tokens: &[TokenTree]) -> bool {
    let body = tokens
        .iter()
        .find(|tree| is_brace(Some(tree)))
        .map(inner)
        .unwrap_or_default();
    let is_attribute = |at: usize| at > 0 && is_punct(body.get(at - 1), '#');
    (0..body.len())
        .any(|at| is_punct(body.get(at), '$') || !is_attribute(at) && matches!(body[at], TokenTree::Group(_)))
}

/// Returns whether the last token stands in an `impl` or a trait, whose items are as visible as these.
fn is_member(levels: &[Level]) -> bool {
    let Some((level, body)) = levels.iter().rev().nth(1) else {
        return false;
    };
    let before = level[..*body].iter().rev();
    let head = before.take_while(|tree| !is_punct(Some(tree), ';') && !is_brace(Some(tree)));
    let words: Vec<String> = head.map(|tree| word(Some(tree))).collect();
    let has = |name: &str| words.iter().any(|word| word == name);
    is_brace(level.get(*body)) && (has("impl") || has("trait")) && !has("fn") && !has("mod")
}

/// Returns the name of the `macro_rules!` around the last token.
fn macro_around(levels: &[Level]) -> Option<String> {
    let mut around = levels.iter().rev().skip(1);
    let (level, body) = around.find(|(level, at)| *at >= 3 && is_word(level.get(at - 3), "macro_rules"))?;
    Some(word(level.get(body - 1)))
}

/// Returns the innermost module around the last token.
fn module(levels: &[Level]) -> Option<(String, Range<usize>)> {
    let around = levels.iter().rev().skip(1);
    let mut modules = around.filter_map(|(level, at)| {
        let is_module = *at >= 2 && is_word(level.get(at - 2), "mod");
        is_module.then(|| {
            (
                word(level.get(at - 1)).trim_start_matches("r#").to_owned(),
                bytes(&level[*at]),
            )
        })
    });
    modules.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The item that begins at `^`, in a text with that left out.
    fn item(text: &str, name: &str) -> (String, Option<PrivateItem>) {
        let at = text.find('^').expect("it is marked");
        let text = text.replacen('^', "", 1);
        let found = private_item(&text, at, name);
        (text, found)
    }

    #[track_caller]
    fn check(text: &str, name: &str, expect: &str) {
        let (text, found) = item(text, name);
        let mut additions = found.map(|item| item.additions).unwrap_or_default();
        additions.sort();
        let mut made = text.clone();
        for (at, added) in additions.iter().rev() {
            made.insert_str(*at, added);
        }
        assert_eq!(made, expect);
    }

    #[test]
    fn items_become_visible() {
        check("^struct A;", "A", "pub(crate) struct A;");
        check(
            "mod m {\n    ^fn f() {}\n}",
            "f",
            "mod m {\n    pub(crate) fn f() {}\n}",
        );
        check("fn g() {}\n  ^fn f() {}", "f", "fn g() {}pub(crate) \n  fn f() {}");
        check(
            "#[a]\n^unsafe extern \"C\" fn f() {}",
            "f",
            "#[a]pub(crate) \nunsafe extern \"C\" fn f() {}",
        );
        check("/// b\n^const F: u8 = 1;", "F", "/// b\npub(crate) const F: u8 = 1;");
        check("^const fn f() {}", "f", "pub(crate) const fn f() {}");
        check("^pub(super) mod m;", "m", "pub(crate) /*pub(super)*/ mod m;");
        check(
            "^pub(in a::b) static mut A: u8 = 1;",
            "A",
            "pub(crate) /*pub(in a::b)*/ static mut A: u8 = 1;",
        );
        check("^pub(crate) struct A(u8);", "A", "pub(crate) struct A(u8);");
        check("^pub struct A;", "A", "pub struct A;");
        check("trait T { ^type A; }", "A", "trait T { type A; }");
        check("impl T for B { ^type A = u8; }", "A", "impl T for B { type A = u8; }");
        check(
            "fn g(t: impl T) { ^struct A; }",
            "A",
            "fn g(t: impl T) { pub(crate) struct A; }",
        );
    }

    #[test]
    fn imports_become_visible() {
        check("use ^a::B;", "B", "pub(crate) use a::B;");
        check(
            "fn f() {} use a::{b, ^c::{D as E}};",
            "E",
            "fn f() {}pub(crate)  use a::{b, c::{D as E}};",
        );
        check("pub(self) use ^a::B;", "B", "pub(crate) /*pub(self)*/ use a::B;");
    }

    #[test]
    fn what_macros_make() {
        check(
            "^thread_local! { static A: u8 = 1; static B: u8 = 2; }",
            "B",
            "thread_local! { static A: u8 = 1;pub(crate)  static B: u8 = 2; }",
        );
        check(
            "^a::b! { static ref A: u8 = 1; }",
            "A",
            "a::b! { pub(crate) static ref A: u8 = 1; }",
        );
        check(
            "macro_rules! m { ($n:ident) => { ^struct $n; } }",
            "A",
            "macro_rules! m { ($n:ident) => { pub(crate) struct $n; } }",
        );
        check("^m!(A);", "A", "m!(A);");
    }

    #[test]
    fn what_lends_its_visibility() {
        let lends = |text: &str| item(text, "A").1.expect("it is there").lends_visibility;
        assert!(lends("^enum A { B, C(u8) }") && lends("^enum A { B { c: u8 } }") && lends("^enum A { $($b),* }"));
        assert!(!lends("^enum A { B, #[c(d)] C = 1 }") && !lends("^struct A { b: u8 }"));
    }

    #[test]
    fn the_module_around() {
        let module = |text: &str| item(text, "A").1.expect("it is there").module;
        assert_eq!(module("^struct A;"), None);
        assert_eq!(module("mod m { mod n { ^struct A; } }"), Some(("n".to_owned(), 14..27)));
        assert_eq!(
            module("mod m { fn f() { ^struct A; } }").map(|(name, _)| name),
            Some("m".to_owned())
        );
    }

    #[test]
    fn the_macro_around() {
        let made_by = |text: &str| item(text, "A").1.expect("it is there").made_by;
        assert_eq!(
            made_by("mod n { macro_rules! m { ($n:ident) => { ^struct $n; } } }").as_deref(),
            Some("m")
        );
        assert_eq!(made_by("macro_rules! m { () => {} } m! { ^struct A; }"), None);
    }

    #[test]
    fn definitions_by_name() {
        assert_eq!(
            types("struct A; mod m { enum B {} trait A {} } fn A() {}", "A"),
            [0, 28]
        );
    }
}
