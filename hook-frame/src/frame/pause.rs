//! The user can have the next hook that a thread reaches stop, whatever was asked for at that hook before.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use super::site::Site;
use super::stops;

/// This is set while a pause is wanted. A hit takes no lock unless it is.
static ANY: AtomicBool = AtomicBool::new(false);
static PAUSE: Mutex<Option<Pause>> = Mutex::new(None);

struct Pause {
    thread: ThreadId,
    /// These hooks are off, and are reached only for the sake of the pause.
    off: Vec<&'static Site>,
    all_off: bool,
}

fn pause() -> MutexGuard<'static, Option<Pause>> {
    PAUSE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has the next hook that this thread reaches stop.
pub fn at_next_hook(thread: ThreadId) {
    let mut pause = pause();
    // A hook that is switched on below may be reached at once, and then its hit waits for the lock of this.
    ANY.store(true, Ordering::Relaxed);
    let before = pause.take();
    let all_off = stops::are_all_off() || before.as_ref().is_some_and(|before| before.all_off);
    let off = before.map_or(Vec::new(), |before| before.off);
    *pause = Some(Pause {
        thread,
        off: [off, stops::on()].concat(),
        all_off,
    });
}

/// Takes back that a pause is wanted.
pub fn cancel() {
    if ANY.load(Ordering::Relaxed) {
        end(&mut pause());
    }
}

/// Decides about a hit for the sake of a pause: it stops, it does not stop since its hook is off, or there is nothing
/// to decide.
pub fn decides(site: &'static Site) -> Option<bool> {
    if !ANY.load(Ordering::Relaxed) {
        return None;
    }
    let mut pause = pause();
    let wanted = pause.as_ref()?;
    if wanted.thread == thread::current().id() {
        end(&mut pause);
        return Some(true);
    }
    let is_off = wanted.all_off || wanted.off.iter().any(|other| std::ptr::eq(*other, site));
    is_off.then_some(false)
}

fn end(pause: &mut Option<Pause>) {
    if let Some(Pause { off, all_off, .. }) = pause.take() {
        off.into_iter().for_each(stops::off);
        if all_off {
            stops::off_all();
        }
    }
    ANY.store(false, Ordering::Relaxed);
}
