//! Every name that emitted code uses, and no other: what the attribute writes around a hook, and what is written around
//! a line that is typed there. A change of what stands here is a change of `hook-macros/src/emit`, or of
//! `eval/codegen`.

// The gate of a hook, and what a hit gives.
pub use crate::frame::{Binding, Recorded, Site, State};
pub use crate::hooks::Hit;
// The captures.
pub use crate::value::{Access, readable, snapshot, type_only, unknown, writable};
// The traits of a captured type, chosen after the body.
pub use crate::value::{Late, Marker, late, never, void};
// What `resolve!` names.
pub use crate::value::{
    No, NotDebug, NotDeserialize, NotDisplay, NotParse, NotSerialize, ViaDebug, ViaDeserialize, ViaDisplay, ViaParse,
    ViaSerialize,
};
// What only probes name.
pub use crate::value::{IsMutableReference, NotMutableReference, consume, maybe, which};
// The slot of a hook.
pub use crate::eval::abi::{Slot, idle, read_place, run_line, written_place};
// A line in it: its places, and what is kept of them.
pub use crate::eval::abi::{At, CapturedPlace, Places, SaveClone, SaveCopy, SaveNone, SavePlain, ViewCopy, ViewRef};
// How it runs and ends.
pub use crate::eval::abi::{NoSignature, RunningLine, Signature, Try, ended, fallible, owned, returning, run, type_of};
// How it waits.
pub use crate::eval::abi::{Runtime, Within, beside, run_waiting};
// Its value, and the values that it keeps.
pub use crate::eval::abi::{
    HasClone, HasCopy, HasNoClone, HasNoCopy, IsNotSend, IsSend, KeptClone, KeptCopy, KeptNone, KeptPlain, Like,
    ShowDebug, ShowDisplay, ShowType, ShownValue, as_typed, never_of,
};

// A value by its parts, and what impls of that name.
pub use crate::__part as part;
pub use crate::parts::{ByParts, Nothing, Part, Show, WayDebug, WayDisplay, WayName, WayParts, by, leaf};
pub use std::fmt::{Formatter, Result as FormatResult};

// Of the standard library, whatever these names mean in the function.
pub use std::option::Option;
pub use std::primitive::{bool, u64};
pub use std::result::Result;
pub use std::sync::atomic::AtomicU64;
pub use std::{compile_error, format_args, include, module_path};

/// Asks for every ability of a binding's type, and tells its `Late`.
#[doc(hidden)]
#[macro_export]
macro_rules! __resolve {
    ($late:expr) => {{
        use $crate::private::{
            NotDebug as _, NotDeserialize as _, NotDisplay as _, NotParse as _, NotSerialize as _, ViaDebug as _,
            ViaDeserialize as _, ViaDisplay as _, ViaParse as _, ViaSerialize as _,
        };
        // Each call costs rustc a look at all that is still open.
        let probe = &$crate::private::Late::probe(&$late);
        $crate::private::Late::resolve(
            &$late,
            (
                probe.__hookable_debug(),
                probe.__hookable_display(),
                probe.__hookable_parse(),
                probe.__hookable_serialize(),
                probe.__hookable_deserialize(),
            ),
        )
    }};
    ($late:expr, Debug) => {{
        use $crate::private::{No, NotDebug as _, ViaDebug as _};
        $crate::private::Late::resolve(
            &$late,
            (
                (&$crate::private::Late::probe(&$late)).__hookable_debug(),
                No,
                No,
                No,
                No,
            ),
        )
    }};
}
pub use __resolve as resolve;

/// Code that the type checker reads, and no later pass of rustc.
///
/// The borrow checker comes to the second arm, for it takes an arm as a way to the next whatever the patterns are;
/// behind the call of `void` it reads no further. To the lint `unconditional_recursion` there is no such way, so it
/// takes no call in here for a way out of the function. rustc says of no pattern of another crate's macro that it is
/// unreachable.
#[doc(hidden)]
#[macro_export]
macro_rules! __unreached {
    ($($code:tt)*) => {
        match () {
            () => {}
            () => {
                $crate::private::void();
                $($code)*
            }
        }
    };
}
pub use __unreached as unreached;
