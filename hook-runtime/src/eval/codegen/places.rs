//! The places of the frame that a line mentions are declared around it, each under its own name. Pure.

use super::fallbacks::Fallbacks;
use super::input::CompileInput;
use super::piece::{Piece, Written};
use super::sight::{Seen, Sight, VisiblePlace};
use crate::eval::parse::{ParsedLine, mentions};
use crate::render;

/// Stands for the position of the place that takes what the function returns.
const RETURN: usize = usize::MAX;

/// Tells for each place whether the line has it, which it does if it mentions it.
pub(super) fn used(places: &[VisiblePlace<'_>], seen: &Seen, mentioned: &dyn Fn(&str) -> bool) -> Vec<bool> {
    let used = |(index, place): (usize, &VisiblePlace<'_>)| {
        !place.shadowed && !place.constant && mentioned(place.name) && !seen.withheld.contains(&index)
    };
    places.iter().enumerate().map(used).collect()
}

/// Returns the places that the line mentions and has by reference, shared and unique, by position.
pub(crate) fn references(
    source: &ParsedLine<'_>,
    input: &CompileInput<'_>,
    fallbacks: &Fallbacks,
) -> (Vec<usize>, Vec<usize>) {
    let seen = &fallbacks.seen;
    let used = used(input.places, seen, &|name| mentions(source.text, name));
    let of = |wanted: &[Sight]| {
        let places = input.places.iter().zip(&used).enumerate();
        let wanted = places.filter(|(index, (place, used))| **used && wanted.contains(&place.sight(*index, seen)));
        wanted.map(|(index, _)| index).collect()
    };
    (of(&[Sight::Shared, Sight::Referred]), of(&[Sight::Exclusive]))
}

/// Returns the places that the line mentions and can write, by position.
pub(crate) fn writable(source: &ParsedLine<'_>, input: &CompileInput<'_>, fallbacks: &Fallbacks) -> Vec<usize> {
    let used = used(input.places, &fallbacks.seen, &|name| mentions(source.text, name));
    let used = used.into_iter().zip(input.places).enumerate();
    let writable = used.filter(|(index, (used, place))| *used && place.sight(*index, &fallbacks.seen).writes());
    writable.map(|(index, _)| index).collect()
}

/// The way in which a line lives among its places.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lives {
    /// The line runs, and what it may write is kept before.
    Saved,
    /// The line runs, and nothing is kept before.
    Unsaved,
    /// The line never runs.
    Never,
}

/// Writes the declarations of places, and the code that sees them. What that code may write is noted before it in a
/// closure of its own. So the next closure has the same number where the line is repeated and nothing is noted.
pub(super) fn places(
    out: &mut Written,
    input: &CompileInput<'_>,
    (fallbacks, seen): (&Fallbacks, &Seen),
    used: &[bool],
    references: &[&str],
    lives: Lives,
    line: &mut dyn FnMut(&mut Written),
) {
    if let Some(ty) = input.returns {
        out.push("let (__hookable_return, __hookable_frame) = __hookable_private::Places::next(__hookable_frame);\n");
        if fallbacks.typed && !fallbacks.nameless.contains(&RETURN) && !render::is_anonymous(ty) {
            let ty = render::path(ty, input.krate);
            let like = format!("__hookable_private::Like::<{ty}>::new()");
            let is = format!("__hookable_private::CapturedPlace::returns(&__hookable_return, {like});\n");
            out.piece_of(&is, Piece::Type(RETURN));
        }
    }
    for (index, used) in used.iter().enumerate() {
        let place = if *used {
            format!("__hookable_place{index}")
        } else {
            "_".to_owned()
        };
        out.push(&format!(
            "let ({place}, __hookable_frame) = __hookable_private::Places::next(__hookable_frame);\n"
        ));
    }
    let places = || input.places.iter().enumerate().filter(|(index, _)| used[*index]);
    for (index, place) in places() {
        if fallbacks.typed && !fallbacks.nameless.contains(&index) && !render::is_anonymous(place.type_name) {
            let ty = render::path(place.type_name, input.krate);
            let like = format!("__hookable_private::Like::<{ty}>::new()");
            let is = format!("__hookable_private::CapturedPlace::is(&__hookable_place{index}, {like});\n");
            out.piece_of(&is, Piece::Type(index));
        }
    }
    out.push("__hookable_private::places!(");
    for (index, place) in places() {
        let saved = lives == Lives::Saved && !fallbacks.unsaved.contains(&index);
        place.given(out, index, seen, saved);
    }
    for name in references {
        out.references.push((*name).to_owned());
        out.push(&format!(" (ref {name})"));
    }
    out.push("\n{\n");
    for (index, place) in places() {
        place.take(out, index, seen);
    }
    out.push("} {\n");
    line(out);
    out.push("} {\n");
    // Code that never runs gives what the line gives, and has nothing to put back.
    for (index, place) in places().filter(|_| lives != Lives::Never) {
        place.put(out, index, seen);
    }
    out.push("})\n");
}

/// Writes what hides the places' own variables from what was typed.
pub(super) fn hidden(input: &CompileInput<'_>, source: &ParsedLine<'_>, seen: &Seen) -> String {
    let used = used(input.places, seen, &|name| mentions(source.text, name));
    let used = used.iter().enumerate().filter(|(_, used)| **used);
    let places = used.map(|(index, _)| format!("let __hookable_place{index} = ();\n"));
    places.chain(["let __hookable_frame = ();\n".to_owned()]).collect()
}
