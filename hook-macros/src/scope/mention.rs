//! The ways in which code names a binding.

use syn::Member;

use super::{BindingId, BodyId, MacroId, Moment};

/// A place in the code that names a binding.
pub(crate) struct Mention {
    pub(crate) binding: BindingId,
    /// The body in which the place is.
    pub(crate) body: BodyId,
    pub(crate) moment: Moment,
    /// What becomes of the binding, or of the part that `path` leads to.
    pub(crate) kind: MentionKind,
    /// The fields behind the name: for `self.a.b`, these are `a` and `b`.
    pub(crate) path: Vec<Member>,
    /// The outermost macro in whose tokens the place is.
    pub(crate) within: Option<MacroId>,
    /// The place is in the tokens of a macro that has the name of one of std's, and no text to format that would tell
    /// it from one of the user's, which may do anything with what it is given.
    pub(crate) unsure: bool,
    /// The place is in the arguments of a hook.
    pub(crate) by_hook: bool,
    /// The place is in the definition of a macro, which may never be called.
    pub(crate) defined: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    /// The binding is an argument of a formatting macro, and borrowed until the macro ends.
    Formatted,
    /// The binding is borrowed: `&a`.
    Shared,
    /// The binding is borrowed mutably: `&mut a`.
    Mutable,
    /// The binding is assigned: `a = ..`, `a += ..`.
    Assigned,
    /// The value of the binding is wanted, which may move it.
    Value,
    /// The binding is borrowed or moved, as its type has it: `a.f()`, `a[i]`, `*a`.
    Through,
    /// The binding, or perhaps only a part of it, is borrowed or moved: `match a { .. }`.
    Part,
    /// The name is somewhere in the tokens of a macro, and may be anything there.
    Unclear,
}

impl Mention {
    /// Returns whether the mention gives the binding, as a whole, another value, and does no more.
    pub(crate) fn only_assigns(&self) -> bool {
        self.kind == MentionKind::Assigned && self.path.is_empty()
    }

    /// Tells what becomes of the binding as a whole.
    pub(crate) fn of_whole(&self) -> MentionKind {
        match self.kind {
            MentionKind::Unclear => MentionKind::Unclear,
            _ if !self.path.is_empty() => MentionKind::Part,
            kind => kind,
        }
    }
}

impl MentionKind {
    /// Returns whether a closure with such a mention captures all of the binding, so that a shared borrow of it adds
    /// nothing.
    pub(super) fn captures_whole(self) -> bool {
        !matches!(self, Self::Part | Self::Unclear)
    }

    /// Returns whether a closure with such a mention captures the binding by mutable borrow, or by value to change it.
    pub(super) fn captures_mutably(self) -> bool {
        matches!(self, Self::Mutable | Self::Assigned)
    }
}
