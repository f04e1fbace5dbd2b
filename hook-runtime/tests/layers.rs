//! The folders of each crate form layers: a folder imports only what stands above it in the order that is written here. So there is
//! no cycle, and whoever reads a folder has nothing to know but the ones before it in the list.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A folder, and the order of what is in it. `mod` is what the file of the folder itself defines; where it is not listed, it is the
/// last.
type Order = (&'static str, &'static [&'static str]);

const RUNTIME: [Order; 2] = [
    (
        "",
        &[
            "suggest", "syntax", "os", "render", "guard", "format", "literal", "value", "turn", "frame", "eval",
            "console", "record", "hooks", "private",
        ],
    ),
    (
        "eval",
        &["parse", "codegen", "session", "abi", "diagnostics", "compile"],
    ),
];

#[test]
fn hook_runtime() {
    check("hook-runtime", &RUNTIME);
}

#[track_caller]
fn check(krate: &str, orders: &[Order]) {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(krate).join("src");
    let faults = faults(&src, orders);
    assert!(faults.is_empty(), "{krate} imports upwards:\n{faults}");
}

/// One module path that a file names.
struct Import {
    line: usize,
    /// From the root of the crate.
    path: Vec<String>,
}

/// What is wrong with a crate, one a line: the file, the line, and the import that runs upwards.
fn faults(src: &Path, orders: &[Order]) -> String {
    let mut faults = String::new();
    for (folder, order) in orders {
        let there = modules_in(&src.join(folder));
        for name in there.iter().filter(|name| !order.contains(&&***name)) {
            writeln!(faults, "src/{folder}: `{name}` is not in the order").unwrap();
        }
        for name in order
            .iter()
            .filter(|name| **name != "mod" && !there.iter().any(|there| there == *name))
        {
            writeln!(faults, "src/{folder}: there is no `{name}`").unwrap();
        }
    }
    for file in files(src) {
        let text = fs::read_to_string(src.join(&file)).unwrap();
        let tokens: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let module = module_of(&file);
        let mut imports = Vec::new();
        collect(tokens, &module, &mut imports);
        for Import { line, path } in imports {
            for (folder, order) in orders {
                let within: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
                let Some((from, to)) = step(&within, &module).zip(step(&within, &path)) else {
                    continue;
                };
                let there = modules_in(&src.join(folder));
                let rank = |name: &str| {
                    let name = if there.iter().any(|there| there == name) {
                        name
                    } else {
                        "mod"
                    };
                    order.iter().position(|other| *other == name).unwrap_or(order.len())
                };
                if rank(to) > rank(from) {
                    let path = path.join("::");
                    writeln!(faults, "src/{}:{line}: `{from}` imports crate::{path}", file.display()).unwrap();
                }
            }
        }
    }
    faults
}

/// The part of a path that is next within a folder; `mod` where it is the folder's own file.
fn step<'p>(within: &[&str], path: &'p [String]) -> Option<&'p str> {
    let begins = path.len() >= within.len() && path.iter().zip(within).all(|(part, within)| part == within);
    begins.then(|| path.get(within.len()).map_or("mod", |part| part))
}

/// The modules whose files stand in a folder.
fn modules_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.map(|entry| PathBuf::from(entry.unwrap().file_name()));
    let stems = names.map(|name| name.file_stem().unwrap().to_string_lossy().into_owned());
    let mut modules: Vec<String> = stems
        .filter(|stem| !matches!(&**stem, "lib" | "mod" | "tests"))
        .collect();
    modules.sort();
    modules.dedup();
    modules
}

/// The files below a folder, from there on.
fn files(src: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![src.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(src).unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

fn module_of(file: &Path) -> Vec<String> {
    let parts = file.with_extension("");
    let parts = parts.iter().map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| part != "lib" && part != "mod").collect()
}

/// Collects what is named by `crate::` or by `super::`, wherever it stands. What a macro names by `$crate::` is for its callers.
fn collect(tokens: TokenStream, module: &[String], imports: &mut Vec<Import>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let is_callers = at > 0 && is_punct(&tokens[at - 1], '$');
        match token {
            TokenTree::Ident(word) if (word == "crate" || word == "super") && !is_callers => {
                let line = word.span().start().line;
                let mut base = if word == "crate" { Vec::new() } else { parent(module) };
                at += 1;
                while is_path(&tokens[at..]) && matches!(&tokens[at + 2], TokenTree::Ident(word) if word == "super") {
                    base.pop();
                    at += 3;
                }
                names(&tokens[at..], &base, line, imports);
                continue;
            }
            TokenTree::Ident(word) if word == "mod" => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                    (tokens.get(at + 1), tokens.get(at + 2))
                {
                    let inner = [module, &[name.to_string()]].concat();
                    collect(body.stream(), &inner, imports);
                    at += 2;
                }
            }
            TokenTree::Group(group) => collect(group.stream(), module, imports),
            _ => {}
        }
        at += 1;
    }
}

fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

/// What follows `crate` or `super` in a path, each name in braces by itself.
fn names(rest: &[TokenTree], base: &[String], line: usize, imports: &mut Vec<Import>) {
    let mut path = base.to_vec();
    let mut rest = rest;
    while is_path(rest) {
        match &rest[2] {
            // A macro is found by its name in all of the crate.
            TokenTree::Ident(_) if rest.get(3).is_some_and(|after| is_punct(after, '!')) => return,
            TokenTree::Ident(name) => path.push(name.to_string()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in tokens.split(|token| is_punct(token, ',')) {
                    let Some(TokenTree::Ident(name)) = part.first() else {
                        continue;
                    };
                    let inner = match name.to_string().as_str() {
                        "self" => path.clone(),
                        name => [&path[..], &[name.to_owned()]].concat(),
                    };
                    names(&part[1..], &inner, line, imports);
                }
                return;
            }
            _ => break,
        }
        rest = &rest[3..];
    }
    if path != base || !base.is_empty() {
        imports.push(Import { line, path });
    }
}

fn is_path(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, _, ..] if is_punct(first, ':') && is_punct(second, ':'))
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}
