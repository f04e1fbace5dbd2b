//! The hooks that are planted, and those of the source at which a console opened, by number: those of the process.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use self::breakpoint::{BreakState, Breakpoint, HookAction, Planted};
pub(crate) use self::table::{Breakpoints, PlantedPlace};
use super::shape::HookShape;
use crate::frame::{Site, Steps, stops};

mod breakpoint;
mod table;

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
    with.follow(breakpoints.take().unwrap_or_default(), is_reload);
    *breakpoints = Some(with);
}

/// Goes back to what was there before the last reload, which was taken back. Returns the hooks that it planted.
pub(crate) fn undo() -> Vec<Breakpoint> {
    let mut breakpoints = breakpoints();
    let Some(all) = breakpoints.take() else {
        return Vec::new();
    };
    let mut planted: Vec<Breakpoint> = all.listed().filter(|one| one.planted.is_some()).cloned().collect();
    let undone = breakpoints.insert(all.undone());
    planted.retain(|one| undone.listed().all(|other| other.number != one.number));
    planted
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

/// Returns a hook that is planted so in a function.
pub(crate) fn has(shape: HookShape, function: &str) -> Option<Breakpoint> {
    let all = current();
    let mut found = all.listed().filter(|one| one.function == function);
    let is_it = |planted: &Planted| planted.shape == shape && planted.action != HookAction::Sleep;
    found.find(|one| one.planted.as_ref().is_some_and(is_it)).cloned()
}

/// Returns whether hooks sleep in a function of a file for one that is planted there.
pub(crate) fn is_steppable(file: &Path, function: &str) -> bool {
    let all = current();
    let mut here = all
        .listed()
        .filter(|one| one.function == function && one.file() == Some(file));
    here.any(|one| one.planted.as_ref().is_some_and(Planted::is_steppable))
}

/// Returns whether a planted hook of a function of a file stops.
pub(crate) fn is_in(file: &Path, function: &str) -> bool {
    let all = current();
    let mut here = all
        .listed()
        .filter(|one| one.function == function && one.file() == Some(file));
    here.any(|one| one.planted.is_some() && one.state == BreakState::On)
}

/// Returns the names of the functions in which hooks sleep, without what they are in.
pub(crate) fn steppable_names() -> Vec<String> {
    let all = current();
    let steppable = |one: &&Breakpoint| one.planted.as_ref().is_some_and(Planted::is_steppable);
    let names = all.listed().filter(steppable);
    names
        .map(|one| one.function.rsplit("::").next().unwrap_or_default().to_owned())
        .collect()
}

/// Returns what is planted with a hook, if it is no hook of the source.
pub(crate) fn shape(site: &'static Site) -> Option<HookShape> {
    let mut breakpoints = breakpoints();
    let found = breakpoints.as_mut().and_then(|all| all.of(site));
    found.and_then(|found| Some(found.planted.as_ref()?.shape))
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
    breakpoints().as_mut().is_some_and(|all| all.is_deleted(site))
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
            stops::off(site);
        }
        return found.number;
    }
    all.add_own(site)
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
