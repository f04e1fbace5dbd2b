//! What the two sides of a probe speak: the rustc that asks, and the rustc that is asked.
//!
//! Both sides run this crate. The one that asks leaves a [`CaptureTable`] in the folder of the probe. The one that is
//! asked reads it and leaves, for each function, a [`report`] of what its hooks see and of the places of its hooks;
//! `hook!` notes in [`arrivals`] which hooks rustc came to. Everything else is in rustc's diagnostics: which line of a
//! probe one is about says the line's [`Tag`], and what this crate says in an error of its own is in [`messages`]. All
//! files are records, as `hook_rustc::records` has them.

pub(crate) mod arrivals;
mod build;
pub(crate) mod messages;
pub(crate) mod report;
mod request;
mod table;
mod tag;

pub(crate) use build::{RecordedBuild, hook_id};
pub(crate) use report::{
    BindingFact, BindingFacts, EdgeFact, EdgeFacts, ExitFact, ExitFacts, ExpectedHook, MoveTold, Reports,
};
pub(crate) use request::{DeclaredMut, ProbeRequest};
pub(crate) use table::{CaptureTable, FunctionMark};
pub(crate) use tag::{Question, Tag};

use hook_rustc::struct_fields;

use crate::syntax::hook::HookKey;

/// The environment variable that names the folder of a probe; that it is set tells a rustc that it is asked.
pub(crate) const PROBE: &str = "HOOKABLE_PROBE";

/// The name of a binding at a hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BindingKey {
    pub(crate) hook: HookKey,
    /// The position of the binding among those that the hook sees.
    pub(crate) position: usize,
}

struct_fields!(BindingKey { hook, position });

impl BindingKey {
    /// Names the binding at this position of a hook.
    pub(crate) fn new(hook: &HookKey, position: usize) -> BindingKey {
        BindingKey {
            hook: hook.clone(),
            position,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Runs a test in a folder of its own.
    pub(crate) fn in_folder(name: &str, test: impl FnOnce(&Path)) {
        let folder = std::env::temp_dir().join(format!("hookable-protocol-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
        test(&folder);
        std::fs::remove_dir_all(&folder).expect("it can be removed");
    }
}
