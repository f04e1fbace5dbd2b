//! What each hook captures of each binding in scope, and why it captures no more.
//!
//! A plan begins with the most that the language could permit, [`ambitious`], and is lowered: by rustc's diagnostics
//! where it was asked, else by [`conservative`].

mod conservative;
mod edges;
#[cfg(test)]
mod tests;

pub(crate) use conservative::conservative;
pub(crate) use edges::{NEVER, ReturnEdge, ReturnEdges, return_edges};

use std::collections::BTreeSet;

use crate::scope::{Binding, BindingId, BindingKind, Reach, Scopes, Site};

/// How a hook takes a binding. The variants are in order, with the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The hook does not take the binding.
    None,
    /// What the hook shows of the binding is kept as the hook opens, and no borrow lasts.
    Snapshot,
    /// The hook borrows a copy of the binding, which is taken as the hook opens.
    Copied,
    /// The hook borrows the binding with `&`.
    Shared,
    /// The hook borrows the binding with `&mut`.
    Unique,
}

impl Level {
    /// Returns whether a hook borrows the binding itself, be it only for a moment.
    pub(crate) fn borrows(self) -> bool {
        !matches!(self, Level::None | Level::Copied)
    }
}

/// What is known of a binding's type at compile time. The variants are in order, with the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Typing {
    /// Nothing is known: even to name the binding is an error.
    Unknown,
    /// The type can be named, and to ask for its traits is an error.
    Named,
    /// The type can be named, and whether it is of std and has `Debug` can be asked; to ask for anything else is an
    /// error, or may be.
    OfStd,
    /// The type can be named and has `Debug`, and to ask for other traits is an error, or may be.
    Shown,
    /// The type can be named, and its traits can be asked for.
    Full,
}

impl Typing {
    /// Returns the next lower one.
    pub(crate) fn below(self) -> Typing {
        match self {
            Typing::Full => Typing::Shown,
            Typing::Shown | Typing::OfStd => Typing::Named,
            Typing::Named | Typing::Unknown => Typing::Unknown,
        }
    }
}

/// The state that the user is shown. The variants are those of the runtime's `State`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Writable,
    /// The binding is a reference that is not declared `mut`; what it points at can be written.
    WrittenThrough,
    ReadOnly,
    Moved,
    Borrowed,
    Unassigned,
    Unavailable,
    /// The name is not known to be that of a binding, and is not shown.
    Doubtful,
}

/// What one hook does with one binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Capture {
    pub(crate) level: Level,
    pub(crate) typing: Typing,
    pub(crate) state: State,
    /// Why the binding is not writable, in a few words. There is a reason unless it is writable, or no binding.
    pub(crate) reason: Option<String>,
}

/// What name resolution said of a hook, where that had to be asked.
pub(crate) trait NameAnswers {
    /// Returns whether the name at this position is that of a binding.
    fn is_bound(&self, site: &Site, position: usize) -> bool;
    /// Returns whether the binding at this position is known to be a mutable reference.
    fn is_reference(&self, site: &Site, position: usize) -> bool;
    /// Returns whether the binding at this position is known to be no reference.
    fn is_value(&self, site: &Site, position: usize) -> bool;
    /// Returns whether the macro in whose tokens the hook stands makes a closure or the like around it.
    fn is_enclosed(&self, site: &Site) -> bool;
}

/// The answers where nothing was asked.
pub(crate) struct Unasked;

impl NameAnswers for Unasked {
    fn is_bound(&self, _: &Site, _: usize) -> bool {
        false
    }

    fn is_reference(&self, _: &Site, _: usize) -> bool {
        false
    }

    fn is_value(&self, _: &Site, _: usize) -> bool {
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

    /// Returns the capture of a name that is perhaps not that of a binding.
    pub(crate) fn doubtful() -> Self {
        Capture {
            state: State::Doubtful,
            reason: None,
            ..Self::unknown("")
        }
    }

    /// Returns the capture of a binding of which nothing is known, not even the type.
    pub(crate) fn unknown(reason: impl Into<String>) -> Self {
        Capture {
            typing: Typing::Unknown,
            ..Self::refused(State::Unavailable, reason)
        }
    }
}

/// How the reason begins for what was moved in part.
pub(crate) const PARTLY: &str = "partly ";

/// The reason of a binding that a closure around the hook does not capture.
const NOT_CAPTURED: &str = "not captured whole by this closure";

/// The reason of a binding that a planted hook leaves alone, since not even a copy can be had.
const NOT_KEPT: &str = "futures that run do not keep it up to this hook";

/// The reason of a binding of which a planted hook could only take a copy, and whose type is not `Copy`.
pub(crate) const NOT_COPIED: &str =
    "an `.await` behind this hook would have to keep it, and futures that run have no room for it";

/// The reason of a binding of which a planted hook takes a copy.
const COPIED: &str = "a copy: an `.await` behind this hook would have to keep it";

/// Returns the most that the language could permit: what holds for a binding whatever the code around it does.
pub(crate) fn ambitious(scopes: &Scopes, names: &dyn NameAnswers) -> CapturePlan {
    let capture = |site: &Site, position: usize, id: BindingId| {
        let binding = &scopes.bindings[id];
        // A field counts only once the binding that it is a part of is out of reach, which `parts` finds out.
        if binding.kind == BindingKind::Field || binding.doubtful && !names.is_bound(site, position) {
            return Capture::doubtful();
        }
        if site.without.iter().any(|name| binding.ident == name) {
            // To name what is of a body further out would make this one capture it.
            return match scopes.reach(site, id) {
                Reach::Own => Capture::refused(State::Unavailable, NOT_KEPT),
                _ => Capture::unknown(NOT_KEPT),
            };
        }
        if site.copied.iter().any(|name| binding.ident == name) && scopes.reach(site, id) != Reach::None {
            return Capture {
                level: Level::Copied,
                ..Capture::read_only(COPIED)
            };
        }
        // To name the binding would make the closure capture it, and a `move` one take it away.
        if names.is_enclosed(site) && scopes.across_macro(site, id) {
            return Capture::unknown(NOT_CAPTURED);
        }
        if asks_reference(scopes, site, id) {
            if names.is_reference(site, position) {
                return Capture {
                    state: State::WrittenThrough,
                    ..Capture::writable()
                };
            }
            if binding.kind == BindingKind::Destructured && !binding.repeated && names.is_value(site, position) {
                return Capture::writable();
            }
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
        (_, BindingKind::Plain | BindingKind::Late) if !binding.mutable && binding.repeated => {
            Capture::read_only("not declared `mut`")
        }
        (_, BindingKind::InMacro) if !binding.mutable => Capture::read_only("not declared `mut`"),
        (_, BindingKind::Destructured | BindingKind::InPattern) if !binding.mutable => {
            Capture::read_only("bound by a pattern, without `mut`")
        }
        (_, BindingKind::SelfMut) if scopes.reach(site, id) != Reach::Own => {
            Capture::read_only("captured by this closure")
        }
        _ => Capture::writable(),
    }
}

/// Tries the fields of a binding that cannot be had whole, because parts of it are borrowed, moved or not captured.
/// `lowered` gives what is known of one by its position. A field that cannot be had is not shown, nor is one of another
/// field that can.
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

/// Returns whether the attribute declares the binding `mut` for a hook to write it.
pub(crate) fn may_add_mut(binding: &Binding, capture: &Capture) -> bool {
    use BindingKind::{Destructured, Late, Plain};
    let may = matches!(binding.kind, Plain | Late | Destructured) && !binding.repeated;
    may && !binding.mutable && capture.state != State::WrittenThrough
}

/// Returns whether a probe asks at this hook if the binding is a mutable reference, or none at all: then what it points
/// at can be written, or it can be declared `mut`.
pub(crate) fn asks_reference(scopes: &Scopes, site: &Site, id: BindingId) -> bool {
    use BindingKind::{Destructured, InMacro, InPattern};
    let binding = &scopes.bindings[id];
    let fixed = matches!(binding.kind, Destructured | InPattern | InMacro) && !binding.mutable;
    fixed && scopes.reach(site, id) == Reach::Own
}

/// Returns whether a probe may ask at this hook if the binding is whole. It does so where rustc would else report at
/// another hook only that the binding was moved; and where to move it, as the question does, changes no closure.
pub(crate) fn may_ask_whole(scopes: &Scopes, site: &Site, id: BindingId) -> bool {
    let binding = &scopes.bindings[id];
    let whole = !matches!(binding.kind, BindingKind::Const | BindingKind::Field);
    let local = scopes.reach(site, id) == Reach::Own && whole;
    local && !binding.surely_copy && scopes.seen_often(id)
}

/// Returns the bindings that the plan writes and the user did not declare `mut`.
pub(crate) fn made_mutable(scopes: &Scopes, plan: &CapturePlan) -> BTreeSet<BindingId> {
    let captures = scopes
        .sites
        .iter()
        .zip(plan)
        .flat_map(|(site, captures)| site.visible.iter().zip(captures));
    captures
        .filter(|(_, capture)| capture.level == Level::Unique)
        .filter(|(visible, capture)| may_add_mut(&scopes.bindings[visible.binding], capture))
        .map(|(visible, _)| visible.binding)
        .collect()
}
