//! Finds the imports of a crate that run upwards in a written order of its modules.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A folder of a crate, and the modules in it, the lowest first. `mod` stands for what the folder's own file defines;
/// where it is not listed, it is the highest.
pub(crate) type Order<'o> = (&'o str, &'o [&'o str]);

/// One path that a file names, from the root of the crate.
struct Import {
    line: usize,
    path: Vec<String>,
}

/// What is known of a folder.
struct Folder<'o> {
    /// Where it is in the crate.
    within: Vec<&'o str>,
    order: &'o [&'o str],
    modules: Vec<String>,
    /// By name, the module in it that defines what the folder's own file has from there.
    reexports: HashMap<String, String>,
    /// The names that the folder's own file has from a crate below.
    of_others: HashSet<String>,
}

/// The imports that run upwards, as `file:line: ..`; and the modules that have no place in the order, or are not there.
pub(crate) fn upward(src: &Path, orders: &[Order<'_>]) -> Vec<String> {
    let mut faults = Vec::new();
    let folders: Vec<Folder<'_>> = orders
        .iter()
        .map(|order| Folder::read(src, *order, &mut faults))
        .collect();
    let macros: Vec<String> = files(src)
        .iter()
        .flat_map(|file| macros(tokens(&src.join(file))))
        .collect();
    for file in files(src) {
        let module = module_of(&file);
        for Import { line, path } in imports(&src.join(&file), &module) {
            // A macro that is exported is in the root, wherever it is defined.
            if matches!(&path[..], [name] if macros.contains(name)) {
                continue;
            }
            for folder in &folders {
                let (Some(from), Some(to)) = (folder.module(&module), folder.module(&path)) else {
                    continue;
                };
                if folder.rank(to) > folder.rank(from) {
                    let path = path.join("::");
                    faults.push(format!("src/{}:{line}: `{from}` imports crate::{path}", file.display()));
                }
            }
        }
    }
    faults
}

impl<'o> Folder<'o> {
    fn read(src: &Path, (folder, order): Order<'o>, faults: &mut Vec<String>) -> Self {
        let place = src.join(folder);
        let shown = Path::new("src").join(folder);
        let shown = shown.display().to_string();
        let shown = shown.trim_end_matches('/');
        let modules = modules_in(&place);
        let missing = modules.iter().filter(|name| !order.contains(&&***name));
        faults.extend(missing.map(|name| format!("{shown}: `{name}` is not in the order")));
        let gone = order
            .iter()
            .filter(|name| **name != "mod" && !modules.iter().any(|module| module == *name));
        faults.extend(gone.map(|name| format!("{shown}: there is no `{name}`")));
        let own = ["lib.rs", "mod.rs"]
            .map(|name| place.join(name))
            .into_iter()
            .find(|file| file.exists());
        let uses = own.map_or_else(Vec::new, |file| uses(tokens(&file)));
        let reexports = uses
            .into_iter()
            .filter_map(|path| Some((path.last()?.clone(), path.first()?.clone())));
        let (of_others, reexports): (Vec<_>, Vec<_>) = reexports.partition(|(_, first)| first.starts_with("hook_"));
        Folder {
            within: folder.split('/').filter(|part| !part.is_empty()).collect(),
            order,
            reexports: reexports
                .into_iter()
                .filter(|(_, module)| modules.contains(module))
                .collect(),
            of_others: of_others.into_iter().map(|(name, _)| name).collect(),
            modules,
        }
    }

    /// The module of the folder that a path leads into. `None` if it leads elsewhere, to a crate below for one.
    fn module<'p>(&'p self, path: &'p [String]) -> Option<&'p str> {
        let begins =
            path.len() >= self.within.len() && path.iter().zip(&self.within).all(|(part, within)| part == within);
        let name = begins.then(|| path.get(self.within.len()).map_or("mod", |name| name))?;
        let is_module = self.modules.iter().any(|module| module == name);
        if !is_module && self.of_others.contains(name) {
            return None;
        }
        Some(match self.reexports.get(name) {
            _ if is_module => name,
            Some(module) => module,
            None => "mod",
        })
    }

    fn rank(&self, module: &str) -> usize {
        let place = self.order.iter().position(|name| *name == module);
        place.unwrap_or(self.order.len())
    }
}

/// The names that a file imports by `crate::`.
pub(crate) fn imported(file: &Path) -> Vec<String> {
    let paths = imports(file, &[]).into_iter().map(|import| import.path);
    paths.filter_map(|mut path| path.pop()).collect()
}

/// The source files below a folder, one after the other.
pub(crate) fn text(src: &Path) -> String {
    files(src)
        .iter()
        .map(|file| fs::read_to_string(src.join(file)).unwrap())
        .collect()
}

/// The modules whose files stand in a folder.
pub(crate) fn modules_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    let sources = paths.filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "rs"));
    let stems = sources.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    let mut modules: Vec<String> = stems
        .filter(|stem| !matches!(&**stem, "lib" | "mod" | "tests"))
        .collect();
    modules.sort();
    modules.dedup();
    modules
}

/// The source files below a folder, from there on.
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
    let path = file.with_extension("");
    let parts = path.iter().map(|part| part.to_string_lossy().into_owned());
    parts.filter(|part| part != "lib" && part != "mod").collect()
}

fn tokens(file: &Path) -> TokenStream {
    let text = fs::read_to_string(file).unwrap();
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The macros that a file defines outside of functions and modules.
fn macros(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let defined = tokens.windows(3).filter_map(|window| match window {
        [TokenTree::Ident(word), bang, TokenTree::Ident(name)] if word == "macro_rules" && is_punct(bang, '!') => {
            Some(name.to_string())
        }
        _ => None,
    });
    defined.collect()
}

/// What a file names by `crate::` or by `super::`, wherever that stands.
fn imports(file: &Path, module: &[String]) -> Vec<Import> {
    let mut imports = Vec::new();
    collect(tokens(file), module, &mut imports);
    imports
}

fn collect(tokens: TokenStream, module: &[String], imports: &mut Vec<Import>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        // What a macro names by `$crate` is for its callers, and a path that goes on from another was looked at with
        // that.
        let is_start = at == 0 || !is_punct(&tokens[at - 1], '$') && !is_punct(&tokens[at - 1], ':');
        match token {
            // In `pub(crate)` it begins no path.
            TokenTree::Ident(word)
                if is_start && is_path(&tokens[at + 1..]) && (word == "crate" || word == "super") =>
            {
                let mut base = if word == "crate" { Vec::new() } else { parent(module) };
                let mut rest = &tokens[at + 1..];
                while is_path(rest) && matches!(&rest[2], TokenTree::Ident(word) if word == "super") {
                    base = parent(&base);
                    rest = &rest[3..];
                }
                let mut paths = Vec::new();
                names(rest, &base, &mut paths);
                let line = word.span().start().line;
                imports.extend(paths.into_iter().map(|path| Import { line, path }));
            }
            TokenTree::Group(body) => match at.checked_sub(2).map(|start| &tokens[start..at]) {
                Some([TokenTree::Ident(keyword), TokenTree::Ident(name)]) if keyword == "mod" => {
                    let inner = [module, &[name.to_string()]].concat();
                    collect(body.stream(), &inner, imports);
                }
                _ => collect(body.stream(), module, imports),
            },
            _ => {}
        }
    }
}

/// The paths that a file imports from modules of its own, `use a::{b, c}`.
fn uses(tokens: TokenStream) -> Vec<Vec<String>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut paths = Vec::new();
    for pair in tokens.windows(2).enumerate() {
        if let (at, [TokenTree::Ident(keyword), TokenTree::Ident(name)]) = pair
            && keyword == "use"
        {
            names(&tokens[at + 2..], &[name.to_string()], &mut paths);
        }
    }
    paths
}

fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

/// The paths that begin with `base` and go on here, each name in braces by itself.
fn names(mut rest: &[TokenTree], base: &[String], paths: &mut Vec<Vec<String>>) {
    let mut path = base.to_vec();
    while is_path(rest) {
        match &rest[2] {
            // A macro of the crate has no module.
            TokenTree::Ident(_) if rest.get(3).is_some_and(|after| is_punct(after, '!')) => return,
            TokenTree::Ident(name) => path.push(name.to_string()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
                for part in tokens.split(|token| is_punct(token, ',')) {
                    if let Some(TokenTree::Ident(name)) = part.first() {
                        let own: &[String] = if name == "self" { &[] } else { &[name.to_string()] };
                        names(&part[1..], &[&path[..], own].concat(), paths);
                    }
                }
                return;
            }
            _ => break,
        }
        rest = &rest[3..];
    }
    paths.push(path);
}

fn is_path(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [first, second, _, ..] if is_punct(first, ':') && is_punct(second, ':'))
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}
