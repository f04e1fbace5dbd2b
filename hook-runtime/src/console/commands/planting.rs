//! What all commands that plant hooks have in common: they find places in the sources, and have the crate compiled with
//! what is planted there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::error::ConsoleError;
use super::super::{Console, sources};
use crate::breakpoints::place::{BreakpointLocation, CrateSource, Place, line_of};
use crate::breakpoints::planted::{self, Breakpoint, Breakpoints, HookAction, Planted};
use crate::breakpoints::shape::{HookCode, HookShape};
use crate::eval::EvaluateError;
use crate::eval::frame::EvalFrame;
use crate::eval::reload::{self, Report};

/// A source of the crate: its path as rustc names it, its absolute path, and its text without anything planted in it.
type SourceText = (PathBuf, PathBuf, Arc<str>);

/// Hooks that are to be planted, all with one call of rustc.
pub(super) struct Planting {
    breakpoints: Breakpoints,
    texts: Vec<SourceText>,
    /// The position of the file of the hook that is open.
    here: PathBuf,
    /// The path of the crate `hookable` in the crate.
    pub(super) root: String,
    numbers: Vec<usize>,
}

impl Planting {
    pub(super) fn new(console: &Console<'_, '_, '_>) -> Result<Planting, ConsoleError> {
        let record = sources::record(console.frame).ok_or(ConsoleError::NoPlanting)?;
        let mut breakpoints = planted::current();
        breakpoints.clear();
        let with_base = |(file, text): (PathBuf, Arc<str>)| {
            let path = record.call.dir.join(&file);
            let base = breakpoints.base(&path).cloned();
            (file, path, base.unwrap_or(text))
        };
        let texts: Vec<SourceText> = sources::latest(console.frame).into_iter().map(with_base).collect();
        let here = sources::path(console.frame.site);
        let own = texts.iter().find(|(file, path, _)| *path == here || *file == here);
        let here = own.map_or_else(|| here.clone(), |(file, ..)| file.clone());
        let name = record.call.name_of_library("hookable");
        let name = name.unwrap_or_else(|| "hookable".to_owned());
        // In the edition of 2015 `::hookable` is what the root of the crate has of that name.
        let root = match record.call.edition() {
            2015 => name,
            _ => format!("::{name}"),
        };
        Ok(Planting {
            breakpoints,
            texts,
            here,
            root,
            numbers: Vec::new(),
        })
    }

    /// Finds a place in the sources.
    pub(super) fn find(&self, place: &Place) -> Result<BreakpointLocation, ConsoleError> {
        let all = self.texts.iter().map(|(file, _, text)| CrateSource { file, text });
        Ok(place.find(&all.collect::<Vec<_>>(), &self.here)?)
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
            root: self.root.clone(),
        };
        let planted = Planted::new(place, (what.0, code, what.1), found, text);
        let (shown, function) = (file.display().to_string(), found.function.path.join("::"));
        let at = (shown, found.line);
        let number = self.breakpoints.add(text, at, function, path.clone(), planted);
        self.numbers.push(number);
    }

    /// Returns the attribute that a function needs. What it is a method of, an attribute on the function does not see.
    fn attribute(&self, found: &BreakpointLocation) -> String {
        let given = found.function.outer.as_ref().map(|outer| {
            let generics = outer.generics.join(" ");
            format!("(owner = {:?}, outer = {generics:?})", outer.name)
        });
        format!("#[{}::hookable{}] ", self.root, given.unwrap_or_default())
    }

    /// Says of a hook, if the code that the program has of the function was not replaced, when it stops.
    fn limit(&self, one: &Breakpoint, report: &Report) -> Option<String> {
        let file = one.file()?;
        let (.., text) = self.texts.iter().find(|(_, path, _)| path == file)?;
        let at = |found: BreakpointLocation| line_of(text, found.function.keyword);
        let source = CrateSource { file, text };
        let line = Place::Line(None, one.line).find(&[source], file).ok().map(at)?;
        let name = one.function.rsplit("::").next().unwrap_or_default();
        (!report.is_same && !report.has_replaced(file, line, name)).then(|| {
            format!(
                "hook {}: the program has no code of `{}` that could be replaced; it stops where new code calls that",
                one.number, one.function
            )
        })
    }

    /// Has the program get the code of its sources with all that is planted in them, and gives what was added.
    pub(super) fn plant(mut self, console: &mut Console<'_, '_, '_>) -> Result<Vec<Breakpoint>, ConsoleError> {
        let files = self.breakpoints.files();
        let planted: Vec<(PathBuf, String)> = files
            .into_iter()
            .filter_map(|file| Some((file.clone(), self.breakpoints.text(&file)?)))
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
        let report = reload::replace(&EvalFrame::of(console.frame), &amended).map_err(|error| match error {
            EvaluateError::NotReloaded(why) => ConsoleError::NotPlanted(why),
            error => error.into(),
        })?;
        let new: Vec<Breakpoint> = self.breakpoints.listed().cloned().collect();
        let new: Vec<Breakpoint> = new
            .into_iter()
            .filter(|one| self.numbers.contains(&one.number))
            .collect();
        let limits: Vec<String> = new.iter().filter_map(|one| self.limit(one, &report)).collect();
        if limits.len() == new.len() && report.replaced.is_empty() && !report.is_same {
            return Err(ConsoleError::NotInProgram);
        }
        limits.iter().for_each(|limit| console.out.remark(limit));
        planted::replace(self.breakpoints, !report.is_same);
        Ok(new)
    }
}
