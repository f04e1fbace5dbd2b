//! An item that becomes visible may be imported where it was not before, and change what a name means there. This is
//! told from the `use`s of the crate.

use proc_macro2::TokenTree;

use super::visible::PrivateItem;
use crate::eval::parse::{is_brace, is_punct, is_word, start, word};
use crate::syntax::lex;

/// Names that stand for something in each module, whether it imports anything or not.
const EVERYWHERE: &str = "Option Some None Result Ok Err Vec String Box ToString ToOwned Clone Copy Send Sync Sized Drop Fn FnMut FnOnce \
    drop AsRef AsMut Into From Default Iterator IntoIterator Extend DoubleEndedIterator ExactSizeIterator Eq PartialEq Ord \
    PartialOrd TryFrom TryInto FromIterator Debug Hash std core alloc str bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 \
    i128 isize f32 f64";

/// A path that is imported. Its last name is `*` where all names of a module are.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    path: Vec<String>,
    alias: Option<String>,
}

/// Returns whether the names of other modules may mean something else once an item is visible everywhere. `file` is the
/// source of the item.
pub(super) fn may_change(item: &PrivateItem, file: &str, sources: &[(String, String)]) -> bool {
    let module = match &item.module {
        Some((name, _)) => name.clone(),
        None => module_of_file(file),
    };
    // Where a module has its file by an attribute, or a part of it from a file, the name of the file tells nothing.
    let is_elsewhere = |text: &str| text.contains("include!") || has_path_attribute(text);
    let is_any = item.made_by.is_some() || sources.iter().any(|(_, text)| is_elsewhere(text));
    let imports: Vec<Import> = sources
        .iter()
        .filter(|(_, text)| is_any || text.contains(&module) || text.contains('$'))
        .flat_map(|(_, text)| imports(text))
        .collect();
    let of_module = imports.iter().filter(|import| import.names(&module));
    let mut names: Vec<String> = of_module.filter_map(|import| import.alias.clone()).collect();
    names.push(module);
    let is_it = |name: &String| {
        let other = !["super", "self", "crate"].contains(&name.as_str());
        names.contains(name) || name.starts_with('$') || is_any && other
    };
    let from_module = |import: &&Import| import.path.iter().rev().nth(1).is_some_and(is_it);
    let mut leaves = imports
        .iter()
        .filter(from_module)
        .filter_map(|import| import.path.last());
    let imports_all = leaves.clone().any(|name| name == "*");
    if let Some(made_by) = &item.made_by {
        // The macro may make others, which become visible, too.
        let mut made = made_names(made_by, sources);
        made.push(item.name.clone());
        return imports_all || leaves.any(|name| made.contains(name) || made.iter().any(|made| made == "$"));
    }
    if imports_all {
        let is_common = EVERYWHERE.split_whitespace().any(|name| name == item.name);
        return item.kind == "trait"
            || is_common
            || sources
                .iter()
                .any(|(path, text)| is_mentioned(item, path == file, text));
    }
    // An import that names something else brings the item, too.
    leaves.any(|name| *name == item.name) && is_defined_twice(item, file, sources)
}

/// Returns whether an attribute in a text names the file of a module.
fn has_path_attribute(text: &str) -> bool {
    fn names_file(tokens: &[TokenTree]) -> bool {
        tokens.iter().enumerate().any(|(at, tree)| match tree {
            TokenTree::Group(group) => names_file(&group.stream().into_iter().collect::<Vec<_>>()),
            _ => is_word(Some(tree), "path") && is_punct(tokens.get(at + 1), '='),
        })
    }
    fn find(tokens: &[TokenTree]) -> bool {
        tokens.iter().enumerate().any(|(at, tree)| {
            let TokenTree::Group(group) = tree else { return false };
            let within: Vec<TokenTree> = group.stream().into_iter().collect();
            let is_attribute = at > 0 && is_punct(tokens.get(at - 1), '#');
            let is_of_module = ["path", "cfg_attr"].iter().any(|word| is_word(within.first(), word));
            is_attribute && is_of_module && names_file(&within) || find(&within)
        })
    }
    text.contains("path") && find(&lex(text).unwrap_or_default().into_iter().collect::<Vec<_>>())
}

/// Returns the names in the calls of a macro, among which are those of what it makes. A `$` stands for names that are
/// those of another macro.
fn made_names(made_by: &str, sources: &[(String, String)]) -> Vec<String> {
    fn collect(tokens: &[TokenTree], is_call: bool, made_by: &str, names: &mut Vec<String>) {
        for (at, tree) in tokens.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => {
                    let called = at >= 2 && is_punct(tokens.get(at - 1), '!') && is_word(tokens.get(at - 2), made_by);
                    let within: Vec<TokenTree> = group.stream().into_iter().collect();
                    collect(&within, is_call || called, made_by, names);
                }
                TokenTree::Ident(_) if is_call => names.push(word(Some(tree)).trim_start_matches("r#").to_owned()),
                TokenTree::Punct(punct) if is_call && punct.as_char() == '$' => names.push("$".to_owned()),
                _ => {}
            }
        }
    }
    let mut names = Vec::new();
    for (_, text) in sources.iter().filter(|(_, text)| text.contains(made_by)) {
        let tokens: Vec<TokenTree> = lex(text).unwrap_or_default().into_iter().collect();
        collect(&tokens, false, made_by, &mut names);
    }
    names
}

impl Import {
    /// Returns whether it imports the module of this name.
    fn names(&self, module: &str) -> bool {
        let mut path = self.path.iter().rev().filter(|name| *name != "self");
        path.next().is_some_and(|name| name == module)
    }
}

/// Returns the name of the module that a file is.
fn module_of_file(file: &str) -> String {
    let path = file.replace('\\', "/");
    let path = path
        .strip_suffix("/mod.rs")
        .or_else(|| path.strip_suffix(".rs"))
        .unwrap_or(&path);
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn imports(text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    if text.contains("use") {
        let tokens: Vec<TokenTree> = lex(text).unwrap_or_default().into_iter().collect();
        find(&tokens, &mut found);
    }
    found
}

fn find(tokens: &[TokenTree], found: &mut Vec<Import>) {
    for (at, tree) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            find(&group.stream().into_iter().collect::<Vec<_>>(), found);
        }
        // `use<'a>` stands in a bound.
        if is_word(Some(tree), "use") && !is_punct(tokens.get(at + 1), '<') {
            let rest = &tokens[at + 1..];
            let length = rest
                .iter()
                .position(|tree| is_punct(Some(tree), ';'))
                .unwrap_or(rest.len());
            leaves(&rest[..length], &[], found);
        }
    }
}

/// Finds what the tree of a `use` imports.
fn leaves(tokens: &[TokenTree], before: &[String], found: &mut Vec<Import>) {
    for tree in tokens.split(|tree| is_punct(Some(tree), ',')) {
        let mut import = Import {
            path: before.to_vec(),
            alias: None,
        };
        let (mut is_variable, mut is_list) = (false, false);
        for (at, token) in tree.iter().enumerate() {
            match token {
                TokenTree::Ident(ident) if ident == "as" => {
                    import.alias = Some(word(tree.get(at + 1)));
                    break;
                }
                TokenTree::Ident(_) => {
                    let dollar = if is_variable { "$" } else { "" };
                    import
                        .path
                        .push(format!("{dollar}{}", word(Some(token)).trim_start_matches("r#")));
                }
                TokenTree::Punct(punct) if punct.as_char() == '*' => import.path.push("*".to_owned()),
                TokenTree::Group(group) if is_brace(Some(token)) => {
                    leaves(&group.stream().into_iter().collect::<Vec<_>>(), &import.path, found);
                    is_list = true;
                }
                _ => {}
            }
            is_variable = is_punct(Some(token), '$');
        }
        if !is_list && import.path.len() > before.len() {
            found.push(import);
        }
    }
}

/// Returns whether a text has the name of an item in it, outside of the item's module, where it may mean the item.
fn is_mentioned(item: &PrivateItem, is_own: bool, text: &str) -> bool {
    if is_own && item.module.is_none() || !text.contains(&item.name) {
        return false;
    }
    let tokens: Vec<TokenTree> = lex(text).unwrap_or_default().into_iter().collect();
    let own = item.module.as_ref().filter(|_| is_own).map(|(_, bytes)| bytes.clone());
    mentions(item, &tokens, &|at| own.as_ref().is_some_and(|own| own.contains(&at)))
}

fn mentions(item: &PrivateItem, tokens: &[TokenTree], is_own: &dyn Fn(usize) -> bool) -> bool {
    tokens.iter().enumerate().any(|(at, tree)| match tree {
        TokenTree::Group(group) => mentions(item, &group.stream().into_iter().collect::<Vec<_>>(), is_own),
        TokenTree::Ident(ident) if *ident == item.name && !is_own(start(tree)) => {
            let before = |c: char| at > 0 && is_punct(tokens.get(at - 1), c);
            match item.kind.as_str() {
                "mod" => {
                    let is_path = is_punct(tokens.get(at + 1), ':') && is_punct(tokens.get(at + 2), ':');
                    is_path && !before(':') || at > 0 && is_word(tokens.get(at - 1), "use")
                }
                "fn" | "const" | "static" => !before('.'),
                _ => true,
            }
        }
        _ => false,
    })
}

/// Returns whether the source of an item defines something else of its name.
fn is_defined_twice(item: &PrivateItem, file: &str, sources: &[(String, String)]) -> bool {
    const KINDS: [&str; 9] = [
        "struct", "enum", "union", "trait", "type", "const", "static", "mod", "fn",
    ];
    fn count(tokens: &[TokenTree], name: &str) -> usize {
        let pairs = tokens.windows(2);
        let here = pairs.filter(|pair| KINDS.contains(&word(pair.first()).as_str()) && is_word(pair.get(1), name));
        let within = tokens.iter().map(|tree| match tree {
            TokenTree::Group(group) => count(&group.stream().into_iter().collect::<Vec<_>>(), name),
            _ => 0,
        });
        here.count() + within.sum::<usize>()
    }
    let own = sources.iter().filter(|(path, _)| path == file);
    own.map(|(_, text)| lex(text).unwrap_or_default().into_iter().collect::<Vec<_>>())
        .any(|tokens| count(&tokens, &item.name) > 1)
}

#[cfg(test)]
mod tests {
    use super::super::visible::private_item;
    use super::*;

    #[test]
    fn what_is_imported() {
        let told = |text: &str| {
            let all = imports(text).into_iter();
            let all = all.map(|import| format!("{} {}", import.path.join("::"), import.alias.unwrap_or_default()));
            all.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            told("use a::{b::{self as c, d}, *}; pub use r#e;"),
            "a::b::self c; a::b::d ; a::* ; e "
        );
        assert_eq!(told("fn f() { use $m::*; }"), "$m::* ");
        assert_eq!(told("fn f() -> impl A + use<'a> {}"), "");
    }

    /// The item begins at `^` in the first source, whose name is `m.rs`.
    #[track_caller]
    fn check(own: &str, name: &str, other: &str, expect: bool) {
        let at = own.find('^').expect("it is marked");
        let own = own.replacen('^', "", 1);
        let item = private_item(&own, at, name).expect("it is there");
        let sources = [
            ("src/m.rs".to_owned(), own),
            ("src/main.rs".to_owned(), other.to_owned()),
        ];
        assert_eq!(may_change(&item, "src/m.rs", &sources), expect, "{other}");
    }

    #[test]
    fn what_a_glob_would_import() {
        check("^struct A;", "A", "use m::B; use n::*; use super::*;", false);
        check("^struct A;", "A", "use m::*;", false);
        check("^struct A;", "A", "use m::*; type B = A;", true);
        check("^struct A;", "A", "use m as n; use n::*; type B = A;", true);
        check("^struct A;", "A", "use $n::*; type B = A;", true);
        check(
            "^struct A;",
            "A",
            "#[path = \"m.rs\"] mod n; use n::*; type B = A;",
            true,
        );
        check("^type Result = u8;", "Result", "use m::*;", true);
        check("^trait A {}", "A", "use m::*;", true);
        check("^mod a {}", "a", "use m::*; fn f(a: u8) { a; }", false);
        check("^mod a {}", "a", "use m::*; fn f() { a::b(); }", true);
        check("^mod a {}", "a", "use m::*; use a as b;", true);
        check("^fn a() {}", "a", "use m::*; fn f(b: B) { b.a(); }", false);
        check("mod n { ^struct A; fn f() -> A { A } } use n::*;", "A", "", false);
        check("mod n { ^struct A; } use n::*; fn f() -> A {}", "A", "", true);
    }

    #[test]
    fn what_a_macro_makes_elsewhere() {
        let made = "macro_rules! makes { ($n:ident) => { ^fn $n() {} } }";
        check(made, "a", "mod n { makes!(a); } use n::*;", true);
        check(made, "a", "mod n { makes!(a); makes!(b); } use n::b;", true);
        check(
            made,
            "a",
            "macro_rules! all { ($n:ident) => { makes!($n); } } use n::b;",
            true,
        );
        check(made, "a", "mod n { makes!(a); } use super::*; use n::b;", false);
    }

    #[test]
    fn modules_that_are_not_named_after_their_files() {
        for how in [
            "#[path = \"m.rs\"] mod n;",
            "#[cfg_attr(unix, path = \"m.rs\")] mod n;",
            "mod n { include!(\"m.rs\"); }",
        ] {
            check("^struct A;", "A", &format!("{how} use n::*; type B = A;"), true);
        }
        check(
            "^struct A;",
            "A",
            "mod n; use n::*; type B = A; fn f() { let path = \"m.rs\"; }",
            false,
        );
    }

    #[test]
    fn what_an_import_would_bring_too() {
        check("^mod a {} pub fn a() {}", "a", "use m::a;", true);
        check("^mod a {} pub fn a() {}", "a", "use m::b;", false);
        check("^mod a {}", "a", "use m::a;", false);
    }
}
