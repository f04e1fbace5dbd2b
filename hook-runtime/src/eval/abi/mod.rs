//! What the code of a compiled line calls: the places that its slot is given, what it keeps, and how it says how it went.

mod like;
mod line;
mod plain;
mod save;
mod slot;
mod wait;

pub use like::{Like, never_of};
pub use line::{
    HasClone, HasCopy, HasNoClone, HasNoCopy, IsNotSend, IsSend, LendCopy, LendNone, RunningLine, ShowDebug,
    ShowDisplay, ShowType, ShownValue, Try, as_typed, ended, fallible, owned, returning, run, type_of,
};
pub(crate) use line::{LineOutcome, linked};
pub use save::{At, SaveClone, SaveCopy, SaveNone, SavePlain};
pub(crate) use slot::call_loaded;
pub use slot::{CapturedPlace, Places, Slot, ViewCopy, ViewRef, idle, read_place, run_line, written_place};
pub use wait::{Runtime, Within, beside, run_waiting};
