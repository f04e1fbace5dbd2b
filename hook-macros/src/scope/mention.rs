//! The ways in which code names a binding.

use syn::Member;

use super::{BindingId, BodyId, MacroId, Moment};

/// One place that names a binding.
pub(crate) struct Mention {
    pub(crate) binding: BindingId,
    /// The body it stands in.
    pub(crate) body: BodyId,
    pub(crate) moment: Moment,
    /// What becomes of the binding, or of the part that `path` leads to.
    pub(crate) kind: MentionKind,
    /// The fields behind the name: of `self.a.b`, `a` and `b`.
    pub(crate) path: Vec<Member>,
    /// The outermost macro in whose tokens it stands.
    pub(crate) within: Option<MacroId>,
    /// A hook's own arguments name it.
    pub(crate) by_hook: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MentionKind {
    /// In an argument of a formatting macro: borrowed until the macro ends.
    Formatted,
    /// `&a`
    Shared,
    /// `&mut a`
    Mutable,
    /// `a = ..`, `a += ..`
    Assigned,
    /// `a`, where a value is wanted.
    Value,
    /// `a.f()`, `a[i]`, `*a`: a borrow or a move, as the type has it.
    Through,
    /// `match a { .. }`: perhaps a part only.
    Part,
    /// Somewhere in the tokens of a macro.
    Unclear,
}

impl Mention {
    /// Gives the binding, as a whole, another value.
    pub(crate) fn only_assigns(&self) -> bool {
        self.kind == MentionKind::Assigned && self.path.is_empty()
    }

    /// What becomes of the binding as a whole.
    pub(crate) fn of_whole(&self) -> MentionKind {
        match self.kind {
            MentionKind::Unclear => MentionKind::Unclear,
            _ if !self.path.is_empty() => MentionKind::Part,
            kind => kind,
        }
    }
}

impl MentionKind {
    /// A closure with such a mention captures all of the binding, so that a shared borrow of it adds nothing.
    pub(super) fn captures_whole(self) -> bool {
        !matches!(self, Self::Part | Self::Unclear)
    }

    /// A closure with such a mention captures the binding by mutable borrow, or by value to change it.
    pub(super) fn captures_mutably(self) -> bool {
        matches!(self, Self::Mutable | Self::Assigned)
    }
}
