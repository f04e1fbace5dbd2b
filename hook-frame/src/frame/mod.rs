//! A frame holds what one hit captured. Its locals are found by name, read, written, and put back.

pub mod changes;
mod early_return;
mod error;
mod exit;
mod local;
pub mod numbers;
pub mod pause;
pub mod recent;
mod site;
mod slot;
mod snapshots;
pub mod step;
pub mod stops;
pub mod under;
mod undo;

pub(crate) use early_return::ReturnPlace;
pub use early_return::{EarlyReturn, early_return};
pub use early_return::{Returned, Returns};
pub use error::FrameError;
pub use exit::retry;
pub use exit::{Exit, Out, checked, failed, never_returned, out, retries, returned};
pub use local::{Local, lines};
#[cfg(test)]
pub(crate) use site::site;
pub use site::{ASKED, Binding, Site, State};
pub use site::{CONSTANT, NOT_CAPTURED, place};
pub use slot::Recorded;
pub use slot::{Code, ReturningCode};
pub use snapshots::Snapshot;
pub use step::{BodyRun, Steps, call};
pub use under::under;
pub use undo::assign;
pub use undo::{Restores, Undone};

use std::sync::atomic::{AtomicU64, Ordering};

use hook_rustc::sorted::sort;

use changes::Values;
use undo::Write;

use crate::guard;
use crate::parts::{self, PartsShown};
use crate::suggest::nearest;
use crate::value::Access;

/// Holds a hit and what it captured.
pub struct Frame<'a, 'f> {
    /// The hook that was hit.
    pub site: &'static Site,
    /// This counts the hits of the site, from 1.
    pub number: u64,
    /// The text in the parentheses of the hook, formatted at this hit.
    pub message: Option<String>,
    /// The name of the thread; `unnamed-7` if it has none.
    pub thread: String,
    /// The code through which a line is called here, and the build that it belongs to. There is none where no line can
    /// be compiled.
    pub slot: Option<(Code, &'static Recorded)>,
    /// This says whether a line can end the function.
    pub returns: Returns<'a>,
    /// This is set once a line did.
    pub has_returned: bool,
    access: &'a mut [Access<'f>],
    /// This counts the openings of all hooks.
    pub opening: u64,
    /// These are the writes that can be undone, the latest last.
    written: Vec<Write<'f>>,
    /// These are the values that the locals had when the hook opened, where they are known.
    pub entry: Option<Values>,
    /// These are the bindings that a value of the session borrows uniquely, each with the name of that value. They
    /// cannot be read until the value is gone.
    pub borrowed: Vec<(usize, String)>,
    /// This is set once a line ran that may have changed a local, even through a shared reference.
    pub is_touched: bool,
    /// These are the lines of code that were typed at this hook. Those that failed are left out.
    pub typed: Vec<String>,
    /// This is what means the value of which a part was printed last, a place or a name of the session. Until there is
    /// one, it means the first value that was printed.
    pub printed: Option<String>,
    /// This is the number of the caller whose variables names mean. Without one they mean those at the hook.
    pub caller: Option<usize>,
}

impl<'a, 'f> Frame<'a, 'f> {
    /// Makes the frame of a hit, into which no line can be compiled yet.
    pub fn new(site: &'static Site, number: u64, message: Option<String>, access: &'a mut [Access<'f>]) -> Self {
        static OPENINGS: AtomicU64 = AtomicU64::new(0);
        Frame {
            opening: OPENINGS.fetch_add(1, Ordering::Relaxed),
            site,
            number,
            message,
            slot: None,
            returns: Returns::Not("no line can be compiled there"),
            has_returned: false,
            thread: thread_name(),
            access,
            written: Vec::new(),
            entry: None,
            borrowed: Vec::new(),
            is_touched: false,
            typed: Vec::new(),
            printed: None,
            caller: None,
        }
    }

    /// Returns whether a function is stopped at this frame, and it does not only stand for a crate.
    pub fn is_stopped(&self) -> bool {
        self.number > 0
    }

    /// Returns whether the hook is that of a panic, which captures nothing.
    pub fn is_panic(&self) -> bool {
        matches!(self.site.exit, Exit::Panics)
    }

    /// Returns whether the frame runs code that a reload has replaced since.
    pub fn is_old(&self) -> bool {
        let site = self.site.address();
        self.slot.is_some_and(|(_, recorded)| recorded.is_old(site))
    }

    /// Keeps what the values are, unless they were kept before. It is called before a line that may change one.
    pub fn touch(&mut self) {
        self.entry = Some(match self.entry.take() {
            None => Values::of(self),
            Some(mut entry) => {
                entry.take_missing(self);
                entry
            }
        });
        self.is_touched = true;
    }

    /// Returns all bindings in scope, the outermost first.
    #[allow(unsafe_code)]
    pub fn locals(&self) -> impl DoubleEndedIterator<Item = Local<'_, 'f>> {
        let bindings = self.site.bindings;
        let slot = self.slot.as_ref().map(|(code, _)| code.address());
        bindings
            .iter()
            .zip(self.access.iter())
            .enumerate()
            .map(move |(index, (binding, access))| Local {
                index,
                binding,
                access,
                // SAFETY: the captures of a frame are made at a hit of its slot, one for each binding, in this order.
                parts: slot.and_then(|slot| unsafe { parts_of(slot, index, access) }),
                borrowed_by: self
                    .borrowed
                    .iter()
                    .find(|(of, _)| *of == index)
                    .map(|(_, by)| by.as_str()),
                shadowed: bindings[index + 1..].iter().any(|inner| inner.name == binding.name),
            })
    }

    /// Returns the name of every binding once, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.site.bindings.iter().map(|binding| binding.name).collect();
        sort(&mut names);
        names.dedup();
        names
    }

    /// Finds the innermost binding of a name.
    pub fn find(&self, name: &str) -> Result<Local<'_, 'f>, FrameError> {
        let plain = |name: &str| name.strip_prefix("r#").unwrap_or(name).to_owned();
        let wanted = plain(name);
        self.locals()
            .rfind(|local| plain(local.binding.name) == wanted)
            .ok_or_else(|| FrameError::Unknown {
                name: name.to_owned(),
                suggestion: nearest(name, self.site.bindings.iter().map(|binding| binding.name)),
            })
    }

    /// Returns the locals that a line of Rust can use, the last one first.
    fn places(&self) -> impl Iterator<Item = usize> {
        let captured = |access: &Access<'_>| matches!(access, Access::Writable(_) | Access::ReadOnly(_));
        let indices = self.access.iter().enumerate().rev();
        indices
            .filter(move |(_, access)| captured(access))
            .map(|(index, _)| index)
    }

    /// Returns the captures of all bindings, the outermost first.
    pub fn reach(&mut self) -> &mut [Access<'f>] {
        self.access
    }
}

/// Returns what shows the value of a binding by its parts, where a line made known how.
///
/// # Safety
///
/// The capture is that of this binding, at a hit of the slot.
#[allow(unsafe_code)]
unsafe fn parts_of<'l>(slot: usize, index: usize, access: &'l Access<'_>) -> Option<PartsShown<'l>> {
    // SAFETY: the caller says so.
    unsafe {
        match access {
            Access::Writable(value) => parts::known_at(slot, index, &**value),
            Access::ReadOnly(value) => parts::known_at(slot, index, *value),
            Access::Snapshot(_) | Access::Type(_) | Access::Unknown => None,
        }
    }
}

/// Names this thread. A thread without a name is called by std's number for it. At the end of a thread std's number is
/// gone, too, so the system's number is taken.
fn thread_name() -> String {
    let known = guard::caught(|| {
        let thread = std::thread::current();
        let number: String = format!("{:?}", thread.id())
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        thread.name().map_or(format!("unnamed-{number}"), str::to_owned)
    });
    known.unwrap_or_else(|_| {
        let name = std::fs::read_to_string("/proc/thread-self/comm").unwrap_or_default();
        format!("{} (ending)", name.trim_end())
    })
}
