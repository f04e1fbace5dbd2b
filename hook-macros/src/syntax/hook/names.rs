//! Which macro calls are hooks. Their spelling suggests it; rustc, which resolves names, knows it.
//!
//! A probe finds out (`probe/calls.rs`): of each call that was taken for a hook, whether it came to our `hook!`, and of each hook that
//! came unforeseen, from where. What it found is named by places, `src/main.rs:3:4`.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use proc_macro2::{Ident, Span, TokenTree};
use syn::{Attribute, Path};

use crate::syntax::place;
use crate::syntax::root;
use crate::syntax::scan::{Scan, Token};

/// What rustc made known of macro calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    /// Hooks that are spelled otherwise.
    pub(crate) renamed: BTreeSet<String>,
    /// Calls that are spelled like a hook, and are none of ours.
    pub(crate) others: BTreeSet<String>,
    /// Calls of macros out of which a hook comes, each with that hook behind it.
    pub(crate) around: BTreeSet<String>,
    /// Those of these calls that have a frame.
    pub(crate) frames: BTreeSet<String>,
    /// All hooks that came unforeseen.
    pub(crate) unforeseen: BTreeSet<String>,
    /// Functions, by the key of their first hook, that do not call themselves as it seems.
    pub(crate) not_recursive: BTreeSet<String>,
}

impl Calls {
    /// All lists, in the order of the fields.
    pub(crate) fn lists(&self) -> [&BTreeSet<String>; 6] {
        [
            &self.renamed,
            &self.others,
            &self.around,
            &self.frames,
            &self.unforeseen,
            &self.not_recursive,
        ]
    }

    /// The same, to be filled.
    pub(crate) fn lists_mut(&mut self) -> [&mut BTreeSet<String>; 6] {
        let Calls {
            renamed,
            others,
            around,
            frames,
            unforeseen,
            not_recursive,
        } = self;
        [renamed, others, around, frames, unforeseen, not_recursive]
    }
}

/// Between a call and the hook that comes out of it.
const OUT_OF: &str = " > ";

impl Calls {
    /// Notes that a hook comes out of a call.
    pub(crate) fn comes_out_of(&mut self, hook: &str, call: &str) {
        self.around.insert(format!("{call}{OUT_OF}{hook}"));
    }

    /// The calls of macros and the hooks that come out of them.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.around.iter().filter_map(|pair| pair.split_once(OUT_OF))
    }

    /// Whether a hook comes out of what is called there.
    pub(crate) fn is_around(&self, call: &str) -> bool {
        self.pairs().any(|(other, _)| other == call)
    }

    /// Whether the hook comes out of macros, and out of none that is called without a frame.
    pub(crate) fn is_framed(&self, hook: &str) -> bool {
        let mut calls = self.calls_around(hook).peekable();
        calls.peek().is_some() && calls.all(|call| self.frames.contains(call))
    }

    /// The first call without a frame out of which the hook comes.
    pub(crate) fn frameless(&self, hook: &str) -> Option<&str> {
        self.calls_around(hook).find(|call| !self.frames.contains(*call))
    }

    fn calls_around(&self, hook: &str) -> impl Iterator<Item = &str> {
        self.pairs()
            .filter(move |(_, other)| *other == hook)
            .map(|(call, _)| call)
    }
}

static CALLS: OnceLock<Calls> = OnceLock::new();
/// By file: the other names of `hook!`, and of the crate or its attribute.
static ALIASES: Mutex<Option<HashMap<String, Aliases>>> = Mutex::new(None);

/// Tells what rustc made known.
pub(crate) fn know(calls: Calls) {
    let _ = CALLS.set(calls);
}

pub(crate) fn calls() -> &'static Calls {
    static NONE: Calls = Calls {
        renamed: BTreeSet::new(),
        others: BTreeSet::new(),
        around: BTreeSet::new(),
        frames: BTreeSet::new(),
        unforeseen: BTreeSet::new(),
        not_recursive: BTreeSet::new(),
    };
    CALLS.get().unwrap_or(&NONE)
}

/// The names that a file gives to what is ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Aliases {
    hook: Vec<String>,
    /// Of the crate, or of the attribute, which has the same name.
    hookable: Vec<String>,
}

/// Reads `hook as stop` and `hookable as dbg` in the text of a file.
pub(crate) fn aliases(text: &str) -> Aliases {
    let mut aliases = Aliases::default();
    let mut scan = Scan::new(text);
    let mut last: [Option<&str>; 2] = [None, None];
    while let Some(token) = scan.token() {
        let word = match token {
            Token::Word(word) => Some(word),
            _ => None,
        };
        match (last, word) {
            ([Some("hook"), Some("as")], Some(name)) => aliases.hook.push(name.to_owned()),
            ([Some("hookable"), Some("as")], Some(name)) => aliases.hookable.push(name.to_owned()),
            _ => {}
        }
        last = [last[1], word];
    }
    aliases
}

/// Whether the aliases of a file are known already.
pub(crate) fn has_aliases(file: &str) -> bool {
    let all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    all.as_ref().is_some_and(|all| all.contains_key(file))
}

/// Tells them.
pub(crate) fn know_aliases(file: String, aliases: Aliases) {
    let mut all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    all.get_or_insert_default().insert(file, aliases);
}

fn is_alias(span: Span, name: &Ident, of: impl Fn(&Aliases) -> &Vec<String>) -> bool {
    let all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    let aliases = all.as_ref().and_then(|all| all.get(&place::file(span)));
    aliases.is_some_and(|aliases| of(aliases).iter().any(|alias| name == alias))
}

/// A place as it is named: file, line from 1, column from 0.
pub(crate) fn place(span: Span) -> String {
    let start = place::start(span);
    format!("{}:{}:{}", place::file(span), start.line, start.column)
}

/// What a macro call is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Hook,
    /// A hook comes out of it.
    Around,
    Other,
}

/// Macros of the standard library, out of which no hook comes.
const STANDARD: [&str; 27] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "column",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_str",
    "line",
    "matches",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "unreachable",
    "vec",
    "write",
];

/// Whether a macro of this name may be a hook, or have one come out of it.
pub(super) fn may_be(name: &Ident) -> bool {
    !STANDARD.iter().any(|standard| name == standard)
}

/// The call of a macro by its path without arguments, last segments first, and where that begins.
fn call(name: &Ident, owner: Option<&Ident>, start: Span) -> Call {
    let calls = calls();
    let is_hookable = |owner: &Ident| {
        owner == "hookable"
            || owner == "crate"
            || root::is_name(owner)
            || is_alias(start, owner, |aliases| &aliases.hookable)
    };
    let spelled = match owner {
        None => name == "hook" || is_alias(start, name, |aliases| &aliases.hook),
        Some(owner) => name == "hook" && is_hookable(owner),
    };
    let none_known = calls.others.is_empty() && calls.renamed.is_empty() && calls.around.is_empty();
    if none_known {
        return if spelled { Call::Hook } else { Call::Other };
    }
    let at = self::place(start);
    if calls.renamed.contains(&at) || spelled && !calls.others.contains(&at) {
        Call::Hook
    } else if calls.is_around(&at) {
        Call::Around
    } else {
        Call::Other
    }
}

/// The call of a macro by this path.
pub(super) fn by_path(path: &Path) -> Call {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    match segments.next() {
        Some(name) => call(name, segments.next(), start(path)),
        None => Call::Other,
    }
}

/// Where a path begins.
pub(super) fn start(path: &Path) -> Span {
    let first = path.segments.first().map(|first| first.ident.span());
    let colon = path.leading_colon.map(|colon| colon.spans[0]);
    colon.or(first).unwrap_or_else(Span::call_site)
}

/// The macro call that tokens end in if they end in `path!`: where it begins, its name, and what it is.
pub(super) fn at_end(tokens: &[TokenTree]) -> Option<(Span, &Ident, Call)> {
    let [rest @ .., TokenTree::Ident(name), TokenTree::Punct(bang)] = tokens else {
        return None;
    };
    if bang.as_char() != '!' {
        return None;
    }
    let (mut start, mut owner, mut rest) = (name.span(), None, rest);
    while let [before @ .., TokenTree::Punct(a), TokenTree::Punct(b)] = rest {
        if a.as_char() != ':' || b.as_char() != ':' {
            break;
        }
        (start, rest) = (a.span(), before);
        if let [before @ .., TokenTree::Ident(segment)] = rest {
            owner = owner.or(Some(segment));
            (start, rest) = (segment.span(), before);
        }
    }
    Some((start, name, call(name, owner, start)))
}

/// Whether an item has a `#[hookable]` of its own.
pub(crate) fn is_hookable(attrs: &[Attribute]) -> bool {
    attrs.iter().any(names_hookable)
}

/// Whether an attribute is `#[hookable]`.
pub(crate) fn names_hookable(attr: &Attribute) -> bool {
    let path = attr.path();
    let named = path.segments.last().map(|last| &last.ident);
    named.is_some_and(|name| {
        let alias = path.segments.len() == 1 && is_alias(name.span(), name, |aliases| &aliases.hookable);
        name == "hookable" || alias
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, hook: &[&str], hookable: &[&str]) {
        let found = aliases(text);
        assert_eq!((found.hook, found.hookable), (owned(hook), owned(hookable)), "{text}");
    }

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn other_names() {
        check(
            "use hookable::{hook as stop, hookable as dbg_fn};",
            &["stop"],
            &["dbg_fn"],
        );
        check("extern crate hookable as h; use h::hook;", &[], &["h"]);
        check("use hookable::hook; let a = hook as fn();", &["fn"], &[]);
        check("// hook as stop\nlet a = \"hook as stop\";", &[], &[]);
    }
}
