//! Which macro calls are hooks, from what a probe came to.
//!
//! The attribute tells which hooks it wrote code for, and `hook!` tells which came to it: one that did not is another macro of that
//! name, or stands in code that is not compiled; it is left as it was written. A hook of which no attribute knew makes itself an error, for
//! rustc says of an error out of which macros it comes. So a macro of another name, or one that a hook comes out of, is known by the
//! place of its call.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use hook_rustc::{Diagnostic, Span};

use crate::emit::{ARRIVED, RECURSION, place_of_key};
use crate::hook_macro::UNSEEN;
use crate::scope::{Scopes, Site};
use crate::syntax::function::Function;
use crate::syntax::hook::names::Calls;

/// In the folder of a function: the places of its hooks.
const EXPECTED: &str = "hooks";
/// What is before such a place: code that is surely compiled, code that may not be, a frame.
const SURELY: &str = "surely";
const PERHAPS: &str = "perhaps";
const FRAMED: &str = "framed";
/// Attributes that leave a function where it is.
const PLAIN: [&str; 12] = [
    "allow",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "inline",
    "must_use",
    "track_caller",
    "warn",
];

/// Leaves the places of the hooks that code is written for, and those of the frames.
pub(super) fn expect(
    folder: &Path,
    calls: &Calls,
    function: &Function,
    keys: &[String],
    scopes: &Scopes,
) -> io::Result<()> {
    let moved = |attr: &syn::Attribute| !PLAIN.iter().any(|plain| attr.path().is_ident(plain));
    let may_vanish = function.attrs.iter().any(moved);
    leave(
        folder,
        calls,
        keys,
        scopes,
        &|site| match site.conditional || may_vanish {
            true => Some(PERHAPS),
            false => Some(SURELY),
        },
    )
}

/// Leaves only the places of the frames.
pub(super) fn expect_frames(folder: &Path, calls: &Calls, keys: &[String], scopes: &Scopes) -> io::Result<()> {
    leave(folder, calls, keys, scopes, &|_| None)
}

fn leave(
    folder: &Path,
    calls: &Calls,
    keys: &[String],
    scopes: &Scopes,
    hook: &dyn Fn(&Site) -> Option<&'static str>,
) -> io::Result<()> {
    let line = |site: &Site| {
        let place = place_of_key(&keys[site.number]);
        let kind = match calls.is_around(place) {
            true => FRAMED,
            false => hook(site)?,
        };
        Some(format!("{kind} {place}\n"))
    };
    fs::create_dir_all(folder)?;
    fs::write(
        folder.join(EXPECTED),
        scopes.sites.iter().filter_map(line).collect::<String>(),
    )
}

/// Adds what a round came to; `true` if the next one has to know it.
pub(super) fn learn(calls: &mut Calls, folder: &Path, diagnostics: &[Diagnostic]) -> io::Result<bool> {
    let framed = |calls: &Calls| -> Vec<bool> { calls.unforeseen.iter().map(|hook| calls.is_framed(hook)).collect() };
    let (before, knew) = (framed(calls), calls.unforeseen.len());
    let (mut came, mut expected) = (BTreeSet::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let folder = entry?.path();
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        came.extend(read(ARRIVED).lines().map(str::to_owned));
        expected.extend(read(EXPECTED).lines().map(str::to_owned));
    }
    let mut again = false;
    for (kind, place) in expected.iter().filter_map(|line| line.split_once(' ')) {
        if kind == FRAMED {
            calls.frames.insert(place.to_owned());
        } else if !came.contains(place) && calls.others.insert(place.to_owned()) {
            again |= kind == SURELY;
        }
    }
    for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
        unseen(calls, diagnostic);
        let mut spans = diagnostic.spans.iter().flat_map(Span::calls);
        if let Some(key) = spans.find_map(|span| span.text.split_once(RECURSION)) {
            again |= calls.not_recursive.insert(key.1.trim().to_owned());
        }
    }
    Ok(again || calls.unforeseen.len() > knew || framed(calls) != before)
}

/// Takes the error of a hook that no attribute saw.
fn unseen(calls: &mut Calls, diagnostic: &Diagnostic) {
    let span = diagnostic.spans.iter().find(|span| span.primary);
    let (Some(hook), Some(span)) = (diagnostic.message.strip_prefix(UNSEEN), span) else {
        return;
    };
    calls.others.remove(hook);
    calls.unforeseen.insert(hook.to_owned());
    match span.calls().last().map(place) {
        Some(outermost) if outermost != hook => calls.comes_out_of(hook, &outermost),
        _ => drop(calls.renamed.insert(hook.to_owned())),
    }
}

/// As `hook::names::place` names it.
fn place(span: &Span) -> String {
    format!("{}:{}:{}", span.file, span.line, span.column.saturating_sub(1))
}
