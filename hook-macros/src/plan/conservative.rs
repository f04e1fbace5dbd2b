//! The plan where rustc cannot be asked: only what is legal however the unknown types and functions turn out.
//!
//! A binding that nothing named before the hook is initialized, whole and unborrowed. One that was only formatted is too.
//! `&a` before leaves it readable. A type that is surely `Copy` cannot be moved out. Anything else is left out. A hook in a
//! loop comes also after what stands behind it in that loop, so all mentions in the function count, not only earlier ones,
//! except where the binding was made after them.

use super::{Capture, Level, Plan, State, ambitious};
use crate::scope::{BindingKind, MentionKind, Scopes};

/// Lowers the ambitious plan to what is surely legal.
pub(crate) fn conservative(scopes: &Scopes) -> Plan {
    let mut plan = ambitious(scopes);
    for (site, captures) in scopes.sites.iter().zip(&mut plan) {
        for (visible, capture) in site.visible.iter().zip(captures) {
            let binding = &scopes.bindings[visible.binding];
            let mentions = scopes.mentions.iter().filter(|mention| mention.binding == visible.binding);
            let permitted = match binding.kind {
                BindingKind::Late => Level::None,
                BindingKind::Const => Level::Shared,
                _ => mentions
                    .filter(|mention| mention.moment < site.moment || site.looped)
                    .map(|mention| permits(mention.kind, binding.surely_copy))
                    .min()
                    .unwrap_or(Level::Unique),
            };
            if permitted < capture.level {
                let reason = "perhaps moved or borrowed: rustc was not asked";
                *capture = match permitted {
                    Level::Shared => Capture::read_only(reason),
                    _ => Capture::refused(State::Unavailable, reason),
                };
            }
        }
    }
    plan
}

/// The most that is surely legal after such a mention.
fn permits(kind: MentionKind, surely_copy: bool) -> Level {
    match kind {
        MentionKind::Formatted => Level::Unique,
        MentionKind::Assigned | MentionKind::Value if surely_copy => Level::Unique,
        MentionKind::Shared => Level::Shared,
        _ => Level::None,
    }
}
