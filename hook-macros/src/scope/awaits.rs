//! What a future would keep for a hook alone.
//!
//! A variable that was ever borrowed is kept at each later `.await` of its scope, also where it was moved by then.
//! Where its type is not `Send`, the future is not `Send` either; and a crate that is compiled later may have to send
//! it.
//!
//! Whether the function itself has the future keep it is told by the syntax, so in doubt it does not.

use super::{Await, Binding, BindingId, BindingKind, BodyId, Mention, MentionKind, Moment, Reach, Scopes, Site};

/// What a future would keep of a variable for a hook alone, if the type is not `Send`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// The function moves the variable, or does nothing with it.
    Any,
    /// The function calls methods of it, so the future has it anyway, unless the type is `Copy`, or leads to what the
    /// methods are of.
    IfCopied,
}

/// Whether the function itself has the future keep a variable at an `.await`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anyway {
    Unknown,
    UnlessCopied,
    Surely,
}

/// What the function does with a variable that it has an `.await` in the scope of.
struct Uses<'a> {
    scopes: &'a Scopes,
    binding: &'a Binding,
    mentions: Vec<&'a Mention>,
}

impl Scopes {
    /// Tells whether an `.await` behind the hook may keep the binding only because the hook borrows it. That is not so
    /// if the function borrows it, too, uses it later, or if it is a parameter, which the future always has.
    pub(crate) fn may_keep(&self, site: &Site, id: BindingId) -> Option<Kept> {
        let binding = &self.bindings[id];
        let body = &self.bodies[binding.body];
        let local = id >= body.first_local && !matches!(binding.kind, BindingKind::Field | BindingKind::ByMacro);
        // A macro may make a future of what it is given, as `stream!` does.
        let in_future = body.is_async || binding.within.is_some() && body.awaits.iter().any(|place| place.surely);
        if !in_future || !local || binding.surely_copy || self.reach(site, id) != Reach::Own {
            return None;
        }
        let places = || body.awaits.iter().zip(self.anyway.get(id).into_iter().flatten());
        let in_scope = || places().filter(|(place, _)| binding.is_in_scope(place));
        let sure = in_scope()
            .filter(|(place, _)| place.surely)
            .map(|(_, held)| *held)
            .max();
        if sure == Some(Anyway::Surely) {
            return None;
        }
        let reached = |place: &Await| {
            let (start, awaited) = (binding.scope.0, place.extent.1);
            let later = awaited > site.moment && !self.exclude(site.moment, awaited);
            later || self.loops_around(start, site.moment, awaited).next().is_some()
        };
        let alone = in_scope().filter(|(place, held)| **held < Anyway::Surely && reached(place));
        let alone = alone.map(|(_, held)| *held).min()?;
        match sure.map_or(alone, |sure| sure.max(alone)) {
            Anyway::Unknown => Some(Kept::Any),
            Anyway::UnlessCopied => Some(Kept::IfCopied),
            Anyway::Surely => None,
        }
    }
}

impl Binding {
    fn is_in_scope(&self, place: &Await) -> bool {
        place.extent.0 > self.scope.0 && place.extent.1 <= self.scope.1
    }
}

/// Finds what the function itself has its futures keep.
pub(super) fn add(scopes: &mut Scopes) {
    let anyway = |(id, binding): (BindingId, &Binding)| {
        let awaits = &scopes.bodies[binding.body].awaits;
        if awaits.is_empty() || binding.surely_copy || binding.kind == BindingKind::Field {
            return Vec::new();
        }
        let mentions = scopes.mentions.iter();
        let mentions = mentions.filter(|mention| scopes.is_of(mention, id) && !mention.by_hook && !mention.defined);
        let uses = Uses {
            scopes,
            binding,
            mentions: mentions.collect(),
        };
        let kept = |place: &Await| match binding.is_in_scope(place) {
            true => uses.kept_at(place),
            false => Anyway::Unknown,
        };
        awaits.iter().map(kept).collect()
    };
    scopes.anyway = scopes.bindings.iter().enumerate().map(anyway).collect();
}

impl Uses<'_> {
    fn kept_at(&self, place: &Await) -> Anyway {
        let mentions = || self.mentions.iter().copied();
        let holds = |mention: &Mention| self.is_used_after(place, mention) || self.borrows(mention, place);
        let calls = |mention: &Mention| {
            mention.kind == MentionKind::Through && self.is_before(mention, place) && self.is_used_again(mention)
        };
        match () {
            () if mentions().any(holds) => Anyway::Surely,
            () if mentions().any(calls) => Anyway::UnlessCopied,
            () => Anyway::Unknown,
        }
    }

    /// The value that the variable has at the `.await` is wanted later.
    fn is_used_after(&self, place: &Await, mention: &Mention) -> bool {
        let scopes = self.scopes;
        let (from, awaited) = place.extent;
        let handled = !place.surely && from < mention.moment && scopes.is_handled(mention.moment, from);
        mention.kind != MentionKind::Assigned
            && (handled
                || scopes.leads(awaited, mention.moment) && !self.is_assigned(awaited, mention.moment)
                || self.comes_again(awaited, mention.moment))
    }

    /// The function borrows the variable, and may then be at the `.await`.
    fn borrows(&self, mention: &Mention, place: &Await) -> bool {
        let is_borrow = |mention: &Mention| {
            let borrowed = matches!(
                mention.kind,
                MentionKind::Formatted | MentionKind::Shared | MentionKind::Mutable
            );
            borrowed && mention.path.is_empty()
        };
        is_borrow(mention) && self.is_before(mention, place) && {
            // A closure borrows what it does not move.
            self.closure(mention.body).is_none_or(|closure| {
                let inside = |other: &&&Mention| self.scopes.within(other.body, closure);
                let mut inside = self.mentions.iter().filter(inside);
                let moves = self.scopes.moves_within(mention.body, self.binding.body);
                !moves && inside.all(|other| is_borrow(other))
            })
        }
    }

    fn is_before(&self, mention: &Mention, place: &Await) -> bool {
        let (scopes, awaited) = (self.scopes, place.extent.1);
        let mut loops = scopes.loops_around(self.binding.scope.0, mention.moment, awaited);
        scopes.leads(mention.moment, awaited) || loops.any(|around| scopes.repeats(mention.moment, around))
    }

    /// What is used again was not moved.
    fn is_used_again(&self, mention: &Mention) -> bool {
        let again = |other: &Mention| {
            let apart = mention.body == self.binding.body || other.body == self.binding.body;
            let overlaps = mention.path.starts_with(&other.path) || other.path.starts_with(&mention.path);
            let (first, later) = (mention.moment, other.moment);
            let wanted = apart && overlaps && other.kind != MentionKind::Assigned;
            wanted && self.scopes.leads(first, later) && !self.is_assigned(first, later)
        };
        self.mentions.iter().copied().any(again) || self.comes_again(mention.moment, mention.moment)
    }

    /// The two are in a loop, which comes from the first to the second one, and gives the variable no other value.
    fn comes_again(&self, first: Moment, then: Moment) -> bool {
        let mut loops = self.scopes.loops_around(self.binding.scope.0, first, then);
        loops.any(|around| {
            let (start, end) = around.extent;
            self.scopes.repeats(first, around) && !self.is_assigned(start, end)
        })
    }

    fn is_assigned(&self, from: Moment, to: Moment) -> bool {
        let between = |mention: &&&Mention| from < mention.moment && mention.moment < to;
        let mut between = self.mentions.iter().filter(between);
        between.any(|mention| mention.kind == MentionKind::Assigned)
    }

    /// Returns the closure or block between the body and that of the variable which captures it.
    fn closure(&self, mut body: BodyId) -> Option<BodyId> {
        let mut closure = None;
        while body != self.binding.body {
            closure = Some(body);
            body = self.scopes.bodies[body].parent?;
        }
        closure
    }
}
