//! The calls that the attribute makes at a hook: they tell whether it is reached and whether a hit opens, and open it.

use std::fmt::Arguments;
use std::sync::atomic::Ordering;

use super::Verdict;
use crate::frame::{Code, Recorded, Site};
use crate::guard;
use crate::value::Access;

/// A hit of a hook that opens.
pub struct Hit {
    pub(crate) site: &'static Site,
    pub(crate) number: u64,
    pub(crate) message: Option<String>,
    /// The user wanted the program to pause here.
    pub(crate) pauses: bool,
}

impl Site {
    /// Tells whether hooks may open here and now. They do not with `HOOKABLE=off`, or while a value is being formatted.
    #[inline]
    pub fn reached(&'static self) -> bool {
        self.is_on() && super::wanted(self)
    }

    /// Tells whether the condition of the hook holds. A condition that panics does not hold.
    pub fn holds(&'static self, condition: impl FnOnce() -> bool) -> bool {
        let (mut condition, mut holds) = (Some(condition), false);
        self.computes("when", &mut || {
            holds = condition.take().is_some_and(|condition| condition());
        });
        holds
    }

    /// Gives the value of the argument `every`. If it panics, no hit opens.
    pub fn every(&'static self, every: impl FnOnce() -> u64) -> u64 {
        let (mut every, mut gives) = (Some(every), u64::MAX);
        self.computes("every", &mut || gives = every.take().map_or(u64::MAX, |every| every()));
        gives
    }

    fn computes(&'static self, what: &'static str, compute: &mut dyn FnMut()) {
        if let Err(message) = guard::caught_call(compute) {
            super::argument_panicked(self, what, &message);
        }
    }

    /// Counts a hit. Gives it if it opens, which only every `every`th hit does.
    pub fn hit(&'static self, every: u64) -> Option<Hit> {
        let number = self.hits.fetch_add(1, Ordering::Relaxed) + 1;
        let every = every.max(1);
        if !self.is_on() || !number.is_multiple_of(every) {
            return None;
        }
        let verdict = super::takes(self, number / every);
        match verdict {
            Verdict::Opens | Verdict::Pauses => {}
            Verdict::Passes => return None,
            Verdict::Never => {
                self.close();
                return None;
            }
        }
        Some(Hit {
            site: self,
            number,
            message: None,
            pauses: verdict == Verdict::Pauses,
        })
    }
}

impl Hit {
    /// Sets the first line of the banner.
    pub fn message(&mut self, text: Arguments<'_>) {
        self.message = super::message(text);
    }

    /// Sets the first line of the banner by a function that may panic.
    pub fn tell(&mut self, tell: impl FnOnce(&mut Hit)) {
        let mut tell = Some(tell);
        let told = guard::caught_call(&mut || {
            if let Some(tell) = tell.take() {
                tell(self);
            }
        });
        if let Err(message) = told {
            self.message = Some(format!("(the message cannot be shown: it panicked: {message})"));
        }
    }

    /// Opens the console, or what else `HOOKABLE` asks for, on this frame. Returns when the program shall resume.
    pub fn open(self, locals: &mut [Access<'_>]) {
        super::open(self, locals, None);
    }

    /// Opens the console as [`Hit::open`] does. `code` is the slot that lines of Rust are compiled into, and `recorded`
    /// is the record of the crate's call of rustc.
    pub fn open_live(self, locals: &mut [Access<'_>], code: Code, recorded: &'static Recorded) {
        super::open(self, locals, Some((code, recorded)));
    }
}
