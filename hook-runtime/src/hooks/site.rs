//! What the attribute knows of a hook at compile time, and the way into the console at run time.

use std::fmt::Arguments;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::eval::abi::{Code, Recorded};
use crate::guard;
use crate::value::Access;

/// One `hook!` in the source: a `static` in the user's function.
pub struct Site {
    /// As `file!()` gives it.
    pub file: &'static str,
    /// The file's path on the machine that built it, or empty.
    pub path: &'static str,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// As `module_path!()` gives it.
    pub module_path: &'static str,
    /// The function's name, with its type before it where the attribute saw one: `Account::deposit`.
    pub function: &'static str,
    /// Its type parameters, with "`, `" between them, or empty.
    pub generics: &'static str,
    /// The log target chosen with `target = ".."`, or empty: then it is the module path.
    pub target: &'static str,
    /// `read_only` was given.
    pub read_only: bool,
    /// What the user should know of this build, or empty: rustc could not be asked, say.
    pub note: &'static str,
    /// The bindings in scope, outermost first; each hit gives an [`Access`] for every one, in this order.
    pub bindings: &'static [Binding],
    /// How often it was hit, `when` being true; with its highest bit set, no later hit opens.
    pub hits: AtomicU64,
}

/// A program may pass a hook a million times after the last that could open: that must cost next to nothing.
const OVER: u64 = 1 << 63;

/// The reason of what a closure around the hook does not capture.
pub(crate) const NOT_CAPTURED: &str = "not captured whole by this closure";

/// The reason of a const parameter.
pub(crate) const CONSTANT: &str = "a constant";

/// One binding in scope at a hook.
pub struct Binding {
    /// As written in the source; `self` for a receiver.
    pub name: &'static str,
    /// The line of its declaration, from 1.
    pub line: u32,
    /// What rustc permits of it here.
    pub state: State,
    /// Why it is not writable, in a few words, or empty.
    pub reason: &'static str,
}

/// What rustc permits of a binding at a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Read and written.
    Writable,
    /// What it points at is read and written, it itself is not: a reference that is not declared `mut`.
    WrittenThrough,
    /// Read, not written.
    ReadOnly,
    /// Moved out before the hook.
    Moved,
    /// Mutably borrowed by something that is used after the hook.
    Borrowed,
    /// Not yet assigned.
    Unassigned,
    /// Not capturable for another reason.
    Unavailable,
}

/// One hit of a hook that opens.
pub struct Hit {
    pub(crate) site: &'static Site,
    pub(crate) number: u64,
    pub(crate) message: Option<String>,
}

impl Site {
    /// Whether hooks open at all here and now: not with `HOOKABLE=off`, not while a value is being formatted.
    #[inline]
    pub fn reached(&'static self) -> bool {
        self.hits.load(Ordering::Relaxed) < OVER && super::wanted(self)
    }

    /// No hit opens any more.
    pub(crate) fn close(&self) {
        self.hits.fetch_or(OVER, Ordering::Relaxed);
    }

    /// Whether its condition holds. One that panics does not.
    pub fn holds(&'static self, condition: impl FnOnce() -> bool) -> bool {
        let (mut condition, mut holds) = (Some(condition), false);
        self.computes("when", &mut || {
            holds = condition.take().is_some_and(|condition| condition())
        });
        holds
    }

    /// What `every` gives. If it panics, no hit is one of them.
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
        if number > OVER || !number.is_multiple_of(every) {
            return None;
        }
        if !super::takes(self, number / every) {
            self.close();
            return None;
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
