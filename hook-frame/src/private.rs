//! This module exports every name that emitted code uses, and no other: code that the attribute writes around a hook,
//! and code that is written around a line that is typed there. Whoever changes a name here must change
//! `hook-macros/src/emit` or `hook-runtime/src/eval/codegen` too.
//!
//! They are no interface. Emitted code upholds what some of them rely on and no type says: the code of a slot, its list
//! and the captures of a hit belong together, and a function that shows a type is for all its lifetimes. They are not
//! `unsafe` for that, because emitted code stands in crates that forbid it.

// These decide whether a hook opens, and describe the hit.
pub use crate::frame::{Binding, BodyRun, EarlyReturn, Recorded, Site, State, Steps};
pub use crate::gate::Hit;
// A planted trace calls these.
pub use crate::gate::{TraceDebug, TraceDisplay, TraceParts, TraceType, TracedValue};
// A hook that is planted behind the body of a function stands behind a call of this.
pub use crate::frame::call;
// These capture the bindings.
pub use crate::value::{Access, Captures, copied, unknown};
// These carry the traits of a captured type, which are chosen behind the body.
pub use crate::value::{Late, late, never, void};
// `resolve!` names these.
pub use crate::value::{
    No, NotDebug, NotDebugOfStd, NotDeserialize, NotDisplay, NotParse, NotSerialize, ViaDebug, ViaDebugOfStd,
    ViaDeserialize, ViaDisplay, ViaParse, ViaSerialize,
};
// This stands at the beginning of a function under which panics open a console.
pub use crate::frame::under;
// These stand where an error leaves the function.
pub use crate::frame::{Exit, Out, checked, failed, never_returned, out, retries, returned};
// Only probes name these.
pub use crate::frame::{ASKED, early_return};
pub use crate::value::{
    IsMutableReference, IsNotKept, IsNotSent, IsNotSentBehind, IsNotSentCopied, IsSent, IsSharedReference, IsValue,
    consume, maybe, which,
};
// A hook has a slot, into which lines are compiled.
pub use crate::abi::{Slot, idle, read_place, run_line, written_place};
// A line in the slot reads its places, and keeps what they had for `:undo`.
pub use crate::abi::{At, CapturedPlace, Places, SaveClone, SaveCopy, SaveNone, SavePlain, ViewCopy, ViewRef};
// These run the line and take its end.
pub use crate::abi::{NoSignature, RunningLine, Signature, Try, ended, fallible, owned, returning, run, type_of};
// This ends a line that was interrupted.
pub use crate::abi::safepoint;
// These wait where the line awaits.
pub use crate::abi::{Runtime, Within, beside, run_waiting};
// These take the line's value, and the values that it keeps.
pub use crate::abi::{DrawItems, DrawValue, DrawnValue};
pub use crate::abi::{
    HasClone, HasCopy, HasNoClone, HasNoCopy, IsNotSend, IsSend, KeptClone, KeptCopy, KeptNone, KeptPlain, Like,
    Pointee, ShowDebug, ShowDisplay, ShowParts, ShowType, ShownValue, as_typed, never_kept, never_of,
};

// These hold values that borrow from the frame.
pub use crate::abi::{never_moved, never_pinned};

// These show a value by its parts; the impls beside the crate's types name them.
pub use crate::parts::{
    ByParts, Given, GivenOther, GivenSame, Nothing, Part, Show, WayDebug, WayDeref, WayDisplay, WayName, WayParts, by,
    leaf, learn, learn_fields,
};
pub use crate::{__given as given, __part as part, __way as way};
pub use std::fmt::{Formatter, Result as FormatResult};

// Emitted code takes these of the standard library from here, since their names may mean something else in the
// function.
pub use std::option::Option;
pub use std::primitive::{bool, u64};
pub use std::result::Result;
pub use std::sync::atomic::AtomicU64;
pub use std::{column, compile_error, file, format_args, include, line, module_path, stringify};

/// Imports the trait by whose methods a hook captures.
#[doc(hidden)]
#[macro_export]
macro_rules! __captures {
    () => {
        use $crate::private::Captures as _;
    };
}
pub use __captures as captures;

/// Imports the traits by which `resolve!` asks, once for all bindings of a body.
#[doc(hidden)]
#[macro_export]
macro_rules! __ask_traits {
    () => {
        use $crate::private::{
            NotDebug as _, NotDeserialize as _, NotDisplay as _, NotParse as _, NotSerialize as _, ViaDebug as _,
            ViaDeserialize as _, ViaDisplay as _, ViaParse as _, ViaSerialize as _,
        };
    };
}
pub use __ask_traits as ask_traits;

/// Asks for every ability of a binding's type, and tells its `Late`. The traits that it asks by are imported before.
#[doc(hidden)]
#[macro_export]
macro_rules! __resolve {
    ($late:expr) => {{
        // `probe` is made once, since rustc looks at all open obligations again after each call.
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
    ($late:expr, Debug) => {
        $crate::private::resolve!(@only $late, __hookable_debug)
    };
    ($late:expr, DebugOfStd) => {{
        use $crate::private::{NotDebugOfStd as _, ViaDebugOfStd as _};
        $crate::private::resolve!(@only $late, __hookable_debug_of_std)
    }};
    (@only $late:expr, $ask:ident) => {
        $crate::private::Late::resolve(
            &$late,
            (
                (&$crate::private::Late::probe(&$late)).$ask(),
                $crate::private::No,
                $crate::private::No,
                $crate::private::No,
                $crate::private::No,
            ),
        )
    };
}
pub use __resolve as resolve;

/// Expands to code that the type checker reads, and no later pass of rustc.
///
/// The borrow checker reads the second arm, since it assumes that control can go from each arm to the next, whatever
/// the patterns are; behind the call of `void` it reads no further. The lint `unconditional_recursion` does not assume
/// that, so it takes no call in here for a way out of the function. rustc does not warn that a pattern is unreachable
/// where the macro of another crate made it. Older versions of rustc, as 1.85, say of a definition in there that it is
/// unreachable. In a crate that forbids to allow that, `@forbidden` stands before the code: they say nothing where a
/// closure is what comes behind the call.
#[doc(hidden)]
#[macro_export]
macro_rules! __unreached {
    (@forbidden $($code:tt)*) => {
        match () {
            () => {}
            () => {
                let __hookable_captured = ();
                $crate::private::void();
                let _ = || __hookable_captured;
                $($code)*
            }
        }
    };
    ($($code:tt)*) => {
        match () {
            () => {}
            #[allow(unreachable_code)]
            () => {
                $crate::private::void();
                $($code)*
            }
        }
    };
}
pub use __unreached as unreached;

/// Imports the traits by which a line treats its places and its value. The text of a line has the edition of the
/// program, and an import in that of 2015 finds no name of a block; a macro has the edition of this crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __line_traits {
    () => {
        #[allow(unused_imports)]
        use $crate::private::{
            DrawItems as _, DrawValue as _, HasClone as _, HasCopy as _, HasNoClone as _, HasNoCopy as _,
            IsNotSend as _, IsSend as _, KeptClone as _, KeptCopy as _, KeptNone as _, KeptPlain as _, SaveClone as _,
            SaveCopy as _, SaveNone as _, SavePlain as _, ShowDebug as _, ShowDisplay as _, ShowParts as _,
            ShowType as _, Try as _, ViewCopy as _, ViewRef as _,
        };
    };
}
pub use __line_traits as line_traits;

/// Imports the traits that tell the signature of what a line is, for the reason that `line_traits!` has.
#[doc(hidden)]
#[macro_export]
macro_rules! __signature_traits {
    () => {
        use $crate::private::{NoSignature as _, Signature as _};
    };
}
pub use __signature_traits as signature_traits;

/// A planted trace of some expressions.
#[doc(hidden)]
#[macro_export]
macro_rules! __trace {
    ($($value:expr),*) => {{
        static __HOOKABLE_SITE: $crate::private::Site = $crate::private::Site::of_trace(
            ($crate::private::file!(), $crate::private::line!(), $crate::private::column!()),
            $crate::private::module_path!(),
        );
        if $crate::private::Site::reached(&__HOOKABLE_SITE) {
            $crate::private::Site::traced(&__HOOKABLE_SITE, &|__hookable_values| {
                use $crate::private::{TraceDebug as _, TraceDisplay as _, TraceParts as _, TraceType as _};
                $((&&&&$crate::private::TracedValue(&$value))
                    .__hookable_trace($crate::private::stringify!($value), __hookable_values);)*
            });
        }
    }};
}
pub use __trace as trace;
