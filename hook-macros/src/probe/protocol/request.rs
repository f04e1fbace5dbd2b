//! What is to be asked about one function in a round.

use std::collections::BTreeSet;

use crate::scope::BindingId;

/// Whether a probe declares `mut` what the captures of a function write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeclaredMut {
    No,
    /// It does, and a plain copy of the body stands beside: rustc finds there what the user should have declared `mut`.
    BesidePlainCopy,
    /// It does. The user's own declarations were found to be right.
    Yes,
}

/// What a probe asks about a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProbeRequest {
    /// It asks what is permitted of each binding by itself.
    pub(crate) questions: bool,
    /// The bindings of which it asks at each hook whether they are whole.
    pub(crate) whole: BTreeSet<BindingId>,
    pub(crate) declared_mut: DeclaredMut,
    /// It also asks about each hook in a function of its own.
    pub(crate) alone: bool,
    /// It asks whether the function can have a closure.
    pub(crate) closures: bool,
}
