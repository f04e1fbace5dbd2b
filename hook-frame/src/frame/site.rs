//! A `static` in the user's function holds what the attribute knows of a hook at compile time.

use std::sync::atomic::{AtomicU64, Ordering};

use super::exit::Exit;
use super::slot::Recorded;
use super::step::Steps;

/// Describes one `hook!` of the source. It is a `static` in the user's function.
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
    /// The function's type parameters, if any, with "`, `" between them.
    pub generics: Option<&'static str>,
    /// The log target chosen with `target = ".."`. Without one it is the module path.
    pub target: Option<&'static str>,
    /// The hook was given `read_only`.
    pub read_only: bool,
    /// The banner shows this text: it says, for example, that rustc could not be asked in this build.
    pub note: Option<&'static str>,
    /// The record of the crate's call of rustc, if it was recorded.
    pub recorded: Option<&'static Recorded>,
    /// This says whether an error leaves the function there.
    pub exit: Exit,
    /// This says whether hooks sleep before the statements around it.
    pub steps: Steps,
    /// What is called before `main`. Only programs that name it are linked with it.
    pub start: Option<&'static extern "C" fn()>,
    /// The bindings in scope, the outermost first. Each hit gives an [`Access`](crate::value::Access) for every one,
    /// in this order.
    pub bindings: &'static [Binding],
    /// This counts the hits at which `when` was true. If one of its two highest bits is set, no hit opens.
    pub hits: AtomicU64,
}

/// This bit says that no hit opens any more. It is kept in the counter because a program may pass such a hook a million
/// times, which must cost no more than one load.
const OVER: u64 = 1 << 63;

/// This bit says that the user has switched the hook off. It is kept in the counter for the same reason.
const OFF: u64 = 1 << 62;

/// Stands in a probe for each of its hooks. Only probes name it.
pub static ASKED: Site = Site::of_trace(("", 0, 0), "");

impl Site {
    /// Describes a planted trace, which captures nothing. Its place is the name that rustc gives the file, the line and
    /// the column.
    pub const fn of_trace((file, line, column): (&'static str, u32, u32), module_path: &'static str) -> Site {
        Site {
            file,
            path: None,
            line,
            column,
            module_path,
            function: "",
            generics: None,
            target: None,
            read_only: false,
            note: None,
            recorded: None,
            exit: Exit::None,
            steps: Steps::None,
            start: None,
            bindings: &[],
            hits: AtomicU64::new(0),
        }
    }

    /// Returns the place of the hook.
    pub fn place(&self) -> String {
        place(self.file, self.line as usize, self.function)
    }

    /// Returns the address, by which a hook is told from all others.
    pub fn address(&'static self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Returns whether a hit may open.
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.hits.load(Ordering::Relaxed) < OFF
    }

    /// Returns how many hits were counted.
    pub fn counted(&self) -> u64 {
        self.hits.load(Ordering::Relaxed) & (OFF - 1)
    }

    /// Has the count of hits begin anew.
    pub fn forget_hits(&self) {
        self.hits.fetch_and(OVER | OFF, Ordering::Relaxed);
    }

    /// Takes back that a hit was counted.
    pub fn forget_hit(&self) {
        let less = |hits: u64| (hits & (OFF - 1) > 0).then(|| hits - 1);
        let _ = self.hits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Has no hit open any more.
    pub fn close(&self) {
        self.hits.fetch_or(OVER, Ordering::Relaxed);
    }

    /// Has no hit open until the hook is switched on again.
    pub(super) fn switch_off(&self) {
        self.hits.fetch_or(OFF, Ordering::Relaxed);
    }

    /// Returns whether the user has switched the hook off.
    pub fn is_switched_off(&self) -> bool {
        self.hits.load(Ordering::Relaxed) & OFF != 0
    }

    pub(super) fn switch_on(&self) {
        self.hits.fetch_and(!OFF, Ordering::Relaxed);
    }
}

/// Returns a place in a source: `src/main.rs:15 in main`. Where no attribute saw the hook, its function is not known.
pub fn place(file: &str, line: usize, function: &str) -> String {
    match function {
        "" => format!("{file}:{line}"),
        function => format!("{file}:{line} in {function}"),
    }
}

/// This is the reason given for a binding that a closure around the hook does not capture whole.
pub const NOT_CAPTURED: &str = "not captured whole by this closure";

/// This is the reason given for a const parameter.
pub const CONSTANT: &str = "a constant";

/// Describes one binding in scope at a hook.
pub struct Binding {
    /// Its name as the source has it; a receiver is called `self`.
    pub name: &'static str,
    /// The line of its declaration, counted from 1.
    pub line: u32,
    /// This is what rustc permits of the binding here.
    pub state: State,
    /// This says in a few words why the binding is not writable, where it is not.
    pub reason: Option<&'static str>,
}

/// Says what rustc permits of a binding at a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can be read and written.
    Writable,
    /// It is a reference that is not declared `mut`: what it points at can be read and written, it itself cannot.
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

/// Makes a site for tests.
#[cfg(test)]
pub(crate) fn site(bindings: Vec<Binding>) -> Site {
    Site {
        function: "main",
        bindings: Vec::leak(bindings),
        ..Site::of_trace(("src/demo.rs", 12, 5), "demo")
    }
}
