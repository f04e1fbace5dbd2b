//! The plan where rustc cannot be asked. It has only what is legal however the unknown types and functions turn out.
//!
//! A binding that nothing named before the hook is initialized, whole and unborrowed, and so is one that was only
//! formatted, by a macro of such a name with a text: `vec!`, `dbg!` and `assert_eq!` may be macros of the user's.
//! `&a` before the hook leaves it readable, as does any mention in a closure of a value that can only be copied out of
//! it. Anything else is left out, and so is a binding that may itself hold a borrow of another local, for that borrow
//! may have ended. A hook in a loop comes also after what stands behind it in that loop, so there all mentions in the
//! function count.
//!
//! An impl may be for some lifetimes only, as a `Debug` of `Held<'static>` alone, or of `dyn Shape`, and where others
//! meet it, to ask for it is an error, there or where the variable gets its next value. So all traits are asked for
//! only of numbers, texts and the like; of others, whether they are made of types of std alone, whose `Debug` is for
//! all lifetimes; and nothing of what is left out. In a closure a type may have lifetimes that nothing there can name,
//! and then to ask but for its name is an error, too.
//!
//! `unit` in `let unit = new()` may be the name of a `struct unit;`, which cannot be declared `mut`. So only what is
//! declared so, or has a literal for its value, can be written.

use super::{Capture, CapturePlan, Level, State, Typing, Unasked, ambitious};
use crate::scope::{Binding, BindingKind, Mention, MentionKind, Scopes};

/// Lowers the ambitious plan to what is surely legal.
pub(crate) fn conservative(scopes: &Scopes) -> CapturePlan {
    let mut plan = ambitious(scopes, &Unasked);
    for (site, captures) in scopes.sites.iter().zip(&mut plan) {
        let known = |(_, capture): &(_, &mut Capture)| capture.typing != Typing::Unknown;
        for (visible, capture) in site.visible.iter().zip(captures).filter(known) {
            let binding = &scopes.bindings[visible.binding];
            let earlier = |mention: &&Mention| mention.moment < site.moment || site.looped;
            let mentions = scopes
                .mentions
                .iter()
                .filter(|mention| scopes.is_of(mention, visible.binding))
                .filter(earlier);
            let permitted = match binding.kind {
                // Only rustc knows whether the type is `Copy`.
                _ if capture.level == Level::Copied => Level::None,
                BindingKind::Const => Level::Shared,
                BindingKind::Late => Level::None,
                _ if scopes.may_keep(site, visible.binding).is_some() => Level::None,
                _ if !binding.surely_free => Level::None,
                _ => mentions
                    .map(|mention| permits(mention, binding))
                    .min()
                    .unwrap_or(Level::Unique),
            };
            let typing = match permitted {
                _ if binding.surely_copy => Typing::Full,
                Level::None if scopes.bodies[binding.body].parent.is_some() => Typing::Unknown,
                Level::None => Typing::Named,
                _ => Typing::OfStd,
            };
            capture.typing = capture.typing.min(typing);
            let (permitted, reason) = match permitted {
                Level::Unique if !binding.mutable && !binding.surely_copy => {
                    (Level::Shared, "not declared `mut`: rustc was not asked")
                }
                permitted => (permitted, "perhaps moved or borrowed: rustc was not asked"),
            };
            if permitted < capture.level {
                let lowered = match permitted {
                    Level::Shared => Capture::read_only(reason),
                    _ => Capture::refused(State::Unavailable, reason),
                };
                *capture = Capture {
                    typing: capture.typing,
                    ..lowered
                };
            }
        }
    }
    plan
}

/// Returns the most that is surely legal after such a mention.
fn permits(mention: &Mention, binding: &Binding) -> Level {
    let at_once = mention.body == binding.body;
    match mention.of_whole() {
        // A macro of the user's may borrow what it is given, and nothing tells for how long.
        _ if mention.unsure && (binding.mutable || !binding.surely_copy) => Level::None,
        _ if mention.unsure => Level::Shared,
        MentionKind::Formatted if at_once => Level::Unique,
        MentionKind::Assigned | MentionKind::Value if binding.surely_copy && at_once => Level::Unique,
        MentionKind::Formatted | MentionKind::Shared => Level::Shared,
        MentionKind::Value if binding.surely_copy => Level::Shared,
        _ => Level::None,
    }
}
