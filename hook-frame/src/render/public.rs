//! The public path of a type whose own module is private, as rustc has accepted it.
//!
//! `type_name` has the path at which a type is defined. A module that is private mostly has its types exported by a
//! module around it: `tokio::net::tcp::stream::TcpStream` is `tokio::net::TcpStream`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Public paths by the paths of the definitions.
fn public_paths() -> MutexGuard<'static, BTreeMap<String, String>> {
    static PATHS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the path by which the type that is defined at a path can be named, if that was asked before.
pub(super) fn public_path(defined: &str) -> Option<String> {
    public_paths().get(defined).cloned()
}

/// Notes by which path the type that is defined at a path can be named.
pub fn remember_public_path(defined: &str, public: String) {
    public_paths().insert(defined.to_owned(), public);
}

/// The paths of definitions for which rustc was asked, with the crate that was to name the types.
fn asked() -> MutexGuard<'static, BTreeSet<(String, String)>> {
    static ASKED: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());
    ASKED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns whether rustc was asked by which path a crate can name the type that is defined at a path.
pub(super) fn is_asked(defined: &str, krate: &str) -> bool {
    asked().contains(&(krate.to_owned(), defined.to_owned()))
}

/// Notes that rustc is asked by which path a crate can name the type that is defined at a path. Returns `false` if it
/// was asked before.
pub fn ask_for(defined: &str, krate: &str) -> bool {
    asked().insert((krate.to_owned(), defined.to_owned()))
}

/// Returns the paths by which a type of another crate may be exported, the likeliest first.
pub fn possible_paths(defined: &str) -> Vec<String> {
    let segments: Vec<&str> = defined.split("::").collect();
    let [krate, modules @ .., name] = &segments[..] else {
        return Vec::new();
    };
    let is_std = matches!(*krate, "std" | "core" | "alloc");
    let root = if is_std { "std" } else { krate };
    let mut paths = Vec::new();
    for length in (0..=modules.len()).rev() {
        let around = |modules: &[&str]| modules.iter().map(|module| format!("{module}::")).collect::<String>();
        paths.push(format!("::{root}::{}{name}", around(&modules[..length])));
        // `std::collections::hash_map` has what is defined in `hash::map`.
        if let (true, [before @ .., outer, inner]) = (is_std, &modules[..length]) {
            paths.push(format!("::{root}::{}{outer}_{inner}::{name}", around(before)));
        }
    }
    // `tokio::task` has what is defined in `runtime::task::join`.
    let inner = modules.iter().skip(1).rev();
    paths.extend(inner.map(|module| format!("::{root}::{module}::{name}")));
    // `petgraph::graph` has what is defined in `graph_impl`, and so has `petgraph::prelude`.
    let public = modules
        .iter()
        .map(|module| module.strip_suffix("_impl").unwrap_or(module));
    let public: String = public.map(|module| format!("{module}::")).collect();
    let more = [
        format!("::{root}::{public}{name}"),
        format!("::{root}::prelude::{name}"),
    ];
    let is_new = |path: &String| !is_std && !modules.is_empty() && !paths.contains(path);
    let more: Vec<String> = more.into_iter().filter(is_new).collect();
    paths.extend(more);
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(defined: &str, expect: &[&str]) {
        assert_eq!(possible_paths(defined), expect, "{defined}");
    }

    #[test]
    fn paths_of_exported_types() {
        check(
            "tokio::net::tcp::Stream",
            &[
                "::tokio::net::tcp::Stream",
                "::tokio::net::Stream",
                "::tokio::Stream",
                "::tokio::tcp::Stream",
                "::tokio::prelude::Stream",
            ],
        );
        check(
            "tokio::runtime::task::Handle",
            &[
                "::tokio::runtime::task::Handle",
                "::tokio::runtime::Handle",
                "::tokio::Handle",
                "::tokio::task::Handle",
                "::tokio::prelude::Handle",
            ],
        );
        check(
            "alloc::collections::btree::map::Iter",
            &[
                "::std::collections::btree::map::Iter",
                "::std::collections::btree_map::Iter",
                "::std::collections::btree::Iter",
                "::std::collections_btree::Iter",
                "::std::collections::Iter",
                "::std::Iter",
                "::std::map::Iter",
                "::std::btree::Iter",
            ],
        );
        check(
            "petgraph::graph_impl::NodeIndex",
            &[
                "::petgraph::graph_impl::NodeIndex",
                "::petgraph::NodeIndex",
                "::petgraph::graph::NodeIndex",
                "::petgraph::prelude::NodeIndex",
            ],
        );
        check("dep::A", &["::dep::A"]);
        check("u8", &[]);
    }
}
