//! The hooks that are planted, and those of the source at which a console opened, by number.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hook_rustc::sorted::sort_by_key;

use super::insert::{Insertion, insert};
use super::place::{BreakpointLocation, CrateSource, Place};
use super::shape::{HookCode, HookShape, insertions};
use crate::frame::{Site, Steps, numbers, stops};

/// A hook that has a number.
#[derive(Clone)]
pub(crate) struct Breakpoint {
    pub(crate) number: usize,
    /// The file as rustc names it.
    pub(crate) shown: String,
    /// The absolute path of the file, if it is known.
    file: Option<PathBuf>,
    pub(crate) line: usize,
    /// The line and the column at which the hook stands in the text that is compiled.
    at: (usize, usize),
    /// The column of a hook of the source in the text without anything planted.
    own_column: usize,
    pub(crate) function: String,
    /// The place and the function as a trace prints them.
    place: String,
    /// What is planted; `None` for a hook of the source.
    pub(crate) planted: Option<Planted>,
    pub(crate) state: BreakState,
    /// The sites that were reached: code that was replaced has another than the new one.
    sites: Vec<&'static Site>,
}

/// What was planted, and where.
#[derive(Clone)]
pub(crate) struct Planted {
    place: Place,
    pub(crate) shape: HookShape,
    code: HookCode,
    /// All that is written into the text of the file that has nothing planted in it.
    insertions: Vec<Insertion>,
    /// The position of the hook among them.
    hook: usize,
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

    fn is_temporary(&self) -> bool {
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

/// All of them, and the texts of the files in which something is planted, without that.
#[derive(Clone, Default)]
pub(crate) struct Breakpoints {
    all: Vec<Breakpoint>,
    bases: HashMap<PathBuf, Arc<str>>,
    last: usize,
    /// The sites of what was deleted. One that is planted again at the place of another has its site.
    gone: Vec<&'static Site>,
    /// What was there before each reload of a crate that was not taken back.
    before: Vec<Breakpoints>,
}

/// Where a hook is to be planted.
#[derive(Clone)]
pub(crate) struct PlantedPlace {
    /// The file as rustc names it.
    pub(crate) shown: String,
    pub(crate) line: usize,
    pub(crate) function: String,
    /// The absolute path of the file.
    pub(crate) file: PathBuf,
    /// The text of the file without anything planted in it.
    pub(crate) base: Arc<str>,
}

static BREAKPOINTS: Mutex<Option<Breakpoints>> = Mutex::new(None);
/// This is set once something was planted. Before that, no hit takes the lock.
static ANY_PLANTED: AtomicBool = AtomicBool::new(false);

fn breakpoints() -> MutexGuard<'static, Option<Breakpoints>> {
    BREAKPOINTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns them as they are now.
pub(crate) fn current() -> Breakpoints {
    breakpoints().clone().unwrap_or_default()
}

/// The texts with something planted in them from which code was compiled, and each without that. A frame may run code
/// of an earlier one.
static COMPILED: Mutex<Vec<(String, Arc<str>)>> = Mutex::new(Vec::new());

fn compiled() -> MutexGuard<'static, Vec<(String, Arc<str>)>> {
    COMPILED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns a text as the user wrote it, if it has something planted in it.
pub(crate) fn unplanted(text: &str) -> Option<Arc<str>> {
    if !ANY_PLANTED.load(Ordering::Relaxed) {
        return None;
    }
    let compiled = compiled();
    let (_, base) = compiled.iter().find(|(planted, _)| planted == text)?;
    Some(base.clone())
}

/// Puts others in their place. `is_reload` says that the program was given other code for them.
pub(crate) fn replace(mut with: Breakpoints, is_reload: bool) {
    ANY_PLANTED.store(true, Ordering::Relaxed);
    for file in with.files() {
        if let (Some(text), Some(base)) = (with.text(&file), with.base(&file)) {
            compiled().push((text, base.clone()));
        }
    }
    let mut breakpoints = breakpoints();
    let mut last = breakpoints.take().unwrap_or_default();
    with.before = std::mem::take(&mut last.before);
    with.adopt();
    if is_reload {
        with.before.push(last);
    }
    *breakpoints = Some(with);
}

/// Goes back to what was there before the last reload, which was taken back.
pub(crate) fn undo() {
    let mut breakpoints = breakpoints();
    let Some(mut all) = breakpoints.take() else { return };
    let before = all.before.pop();
    *breakpoints = Some(match before {
        Some(before) => Breakpoints {
            // Only the code is what it was: hooks stay switched as they are, and what was deleted stays off.
            all: before.all.into_iter().map(|one| one.switched_as_in(&all.all)).collect(),
            before: all.before,
            last: all.last,
            gone: all.gone,
            ..before
        },
        None => all,
    });
}

/// Decides about a hit of a planted hook: gives whether it counts. Those that are off are switched off at the site, so
/// that later hits cost one load.
pub(crate) fn counts(site: &'static Site) -> bool {
    if !ANY_PLANTED.load(Ordering::Relaxed) {
        return true;
    }
    let mut breakpoints = breakpoints();
    let Some(found) = breakpoints.as_mut().and_then(|all| all.of(site)) else {
        return true;
    };
    let is_new = !found.sites.iter().any(|other| std::ptr::eq(*other, site));
    // `:off` at code of the hook that was replaced since holds for the new code, too.
    let is_off = found.state != BreakState::On || is_new && found.is_off();
    if is_new {
        found.add_site(site);
    }
    if is_off {
        drop(breakpoints);
        // Whether this hit comes here depends on whether the code around the hook was replaced.
        site.forget_hit();
        stops::off(site);
        return false;
    }
    true
}

/// Returns the number of a hook that is planted so in a function.
pub(crate) fn has(shape: HookShape, function: &str) -> Option<usize> {
    let all = current();
    let mut found = all.listed().filter(|one| one.function == function);
    let found = found.find(|one| one.planted.as_ref().is_some_and(|planted| planted.shape == shape))?;
    Some(found.number)
}

/// Returns whether a hook is planted behind the body of its function.
pub(crate) fn is_behind_body(site: &'static Site) -> bool {
    let mut breakpoints = breakpoints();
    let found = breakpoints.as_mut().and_then(|all| all.of(site));
    let planted = found.and_then(|found| found.planted.as_ref());
    planted.is_some_and(|planted| planted.shape == HookShape::Return)
}

/// Adds the place and the function of a planted hook to a text. Returns `false` if it is not known.
pub(crate) fn add_place(site: &'static Site, to: &mut String) -> bool {
    let mut breakpoints = breakpoints();
    let found = breakpoints.as_mut().and_then(|all| all.of(site));
    found.is_some_and(|found| {
        to.push_str(&found.place);
        true
    })
}

/// Gives a number to a hook of the source before it was reached, unless it has one.
pub(crate) fn seen(site: &'static Site) {
    let mut breakpoints = breakpoints();
    let all = breakpoints.get_or_insert_default();
    if all.of(site).is_none() {
        all.add_own(site);
    }
}

/// Returns whether a hook was deleted.
pub(crate) fn is_deleted(site: &'static Site) -> bool {
    let mut breakpoints = breakpoints();
    let is_gone = |all: &mut Breakpoints| {
        all.gone.iter().any(|gone| std::ptr::eq(*gone, site))
            || all.of(site).is_some_and(|one| one.state == BreakState::Deleted)
    };
    breakpoints.as_mut().is_some_and(is_gone)
}

/// Notes that a console opens at a hook, and returns the hook's number. A temporary one is deleted. Hooks that sleep
/// have no number.
pub(crate) fn opened(site: &'static Site) -> usize {
    if site.steps == Steps::Sleeps {
        return 0;
    }
    let mut breakpoints = breakpoints();
    let all = breakpoints.get_or_insert_default();
    if let Some(found) = all.of(site) {
        if found.planted.as_ref().is_some_and(Planted::is_temporary) {
            found.state = BreakState::Deleted;
            site_off(site);
        }
        return found.number;
    }
    all.add_own(site)
}

fn site_off(site: &'static Site) {
    stops::off(site);
}

impl Breakpoint {
    /// Returns it with the state and the hits that the one of its number has among these. If there is none, it was
    /// deleted.
    fn switched_as_in(self, all: &[Breakpoint]) -> Breakpoint {
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
    fn add_site(&mut self, site: &'static Site) {
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

    fn is_of(&self, site: &'static Site) -> bool {
        let here = || match site.path {
            Some(path) => self.file.as_deref() == Some(Path::new(path)),
            None => self.shown == site.file,
        };
        let at = || self.at == (site.line as usize, site.column as usize);
        self.sites.iter().any(|other| std::ptr::eq(*other, site)) || at() && here()
    }
}

impl Breakpoints {
    fn of(&mut self, site: &'static Site) -> Option<&mut Breakpoint> {
        self.all.iter_mut().find(|one| one.is_of(site))
    }

    fn next(&mut self) -> usize {
        self.last += 1;
        self.last
    }

    /// Gives a hook of the source a number, and returns that.
    fn add_own(&mut self, site: &'static Site) -> usize {
        let number = self.next();
        numbers::set(site, number);
        self.all.push(Breakpoint {
            number,
            shown: site.file.to_owned(),
            file: site.path.map(PathBuf::from),
            line: site.line as usize,
            at: (site.line as usize, site.column as usize),
            own_column: site.column as usize,
            function: site.function.to_owned(),
            place: String::new(),
            planted: None,
            state: BreakState::On,
            sites: vec![site],
        });
        number
    }

    /// Returns those that were not deleted, in order.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Breakpoint> {
        self.all.iter().filter(|one| one.state != BreakState::Deleted)
    }

    /// Returns the text of a file without what is planted in it, if something is.
    pub(crate) fn base(&self, file: &Path) -> Option<&Arc<str>> {
        self.bases.get(file)
    }

    /// Adds a hook to be planted, and returns its number.
    pub(crate) fn add(&mut self, place: PlantedPlace, planted: Planted) -> usize {
        let number = self.next();
        let PlantedPlace {
            shown,
            line,
            function,
            file,
            base,
        } = place;
        self.bases.entry(file.clone()).or_insert(base);
        self.all.push(Breakpoint {
            number,
            place: format!("{shown}:{line} {function}"),
            shown,
            file: Some(file),
            line,
            at: (0, 0),
            own_column: 0,
            function,
            planted: Some(planted),
            state: BreakState::On,
            sites: Vec::new(),
        });
        number
    }

    /// Takes out what was deleted.
    pub(crate) fn clear(&mut self) {
        let is_gone = |one: &mut Breakpoint| one.state == BreakState::Deleted && one.planted.is_some();
        for one in self.all.extract_if(.., is_gone) {
            self.gone.extend(one.sites);
        }
    }

    /// Has the hooks that are on take the sites of what was deleted at their places.
    fn adopt(&mut self) {
        for one in self.all.iter_mut().filter(|one| one.state == BreakState::On) {
            let sites: Vec<_> = self.gone.extract_if(.., |site| one.is_of(site)).collect();
            for site in sites {
                site.forget_hits();
                stops::on_again(site);
                one.add_site(site);
            }
        }
    }

    /// Returns the text of a file with all that is planted in it, and notes where that stands.
    pub(crate) fn text(&mut self, file: &Path) -> Option<String> {
        let base = self.bases.get(file)?.clone();
        let mut here: Vec<&mut Breakpoint> = self
            .all
            .iter_mut()
            .filter(|one| one.file.as_deref() == Some(file))
            .collect();
        // A hook of the source stands behind what is planted before it, and all that within what is around a body.
        let is_around = |planted: &Planted| planted.shape == HookShape::Return;
        let order = |one: &&mut Breakpoint| (one.planted.is_none(), !one.planted.as_ref().is_some_and(is_around));
        sort_by_key(&mut here, &order);
        let (mut insertions, mut own) = (Vec::new(), Vec::new());
        for one in &here {
            match &one.planted {
                Some(planted) => {
                    own.push(insertions.len() + planted.hook);
                    insertions.extend(planted.insertions.iter().cloned());
                }
                None => {
                    own.push(insertions.len());
                    insertions.push(Insertion::of_column(&base, one.line, one.own_column));
                }
            }
        }
        let (text, places) = insert(&base, &insertions);
        for (one, own) in here.iter_mut().zip(own) {
            one.at = places[own];
        }
        Some(text)
    }

    /// Finds the places again in the texts that the files have now, as `now` gives them; a file for which it gives none
    /// stays as it is. Returns the numbers of hooks that have no place any more.
    pub(crate) fn find_again(&mut self, now: &dyn Fn(&Path) -> Option<String>) -> Vec<usize> {
        let mut lost = Vec::new();
        for (file, base) in std::mem::take(&mut self.bases) {
            let Some(text) = now(&file) else {
                self.bases.insert(file, base);
                continue;
            };
            let sources = [CrateSource {
                file: &file,
                text: &text,
            }];
            let here = |one: &&mut Breakpoint| one.planted.is_some() && one.file.as_ref() == Some(&file);
            for one in self.all.iter_mut().filter(here) {
                let Some(planted) = &mut one.planted else { continue };
                let place = planted.place.moved(one.line, &base, &text);
                match place.find(&sources, &file) {
                    Ok(found) => {
                        one.line = found.line;
                        one.place = format!("{}:{} {}", one.shown, one.line, one.function);
                        (planted.insertions, planted.hook) = insertions(planted.shape, &found, &text, &planted.code);
                    }
                    Err(_) => {
                        one.state = BreakState::Deleted;
                        lost.push(one.number);
                    }
                }
            }
            self.bases.insert(file, text.into());
        }
        self.clear();
        lost
    }

    /// Finds the one of that number, unless it was deleted.
    fn find(&mut self, number: usize) -> Option<&mut Breakpoint> {
        let mut left = self.all.iter_mut().filter(|one| one.state != BreakState::Deleted);
        left.find(|one| one.number == number)
    }

    /// Returns the files in which something is planted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.bases.keys().cloned().collect()
    }
}

/// Changes whether the hook of this number stops.
pub(crate) fn set_state(number: usize, state: BreakState) {
    let mut breakpoints = breakpoints();
    let all = breakpoints.get_or_insert_default();
    let Some(found) = all.find(number) else { return };
    found.state = state;
    if state == BreakState::Deleted {
        stops::skip(number, 0);
    }
    let sites = found.sites.clone();
    drop(breakpoints);
    for site in sites {
        match state {
            BreakState::On => stops::on_again(site),
            BreakState::Off | BreakState::Deleted => stops::off(site),
        }
    }
}

/// Returns whether there is a hook of this number.
pub(crate) fn is_there(number: usize) -> bool {
    breakpoints().as_mut().is_some_and(|all| all.find(number).is_some())
}
