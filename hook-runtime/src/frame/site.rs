//! A hook as the attribute knows it at compile time.

use std::sync::atomic::{AtomicU64, Ordering};

/// One `hook!` in the source: a `static` in the user's function.
pub struct Site {
    /// The file that it stands in, as `file!()` gives it.
    pub file: &'static str,
    /// The file's path on the machine that built it, where that is known.
    pub path: Option<&'static str>,
    /// The line that it stands in, counted from 1.
    pub line: u32,
    /// The column that it stands in, in characters, counted from 1.
    pub column: u32,
    /// The module that it stands in, as `module_path!()` gives it.
    pub module_path: &'static str,
    /// The function's name, with its type before it where the attribute saw one: `Account::deposit`.
    pub function: &'static str,
    /// Its type parameters, if any, with "`, `" between them.
    pub generics: Option<&'static str>,
    /// The log target chosen with `target = ".."`. Without one it is the module path.
    pub target: Option<&'static str>,
    /// `read_only` was given.
    pub read_only: bool,
    /// What the user should know of this build: that rustc could not be asked, say.
    pub note: Option<&'static str>,
    /// The bindings in scope, the outermost first. Each hit gives an [`Access`](crate::value::Access) for every one,
    /// in this order.
    pub bindings: &'static [Binding],
    /// How often it was hit, `when` being true; with one of its two highest bits set, no hit opens.
    pub hits: AtomicU64,
}

/// No hit opens any more. A program may pass a hook a million times after the last that could open: that must cost
/// next to nothing.
const OVER: u64 = 1 << 63;

/// The user has switched the hook off. That must cost as little.
const OFF: u64 = 1 << 62;

impl Site {
    /// Tells whether a hit may open.
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.hits.load(Ordering::Relaxed) < OFF
    }

    /// No hit opens any more.
    pub(crate) fn close(&self) {
        self.hits.fetch_or(OVER, Ordering::Relaxed);
    }

    /// No hit opens until it is switched on again.
    pub(super) fn switch_off(&self) {
        self.hits.fetch_or(OFF, Ordering::Relaxed);
    }

    /// Whether the user has switched the hook off.
    pub(super) fn is_switched_off(&self) -> bool {
        self.hits.load(Ordering::Relaxed) & OFF != 0
    }

    pub(super) fn switch_on(&self) {
        self.hits.fetch_and(!OFF, Ordering::Relaxed);
    }
}

/// The reason given for a binding that a closure around the hook does not capture.
pub(crate) const NOT_CAPTURED: &str = "not captured whole by this closure";

/// The reason given for a const parameter.
pub(crate) const CONSTANT: &str = "a constant";

/// One binding in scope at a hook.
pub struct Binding {
    /// Its name as the source has it; a receiver is called `self`.
    pub name: &'static str,
    /// The line of its declaration, counted from 1.
    pub line: u32,
    /// What rustc permits of it here.
    pub state: State,
    /// Why it is not writable, in a few words, where it is not.
    pub reason: Option<&'static str>,
}

/// What rustc permits of a binding at a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be read and written.
    Writable,
    /// What it points at is read and written, it itself is not: a reference that is not declared `mut`.
    WrittenThrough,
    /// It can be read, but not written.
    ReadOnly,
    /// It was moved out before the hook.
    Moved,
    /// It is mutably borrowed by something that is used after the hook.
    Borrowed,
    /// It is not yet assigned.
    Unassigned,
    /// It cannot be captured, for another reason.
    Unavailable,
}
