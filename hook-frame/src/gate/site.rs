//! The calls that the attribute makes at a hook: they tell whether it is reached and whether a hit opens, and open it.

use std::fmt::Arguments;
use std::sync::atomic::Ordering;

use super::Verdict;
use super::console::{Opened, console};
use crate::frame::{Code, EarlyReturn, Recorded, ReturnPlace, Returned, ReturningCode, Returns, Site};
use crate::guard;
use crate::value::Access;

/// A hit of a hook that opens.
pub struct Hit {
    /// The hook.
    pub site: &'static Site,
    /// The number of the hit, from 1.
    pub number: u64,
    message: Option<Box<Message>>,
    /// The user wanted the program to pause here.
    pub pauses: bool,
    /// The hit is only for values to be noted.
    pub records: bool,
}

/// The first line of the banner. A hit has it behind a pointer, since the stack of the function has room for each hit
/// several times.
struct Message(String);

impl Site {
    /// Returns whether hooks may open here and now. They do not with `HOOKABLE=off`, or while a value is being
    /// formatted.
    #[inline]
    pub fn reached(&'static self) -> bool {
        self.is_on() && super::wanted(self)
    }

    /// Returns whether the condition of the hook holds. A condition that panics does not hold.
    pub fn holds(&'static self, condition: impl FnOnce() -> bool) -> bool {
        let (mut condition, mut holds) = (Some(condition), false);
        self.computes("when", &mut || {
            holds = condition.take().is_some_and(|condition| condition());
        });
        holds
    }

    /// Returns the value of the argument `every`. If it panics, no hit opens.
    pub fn every(&'static self, every: impl FnOnce() -> u64) -> u64 {
        let (mut every, mut gives) = (Some(every), u64::MAX);
        self.computes("every", &mut || gives = every.take().map_or(u64::MAX, |every| every()));
        gives
    }

    fn computes(&'static self, what: &'static str, compute: &mut dyn FnMut()) {
        if let Err(message) = guard::caught_call(compute)
            && let Some(console) = console(self)
        {
            console.argument_panicked(self, what, &message);
        }
    }

    /// Counts a hit. Returns it if it opens, which only every `every`th hit does.
    pub fn hit(&'static self, every: u64) -> Option<Hit> {
        let number = self.hits.fetch_add(1, Ordering::Relaxed) + 1;
        let every = every.max(1);
        if !self.is_on() || !number.is_multiple_of(every) {
            return None;
        }
        let verdict = console(self).map_or(Verdict::Passes, |console| console.takes(self, number / every));
        match verdict {
            Verdict::Opens | Verdict::Pauses | Verdict::Records => {}
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
            records: verdict == Verdict::Records,
        })
    }
}

impl Hit {
    /// Sets the first line of the banner.
    pub fn message(&mut self, text: Arguments<'_>) {
        let message = console(self.site).and_then(|console| console.message(text));
        self.message = message.map(|text| Box::new(Message(text)));
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
            let text = format!("(the message cannot be shown: it panicked: {message})");
            self.message = Some(Box::new(Message(text)));
        }
    }

    /// Takes the first line of the banner.
    pub fn take_message(&mut self) -> Option<String> {
        self.message.take().map(|message| message.0)
    }

    /// Opens the console, or what else `HOOKABLE` asks for, on this frame. Returns when the program shall resume.
    pub fn open(self, locals: &mut [Access<'_>]) {
        self.opened(locals, None);
    }

    fn opened(self, locals: &mut [Access<'_>], slot: Option<Opened<'_>>) {
        if let Some(console) = console(self.site) {
            console.open(self, locals, slot);
        }
    }

    /// Opens the console as [`Hit::open`] does. `code` is the slot that lines of Rust are compiled into, and `recorded`
    /// is the record of the crate's call of rustc. Returns what the function is to return, if a line said so.
    pub fn open_returning<R>(
        self,
        code: ReturningCode<R>,
        locals: &mut [Access<'_>],
        recorded: &'static Recorded,
    ) -> Option<EarlyReturn<R>> {
        let returned = Returned::new();
        let returns = Returns::Into(ReturnPlace::of(&returned));
        self.opened(locals, Some((code.code(), recorded, returns)));
        returned.take()
    }

    /// Opens the console as [`Hit::open_returning`] does, where no line can end the function for the reason `why`.
    pub fn open_without_return(
        self,
        code: Code,
        locals: &mut [Access<'_>],
        recorded: &'static Recorded,
        why: &'static str,
    ) {
        self.opened(locals, Some((code, recorded, Returns::Not(why))));
    }
}
