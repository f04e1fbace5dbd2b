//! What the code of a compiled line calls: the places that its slot is given, what it keeps, and how it says how it went.

mod like;
mod line;
mod save;
mod slot;

pub use like::{Like, never_of};
pub use line::{
    HasClone, HasCopy, HasNoClone, HasNoCopy, IsNotSend, IsSend, LendCopy, LendNone, Line, ShowDebug, ShowDisplay,
    ShowType, Try, Worth, as_typed, ended, owned, run, run_fallible, run_returning, type_of,
};
pub(crate) use line::{Said, linked};
pub(crate) use save::Save;
pub use save::{At, SaveClone, SaveCopy, SaveNone, SavePlain};
pub(crate) use slot::Code;
pub use slot::{Place, Places, Recorded, Slot, ViewCopy, ViewRef, idle, read_place, run_line, written_place};
