//! The names of types are written as people write them: `Vec<String>` for `alloc::vec::Vec<alloc::string::String>`.
//!
//! Every path keeps its last segment. A closure has no name of its own, so it also keeps the name of the function
//! around it, and `{{closure}}` only once: `main::{{closure}}`. The punctuation between paths is copied.

use hook_rustc::sorted::sort;

use super::public::{is_asked, public_path};

/// Shortens a name that `std::any::type_name` gave.
pub fn short(full: &str) -> String {
    // Only the types of function pointers have lifetimes like these, which tell nothing.
    let full = &without_ours(full.replace("&'_ ", "&").replace("<'_>", ""));
    let mut text = String::with_capacity(full.len());
    let mut rest = &**full;
    while let Some(first) = rest.chars().next() {
        let length = path_length(rest);
        if length > 0 {
            let (path, after) = rest.split_at(length);
            let mut last = last_segments(path);
            while last.ends_with("}}::{{closure}}") {
                last = &last[..last.len() - "::{{closure}}".len()];
            }
            text.push_str(last);
            rest = after;
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    text
}

/// Writes the constructor of a tuple struct, and a private method, in place of the function beside the type that stands
/// for it: `a::T` for `a::__HOOKABLE_MAKE_tuple_OF_T::<impl a::T>::__hookable_make_tuple`.
fn without_ours(mut full: String) -> String {
    const BEFORE: &str = "__HOOKABLE_MAKE_tuple_OF_";
    const IMPL: &str = "::<impl ";
    const AFTER: &str = ">::__hookable_make_tuple";
    while let Some(at) = full.find(BEFORE) {
        let is_of_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '#');
        let start = full[..at].trim_end_matches(is_of_path).len();
        let own = full[at..].find(IMPL).map(|open| at + open + IMPL.len());
        let Some((own, end)) = own.and_then(|own| Some((own, own + full[own..].find(AFTER)?))) else {
            break;
        };
        let ty = full[own..end].to_owned();
        full.replace_range(start..end + AFTER.len(), &ty);
    }
    full.replace("::__hookable_call_", "::")
}

/// Returns how many bytes at the beginning of `text` are a path such as `a::b::{{closure}}`.
fn path_length(text: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = &text[length..];
        let segment = if rest.starts_with("{{") {
            rest.find("}}").map_or(0, |end| end + 2)
        } else {
            rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '#'))
                .unwrap_or(rest.len())
        };
        length += segment;
        if segment == 0 || !text[length..].starts_with("::") {
            return length;
        }
        // The `::` before a `<` is no part of the path.
        if text[length..].starts_with("::<") {
            return length;
        }
        length += 2;
    }
}

fn last_segments(path: &str) -> &str {
    let mut start = path.len();
    loop {
        start = path[..start].rfind("::").map_or(0, |at| at);
        let segment = path[start..].trim_start_matches("::");
        if start == 0 || !segment.starts_with("{{") {
            return segment;
        }
    }
}

/// Returns whether a type has no name that could be written down.
pub fn is_anonymous(name: &str) -> bool {
    name.contains("{{") || name.contains("dyn ") || name.contains("impl ") || name.contains("fn(")
}

/// Returns a type as it can be written in the crate `krate`. Most modules in which the standard library defines its
/// types are private, and with few exceptions the module around such a one exports the type.
pub fn path(name: &str, krate: &str) -> String {
    let mut out = String::new();
    for (piece, is_path) in pieces(name) {
        match is_path {
            true => out += &written(piece, krate),
            false => out += piece,
        }
    }
    out
}

/// Returns the paths in the name of a type that lead into other crates than `krate`, each with the way in which it is
/// written there.
pub fn paths(name: &str, krate: &str) -> Vec<(String, String)> {
    let paths = pieces(name).filter(|(piece, is_path)| *is_path && piece.contains("::"));
    let written = paths.map(|(piece, _)| (piece.to_owned(), written(piece, krate)));
    let mut paths: Vec<_> = written.filter(|(_, path)| path.starts_with("::")).collect();
    sort(&mut paths);
    paths.dedup();
    paths
}

/// Returns whether there are paths in the name of a type that lead into other crates than `krate`, and for which rustc
/// was not asked.
pub fn is_open(name: &str, krate: &str) -> bool {
    let mut paths = paths(name, krate).into_iter();
    paths.any(|(defined, _)| !is_asked(&defined, krate))
}

/// Splits the name of a type into its paths and what is between them.
fn pieces(name: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = path_length(rest);
        let (piece, after) = rest.split_at(if length == 0 { first.len_utf8() } else { length });
        rest = after;
        Some((piece, length > 0))
    })
}

fn written(path: &str, krate: &str) -> String {
    if let Some(public) = public_path(path) {
        return public;
    }
    let segments: Vec<&str> = path.split("::").collect();
    match &segments[..] {
        ["std" | "core" | "alloc", "sync", module @ ("atomic" | "mpsc"), .., last] => {
            format!("::std::sync::{module}::{last}")
        }
        ["std" | "core" | "alloc", module, .., last] => format!("::std::{module}::{last}"),
        [own, within @ ..] if *own == krate && !within.is_empty() => format!("crate::{}", within.join("::")),
        [_, _, ..] => format!("::{path}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(full: &str, expected: &str) {
        assert_eq!(short(full), expected);
    }

    #[test]
    fn paths() {
        check("i32", "i32");
        check("alloc::string::String", "String");
        check("alloc::vec::Vec<alloc::string::String>", "Vec<String>");
        check(
            "std::collections::hash::map::HashMap<alloc::string::String, alloc::vec::Vec<demo::Point>>",
            "HashMap<String, Vec<Point>>",
        );
        check("demo::größe::Maß", "Maß");
    }

    #[test]
    fn built_in() {
        check("&str", "&str");
        check("&mut [core::option::Option<u8>; 4]", "&mut [Option<u8>; 4]");
        check("(alloc::string::String, ())", "(String, ())");
        check("*const demo::Node", "*const Node");
        check("!", "!");
        check("fn(&'_ [i32], demo::T<'_>) -> &'_ mut u8", "fn(&[i32], T) -> &mut u8");
        check("fn(i32) -> alloc::string::String", "fn(i32) -> String");
        check("for<'a> fn(&'a str) -> &'a demo::T", "for<'a> fn(&'a str) -> &'a T");
    }

    #[test]
    fn traits() {
        check("&dyn core::fmt::Debug", "&dyn Debug");
        check(
            "alloc::boxed::Box<dyn core::ops::function::Fn(i32) -> u8 + core::marker::Send>",
            "Box<dyn Fn(i32) -> u8 + Send>",
        );
        check(
            "<alloc::vec::Vec<u8> as core::iter::traits::collect::IntoIterator>::IntoIter",
            "<Vec<u8> as IntoIterator>::IntoIter",
        );
        check("dyn core::iter::Iterator<Item = demo::P>", "dyn Iterator<Item = P>");
    }

    #[track_caller]
    fn writes(full: &str, expected: &str) {
        assert_eq!(path(full, "demo"), expected);
    }

    #[test]
    fn as_a_program_writes_them() {
        writes("i32", "i32");
        writes("alloc::vec::Vec<demo::a::Point>", "::std::vec::Vec<crate::a::Point>");
        writes(
            "std::collections::hash::map::HashMap<&'_ str, (u8, std::path::PathBuf)>",
            "::std::collections::HashMap<&'_ str, (u8, ::std::path::PathBuf)>",
        );
        writes("core::sync::atomic::AtomicU8", "::std::sync::atomic::AtomicU8");
        writes(
            "std::sync::poison::mutex::Mutex<[u8; 3]>",
            "::std::sync::Mutex<[u8; 3]>",
        );
        writes("serde::Value", "::serde::Value");
        writes("&mut demo::P<'_>", "&mut crate::P<'_>");
        assert!(is_anonymous("demo::main::{{closure}}") && !is_anonymous("demo::main::P"));
    }

    #[test]
    fn closures() {
        check("demo::main::{{closure}}", "main::{{closure}}");
        check("demo::main::{{closure}}::{{closure}}", "main::{{closure}}");
        check(
            "core::iter::adapters::map::Map<core::slice::iter::Iter<i32>, demo::main::{{closure}}>",
            "Map<Iter<i32>, main::{{closure}}>",
        );
        check(
            "<demo::Shop as demo::Open>::go::{{closure}}",
            "<Shop as Open>::go::{{closure}}",
        );
        check("demo::helper<alloc::string::String>", "helper<String>");
    }

    #[test]
    fn what_stands_for_private_functions() {
        check(
            "(shop::store::__HOOKABLE_MAKE_tuple_OF_Pair::<impl shop::store::Pair<alloc::string::String>>::__hookable_make_tuple, u8)",
            "(Pair<String>, u8)",
        );
        check("shop::Store::__hookable_call_add", "add");
        check("shop::__HOOKABLE_MAKE_tuple_OF_Pair", "__HOOKABLE_MAKE_tuple_OF_Pair");
    }

    #[test]
    fn whatever_it_is_it_ends() {
        check("", "");
        check("a::", "");
        check("{{closure", "{{closure");
        check("::<", "::<");
    }
}
