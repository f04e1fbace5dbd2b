//! A hook that has a number, and what was planted for it.

use std::path::{Path, PathBuf};

use crate::breakpoints::insert::Insertion;
use crate::breakpoints::place::{BreakpointLocation, CrateSource, Place};
use crate::breakpoints::shape::{HookCode, HookShape, insertions};
use crate::frame::{Site, numbers};

/// A hook that has a number.
#[derive(Clone)]
pub(crate) struct Breakpoint {
    pub(crate) number: usize,
    /// The file as rustc names it.
    pub(crate) shown: String,
    /// The absolute path of the file, if it is known.
    pub(super) file: Option<PathBuf>,
    pub(crate) line: usize,
    /// The line and the column at which the hook stands in the text that is compiled.
    pub(super) at: (usize, usize),
    /// The column of a hook of the source in the text without anything planted.
    pub(super) own_column: usize,
    pub(crate) function: String,
    /// Old code of the function goes on without it.
    pub(crate) is_in_new_code_alone: bool,
    /// The place and the function as a trace prints them.
    pub(super) place: String,
    /// What is planted; `None` for a hook of the source.
    pub(crate) planted: Option<Planted>,
    pub(crate) state: BreakState,
    /// The sites that were reached: code that was replaced has another than the new one.
    pub(super) sites: Vec<&'static Site>,
}

/// What was planted, and where.
#[derive(Clone)]
pub(crate) struct Planted {
    place: Place,
    pub(crate) shape: HookShape,
    code: HookCode,
    /// All that is written into the text of the file that has nothing planted in it.
    pub(super) insertions: Vec<Insertion>,
    /// The position of the hook among them.
    pub(super) hook: usize,
    pub(crate) action: HookAction,
}

/// What a planted hook does when it is hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HookAction {
    Stop {
        /// It stops only if this is true.
        condition: Option<String>,
        /// It is deleted when it has stopped.
        is_temporary: bool,
    },
    /// It prints the values of these expressions.
    Trace(Vec<String>),
    /// It sleeps, with the others of its function, for `:step`.
    Sleep,
}

impl Planted {
    /// Plants a hook at a place that was found in a text.
    pub(crate) fn new(
        place: Place,
        (shape, code, action): (HookShape, HookCode, HookAction),
        found: &BreakpointLocation,
        text: &str,
    ) -> Planted {
        let (insertions, hook) = insertions(shape, found, text, &code);
        Planted {
            place,
            shape,
            code,
            insertions,
            hook,
            action,
        }
    }

    /// Has the hook capture less of what has one of these names. Returns `false` if that changes nothing.
    pub(crate) fn capture_less(&mut self, names: &[&str]) -> bool {
        let before = self.code.opening();
        if !self.code.capture_less(names) || self.insertions.iter().all(|one| !one.code.contains(&before)) {
            return false;
        }
        let after = self.code.opening();
        for one in &mut self.insertions {
            one.code = one.code.replace(&before, &after);
        }
        self.code.hook = self.code.hook.replace(&before, &after);
        true
    }

    /// Takes the sleeping hooks out that it can be without. Returns `false` if there are none.
    pub(crate) fn hold_still(&mut self) -> bool {
        if self.shape != HookShape::Steppable {
            return false;
        }
        self.insertions = vec![self.insertions.swap_remove(self.hook)];
        (self.shape, self.hook) = (HookShape::Alone, 0);
        true
    }

    /// Finds the place of a hook that stood in a line of `before` again in the text that its file has now. Returns the
    /// line; without a place all stays as it is, and there is none.
    pub(super) fn find_again(&mut self, line: usize, before: &str, now: &CrateSource<'_>) -> Option<usize> {
        let place = self.place.moved(line, before, now.text);
        let found = place.find(&[*now], now.file).ok()?;
        (self.insertions, self.hook) = insertions(self.shape, &found, now.text, &self.code);
        Some(found.line)
    }

    /// Returns whether its function can be gone through.
    pub(super) fn is_steppable(&self) -> bool {
        matches!(self.shape, HookShape::Statements | HookShape::Steppable)
    }

    pub(super) fn is_temporary(&self) -> bool {
        matches!(self.action, HookAction::Stop { is_temporary: true, .. })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BreakState {
    On,
    Off,
    /// It is off, and its code is taken out at the next planting.
    Deleted,
}

impl Breakpoint {
    /// Returns it with the state and the hits that the one of its number has among these. If there is none, it was
    /// deleted.
    pub(super) fn switched_as_in(self, all: &[Breakpoint]) -> Breakpoint {
        match all.iter().find(|one| one.number == self.number) {
            Some(now) => Breakpoint {
                state: now.state,
                sites: now.sites.clone(),
                ..self
            },
            None => Breakpoint {
                state: BreakState::Deleted,
                ..self
            },
        }
    }

    /// Adds a site that belongs to it.
    pub(super) fn add_site(&mut self, site: &'static Site) {
        numbers::set(site, self.number);
        self.sites.push(site);
    }

    /// Returns whether it does not stop because the user switched it off.
    pub(crate) fn is_off(&self) -> bool {
        self.state == BreakState::Off || self.sites.last().is_some_and(|site| site.is_switched_off())
    }

    /// Returns how often it was hit.
    pub(crate) fn hits(&self) -> u64 {
        self.sites.iter().map(|site| site.counted()).sum()
    }

    /// Returns the absolute path of its file, if that is known.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    pub(super) fn is_of(&self, site: &'static Site) -> bool {
        let here = || match site.path {
            Some(path) => self.file.as_deref() == Some(Path::new(path)),
            None => self.shown == site.file,
        };
        let at = || self.at == (site.line as usize, site.column as usize);
        self.sites.iter().any(|other| std::ptr::eq(*other, site)) || at() && here()
    }
}
