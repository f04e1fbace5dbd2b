//! Questions about rustc's errors. Their answers tell how the line could be compiled in another way. Pure.

use std::ops::Range;

use hook_rustc::{Diagnostic, Span};

use super::lifetime::{is_as_frame, is_static};
use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::parse::names::RECEIVER;

/// The message with which [`run`](crate::private::run) fails at compile time.
const TOO_LARGE: &str = "hookable: the value of this line is too large";

/// rustc writes this behind the name of what a closure captures.
pub(super) const CAPTURED: &str = " captured here";

/// Returns whether a value would have to own its data to be kept.
pub(crate) fn borrows(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|error| is_static(error) || is_as_frame(error))
}

/// Returns whether rustc would have to know a type that only the rest of the function tells.
pub(crate) fn is_early(diagnostics: &[Diagnostic]) -> bool {
    let open = ["{integer}", "{float}", "<_>", "<_,", "`_`"];
    diagnostics.iter().any(|error| {
        let shown = || open.iter().any(|open| error.message.contains(open));
        error.is_error() && (is_untyped(error) || shown())
    })
}

/// Returns whether a type is not known where it has to be.
pub(crate) fn is_untyped(error: &Diagnostic) -> bool {
    matches!(error.code(), Some("E0282" | "E0283" | "E0284" | "E0689" | "E0790"))
}

/// Returns whether all errors are about the program, and none about the line. What a line returns is a type of the
/// program around it, in which the wrong one may cause any error.
pub(crate) fn is_elsewhere(diagnostics: &[Diagnostic], file: &str, returns: bool) -> bool {
    // The last error only counts the others, and points nowhere.
    let errors = diagnostics
        .iter()
        .filter(|error| error.is_error() && !error.spans.is_empty());
    let mut errors = errors.peekable();
    let here = |error: &Diagnostic| {
        let primary = error.spans.iter().filter(|span| span.primary);
        primary.flat_map(Span::calls).any(|span| span.file == file)
    };
    errors.peek().is_some() && errors.all(|error| (returns || error.has_code("E0308")) && !here(error))
}

/// A piece of the file that an error points at, with the code and the message of the error.
pub(crate) struct PieceError<'w> {
    pub(crate) piece: &'w Piece,
    pub(crate) code: Option<String>,
    pub(crate) why: String,
}

/// Returns the large places that the line writes although it was given them only to read, by position.
pub(crate) fn written(diagnostics: &[Diagnostic], places: &[VisiblePlace<'_>]) -> Vec<usize> {
    let writes = diagnostics
        .iter()
        .filter(|error| matches!(error.code(), Some("E0594" | "E0596")));
    let named = writes.filter_map(|error| place_of(places, &error.message));
    named.filter(|index| places[*index].writable).collect()
}

/// Returns whether the line moves a value out of a place that it can only read.
pub(crate) fn moves(diagnostics: &[Diagnostic], places: &[VisiblePlace<'_>]) -> bool {
    let moves = |error: &Diagnostic| matches!(error.code(), Some("E0507" | "E0508" | "E0509"));
    let of = |error: &Diagnostic| place_of(places, &error.message).is_some_and(|index| !places[index].writable);
    diagnostics.iter().any(|error| moves(error) && of(error))
}

/// Returns the place that the first path in a message begins with, by position.
pub(super) fn place_of(places: &[VisiblePlace<'_>], message: &str) -> Option<usize> {
    place_named(places, &root(message)?)
}

/// Returns the place of this name, by position.
pub(crate) fn place_named(places: &[VisiblePlace<'_>], name: &str) -> Option<usize> {
    places.iter().position(|place| !place.shadowed && place.name == name)
}

/// Returns the variable that the first path in a message begins with.
fn root(message: &str) -> Option<String> {
    let quoted = message.split('`').nth(1)?.replace(RECEIVER, "self");
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let path = quoted.trim_start_matches(['*', '(']);
    path.split(|c: char| !part(c)).next().map(str::to_owned)
}

/// Returns the variables that the line writes or moves, as far as rustc does not permit that.
pub(crate) fn needed(diagnostics: &[Diagnostic]) -> Vec<String> {
    let codes = ["E0594", "E0596", "E0507", "E0508", "E0509", "E0384", "E0505", "E0506"];
    let errors = diagnostics
        .iter()
        .filter(|error| error.code().is_some_and(|code| codes.contains(&code)));
    errors.filter_map(|error| root(&error.message)).collect()
}

/// Returns the variables of which a borrow would have to last longer than it does.
pub(crate) fn borrowed(diagnostics: &[Diagnostic]) -> Vec<String> {
    let codes = [
        "E0597", "E0505", "E0506", "E0502", "E0499", "E0713", "E0373", "E0515", "E0521",
    ];
    let errors = diagnostics
        .iter()
        .filter(|error| error.code().is_some_and(|code| codes.contains(&code)));
    let texts = errors.flat_map(|error| error.spans.iter().map(|span| &span.label).chain([&error.message]));
    texts.filter_map(|text| root(text)).collect()
}

/// Returns whether the value of the line is too large to be moved.
pub(crate) fn is_too_large(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|error| error.message.contains(TOO_LARGE))
}

/// Returns whether all that is wrong is that a value borrows from what the line itself made, and so lives no longer
/// than the line.
pub(crate) fn is_of_line(diagnostics: &[Diagnostic]) -> bool {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let mut codes = errors.filter_map(Diagnostic::code).peekable();
    codes.peek().is_some() && codes.all(|code| matches!(code, "E0515" | "E0716"))
}

/// Returns the pieces that rustc refuses.
pub(crate) fn refused<'w>(diagnostics: &[Diagnostic], written: &'w Written, file: &str) -> Vec<PieceError<'w>> {
    let mut refused = Vec::new();
    for error in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
        for piece in primary(error, written, file) {
            let (code, why) = (error.code.clone(), error.message.clone());
            refused.push(PieceError { piece, code, why });
        }
    }
    refused
}

/// Returns the earlier impls that conflict with an impl of the line.
pub(crate) fn conflicting(diagnostics: &[Diagnostic], written: &Written, file: &str) -> Vec<usize> {
    let mut items = Vec::new();
    for error in diagnostics
        .iter()
        .filter(|error| matches!(error.code(), Some("E0119" | "E0592" | "E0751")))
    {
        let here = error
            .spans
            .iter()
            .flat_map(Span::calls)
            .filter(|span| span.file == file);
        let pieces: Vec<&Piece> = here.filter_map(|span| written.piece(span.bytes.start)).collect();
        if pieces.iter().any(|piece| matches!(piece, Piece::AsTyped(_))) {
            items.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Item(id) => Some(*id),
                _ => None,
            }));
        }
    }
    items
}

/// Returns the places that are declared `mut` and never written, by position.
pub(crate) fn unwritten(diagnostics: &[Diagnostic], written: &Written, file: &str) -> Vec<usize> {
    let unused = diagnostics.iter().filter(|warning| warning.has_code("unused_mut"));
    let pieces = unused.flat_map(|warning| primary(warning, written, file));
    let positions = pieces.filter_map(|piece| match piece {
        Piece::Place(position) => Some(*position),
        _ => None,
    });
    positions.collect()
}

/// Returns the kept values that are declared `mut` and never written.
pub(crate) fn unwritten_kept(diagnostics: &[Diagnostic], written: &Written, file: &str) -> Vec<String> {
    let unused = diagnostics.iter().filter(|warning| warning.has_code("unused_mut"));
    let pieces = unused.flat_map(|warning| primary(warning, written, file));
    let names = pieces.filter_map(|piece| match piece {
        Piece::Kept(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// Returns the bytes of the line where rustc cannot parse what a macro made.
pub(crate) fn unread(diagnostics: &[Diagnostic], written: &Written, file: &str) -> Vec<usize> {
    let errors = diagnostics
        .iter()
        .filter(|error| error.is_error() && error.code.is_none());
    let spans = errors.flat_map(|error| &error.spans).flat_map(Span::calls);
    let here = spans.filter(|span| span.file == file);
    here.filter_map(|span| Some(written.origin(&span.bytes)?.start))
        .collect()
}

/// Returns whether an error is that a line returns what the function does not.
pub(crate) fn is_of_returned(error: &Diagnostic) -> bool {
    let labels = error.spans.iter().map(|span| &span.label);
    error.has_code("E0308") && labels.chain([&error.message]).any(|text| text.contains("Returned<"))
}

/// Returns whether an error is that the line uses a variable from outside of the closure that it is in.
pub(crate) fn captures(error: &Diagnostic) -> bool {
    let below = error.children.iter().flat_map(|child| &child.spans);
    error
        .spans
        .iter()
        .chain(below)
        .any(|span| span.label.ends_with(CAPTURED))
}

/// Returns whether a line is refused because of how its `?` are written.
pub(crate) fn is_of_spelling(diagnostics: &[Diagnostic]) -> bool {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.into_iter().any(names_try)
}

/// Returns whether an error names the method that stands for a `?`.
pub(super) fn names_try(error: &Diagnostic) -> bool {
    let labels = error.spans.iter().map(|span| &span.label);
    labels
        .chain([&error.message])
        .any(|text| text.contains("__hookable_try"))
}

/// Returns the parts of the line where a `?` of Rust's own meets a type that it does not accept.
pub(crate) fn tried(diagnostics: &[Diagnostic], written: &Written, file: &str) -> Vec<Range<usize>> {
    let errors = diagnostics
        .iter()
        .filter(|error| error.has_code("E0277") && error.message.contains("`?`"));
    let spans = errors.flat_map(|error| &error.spans).filter(|span| span.primary);
    let here = spans.flat_map(Span::calls).filter(|span| span.file == file);
    here.filter_map(|span| written.origin(&span.bytes)).collect()
}

/// Returns whether these bytes of the line are a `&str` where a `String` is wanted.
pub(crate) fn wants_string(diagnostics: &[Diagnostic], written: &Written, file: &str, bytes: &Range<usize>) -> bool {
    let mut spans = diagnostics
        .iter()
        .filter(|error| error.has_code("E0308"))
        .flat_map(|error| &error.spans);
    spans.any(|span| {
        let here = span.primary && span.file == file && written.origin(&span.bytes).as_ref() == Some(bytes);
        here && span.label.contains("expected `String`, found `&str`")
    })
}

/// Returns the pieces that a diagnostic points at.
pub(crate) fn primary<'w>(diagnostic: &Diagnostic, written: &'w Written, file: &str) -> Vec<&'w Piece> {
    let places = diagnostic.spans.iter().filter(|span| span.primary);
    let here = places.flat_map(Span::calls).filter(|span| span.file == file);
    here.filter_map(|span| written.piece(span.bytes.start)).collect()
}
