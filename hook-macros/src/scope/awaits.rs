//! What a future would keep for a hook alone.
//!
//! A variable that was ever borrowed is kept at each later `.await` of its scope, also where it was moved by then.
//! Where its type is not `Send`, the future is not `Send` either; and a crate that is compiled later may have to send
//! it.

use super::{Await, BindingId, BindingKind, Mention, MentionKind, Moment, Reach, Scopes, Site};

/// What a future would keep of a variable for a hook alone, if the type is not `Send`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The function moves the variable, or does nothing with it.
    Any,
    /// The function calls methods of it, so the future has it anyway, unless the type is `Copy`.
    IfCopied,
}

impl Scopes {
    /// Tells whether an `.await` behind the hook may keep the binding only because the hook borrows it. That is not so
    /// if the function borrows it, too, uses it at the `.await` or later, or if it is a parameter, which the future
    /// always has.
    pub(crate) fn may_keep(&self, site: &Site, id: BindingId) -> Option<Kept> {
        let binding = &self.bindings[id];
        let body = &self.bodies[binding.body];
        let local = id >= body.first_local && !matches!(binding.kind, BindingKind::Field | BindingKind::ByMacro);
        if !body.is_async || !local || binding.surely_copy || self.reach(site, id) != Reach::Own {
            return None;
        }
        let (_, end) = binding.scope;
        let behind = |place: &&Await| place.extent.0 > site.moment && place.extent.1 <= end;
        let awaits = || body.awaits.iter().filter(behind);
        let begins = |place: &Await| place.extent.0;
        let last_await = awaits().map(begins).max()?;
        let first_sure = awaits().filter(|place| place.surely).map(begins).min();
        let mut mentions: Vec<_> = self
            .mentions
            .iter()
            .filter(|mention| self.is_of(mention, id) && !mention.by_hook && mention.kind != MentionKind::Assigned)
            .collect();
        mentions.sort_by_key(|mention| mention.moment);
        let last = mentions.last().map(|mention| mention.moment);
        let borrows = mentions.iter().any(|mention| match mention.kind {
            MentionKind::Formatted | MentionKind::Shared | MentionKind::Mutable => mention.path.is_empty(),
            _ => false,
        });
        // What is used again was not moved by a method.
        let called = |mention: &&Mention| mention.kind == MentionKind::Through && Some(mention.moment) < last;
        let kept = match mentions.iter().any(called) {
            true => Kept::IfCopied,
            false => Kept::Any,
        };
        let before = |place: Moment| last.is_none_or(|last| last < place);
        (!borrows && before(last_await) && first_sure.is_none_or(before)).then_some(kept)
    }
}
