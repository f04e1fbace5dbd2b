//! The commands that print from source files: `:source` shows a function or a type, and `:doc` shows a doc comment, of
//! the crate or else of one that it depends on, and `:doc` of the standard library, too.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hook_rustc::sorted::{sort, sort_by_key};

use super::super::error::ConsoleError;
use super::super::output::{Output, Style};
use super::super::{Console, Flow, Outcome, sources};
use super::methods::{Names, bare, method_behind, names, of_type};
use super::usage;
use crate::eval::Purpose;
use crate::eval::abi::LineOutcome;
use crate::frame::Frame;
use crate::syntax::items::{Item, items, modules};

/// An item, and the text of the file that it is in.
struct DocumentedItem {
    file: String,
    text: Arc<str>,
    item: Item,
}

impl DocumentedItem {
    fn line(&self) -> usize {
        self.text[..self.item.range.start].matches('\n').count() + 1
    }

    fn heading(&self, out: &mut Output) {
        out.say(&format!(
            "{} {} at {}:{}",
            self.item.kind,
            self.item.path.join("::"),
            self.file,
            self.line()
        ));
    }

    /// Prints the signature of a function on one line.
    fn signature(&self, out: &mut Output) {
        let words: Vec<&str> = self.text[self.item.signature.clone()].split_whitespace().collect();
        if !words.is_empty() {
            out.value(&words.join(" ").replace("( ", "(").replace(", )", ")"));
        }
    }
}

pub(super) fn source(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let wanted = wanted("source", rest)?;
    let mut found = of_crate(console.frame, &wanted);
    if found.is_empty() {
        found = of_dependencies(console.frame, &wanted, &|_| true);
    }
    let whole: Vec<_> = found
        .iter()
        .filter(|found| !matches!(found.item.kind, "field" | "variant"))
        .collect();
    if whole.is_empty() {
        return Err(not_found(console.frame, &wanted));
    }
    for found in whole {
        found.heading(console.out);
        let text = &found.text[found.item.range.clone()];
        // The range begins behind the indentation of the first line, so that is measured here and removed from the
        // other lines.
        let before = &found.text[..found.item.range.start];
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        let last = found.line() + text.lines().count();
        let digits = last.to_string().len();
        for (number, line) in (found.line()..).zip(text.lines()) {
            let cut = line.len() - line.trim_start().len();
            let line = &line[cut.min(if number == found.line() { 0 } else { indent })..];
            let row = format!("{number:digits$}  {line}");
            console.out.value(row.trim_end());
        }
    }
    Ok(Flow::Stay)
}

pub(super) fn doc(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let method = method_behind(rest).and_then(|(of, method)| Some((type_of(console, of)?, method)));
    let (wanted, names) = match method {
        Some((ty, method)) => (rest.trim().to_owned(), names(&ty, method)),
        None => {
            let wanted = wanted("doc", rest)?;
            // For a local, `:doc` shows the documentation of its type.
            let ty = console.frame.find(&wanted).ok().and_then(|local| local.type_name());
            let (name, with_crate) = match ty {
                Some(ty) => (bare(ty), of_type(ty)),
                None => (wanted.clone(), wanted.clone()),
            };
            (wanted, vec![Names { name, with_crate }])
        }
    };
    let library = library(console.frame);
    let found = names
        .iter()
        .map(|names| documented(console.frame, names, library.as_deref()));
    let Some(found) = found.into_iter().find(|found| !found.is_empty()) else {
        return Err(match library {
            None if sources::of(console.frame).is_some() => ConsoleError::NoLibrarySources(wanted),
            _ => not_found(console.frame, &wanted),
        });
    };
    for found in found {
        found.heading(console.out);
        found.signature(console.out);
        match found.item.doc.trim() {
            "" => console.out.remark("it has no doc comment"),
            doc => {
                for line in doc.lines() {
                    let style = if line.starts_with('#') {
                        Style::Bold
                    } else {
                        Style::Plain
                    };
                    console.out.value_parts(&[(style, line)]);
                }
            }
        }
    }
    Ok(Flow::Stay)
}

/// Returns the items of a name: of the crate, else of one that it depends on, else of std.
fn documented(frame: &Frame<'_, '_>, names: &Names, library: Option<&Path>) -> Vec<DocumentedItem> {
    let mut found = of_crate(frame, &names.name);
    if found.is_empty() {
        found = of_dependencies(frame, &names.with_crate, &|item| !item.doc.is_empty());
    }
    if found.is_empty()
        && let Some(library) = library
    {
        found = of_library(library, &names.name);
    }
    found
}

/// Returns the type of an expression, if rustc knows it.
fn type_of(console: &mut Console<'_, '_, '_>, text: &str) -> Option<String> {
    match console.frame.find(text) {
        Ok(local) if !console.is_rust(text) => local.type_name().map(str::to_owned),
        _ => match console.aside(text, Purpose::Type).ok()?.outcome {
            LineOutcome::Type(ty) => Some(ty.to_owned()),
            _ => None,
        },
    }
}

/// Returns whether the crate defines a function or a type of that name. What has a value does not count, because
/// `?NAME` shows that.
pub(in crate::console) fn is_item(frame: &Frame<'_, '_>, name: &str) -> bool {
    let has_value = |found: &DocumentedItem| matches!(found.item.kind, "const" | "static" | "variant");
    let found = of_crate(frame, name);
    found.iter().any(|found| found.item.kind != "field") && !found.iter().any(has_value)
}

/// Returns the name in the argument of a command, without the parentheses of a call, generics, or the `!` of a macro.
fn wanted(command: &str, rest: &str) -> Result<String, ConsoleError> {
    let name = rest.split(['(', '<']).next().unwrap_or_default();
    let name = name.trim().trim_end_matches("::").trim_end_matches('!');
    if name.is_empty() || name.contains(char::is_whitespace) {
        return Err(usage(command));
    }
    Ok(name.to_owned())
}

fn not_found(frame: &Frame<'_, '_>, name: &str) -> ConsoleError {
    let name = name.to_owned();
    match sources::of(frame) {
        Some(_) => ConsoleError::NoItem(name),
        None => ConsoleError::NoSources(name),
    }
}

fn of_crate(frame: &Frame<'_, '_>, name: &str) -> Vec<DocumentedItem> {
    let files = sources::all(frame).into_iter();
    files
        .flat_map(|(path, text)| in_file(&path.to_string_lossy(), &text, name))
        .collect()
}

fn in_file(file: &str, text: &Arc<str>, name: &str) -> Vec<DocumentedItem> {
    let last = name.rsplit("::").next().unwrap_or(name);
    // Parsing a file is slow, so files that do not contain the name are skipped first.
    if !text.contains(last) {
        return Vec::new();
    }
    let modules = modules(file);
    let found = items(text).into_iter().filter(|item| item.is_called(name, &modules));
    let found = found.map(|item| DocumentedItem {
        file: file.to_owned(),
        text: text.clone(),
        item,
    });
    found.collect()
}

/// Returns the items of that name of the crates that the hook's crate depends on. If the path begins with the name of a
/// crate, the item is looked for there first.
fn of_dependencies(frame: &Frame<'_, '_>, name: &str, wanted: &dyn Fn(&Item) -> bool) -> Vec<DocumentedItem> {
    let Some(call) = sources::record(frame).map(|record| record.call) else {
        return Vec::new();
    };
    let (first, rest) = name.split_once("::").unwrap_or(("", name));
    if matches!(first, "std" | "core" | "alloc") {
        return Vec::new();
    }
    let named = call.named_libraries();
    let mut libraries: Vec<PathBuf> = named
        .iter()
        .filter(|(krate, _)| krate == first)
        .map(|(_, path)| path.clone())
        .collect();
    libraries.extend(call.in_graph(first).into_iter().map(|library| library.path));
    let is_crate = !libraries.is_empty();
    // What a crate hands on may be defined in another one.
    libraries.extend(named.into_iter().map(|(_, path)| path));
    if is_crate {
        libraries.extend(call.taken_in());
    }
    let wanted_name = if is_crate { rest } else { name };
    let mut found = libraries.iter().map(|library| {
        let texts = call.sources_of(library).into_iter();
        let texts = texts.filter_map(|path| Some((short(&path), Arc::from(fs::read_to_string(&path).ok()?))));
        let items = texts.flat_map(|(file, text)| in_file(&file, &text, wanted_name));
        items.filter(|found| wanted(&found.item)).collect::<Vec<_>>()
    });
    let mut found = found.find(|found| !found.is_empty()).unwrap_or_default();
    sort_by_key(&mut found, &|found| modules(&found.file).len());
    found.truncate(MOST);
    found
}

/// Returns a path without the folder that cargo keeps packages in.
fn short(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let inside = path
        .split_once("/registry/src/")
        .and_then(|(_, inside)| inside.split_once('/'));
    inside.map_or(path.clone(), |(_, inside)| inside.to_owned())
}

/// Returns the folder with the sources of the standard library that belongs to the toolchain that compiles lines.
fn library(frame: &Frame<'_, '_>) -> Option<PathBuf> {
    let compiler = sources::record(frame)?.call.program;
    let library = compiler.parent()?.parent()?.join("lib/rustlib/src/rust/library");
    library.is_dir().then_some(library)
}

/// The number of items of other crates that are printed at most, so that a common name does not fill the screen.
const MOST: usize = 3;

/// Returns the documented items of the standard library that have that name.
fn of_library(library: &Path, name: &str) -> Vec<DocumentedItem> {
    let mut found = Vec::new();
    // The prefix is dropped because many items of `std` are defined elsewhere: `std::vec::Vec` is defined in `alloc`.
    let name = ["std::", "core::", "alloc::"]
        .iter()
        .find_map(|krate| name.strip_prefix(krate))
        .unwrap_or(name);
    let last = name.rsplit("::").next().unwrap_or(name);
    let defines = |text: &str| {
        [
            "fn ",
            "struct ",
            "enum ",
            "trait ",
            "macro_rules! ",
            "const ",
            "type ",
            "mod ",
        ]
        .iter()
        .any(|keyword| text.contains(&format!("{keyword}{last}")))
    };
    for krate in ["alloc", "core", "std"] {
        let mut folders = vec![library.join(krate).join("src")];
        while let Some(folder) = folders.pop() {
            let mut entries: Vec<_> = fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path())
                .collect();
            sort(&mut entries);
            for path in entries {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs")
                    && let Ok(text) = fs::read_to_string(&path)
                    && defines(&text)
                {
                    let file = path
                        .strip_prefix(library)
                        .unwrap_or(&path)
                        .to_string_lossy()
                        .into_owned();
                    let of_file = in_file(&file, &text.into(), name).into_iter();
                    found.extend(of_file.filter(|found| !found.item.doc.is_empty()));
                }
            }
        }
    }
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let name = |text| wanted("doc", text).unwrap();
        assert_eq!(name("f(1)"), "f");
        assert_eq!(name("Vec::<u8>::push"), "Vec");
        assert_eq!(name("println!"), "println");
        assert!(wanted("doc", "").is_err() && wanted("doc", "a + b").is_err());
        let path = "/home/u/.cargo/registry/src/index.crates.io-19/serde-1.0.2/src/lib.rs";
        assert_eq!(short(Path::new(path)), "serde-1.0.2/src/lib.rs");
        assert_eq!(short(Path::new("/w/a/src/lib.rs")), "/w/a/src/lib.rs");
    }

    #[test]
    fn the_standard_library_is_found_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("alloc/src/vec/mod.rs");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let text = "/// A list.\npub struct Vec<T>(T);\nimpl<T> Vec<T> {\n    /// Appends.\n    pub fn push(&mut self, value: T) {}\n}\n\
            mod tests { fn push() {} }";
        fs::write(file, text).unwrap();
        let docs = |name| {
            let found = of_library(folder.path(), name).into_iter();
            found.map(|found| (found.line(), found.item.doc)).collect::<Vec<_>>()
        };
        assert_eq!(docs("Vec"), [(1, "A list.".to_owned())]);
        assert_eq!(docs("std::vec::Vec::push"), [(4, "Appends.".to_owned())]);
        assert_eq!(docs("Vec::pop"), []);
    }
}
