//! What each hook captures of each binding in scope, and why not more.
//!
//! A plan begins with the most that the language could permit, [`ambitious`], and is lowered: by rustc's diagnostics where
//! it was asked, else by [`conservative`].

mod conservative;
#[cfg(test)]
mod tests;

pub(crate) use conservative::conservative;

use std::collections::BTreeSet;

use crate::scope::{Binding, BindingId, BindingKind, Reach, Scopes, Site};

/// How a hook takes a binding, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Not at all.
    None,
    /// What it shows is kept as the hook opens, and no borrow lasts.
    Snapshot,
    /// By `&`.
    Shared,
    /// By `&mut`.
    Unique,
}

/// What is known of the type at compile time, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Typing {
    /// Nothing: even naming the binding is an error.
    Unknown,
    /// The name only: asking for traits is an error.
    Named,
    /// The name and `Debug`: asking for the other traits is an error, or may be.
    Shown,
    /// The name and the traits.
    Full,
}

impl Typing {
    /// The next lower one.
    pub(crate) fn below(self) -> Typing {
        match self {
            Typing::Full => Typing::Shown,
            Typing::Shown => Typing::Named,
            Typing::Named | Typing::Unknown => Typing::Unknown,
        }
    }
}

/// The state shown to the user; the variants are those of the runtime's `State`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Writable,
    /// Not itself, but what it points at: a reference that is not declared `mut`.
    WrittenThrough,
    ReadOnly,
    Moved,
    Borrowed,
    Unassigned,
    Unavailable,
    /// Not known to be a binding: it is not shown.
    Doubtful,
}

/// What one hook does with one binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Capture {
    pub(crate) level: Level,
    pub(crate) typing: Typing,
    pub(crate) state: State,
    /// Why it is not writable, in a few words; there is a reason unless it is writable, or no binding.
    pub(crate) reason: Option<String>,
}

/// What name resolution said of a hook, where that had to be asked.
pub(crate) trait NameAnswers {
    /// Whether the name at this position is that of a binding.
    fn is_bound(&self, site: &Site, position: usize) -> bool;
    /// Whether it is known to be a mutable reference.
    fn is_reference(&self, site: &Site, position: usize) -> bool;
    /// Whether the macro in whose tokens the hook stands makes a closure or the like around it.
    fn is_enclosed(&self, site: &Site) -> bool;
}

/// Nothing was asked.
pub(crate) struct Unasked;

impl NameAnswers for Unasked {
    fn is_bound(&self, _: &Site, _: usize) -> bool {
        false
    }

    fn is_reference(&self, _: &Site, _: usize) -> bool {
        false
    }

    fn is_enclosed(&self, site: &Site) -> bool {
        !site.macros.is_empty()
    }
}

/// The captures of each site, in the order of [`Site::visible`].
pub(crate) type CapturePlan = Vec<Vec<Capture>>;

impl Capture {
    pub(crate) fn writable() -> Self {
        Capture {
            level: Level::Unique,
            typing: Typing::Full,
            state: State::Writable,
            reason: None,
        }
    }

    pub(crate) fn read_only(reason: impl Into<String>) -> Self {
        Capture {
            level: Level::Shared,
            typing: Typing::Full,
            state: State::ReadOnly,
            reason: Some(reason.into()),
        }
    }

    pub(crate) fn refused(state: State, reason: impl Into<String>) -> Self {
        Capture {
            level: Level::None,
            typing: Typing::Full,
            state,
            reason: Some(reason.into()),
        }
    }

    /// Perhaps no binding.
    pub(crate) fn doubtful() -> Self {
        Capture {
            state: State::Doubtful,
            reason: None,
            ..Self::unknown("")
        }
    }

    /// Nothing is known, not even the type.
    pub(crate) fn unknown(reason: impl Into<String>) -> Self {
        Capture {
            typing: Typing::Unknown,
            ..Self::refused(State::Unavailable, reason)
        }
    }
}

/// How the reason begins of what was moved in part.
pub(crate) const PARTLY: &str = "partly ";

/// Why a closure around a hook keeps it from a binding.
const NOT_CAPTURED: &str = "not captured whole by this closure";

/// The most that the language could permit: what holds for a binding whatever the code around it does.
pub(crate) fn ambitious(scopes: &Scopes, names: &dyn NameAnswers) -> CapturePlan {
    let capture = |site: &Site, position: usize, id: BindingId| {
        let binding = &scopes.bindings[id];
        // A field counts only once its whole is out of reach: see `parts`.
        if binding.kind == BindingKind::Field || binding.doubtful && !names.is_bound(site, position) {
            return Capture::doubtful();
        }
        // To name it would make that closure capture it, and a `move` one take it away.
        if names.is_enclosed(site) && scopes.across_macro(site, id) {
            return Capture::unknown(NOT_CAPTURED);
        }
        if may_be_reference(scopes, site, id) && names.is_reference(site, position) {
            return Capture {
                state: State::WrittenThrough,
                ..Capture::writable()
            };
        }
        most(scopes, site, id)
    };
    scopes
        .sites
        .iter()
        .map(|site| {
            site.visible
                .iter()
                .enumerate()
                .map(|(position, visible)| capture(site, position, visible.binding))
                .collect()
        })
        .collect()
}

fn most(scopes: &Scopes, site: &Site, id: BindingId) -> Capture {
    let binding = &scopes.bindings[id];
    match (scopes.reach(site, id), binding.kind) {
        (Reach::None, _) => Capture::unknown(NOT_CAPTURED),
        (_, BindingKind::Const) => Capture::read_only("a constant"),
        (_, BindingKind::SelfRef) => Capture::read_only("a shared reference to it is all there is"),
        (Reach::Shared, _) => Capture::read_only("captured by this closure"),
        (_, BindingKind::InMacro) if !binding.mutable => Capture::read_only("not declared `mut`"),
        (_, BindingKind::InPattern) if !binding.mutable => Capture::read_only("bound by a pattern, without `mut`"),
        (_, BindingKind::SelfMut) if scopes.reach(site, id) != Reach::Own => {
            Capture::read_only("captured by this closure")
        }
        _ => Capture::writable(),
    }
}

/// Where a binding cannot be had whole, for parts of it are borrowed, moved or not captured, its fields are tried. `lowered` tells
/// what is known of one by its position. A field that cannot be had is not shown, nor one of another that can.
pub(crate) fn parts(
    scopes: &Scopes,
    site: &Site,
    captures: &mut [Capture],
    lowered: &dyn Fn(usize) -> Option<Capture>,
) {
    for position in 0..captures.len() {
        let id = site.visible[position].binding;
        let field = &scopes.bindings[id];
        if field.kind != BindingKind::Field {
            continue;
        }
        let parted = scopes.whole(site, id).is_some_and(|whole| {
            let Capture {
                level, state, reason, ..
            } = &captures[whole];
            let in_part = match state {
                State::Borrowed => true,
                State::Moved => reason.as_deref().is_some_and(|reason| reason.starts_with(PARTLY)),
                State::Unavailable => {
                    reason.as_deref() == Some(NOT_CAPTURED) && !scopes.across_macro(site, site.visible[whole].binding)
                }
                _ => false,
            };
            *level == Level::None && in_part
        });
        let within = (0..position).any(|other| {
            let other_field = &scopes.bindings[site.visible[other].binding];
            let longer = other_field.origin == field.origin && field.path.starts_with(&other_field.path);
            longer && other_field.kind == BindingKind::Field && captures[other].level > Level::None
        });
        let capture = lowered(position).unwrap_or_else(|| most(scopes, site, id));
        captures[position] = match parted && !within && capture.level > Level::None {
            true => capture,
            false => Capture::doubtful(),
        };
    }
}

/// Whether the attribute may declare the binding `mut`.
pub(crate) fn may_add_mut(binding: &Binding) -> bool {
    !binding.mutable && matches!(binding.kind, BindingKind::Plain | BindingKind::Late)
}

/// Whether the binding cannot be written, nor be declared `mut`, and a hook that sees it could write what it points at.
pub(crate) fn may_be_reference(scopes: &Scopes, site: &Site, id: BindingId) -> bool {
    let binding = &scopes.bindings[id];
    let fixed = matches!(binding.kind, BindingKind::InPattern | BindingKind::InMacro) && !binding.mutable;
    fixed && scopes.reach(site, id) == Reach::Own
}

/// Whether a probe asks at this hook if the binding is whole: where the error that it was moved would else be told of at
/// another hook only, and where moving it, as the question does, changes no closure.
pub(crate) fn asks_whole(scopes: &Scopes, site: &Site, id: BindingId) -> bool {
    let binding = &scopes.bindings[id];
    let whole = !matches!(binding.kind, BindingKind::Const | BindingKind::Field);
    let local = scopes.reach(site, id) == Reach::Own && whole;
    local && !binding.surely_copy && scopes.seen_often(id)
}

/// The bindings that the plan writes and the user did not declare `mut`.
pub(crate) fn made_mutable(scopes: &Scopes, plan: &CapturePlan) -> BTreeSet<BindingId> {
    let captures = scopes
        .sites
        .iter()
        .zip(plan)
        .flat_map(|(site, captures)| site.visible.iter().zip(captures));
    captures
        .filter(|(_, capture)| capture.level == Level::Unique)
        .map(|(visible, _)| visible.binding)
        .filter(|&id| may_add_mut(&scopes.bindings[id]))
        .collect()
}
