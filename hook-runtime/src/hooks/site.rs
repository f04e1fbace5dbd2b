//! The gate of a hook: whether it is reached, whether a hit of it opens, and what the hit does then.

use std::fmt::Arguments;
use std::sync::atomic::Ordering;

use super::Verdict;
use crate::frame::{Code, Recorded, Site};
use crate::guard;
use crate::value::Access;

/// One hit of a hook that opens.
pub struct Hit {
    pub(crate) site: &'static Site,
    pub(crate) number: u64,
    pub(crate) message: Option<String>,
}

impl Site {
    /// Tells whether hooks open at all here and now: not with `HOOKABLE=off`, not while a value is being formatted.
    #[inline]
    pub fn reached(&'static self) -> bool {
        self.is_on() && super::wanted(self)
    }

    /// Tells whether its condition holds. One that panics does not.
    pub fn holds(&'static self, condition: impl FnOnce() -> bool) -> bool {
        let (mut condition, mut holds) = (Some(condition), false);
        self.computes("when", &mut || {
            holds = condition.take().is_some_and(|condition| condition());
        });
        holds
    }

    /// Gives what `every` gives. If it panics, no hit is one of them.
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

    /// Counts a hit, and gives it if it is one of `every` that open.
    pub fn hit(&'static self, every: u64) -> Option<Hit> {
        let number = self.hits.fetch_add(1, Ordering::Relaxed) + 1;
        let every = every.max(1);
        if !self.is_on() || !number.is_multiple_of(every) {
            return None;
        }
        match super::takes(self, number / every) {
            Verdict::Opens => {}
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
        })
    }
}

impl Hit {
    /// Sets the banner's first line.
    pub fn message(&mut self, text: Arguments<'_>) {
        self.message = super::message(text);
    }

    /// Sets it where what it is made of may panic.
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

    /// Opens the console, or whatever `HOOKABLE` asks for, on this frame; returns when the program shall go on.
    pub fn open(self, locals: &mut [Access<'_>]) {
        super::open(self, locals, None);
    }

    /// As [`Hit::open`], with where a line typed at this hook is compiled to.
    pub fn open_live(self, locals: &mut [Access<'_>], code: Code, recorded: &'static Recorded) {
        super::open(self, locals, Some((code, recorded)));
    }
}
