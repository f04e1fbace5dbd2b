//! What all commands that plant hooks have in common: they find places in the sources, and have the crate compiled with
//! what is planted there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::error::ConsoleError;
use super::super::{Console, sources};
use crate::breakpoints::calls::{self, CallableCrate, CalledFunction};
use crate::breakpoints::named::{self, NamedPlace};
use crate::breakpoints::place::{BreakpointLocation, CrateSource, Place, PlaceError, line_of};
use crate::breakpoints::planted::{self, BreakState, Breakpoint, HookAction, Planted, PlantedPlace};
use crate::breakpoints::shape::{self, BODY_RUN, HookCode, HookShape};
use crate::eval::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::hooked::{self, HookedCrate};
use crate::eval::reload::{self, KeptLonger, ReloadCause, Report};

/// A source of the crate: its path as rustc names it, its absolute path, and its text without anything planted in it.
type SourceText = (PathBuf, PathBuf, Arc<str>);

/// Hooks that are to be planted in a crate, all with one call of rustc.
pub(super) struct Planting {
    krate: HookedCrate,
    texts: Vec<SourceText>,
    /// The file of the hook that is open.
    here: PathBuf,
    /// The path of the crate `hookable` in the crate.
    pub(super) root: &'static str,
    /// The attribute has to be told that path.
    is_given: bool,
    wanted: Vec<(PlantedPlace, Planted)>,
}

/// What was planted in a crate.
struct PlantedInCrate {
    new: Vec<Breakpoint>,
    /// Sentences on hooks that only new code leads to.
    limits: Vec<String>,
    /// The program was given other code for it.
    is_reload: bool,
}

/// What plants in a crate, and the places that were found there.
pub(super) type InCrate = (Planting, Vec<(Place, BreakpointLocation)>);

/// Returns whether a place was not found, and may be in another crate.
fn is_nowhere(error: &ConsoleError) -> bool {
    matches!(
        error,
        ConsoleError::Place(PlaceError::NoFile { .. } | PlaceError::NoFunction { .. })
    )
}

/// Finds a place in other crates than the first. Returns `None` if it is in none.
fn elsewhere(all: &[InCrate], place: &Place) -> Result<Option<(usize, BreakpointLocation)>, ConsoleError> {
    let mut found = Vec::new();
    for (position, (planting, _)) in all.iter().enumerate().skip(1) {
        match planting.find(place) {
            Ok(location) => found.push((position, location)),
            Err(error) if is_nowhere(&error) => {}
            Err(error) => return Err(error),
        }
    }
    if found.len() < 2 {
        return Ok(found.pop());
    }
    let shown = |(position, found): &(usize, BreakpointLocation)| {
        let planting = &all[*position].0;
        let (file, krate) = (planting.texts[found.source].0.display(), planting.krate.name());
        format!("{krate}::{} ({file}:{})", found.function.path.join("::"), found.line)
    };
    let error = PlaceError::SomeCrate {
        place: place.to_string(),
        of: found.iter().map(shown).collect(),
    };
    Err(error.into())
}

/// Has the hooks that are to be planted capture less of what their functions' futures would keep for them. Returns
/// `false` if the futures would keep something for them all the same.
fn capture_less(wanted: &mut [(PlantedPlace, Planted)], kept: &KeptLonger) -> bool {
    if kept.iter().any(|(_, names)| names.iter().any(|name| name == BODY_RUN)) {
        return false;
    }
    let mut has_changed = false;
    for (place, planted) in wanted {
        let name = place.function.rsplit("::").next().unwrap_or_default();
        let of_function = kept.iter().filter(|(path, _)| path.rsplit("::").next() == Some(name));
        let names: Vec<&str> = of_function.flat_map(|(_, names)| names).map(String::as_str).collect();
        has_changed |= planted.capture_less(&names);
    }
    has_changed
}

/// Returns the places that begin with a text: in the crate of the hook that is open, or else in the others.
pub(in crate::console) fn places(krate: HookedCrate, typed: &str) -> Vec<NamedPlace> {
    let Some(own) = Planting::in_crate(krate) else {
        return Vec::new();
    };
    let found = named::places(&own.sources(), &own.here, typed);
    match found.is_empty() {
        true => {
            let others = own.others().into_iter();
            others
                .flat_map(|other| named::places(&other.sources(), Path::new(""), typed))
                .collect()
        }
        false => found,
    }
}

/// In a function that stops at no statement, so many statements are looked at for one that calls.
const FURTHER: usize = 8;

impl Planting {
    /// Plants in the crate of the hook that is open.
    pub(super) fn new(console: &Console<'_, '_, '_>) -> Result<Planting, ConsoleError> {
        let krate = HookedCrate::of(console.frame).ok_or(ConsoleError::NoPlanting)?;
        krate.check_record()?;
        Planting::in_crate(krate).ok_or(ConsoleError::NoPlanting)
    }

    fn in_crate(krate: HookedCrate) -> Option<Planting> {
        let (record, texts) = sources::latest(krate.recorded)?;
        let mut breakpoints = planted::current();
        breakpoints.clear();
        let with_base = |(file, text): (PathBuf, Arc<str>)| {
            let path = record.call.dir.join(&file);
            let base = breakpoints.base(&path).cloned();
            (file, path, base.unwrap_or(text))
        };
        let texts: Vec<SourceText> = texts.into_iter().map(with_base).collect();
        let here = sources::path(krate.site);
        let own = texts.iter().find(|(file, path, _)| *path == here || *file == here);
        let here = own.map_or_else(|| here.clone(), |(file, ..)| file.clone());
        Some(Planting {
            krate,
            texts,
            here,
            root: krate.recorded.root,
            is_given: record.call.name_of_library("hookable").is_none(),
            wanted: Vec::new(),
        })
    }

    /// Finds the places: for each crate that one is in, what plants there, and the places. They are sought in the crate
    /// of the hook that is open, and what is not there, in the others.
    pub(super) fn at(console: &Console<'_, '_, '_>, places: Vec<Place>) -> Result<Vec<InCrate>, ConsoleError> {
        let mut all = vec![(Planting::new(console)?, Vec::new())];
        let (mut has_others, mut order) = (false, Vec::new());
        for place in places {
            let (position, found) = match all[0].0.find(&place) {
                Ok(found) => (0, found),
                Err(error) if !is_nowhere(&error) => return Err(error),
                Err(error) => {
                    if !has_others {
                        has_others = true;
                        let others = all[0].0.others();
                        all.extend(others.into_iter().map(|other| (other, Vec::new())));
                    }
                    elsewhere(&all, &place)?.ok_or(error)?
                }
            };
            all[position].1.push((place, found));
            if !order.contains(&position) {
                order.push(position);
            }
        }
        // In the order of their first places, which the numbers of the hooks follow.
        let mut all: Vec<Option<InCrate>> = all.into_iter().map(Some).collect();
        Ok(order.into_iter().filter_map(|position| all[position].take()).collect())
    }

    /// Finds a place in the sources.
    pub(super) fn find(&self, place: &Place) -> Result<BreakpointLocation, ConsoleError> {
        let within = place.within(self.krate.name());
        Ok(within.find(&self.sources(), &self.here)?)
    }

    /// Returns the place that a line of the hook's file, as old code was compiled from it, has now.
    pub(super) fn moved(&self, line: usize, before: &str) -> Place {
        let place = Place::Line(None, line);
        let now = self.texts.iter().find(|(file, ..)| *file == self.here);
        now.map_or_else(|| place.clone(), |(.., now)| place.moved(line, before, now))
    }

    /// Returns the other crates of the program in which hooks can be planted.
    pub(super) fn others(&self) -> Vec<Planting> {
        let here = self.krate.recorded.folder;
        let others = hooked::crates().into_iter();
        let others = others.filter(|krate| krate.recorded.folder != here);
        others.filter_map(Planting::in_crate).collect()
    }

    /// Returns the functions that may be called at a place and can be gone through: for each crate what plants there,
    /// and each function with its beginning. Also returns sentences on those that cannot. Those that can already are
    /// not among them. Where the statement is the hook itself, it is the next one. Where the function `stops` at no
    /// statement, it is the next one with such a call anywhere in it.
    pub(super) fn called(self, place: &Place, is_hook: bool, stops: bool) -> (Vec<InCrate>, Vec<String>) {
        let Ok(here) = self.find(place) else {
            return (Vec::new(), Vec::new());
        };
        let behind = here.function.points.iter().filter(|point| **point > here.point);
        let mut behind = behind.map(|point| line_of(&self.texts[here.source].2, point.at));
        let mut lines = vec![here.line];
        lines.extend(behind.next().filter(|_| is_hook));
        let more: Vec<usize> = behind.take(if stops { 0 } else { FURTHER }).collect();
        let others = self.others();
        let mut all: Vec<InCrate> = [self].into_iter().chain(others).map(|one| (one, Vec::new())).collect();
        let crates: Vec<CallableCrate<'_>> = all.iter().map(|(one, _)| (one.krate.name(), one.sources())).collect();
        let called_in = |lines: &[usize]| calls::called(&crates, (here.source, lines), &here.function, stops);
        let further = || {
            more.iter()
                .map(|line| called_in(&[*line]))
                .find(|called| !called.is_empty())
        };
        let called = called_in(&lines);
        let called = Some(called).filter(|called| !called.is_empty()).or_else(further);
        let mut not = Vec::new();
        for CalledFunction {
            krate,
            source,
            function,
        } in called.into_iter().flatten()
        {
            let (planting, found) = &mut all[krate];
            let (file, path, text) = &planting.texts[source];
            let name = function.path.join("::");
            let entered = BreakpointLocation {
                source,
                function,
                ..here.clone()
            };
            let entered = entered.entered(text);
            if entered.function.is_const || entered.function.is_stepped || planted::is_steppable(path, &name) {
                continue;
            }
            match shape::too_much(&entered.function, text) {
                None => found.push((Place::Line(None, entered.line), entered)),
                Some(_) if planted::is_in(path, &name) => {}
                Some(much) => not.push(format!(
                    "`:step` does not go into `{name}`, which has {much}: `:break {}:{}` stops in it",
                    file.display(),
                    entered.line
                )),
            }
        }
        all.retain(|(_, found)| !found.is_empty());
        (all, not)
    }

    fn sources(&self) -> Vec<CrateSource<'_>> {
        let sources = self.texts.iter();
        sources.map(|(file, _, text)| CrateSource { file, text }).collect()
    }

    /// Returns the beginning of the function in which something was found.
    pub(super) fn entered(&self, found: BreakpointLocation) -> BreakpointLocation {
        let (.., text) = &self.texts[found.source];
        found.entered(text)
    }

    /// Returns whether the type of the function says that it does not return.
    pub(super) fn never_returns(&self, found: &BreakpointLocation) -> bool {
        let (.., text) = &self.texts[found.source];
        let output = found.function.output.clone();
        output.is_some_and(|output| text[output].trim() == "!")
    }

    /// Returns the shape of a hook that is to stop at a place.
    pub(super) fn shape(&self, found: &BreakpointLocation) -> HookShape {
        let (.., text) = &self.texts[found.source];
        shape::of_stop(found, text)
    }

    /// Adds a hook. `hook` is its statement, and `is_hookable` says that the function needs the attribute for it.
    pub(super) fn add(
        &mut self,
        place: Place,
        found: &BreakpointLocation,
        hook: String,
        is_hookable: bool,
        what: (HookShape, HookAction),
    ) {
        let (file, path, text) = &self.texts[found.source];
        let code = HookCode {
            hook,
            attribute: is_hookable.then(|| self.attribute(found)),
            root: self.root.to_owned(),
            copied: BTreeSet::new(),
            without: BTreeSet::new(),
        };
        let planted = Planted::new(place, (what.0, code, what.1), found, text);
        let at = PlantedPlace {
            shown: file.display().to_string(),
            line: found.line,
            function: found.function.path.join("::"),
            file: path.clone(),
            base: text.clone(),
        };
        self.wanted.push((at, planted));
    }

    /// Returns the attribute that a function needs. What it is a method of, an attribute on the function does not see.
    fn attribute(&self, found: &BreakpointLocation) -> String {
        let outer = found.function.outer.as_ref().map(|outer| {
            let generics = outer.generics.join(" ");
            format!("owner = {:?}, outer = {generics:?}", outer.name)
        });
        let path = self.is_given.then(|| format!("crate = {}", self.root));
        let given: Vec<String> = outer.into_iter().chain(path).collect();
        match &given[..] {
            [] => format!("#[{}::hookable] ", self.root),
            given => format!("#[{}::hookable({})] ", self.root, given.join(", ")),
        }
    }

    /// Finds the place of a hook in the text of its file.
    fn found(&self, one: &Breakpoint) -> Option<(&str, BreakpointLocation)> {
        let file = one.file()?;
        let (.., text) = self.texts.iter().find(|(_, path, _)| path == file)?;
        let source = CrateSource { file, text };
        let found = Place::Line(None, one.line).find(&[source], file).ok()?;
        Some((text, found))
    }

    /// Says of a hook, if the code that the program has of the function was not replaced, when it stops.
    fn limit(&self, one: &Breakpoint, report: &Report) -> Option<String> {
        let file = one.file()?;
        let (text, found) = self.found(one)?;
        let line = line_of(text, found.function.keyword);
        let name = one.function.rsplit("::").next().unwrap_or_default();
        if report.is_same || report.has_replaced(file, line, name) {
            return None;
        }
        let (why, since) = match report.renewed_since(file, line, name) {
            Some(since) => (
                format!("what runs or is kept of `{}` goes on without it", one.function),
                since,
            ),
            None => {
                let why = format!("the program has no code of `{}` that could be replaced", one.function);
                (why, String::new())
            }
        };
        Some(format!(
            "hook {}: {why}; it stops where new code calls that{since}",
            one.number
        ))
    }

    /// Has the program get the code of its sources with all that is planted in them, and returns what was added.
    pub(super) fn plant(self, console: &mut Console<'_, '_, '_>) -> Result<Vec<Breakpoint>, ConsoleError> {
        Planting::plant_all(vec![self], console)
    }

    /// Plants in several crates: in all, or, where it fails in one, in none.
    pub(super) fn plant_all(
        all: Vec<Planting>,
        console: &mut Console<'_, '_, '_>,
    ) -> Result<Vec<Breakpoint>, ConsoleError> {
        let mut done: Vec<PlantedInCrate> = Vec::new();
        for planting in all {
            match planting.plant_in_crate() {
                Ok(planted) => done.push(planted),
                Err(error) => {
                    done.into_iter().rev().try_for_each(PlantedInCrate::take_back)?;
                    return Err(error);
                }
            }
        }
        done.iter()
            .flat_map(|one| &one.limits)
            .for_each(|limit| console.out.remark(limit));
        Ok(done.into_iter().flat_map(|one| one.new).collect())
    }

    /// Takes the sleeping hooks out of what is wanted. Returns `false` if there are none.
    fn hold_still(&mut self) -> bool {
        let held = self.wanted.iter_mut().map(|(_, planted)| planted.hold_still());
        held.filter(|held| *held).count() > 0
    }

    fn plant_in_crate(mut self) -> Result<PlantedInCrate, ConsoleError> {
        loop {
            match self.try_to_plant() {
                // Of what a future would have to keep for a hook, the hook takes a copy or nothing. So those that run
                // get the hook.
                Err(ConsoleError::Rust(EvaluateError::FutureLayouts(kept)))
                    if capture_less(&mut self.wanted, &kept) => {}
                // Without the sleeping hooks, too, the program has no code of the function that a hook could be in.
                Err(error @ (ConsoleError::NotInProgram | ConsoleError::AwaitedElsewhere)) => return Err(error),
                Err(_) if self.hold_still() => {}
                planted => return planted,
            }
        }
    }

    fn try_to_plant(&self) -> Result<PlantedInCrate, ConsoleError> {
        let mut breakpoints = planted::current();
        breakpoints.clear();
        let wanted = self.wanted.iter().cloned();
        let numbers: Vec<usize> = wanted.map(|(place, planted)| breakpoints.add(place, planted)).collect();
        let files = breakpoints.files();
        let planted: Vec<(PathBuf, String)> = files
            .into_iter()
            .filter_map(|file| Some((file.clone(), breakpoints.text(&file)?)))
            .collect();
        let amended = |path: &Path| {
            let own = planted
                .iter()
                .find(|(file, _)| file == path)
                .map(|(_, text)| text.as_str());
            let as_it_is = || {
                self.texts
                    .iter()
                    .find(|(_, file, _)| file == path)
                    .map(|(.., text)| &**text)
            };
            own.or_else(as_it_is).map(|text| text.as_bytes().to_vec())
        };
        let may_capture_less = |kept: &KeptLonger| capture_less(&mut self.wanted.clone(), kept);
        let cause = ReloadCause::Planted(&may_capture_less);
        let report =
            reload::replace(&EvalFrame::of(&mut self.krate.frame()), cause, &amended).map_err(|error| match error {
                EvaluateError::NotReloaded(why) => ConsoleError::NotPlanted(why),
                error => error.into(),
            })?;
        let new = breakpoints.listed().filter(|one| numbers.contains(&one.number));
        let mut new: Vec<Breakpoint> = new.cloned().collect();
        let (mut limits, mut limited) = (Vec::new(), 0);
        for one in &mut new {
            if let Some(limit) = self.limit(one, &report) {
                let is_seen = |planted: &Planted| planted.action != HookAction::Sleep;
                limits.extend(one.planted.as_ref().is_some_and(is_seen).then_some(limit));
                limited += 1;
                one.is_in_new_code_alone = true;
                breakpoints.keep_to_new_code(one.number);
            }
        }
        if limited == new.len() && report.replaced.is_empty() && report.renewed.is_empty() && !report.is_same {
            reload::undo()?;
            let is_async = |one: &Breakpoint| self.found(one).is_some_and(|(_, found)| found.function.is_async);
            let is_awaited_elsewhere = report.is_library && new.iter().any(is_async);
            return Err(match (is_awaited_elsewhere, report.is_in_new_futures) {
                (true, true) => ConsoleError::KeptElsewhere,
                (true, _) => ConsoleError::AwaitedElsewhere,
                (false, _) => ConsoleError::NotInProgram,
            });
        }
        planted::replace(breakpoints, !report.is_same);
        Ok(PlantedInCrate {
            new,
            limits: limits.into_iter().chain(report.notes).collect(),
            is_reload: !report.is_same,
        })
    }
}

impl PlantedInCrate {
    fn take_back(self) -> Result<(), ConsoleError> {
        if self.is_reload {
            reload::undo()?;
            planted::undo();
        }
        for one in &self.new {
            planted::set_state(one.number, BreakState::Deleted);
        }
        Ok(())
    }
}
