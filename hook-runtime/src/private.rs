//! Every name that emitted code uses, and no other: what the attribute writes around a hook, and what is written around a line
//! that is typed there. A change of what stands here is a change of `hook-macros/src/emit`, or of [`crate::eval::codegen`].

// The gate of a hook, and what a hit gives.
pub use crate::hooks::{Binding, Hit, Site, State};
// The captures.
pub use crate::value::{Access, readable, snapshot, type_only, unknown, writable};
// The traits of a captured type, chosen after the body.
pub use crate::value::{Late, Marker, Void, any, late, never, void};
// `resolve!` is the macro that names the last ten.
pub use crate::__resolve as resolve;
pub use crate::value::{
    No, NotDebug, NotDeserialize, NotDisplay, NotParse, NotSerialize, ViaDebug, ViaDeserialize, ViaDisplay, ViaParse,
    ViaSerialize,
};
// What only probes name.
pub use crate::value::{IsMutableReference, NotMutableReference, consume, maybe, which};
// The slot of a hook.
pub use crate::eval::abi::{Recorded, Slot, idle, read_place, run_line, written_place};
// A line in it: its places, and what is kept of them.
pub use crate::eval::abi::{At, Place, Places, SaveClone, SaveCopy, SaveNone, SavePlain, ViewCopy, ViewRef};
// How it runs and ends.
pub use crate::eval::abi::{Line, Try, ended, owned, run, run_fallible, run_returning, type_of};
// Its value, and the values that it keeps.
pub use crate::eval::abi::{
    HasClone, HasCopy, HasNoClone, HasNoCopy, IsNotSend, IsSend, LendCopy, LendNone, Like, ShowDebug, ShowDisplay,
    ShowType, Worth, as_typed, never_of,
};
