//! A line may bind what borrows from the frame, and may need places that such values borrow.
//!
//! Where rustc says that a value does not own its data, the value is held until the hook goes on, and the places that
//! it borrows are given to the line by reference. Where a line needs a place in a way that a held value does not
//! permit, the value ends before the line, unless the line uses it.

use hook_rustc::Diagnostic;
use hook_rustc::sorted::sort;

use crate::eval::codegen::fallbacks::Fallbacks;
use crate::eval::codegen::input::Purpose;
use crate::eval::codegen::sight::VisiblePlace;
use crate::eval::diagnostics::findings;
use crate::eval::frame::EvalFrame;
use crate::eval::parse::{ParsedLine, mentions};
use crate::eval::session::held::{self, HeldAbout, HeldId};
use crate::eval::session::history::Lost;

/// A held value that ends before a line, because the line needs what it borrows.
#[derive(Clone, Debug)]
pub(crate) struct EndedValue {
    pub(crate) id: HeldId,
    pub(crate) name: String,
    /// The place that the line needs.
    pub(crate) place: String,
    pub(crate) is_hidden: bool,
}

impl EndedValue {
    pub(crate) fn of(held: &HeldAbout, place: &str) -> EndedValue {
        EndedValue {
            id: held.id,
            name: held.name.clone(),
            place: place.to_owned(),
            is_hidden: held.is_hidden,
        }
    }
}

/// The values that are held at the hook, as a line meets them.
#[derive(Default)]
pub(super) struct Holding {
    held: Vec<HeldAbout>,
    /// The names of held values that the line uses.
    used: Vec<String>,
    /// The names that the line binds anew.
    bound: Vec<String>,
    pub(super) ended: Vec<EndedValue>,
    /// The places that what the line itself holds borrows, by position.
    own: Vec<usize>,
    /// The names of held values that the line moves, because it borrows what they refer to uniquely and for longer.
    moved: Vec<String>,
}

impl Holding {
    /// Returns what holds before the first run of rustc.
    pub(super) fn of(
        source: &ParsedLine<'_>,
        frame: &EvalFrame<'_>,
        purpose: Purpose,
        fallbacks: &mut Fallbacks,
    ) -> Holding {
        let held = held::all(frame.opening);
        let used = held.iter().filter(|held| source.uses(&held.name));
        let bound = source.bound().into_iter().map(str::to_owned);
        let mut holding = Holding {
            used: used.map(|held| held.name.clone()).collect(),
            bound: bound.collect(),
            held,
            ..Holding::default()
        };
        // The value of such a line would borrow from the frame, too.
        fallbacks.borrows = holding.used.iter().any(|name| name == source.text.trim());
        if purpose.runs() {
            for (position, place) in frame.places.iter().enumerate() {
                if !place.shadowed && mentions(source.text, place.name) {
                    holding.end(place.name, |held| held.borrows_place(position, true));
                }
            }
            holding.freeze(fallbacks);
        }
        holding
    }

    /// Returns the values that do not end.
    fn live(&self) -> Vec<&HeldAbout> {
        let is_ended = |held: &&HeldAbout| self.ended.iter().any(|ended| ended.id == held.id);
        self.held.iter().filter(|held| !is_ended(held)).collect()
    }

    /// Ends the values that borrow in the given way from what has this name. Returns `false`, and ends none, if the
    /// line uses one of them.
    fn end(&mut self, name: &str, borrows: impl Fn(&HeldAbout) -> bool) -> bool {
        let ended = held::borrowers(&self.live(), borrows);
        let mut ended: Vec<EndedValue> = ended.into_iter().map(|held| EndedValue::of(held, name)).collect();
        for ended in &mut ended {
            // The user has just given the name to another value.
            ended.is_hidden |= self.bound.contains(&ended.name) && !self.used.contains(&ended.name);
        }
        if ended.is_empty() || ended.iter().any(|ended| self.is_used(ended)) {
            return false;
        }
        self.ended.extend(ended);
        true
    }

    fn is_used(&self, ended: &EndedValue) -> bool {
        self.used.contains(&ended.name) && !ended.is_hidden
    }

    /// Returns the places that held values borrow, by position, with the names of these values.
    pub(super) fn borrowed(&self) -> Vec<(usize, String)> {
        let mut borrowed = Vec::new();
        for held in self.live() {
            let places = held.borrows.shared.iter().chain(&held.borrows.unique);
            borrowed.extend(places.map(|position| (*position, held.name.clone())));
        }
        borrowed
    }

    /// Returns the places that the line cannot have, because a value that it uses may write them, with the reason.
    pub(super) fn withheld(&self, places: &[VisiblePlace<'_>]) -> Vec<Lost> {
        let of = |held: &HeldAbout| {
            let unique = held.borrows.unique.clone().into_iter();
            let why = format!("`{}`, which the line uses too, may write it", held.name);
            unique.map(move |position| (places[position].name.to_owned(), why.clone()))
        };
        self.live().into_iter().flat_map(of).collect()
    }

    /// Says in which way the line sees the places that held values borrow.
    fn freeze(&self, fallbacks: &mut Fallbacks) {
        let all = |of: fn(&HeldAbout) -> &[usize]| {
            let mut all: Vec<usize> = self.live().into_iter().flat_map(of).copied().collect();
            sort(&mut all);
            all.dedup();
            all
        };
        let seen = &mut fallbacks.seen;
        seen.frozen = all(|held| &held.borrows.shared);
        let own = self.own.iter().filter(|position| !seen.reborrowed.contains(position));
        seen.frozen.extend(own);
        seen.withheld = all(|held| &held.borrows.unique);
        fallbacks.ended = self.ended.iter().map(|ended| ended.id).collect();
    }

    /// Gives up what rustc refuses of borrows. Returns `false` if there is nothing to give up.
    pub(super) fn concede(
        &mut self,
        fallbacks: &mut Fallbacks,
        binds: bool,
        diagnostics: &[Diagnostic],
        places: &[VisiblePlace<'_>],
    ) -> bool {
        let mut made = false;
        let was_within = fallbacks.borrows;
        for name in findings::needed(diagnostics) {
            let Some(position) = findings::place_named(places, &name) else {
                let value = self
                    .live()
                    .into_iter()
                    .rfind(|held| held.name == name && !held.is_hidden);
                let Some((id, type_name)) = value.map(|held| (held.id, held.type_name)) else {
                    continue;
                };
                made |= self.end(&name, |held| held.borrows.values.contains(&id));
                if !made && fallbacks.seen.pinned.contains(&name) && type_name.starts_with("&mut ") {
                    // A shared reference to a `&mut` does not permit that, but the `&mut` itself does.
                    fallbacks.seen.pinned.retain(|pinned| *pinned != name);
                    fallbacks.moved.push(name.clone());
                    self.moved.push(name);
                    made = true;
                }
                continue;
            };
            let is_own = self.own.contains(&position) && !fallbacks.seen.reborrowed.contains(&position);
            if self.live().iter().any(|held| held.borrows_place(position, false)) {
                made |= self.end(&name, |held| held.borrows_place(position, false));
            } else if is_own && places[position].writable {
                fallbacks.seen.reborrowed.push(position);
                made = true;
            }
        }
        if findings::borrows(diagnostics) {
            // rustc says of the line that made a value that it would have to last longer, and means this line.
            let keeps_last = !binds && !self.used.is_empty();
            // Where a place was given as a reference that the line did not write, the line would bind that reference.
            let holds = binds && !fallbacks.seen.referred;
            made |= holds && !std::mem::replace(&mut fallbacks.holds, true);
            made |= keeps_last && !std::mem::replace(&mut fallbacks.borrows, true);
        }
        if fallbacks.holds || !self.used.is_empty() {
            let borrowed = findings::borrowed(diagnostics);
            for position in borrowed.iter().filter_map(|name| findings::place_named(places, name)) {
                if !self.own.contains(&position) {
                    self.own.push(position);
                    made = true;
                }
            }
            let borrowed = self.used.iter().filter(|used| borrowed.contains(used));
            // What borrows may be the value of the line alone, which is shown before the line ends.
            let is_of_line = !binds && !was_within && borrowed.clone().next().is_some();
            if is_of_line {
                (fallbacks.borrows, made) = (true, true);
            }
            for name in borrowed.filter(|_| !is_of_line) {
                if !fallbacks.seen.pinned.contains(name) && !self.moved.contains(name) {
                    fallbacks.seen.pinned.push(name.clone());
                    made = true;
                }
            }
        }
        if made {
            self.freeze(fallbacks);
        }
        made
    }
}
