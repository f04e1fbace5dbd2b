//! The functions that the code of a compiled line calls: to reach its places, to keep values, and to tell how it went.

mod drawn;
mod like;
mod line;
pub mod names;
mod opening;
mod plain;
mod returns;
mod run;
mod safepoint;
mod save;
mod shown;
mod signature;
mod slot;
mod wait;

pub use drawn::{DrawItems, DrawValue, DrawnValue};
pub use like::{Like, Pointee, never_kept, never_of, type_of};
pub use line::{Instance, LineOutcome, Role, Wants};
pub use line::{RunningLine, as_typed, owned};
pub use opening::{Opening, never_moved, never_pinned};
pub use returns::returning;
pub use run::LARGEST;
pub use run::{Try, ended, fallible, run};
pub use safepoint::safepoint;
pub use save::{At, SaveClone, SaveCopy, SaveNone, SavePlain};
pub use shown::{
    HasClone, HasCopy, HasNoClone, HasNoCopy, IsNotSend, IsSend, KeptClone, KeptCopy, KeptNone, KeptPlain, ShowDebug,
    ShowDisplay, ShowParts, ShowType, ShownValue,
};
pub use signature::{NoSignature, Signature};
pub use slot::{CapturedPlace, Places, Slot, ViewCopy, ViewRef, idle, read_place, run_line, written_place};
pub use slot::{call_loaded, instance_at};
pub use wait::{Runtime, Within, beside, run_waiting};

use crate::guard;
use crate::parts;
use crate::session::{held, kept};

/// Makes the linker keep the functions that the generic code of a line calls and that use statics. A line would bring
/// copies of functions that the linker left out, and the copies would have statics of their own. For the same reason
/// none of these functions is inlined.
pub fn linked() {
    std::hint::black_box((
        guard::caught_call as fn(_) -> _,
        guard::caught_line as fn(_) -> _,
        guard::aborts as fn(),
        safepoint as fn(_),
        run::early as fn(_) -> _,
        RunningLine::show as fn(_, _, _),
        RunningLine::show_in_parts as fn(_, _, _),
        RunningLine::learn as fn(_, _) -> _,
        slot::tell_instance as fn(_, _, _, _) -> _,
    ));
    wait::linked_wait();
    kept::linked();
    parts::linked();
    held::linked();
}
