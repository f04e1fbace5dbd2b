//! What the gate asks the console.

use std::fmt::Arguments;
use std::sync::OnceLock;

use super::{Hit, TracedValues};
use crate::frame::{Code, Recorded, Returns, Site};
use crate::value::Access;

/// The decision about a hit. It is made before the locals are captured, which saves that work if the hook does not
/// open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It opens.
    Opens,
    /// It opens because the user wanted the program to pause here, whatever its conditions are.
    Pauses,
    /// It opens for values to be noted, and passes.
    Records,
    /// It passes.
    Passes,
    /// Neither this hit nor any later one opens.
    Never,
}

/// The slot of a hook that opens, the record of the crate's call of rustc, and what a line may return.
pub type Opened<'r> = (Code, &'static Recorded, Returns<'r>);

/// What is done at hooks, as `HOOKABLE` asks for.
pub trait Console: Sync {
    /// Returns whether a hook that is reached may open.
    fn wants(&self, site: &'static Site) -> bool;

    /// Decides about a hit. `count` numbers the hits that might open.
    fn takes(&self, site: &'static Site, count: u64) -> Verdict;

    /// Returns the first line of the banner, if there will be a banner. Formatting it runs the user's code.
    fn message(&self, text: Arguments<'_>) -> Option<String>;

    /// Says that an argument of a hook panicked.
    fn argument_panicked(&self, site: &'static Site, what: &'static str, message: &str);

    /// Opens what `HOOKABLE` asks for on a frame. Returns when the program shall resume.
    fn open(&self, hit: Hit, locals: &mut [Access<'_>], slot: Option<Opened<'_>>);

    /// Prints and logs the values of a traced hit, which `add` gives.
    fn traced(&self, site: &'static Site, add: &dyn Fn(&mut TracedValues));
}

static CONSOLE: OnceLock<&'static dyn Console> = OnceLock::new();

/// Supplies the console. The first one counts.
pub fn supply(console: &'static dyn Console) {
    let _ = CONSOLE.set(console);
}

/// Returns the console of the program. Each hook names what supplies it, and where the system has not called that
/// before `main`, the first hit does.
pub(super) fn console(site: &'static Site) -> Option<&'static dyn Console> {
    if CONSOLE.get().is_none()
        && let Some(start) = site.start
    {
        start();
    }
    CONSOLE.get().copied()
}
