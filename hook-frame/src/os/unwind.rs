//! The unwinder that std brings along tells which calls have not returned, and their registers.
#![allow(unsafe_code)]

use std::ffi::c_void;

/// A call that has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// It goes on at this address.
    pub address: usize,
    /// Its stack pointer where it called on.
    pub stack: usize,
    /// Its frame pointer there. A function need not have one, and then it is any number.
    pub frame: usize,
}

/// What the unwinder knows of a call.
type Context = *mut c_void;

unsafe extern "C" {
    fn _Unwind_Backtrace(each: extern "C" fn(Context, *mut c_void) -> i32, data: *mut c_void) -> i32;
    fn _Unwind_GetIP(context: Context) -> usize;
    fn _Unwind_GetCFA(context: Context) -> usize;
    fn _Unwind_GetGR(context: Context, register: i32) -> usize;
}

/// The number of the frame pointer.
const FRAME_POINTER: i32 = if cfg!(target_arch = "aarch64") { 29 } else { 6 };

/// `_URC_NO_REASON`: the next call is wanted.
const NEXT: i32 = 0;

/// Returns the calls of this thread that have not returned, the innermost first.
pub fn calls() -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    // SAFETY: `note` takes the pointer for what it is, and the unwinder hands it on while the vector is borrowed here.
    unsafe { _Unwind_Backtrace(note, (&raw mut calls).cast()) };
    calls
}

extern "C" fn note(context: Context, data: *mut c_void) -> i32 {
    // SAFETY: `calls` has given this pointer to its vector, which nobody else uses until the unwinder returns.
    let calls = unsafe { &mut *data.cast::<Vec<Call>>() };
    // SAFETY: the unwinder calls this with its context of a call, which it lets be asked until this returns. The frame
    // pointer is a register that each function restores, so the unwinder knows it for each call.
    let (address, stack, frame) = unsafe {
        (
            _Unwind_GetIP(context),
            _Unwind_GetCFA(context),
            _Unwind_GetGR(context, FRAME_POINTER),
        )
    };
    calls.push(Call { address, stack, frame });
    NEXT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn within(depth: usize, at: &mut usize) -> Vec<Call> {
        let here = 0_u8;
        *at = (&raw const here).addr();
        match depth {
            0 => calls(),
            _ => std::hint::black_box(within(depth - 1, at)),
        }
    }

    #[test]
    fn calls_lie_on_the_stack_in_their_order() {
        let mut deepest = 0;
        let all = within(5, &mut deepest);
        let own: Vec<_> = all.iter().filter(|call| call.address != 0).collect();
        assert!(own.len() > 6, "{own:?}");
        assert!(own.windows(2).all(|pair| pair[0].stack < pair[1].stack), "{own:?}");
        // The innermost call of `within` is the second frame.
        let range = own[0].stack..own[2].stack;
        assert!(range.contains(&deepest), "{deepest:#x} {own:?}");
    }
}
