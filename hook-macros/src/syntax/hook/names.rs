//! Which macro calls are hooks. Their spelling suggests it; rustc, which resolves names, knows it.
//!
//! A probe finds out (`probe/calls.rs`) whether each call that was taken for a hook came to our `hook!`, and out of
//! which macro each hook came that was not foreseen.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use hook_rustc::lexer::{Token, Tokens};
use hook_rustc::std_macros;
use proc_macro2::{Ident, Span, TokenTree};
use syn::{Attribute, Path};

use super::calls;
use crate::syntax::location::{self, SourceLocation};
use crate::syntax::root;

/// The other names of `hook!`, and of the crate or its attribute, by file.
static ALIASES: Mutex<Option<HashMap<String, Aliases>>> = Mutex::new(None);

/// The names that a file gives to `hook!` and to the crate, and those that it may give to macros of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Aliases {
    hook: Vec<String>,
    /// The names of the crate, or of the attribute, which has the same name.
    hookable: Vec<String>,
    /// What is imported, and what macros are defined as.
    macros: BTreeSet<String>,
}

/// Reads `hook as stop` and `hookable as dbg` in the text of a file, and what else it imports or defines as a macro.
pub(crate) fn aliases(text: &str) -> Aliases {
    let mut aliases = Aliases::default();
    let mut last: [Option<&str>; 2] = [None, None];
    let (mut imports, mut defines) = (false, false);
    for token in Tokens::of(text) {
        match token {
            Token::Word("use") => imports = true,
            Token::Word("macro_rules" | "macro") => defines = true,
            Token::Word(name) if imports || defines => {
                aliases.macros.insert(name.to_owned());
                defines = false;
            }
            Token::Punct(';') => imports = false,
            _ => {}
        }
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

/// Returns whether the aliases of a file are known already.
pub(crate) fn has_aliases(file: &str) -> bool {
    let all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    all.as_ref().is_some_and(|all| all.contains_key(file))
}

/// Keeps the aliases of a file.
pub(crate) fn know_aliases(file: String, aliases: Aliases) {
    let mut all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    all.get_or_insert_default().insert(file, aliases);
}

/// Returns whether the file of this place may give the name to a macro of the user's.
pub(crate) fn may_be_own(span: Span, name: &Ident) -> bool {
    let all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    let aliases = all.as_ref().and_then(|all| all.get(&location::file(span)));
    aliases.is_none_or(|aliases| aliases.macros.contains(&name.to_string()))
}

fn is_alias(span: Span, name: &Ident, of: impl Fn(&Aliases) -> &Vec<String>) -> bool {
    let all = ALIASES.lock().unwrap_or_else(PoisonError::into_inner);
    let aliases = all.as_ref().and_then(|all| all.get(&location::file(span)));
    aliases.is_some_and(|aliases| of(aliases).iter().any(|alias| name == alias))
}

/// What a macro call is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MacroCall {
    Hook,
    /// It is a macro out of which a hook comes.
    Around,
    Other,
}

/// Returns whether a macro of this name may be a hook, or have one come out of it.
pub(super) fn may_be(name: &Ident) -> bool {
    // Out of what the standard library has for values no hook comes.
    !std_macros::makes_value(&name.to_string())
}

/// Tells what a macro call is by the last two segments of the macro's path, and by the place where the path begins.
fn call(name: &Ident, owner: Option<&Ident>, start: Span) -> MacroCall {
    let calls = calls::known();
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
        return if spelled { MacroCall::Hook } else { MacroCall::Other };
    }
    let at = SourceLocation::of(start);
    if calls.renamed.contains(&at) || spelled && !calls.others.contains(&at) {
        MacroCall::Hook
    } else if calls.is_around(&at) {
        MacroCall::Around
    } else {
        MacroCall::Other
    }
}

/// Tells what the call of a macro by this path is.
pub(super) fn by_path(path: &Path) -> MacroCall {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    match segments.next() {
        Some(name) => call(name, segments.next(), start(path)),
        None => MacroCall::Other,
    }
}

/// Returns the place where a path begins.
pub(super) fn start(path: &Path) -> Span {
    let first = path.segments.first().map(|first| first.ident.span());
    let colon = path.leading_colon.map(|colon| colon.spans[0]);
    colon.or(first).unwrap_or_else(Span::call_site)
}

/// Returns the macro call that tokens end in, if they end in `path!`: the place where it begins, its name, and what it
/// is.
pub(super) fn at_end(tokens: &[TokenTree]) -> Option<(Span, &Ident, MacroCall)> {
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

/// Returns whether an item has a `#[hookable]` of its own.
pub(crate) fn is_hookable(attrs: &[Attribute]) -> bool {
    attrs.iter().any(names_hookable)
}

/// Returns whether an attribute is `#[hookable]`.
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

    #[test]
    fn names_of_the_users_macros() {
        let check = |text: &str, expected: &[&str]| {
            assert!(aliases(text).macros.iter().eq(expected), "{text}");
        };
        check("macro_rules! vec { ($a:expr) => { $a } }", &["vec"]);
        check("pub macro format($a:expr) { $a }", &["format"]);
        check(
            "use a::{b as matches, c}; let d = e;",
            &["a", "as", "b", "c", "matches"],
        );
        check("fn f() { matches!(a, b) }", &[]);
    }
}
