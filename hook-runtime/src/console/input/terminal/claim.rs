//! Processes at one terminal, as those that a program forks, take turns at it, as the threads of one process do
//! (`hook-frame/src/turn`).
//!
//! A console has a record lock on the terminal's device while it is open, and another one from the first line that it
//! reads on, except while a line runs. The system gives such locks up when a process ends, a forked child has none of
//! its parent's, and it tells who has one. A process waits only for one that can be answered at the terminal now, and
//! not for one whose line has run for a while: the line may wait for this very process.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::device::Device;
use super::sys::{self, Lock};
use crate::progress;

/// A waiting process looks each time that this has passed.
const LOOK: Duration = Duration::from_millis(20);
/// A line that has run for so long may wait for the process that waits here.
const PATIENCE: Duration = Duration::from_secs(1);

/// A console of this process that is open on a terminal.
pub(super) struct Claim {
    /// This process had the terminal before, and may have a line that runs.
    pub(super) waited_for: Option<u32>,
}

/// The locks of this process.
struct Claimed {
    process: u32,
    /// So many consoles of it are open.
    consoles: usize,
    device: Option<Arc<File>>,
}

static CLAIMED: Mutex<Claimed> = Mutex::new(Claimed {
    process: 0,
    consoles: 0,
    device: None,
});

fn claimed() -> MutexGuard<'static, Claimed> {
    let mut claimed = CLAIMED.lock().unwrap_or_else(PoisonError::into_inner);
    if claimed.process != std::process::id() {
        *claimed = Claimed {
            process: std::process::id(),
            consoles: 0,
            device: None,
        };
    }
    claimed
}

impl Claim {
    /// Waits until no other process has a console on this terminal.
    pub(super) fn new(device: &Device) -> Claim {
        let mut own = claimed();
        own.consoles += 1;
        if own.consoles > 1 {
            return Claim { waited_for: None };
        }
        own.device = device.reopened().map(Arc::new);
        progress::on_run(runs);
        let file = own.device.clone();
        // A thread may fork the process meanwhile, and the child must not find this locked for ever.
        drop(own);
        let waited_for = file.and_then(|file| wait(&file, Lock::Open));
        Claim { waited_for }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut claimed = claimed();
        claimed.consoles = claimed.consoles.saturating_sub(1);
        match &claimed.device {
            // The line that reached this hook, or waited for it, runs on.
            Some(file) if claimed.consoles > 0 => sys::unlock(file, Lock::Line),
            // Closing the file gives the locks up.
            _ => claimed.device = None,
        }
    }
}

/// Waits until no other process has lines read at the terminal of the console that is open.
pub(super) fn before_line() {
    if let Some(file) = claimed().device.clone() {
        // The console of a hook that the last line reached has closed the device, and so given all up.
        sys::lock(&file, Lock::Open);
        wait(&file, Lock::Line);
    }
}

/// Gives the terminal's lines up while a line runs, and takes them again if nobody has them then.
fn runs(is_running: bool) {
    if let Some(file) = &claimed().device {
        match is_running {
            true => sys::unlock(file, Lock::Line),
            false => _ = sys::lock(file, Lock::Line),
        }
    }
}

/// Takes a lock, or gives up if it cannot be had, or need not. Returns the process that was waited for.
fn wait(file: &File, wanted: Lock) -> Option<u32> {
    let (mut waited_for, mut idle) = (None, None::<Instant>);
    while !sys::lock(file, wanted) {
        let Some(holder) = sys::lock_holder(file, wanted) else {
            // It was just given up, or there are no such locks.
            sys::lock(file, wanted);
            return waited_for;
        };
        if !sys::is_in_front(file, holder) {
            return None;
        }
        waited_for = Some(holder.unsigned_abs());
        match sys::lock_holder(file, Lock::Line) {
            Some(_) => idle = None,
            None if idle.get_or_insert_with(Instant::now).elapsed() > PATIENCE => return waited_for,
            None => {}
        }
        thread::sleep(LOOK);
    }
    waited_for
}
