//! The names of hooks, by which two runs of rustc speak of the same hook.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use hook_rustc::struct_fields;
use proc_macro2::Span;

use super::Hook;
use crate::syntax::location::{self, SourceLocation};

/// The name of a hook, which every run of rustc on the same sources gives it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HookKey {
    /// Where the hook stands. Of a hook in a typed line the file is named by a hash of the line.
    pub(crate) location: SourceLocation,
    /// How many hooks stood there before: a macro can make a function of the same tokens more than once.
    pub(crate) repetition: usize,
}

struct_fields!(HookKey { location, repetition });

impl fmt::Display for HookKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.location, self.repetition)
    }
}

/// Names the hooks of a function. It counts how often a place was named, so each function is to be named once.
pub(crate) fn keys(hooks: &[Hook]) -> Vec<HookKey> {
    thread_local!(static NAMED: RefCell<HashMap<SourceLocation, usize>> = RefCell::default());
    let key = |hook: &Hook| {
        let location = in_line(hook.span).unwrap_or_else(|| SourceLocation::of(hook.span));
        let repetition = NAMED.with_borrow_mut(|named| {
            let times = named.entry(location.clone()).or_default();
            *times += 1;
            *times - 1
        });
        HookKey { location, repetition }
    };
    hooks.iter().map(key).collect()
}

/// Returns the place of a hook that was typed at the prompt. The file of a line has another name when the line is
/// compiled together with later ones, so a hash of the text stands for it.
fn in_line(span: Span) -> Option<SourceLocation> {
    let session = std::env::var_os(hook_rustc::LINE)?;
    let file = location::local_file(span)?;
    let text = std::fs::read(&file)
        .ok()
        .filter(|_| file.parent() == Some(session.as_ref()))?;
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    Some(SourceLocation {
        file: format!("{:x}", hasher.finish()),
        ..SourceLocation::of(span)
    })
}
