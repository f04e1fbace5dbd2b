//! The user can switch hooks off and have hits passed over. What was asked for is kept here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::numbers;
use super::site::Site;

/// While this is set, each hook is switched off when it is reached.
static ALL_OFF: AtomicBool = AtomicBool::new(false);
/// This is set while some hook has hits to pass over. A hit takes no lock unless it is.
static ANY_SKIPPED: AtomicBool = AtomicBool::new(false);

static STOPS: Mutex<Stops> = Mutex::new(Stops {
    off: Vec::new(),
    skipped: None,
});

struct Stops {
    /// These hooks are off.
    off: Vec<&'static Site>,
    /// This maps the key of a hook to the number of hits that are still passed over.
    skipped: Option<HashMap<usize, u64>>,
}

fn stops() -> MutexGuard<'static, Stops> {
    STOPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has no hit of this hook stop until it is switched on again.
pub fn off(site: &'static Site) {
    site.switch_off();
    let mut stops = stops();
    if !stops.off.iter().any(|other| std::ptr::eq(*other, site)) {
        stops.off.push(site);
    }
}

/// Has this hook stop again.
pub fn on_again(site: &'static Site) {
    stops().off.retain(|other| !std::ptr::eq(*other, site));
    site.switch_on();
}

/// Has no hook stop until all are switched on again.
pub fn off_all() {
    ALL_OFF.store(true, Ordering::Relaxed);
}

/// Returns whether the user has switched off this hook, or all hooks.
pub fn is_off(site: &'static Site) -> bool {
    are_all_off() || site.is_switched_off()
}

/// Returns whether the user has switched off all hooks.
pub fn are_all_off() -> bool {
    ALL_OFF.load(Ordering::Relaxed)
}

/// Has all hooks stop again. Returns those that were off: the ones that the user switched off, and those that were
/// reached while all were off.
pub fn on() -> Vec<&'static Site> {
    ALL_OFF.store(false, Ordering::Relaxed);
    let sites = std::mem::take(&mut stops().off);
    sites.iter().for_each(|site| site.switch_on());
    sites
}

/// Has the next `hits` hits of the hook with this key not stop.
pub fn skip(key: usize, hits: u64) {
    let mut stops = stops();
    let skipped = stops.skipped.get_or_insert_default();
    match hits {
        0 => skipped.remove(&key),
        hits => skipped.insert(key, hits),
    };
    ANY_SKIPPED.store(!skipped.is_empty(), Ordering::Relaxed);
}

/// Returns how many hits of the hook with this key are still passed over.
pub fn skipped(key: usize) -> u64 {
    let stops = stops();
    let skipped = stops.skipped.as_ref().and_then(|skipped| skipped.get(&key));
    skipped.copied().unwrap_or(0)
}

/// Returns whether this hit of the hook is passed over. Such a hit is taken off the number that is left.
pub fn passes(site: &'static Site) -> bool {
    if !ANY_SKIPPED.load(Ordering::Relaxed) {
        return false;
    }
    let key = numbers::key(site);
    let mut stops = stops();
    let skipped = stops.skipped.get_or_insert_default();
    let Some(left) = skipped.get_mut(&key) else {
        return false;
    };
    *left -= 1;
    if *left == 0 {
        skipped.remove(&key);
        ANY_SKIPPED.store(!skipped.is_empty(), Ordering::Relaxed);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::site;

    fn leaked() -> &'static Site {
        Box::leak(Box::new(site(Vec::new())))
    }

    #[test]
    fn so_many_hits_are_passed_over() {
        let (one, other) = (leaked(), leaked());
        skip(numbers::key(one), 2);
        assert_eq!(
            [passes(one), passes(other), passes(one), passes(one)],
            [true, false, true, false]
        );
        skip(numbers::key(one), 5);
        assert_eq!(skipped(numbers::key(one)), 5);
        skip(numbers::key(one), 0);
        assert!(!passes(one));
    }

    #[test]
    fn a_hook_that_is_off_is_not_reached() {
        let site = leaked();
        assert!(site.is_on());
        off(site);
        off(site);
        assert!(!site.is_on() && is_off(site));
        assert!(on().iter().any(|other| std::ptr::eq(*other, site)));
        assert!(site.is_on());
    }
}
