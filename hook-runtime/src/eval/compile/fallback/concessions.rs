//! All that was given up so far for rustc to accept a line, and the steps by which more is given up.

use std::ops::Range;

use hook_rustc::Diagnostic;

use super::holding::Holding;
use crate::eval::codegen::fallbacks::{Fallbacks, Tries};
use crate::eval::codegen::input::Purpose;
use crate::eval::codegen::piece::{Piece, Written};
use crate::eval::diagnostics::findings::{self, PieceError};
use crate::eval::diagnostics::lifetime::is_of_lifetime;
use crate::eval::error::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{ParsedLine, Replacement};
use crate::eval::session::history::{ItemChoices, history};

/// The refusal of a second impl, which says what `session::impls` permits.
const SECOND: &str = "error: there is such an impl from an earlier line, and what was made with that would not fit a second one: an impl can be typed \
                      anew if its trait or its type was typed at the prompt, or if only the bodies of its functions differ";
/// The refusal of a macro that returns what the function does not.
const OTHER_ERROR: &str =
    "error: a macro in this line returns an error, which is not of the type that the function returns";
/// The beginning of what rustc says of a `?` in code that returns nothing that it fits.
const TRIED: &str = "the `?` operator can only be used in";
/// The error code for a value that is moved while it is borrowed.
const LENT: &str = "E0505";

/// The refusal of a look at a field that can be neither borrowed nor copied.
const UNALIGNED: &str = "error: a field of a packed struct cannot be borrowed, so one that is not `Copy` cannot be shown by itself; the struct can";

/// All that was given up so far for rustc to accept the line.
pub(super) struct Concessions {
    pub(super) fallbacks: Fallbacks,
    pub(super) holding: Holding,
    pub(super) notes: Vec<String>,
    /// Whether the value of the line is to be kept.
    keeps: bool,
    /// Whether the program does not compile with the types of the places written down.
    untypable: bool,
    pub(super) items: ItemChoices,
    /// The error of the line before places that can only be read were given to it as references.
    refused_as_place: Option<EvaluateError>,
    /// The error of the line before a macro could return an error, and whether references could help against it.
    pub(super) tried: Option<(bool, EvaluateError)>,
    /// Whether that was tried.
    returned: bool,
    /// Whether the value of a place is copied out of it, since it cannot be borrowed.
    unaligned: bool,
}

impl Concessions {
    /// Returns what holds before the first run of rustc.
    pub(super) fn of(source: &ParsedLine<'_>, frame: &EvalFrame<'_>, purpose: Purpose, slot: &str) -> Concessions {
        let mut fallbacks = Fallbacks {
            awaits: source.awaits(),
            unstopped: matches!(purpose, Purpose::Aside | Purpose::Learn { .. }),
            ..Fallbacks::default()
        };
        if let Some(nameless) = history().typed.get(slot) {
            (fallbacks.typed, fallbacks.nameless) = (true, nameless.clone());
        }
        let holding = Holding::of(source, frame, purpose, &mut fallbacks);
        Concessions {
            fallbacks,
            holding,
            notes: Vec::new(),
            untypable: false,
            items: ItemChoices::default(),
            tried: None,
            returned: false,
            unaligned: false,
            keeps: source.tail().is_some() && source.bound().is_empty(),
            refused_as_place: None,
        }
    }

    /// Lets impls of the line take the place of earlier ones. The error says that one of these has to stay.
    pub(super) fn replace(&mut self, source: &ParsedLine<'_>, conflicting: Vec<usize>) -> Result<(), EvaluateError> {
        if !conflicting.iter().all(|id| history().may_replace(source, *id)) {
            return Err(EvaluateError::Rejected(SECOND.to_owned().into()));
        }
        self.items.replaced.extend(conflicting);
        Ok(())
    }

    /// Gives up the code that was refused. Returns `false` if none of it can be given up.
    pub(super) fn make(&mut self, refused: &[PieceError<'_>], borrows: bool, early: bool, slot: &'static str) -> bool {
        let mut made = false;
        for PieceError { piece, code, why } in refused {
            made |= match piece {
                // The value of the line borrows from a kept value, so the kept value stays, and that of the line is
                // not kept.
                Piece::Back(_) if code.as_deref() == Some(LENT) && self.keeps && !self.fallbacks.borrows => continue,
                Piece::Item(id) => history().put_in_block(*id, slot) || self.leave_out(*id, why, slot),
                // The line needs a held value for too long, and rustc says so where that is made.
                Piece::Like(number) if is_of_lifetime(code.as_deref(), why) && history().is_held(*number) => false,
                Piece::Like(number) => history().not_replayed(*number, slot),
                Piece::Named(number, name) => add(&mut self.fallbacks.unnameable, (*number, name.clone())),
                Piece::Back(name) => add(&mut self.fallbacks.moved, name.clone()),
                Piece::Type(position) => {
                    let nameless = &mut self.fallbacks.nameless;
                    let made = add(nameless, *position);
                    history().typed.insert(slot, nameless.clone());
                    made
                }
                Piece::Send => !std::mem::replace(&mut self.fallbacks.unsent, true),
                // If the line itself makes the type of its value, it is not known whether the type is `Copy`.
                Piece::Copy => !std::mem::replace(&mut self.fallbacks.borrows, true),
                Piece::Copied(position) => add(&mut self.fallbacks.seen.uncopied, *position),
                Piece::KeptCopy(name) => add(&mut self.fallbacks.kept_uncopied, name.clone()),
                Piece::Runtime => self.fallbacks.runtime.lower(),
                Piece::Save(position) => add(&mut self.fallbacks.unsaved, *position),
                Piece::Learned => !std::mem::replace(&mut self.fallbacks.unlearned, true),
                Piece::Safepoint => !std::mem::replace(&mut self.fallbacks.unstopped, true),
                Piece::Kept(_)
                | Piece::AsTyped(_)
                | Piece::Instead(_)
                | Piece::Place(_)
                | Piece::Bound(_)
                | Piece::Gives(_) => false,
            };
        }
        let lent = refused.iter().any(|refused| refused.code.as_deref() == Some(LENT));
        if !made && (borrows || lent) && self.keeps {
            made = !std::mem::replace(&mut self.fallbacks.borrows, true);
        }
        // In a generic function the name of a type is the name in one instance, which the function as such does not
        // fit.
        if !made && self.fallbacks.typed && refused.is_empty() {
            (self.fallbacks.typed, self.untypable) = (false, true);
            history().typed.remove(slot);
            made = true;
        }
        if !made && early && !self.fallbacks.typed && !self.untypable {
            self.fallbacks.typed = true;
            history().typed.insert(slot, Vec::new());
            made = true;
        }
        made
    }

    /// Writes the line in another way. Returns `false` if there is no other.
    pub(super) fn respell(
        &mut self,
        source: &mut ParsedLine<'_>,
        diagnostics: &[Diagnostic],
        written: &Written,
        file: &str,
    ) -> bool {
        let mut made = false;
        for PieceError { piece, code, .. } in findings::refused(diagnostics, written, file) {
            match (piece, code.as_deref()) {
                (Piece::Bound(name), Some("E0530")) => made |= source.unbind(name),
                // A value that the line binds and then moves is no more there to be kept.
                (Piece::Gives(name), Some("E0382")) if source.unbind(name) => {
                    self.notes.push(format!("`{name}` is not kept: the line moves it"));
                    self.fallbacks.unkept.push(name.clone());
                    made = true;
                }
                _ => {}
            }
        }
        let fallbacks = &mut self.fallbacks;
        if let Some(string) = source.string().filter(|_| !fallbacks.owned) {
            fallbacks.owned = findings::wants_string(diagnostics, written, file, &string);
            made |= fallbacks.owned;
        }
        let is_of_macro = |bytes: &Range<usize>| source.replacements.contains(&(bytes.clone(), Replacement::MacroTry));
        if fallbacks.tries == Tries::Outside && findings::tried(diagnostics, written, file).iter().any(is_of_macro) {
            (fallbacks.tries, made) = (Tries::All, true);
        } else if fallbacks.tries != Tries::None && findings::is_of_spelling(diagnostics) {
            (fallbacks.tries, made) = (Tries::None, true);
        }
        made
    }

    /// Lets the line write to large places. Returns `false` if it may do so already.
    pub(super) fn write(&mut self, positions: &[usize]) -> bool {
        let before = self.fallbacks.seen.written.len();
        for position in positions {
            add(&mut self.fallbacks.seen.written, *position);
        }
        self.fallbacks.seen.written.len() > before
    }

    /// Returns the line references to places that can only be read, if it moves out of one or borrows one for too long.
    /// In patterns and calls, a reference often does as well, and a value that is `Copy` can be copied. Otherwise the
    /// user is told the error from before that.
    pub(super) fn refer(&mut self, refers: bool, error: EvaluateError) -> Result<(), EvaluateError> {
        match self.refused_as_place.take() {
            Some(first) => Err(first),
            None if refers => {
                self.refused_as_place = Some(error);
                self.fallbacks.seen.referred = true;
                Ok(())
            }
            None => Err(error),
        }
    }

    /// Shows the value of the line without moving it, because it is too large for that, or borrows from what the line
    /// itself made. Returns `false` if that was tried before, or if the line has no value to keep.
    pub(super) fn look_in_place(&mut self) -> bool {
        self.keeps && !std::mem::replace(&mut self.fallbacks.in_place, true)
    }

    /// Copies the value of the line out of its place, if that is a field of a packed struct, which cannot be borrowed.
    /// The error says that it cannot be copied either. Returns `false` if the line is no such place.
    pub(super) fn copy_out(
        &mut self,
        source: &mut ParsedLine<'_>,
        diagnostics: &[Diagnostic],
    ) -> Result<bool, EvaluateError> {
        let is_of = |code| diagnostics.iter().any(|error| error.has_code(code));
        if self.unaligned && ["E0382", "E0505", "E0507"].into_iter().any(is_of) {
            return Err(EvaluateError::Rejected(UNALIGNED.to_owned().into()));
        }
        let is_first = source.ends_in_place && is_of("E0793");
        if is_first {
            (source.ends_in_place, self.unaligned) = (false, true);
        }
        Ok(is_first)
    }

    /// Lets the line be a future, if a macro that it calls awaits.
    pub(super) fn wait(&mut self, diagnostics: &[Diagnostic]) -> bool {
        let awaits = diagnostics.iter().any(|error| error.has_code("E0728"));
        awaits && !std::mem::replace(&mut self.fallbacks.awaits, true)
    }

    /// Takes the value of a `return` in a macro for an error that the function returns, as in `bail!("..")`.
    pub(super) fn returns(&mut self, source: &ParsedLine<'_>, diagnostics: &[Diagnostic]) -> bool {
        let codes = ["E0271", "E0277", "E0282", "E0283", "E0308"];
        let is_of_types =
            |error: &Diagnostic| error.code().is_some_and(|code| codes.contains(&code)) && !findings::captures(error);
        // No `?` was typed, so it is that of a macro, which may have the name of one of std's.
        let is_of_macro = |error: &Diagnostic| error.has_code("E0277") && error.message.starts_with(TRIED);
        let tried = !source.ends_early() && diagnostics.iter().any(is_of_macro);
        let fits = !self.returned && (tried || source.may_return() && diagnostics.iter().any(is_of_types));
        if fits {
            (self.returned, self.fallbacks.returns) = (true, true);
        }
        fits
    }

    /// Takes back that a macro returns an error of the function's, which did not help, and returns the error from
    /// before that, unless the type of that error is what was wrong.
    pub(super) fn before_returns(&mut self, diagnostics: &[Diagnostic]) -> Option<(bool, EvaluateError)> {
        let (refers, first) = self.tried.take()?;
        self.fallbacks.returns = false;
        match diagnostics.iter().any(findings::is_of_returned) {
            true => Some((false, EvaluateError::Rejected(OTHER_ERROR.to_owned().into()))),
            false => Some((refers, first)),
        }
    }

    /// Leaves an item of an earlier line out at this hook, and tells the user so.
    fn leave_out(&mut self, id: usize, why: &str, slot: &'static str) -> bool {
        let Some(text) = history().leave_out(id, slot) else {
            return false;
        };
        let first = text.lines().next().unwrap_or_default();
        let more = if first.len() < text.len() { " .." } else { "" };
        self.notes
            .push(format!("left out at this hook: `{first}{more}`: {why}"));
        true
    }
}

/// Adds an element if it is not there yet, and tells whether it did.
fn add<T: PartialEq>(all: &mut Vec<T>, one: T) -> bool {
    let is_new = !all.contains(&one);
    if is_new {
        all.push(one);
    }
    is_new
}
