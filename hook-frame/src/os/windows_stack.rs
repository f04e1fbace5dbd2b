//! Other stacks on Windows. The system knows by words of the thread's own block which stack it runs on: it makes that
//! larger page by page, up to its limit, and looks for handlers of an exception on nothing else. So these words change
//! along with the stack pointer. A fiber would be another stack, too, and has other fiber-local storage, where
//! the C library keeps what belongs to a thread.
#![allow(unsafe_code)]

use std::arch::{asm, naked_asm};
use std::ffi::c_void;
use std::ptr;

/// So much at the low end is left for what handles an overflow.
const GUARD: usize = 64 << 10;
/// So much can be accessed at first. The page below it says that more is needed.
const FIRST: usize = 64 << 10;
const PAGE: usize = 4 << 10;

const MEM_COMMIT: u32 = 0x1000;
const MEM_RESERVE: u32 = 0x2000;
const MEM_RELEASE: u32 = 0x8000;
const PAGE_READWRITE: u32 = 0x4;
const PAGE_GUARD: u32 = 0x100;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn VirtualAlloc(address: *mut c_void, size: usize, kind: u32, protection: u32) -> *mut c_void;
    fn VirtualFree(address: *mut c_void, size: usize, kind: u32) -> i32;
}

/// Returns how much of the current stack is left. Returns `None` on a stack that the system knows nothing of.
pub(super) fn room() -> Option<usize> {
    let here = 0_u8;
    bounds().map(|(low, _)| (&raw const here).addr().saturating_sub(low))
}

/// Returns where the part of the current stack begins and ends that can be used. Returns `None` on a stack that the
/// system knows nothing of.
pub(super) fn bounds() -> Option<(usize, usize)> {
    let (high, low): (usize, usize);
    // SAFETY: each thread has at these offsets of its own block where its stack begins, and how far it may grow.
    unsafe {
        asm!(
            "mov {}, gs:[0x8]",
            "mov {}, gs:[0x1478]",
            out(reg) high,
            out(reg) low,
            options(nostack, readonly, preserves_flags),
        );
    }
    let here = 0_u8;
    let low = low + GUARD;
    (low..high).contains(&(&raw const here).addr()).then_some((low, high))
}

/// What the system knows of a stack.
#[repr(C)]
struct Bounds {
    /// The stack begins here, and grows downwards.
    high: *mut c_void,
    /// So far it can be accessed.
    limit: *mut c_void,
    /// So far it may grow.
    low: *mut c_void,
    /// The first of a list of handlers on it. Programs for this processor have none; libraries of wine do.
    handlers: *mut c_void,
}

/// The end of a list of handlers.
const NONE: *mut c_void = ptr::without_provenance_mut(usize::MAX);

/// Owns memory that serves as a stack.
pub(super) struct Stack {
    low: *mut c_void,
    /// What the system knows of the stack that the thread does not run on.
    other: Bounds,
}

impl Stack {
    pub(super) fn new(size: usize) -> Option<Stack> {
        // SAFETY: the address space is new, at an address that the system chooses.
        let low = unsafe { VirtualAlloc(ptr::null_mut(), size, MEM_RESERVE, PAGE_READWRITE) };
        if low.is_null() {
            return None;
        }
        let high = low.wrapping_byte_add(size);
        let limit = high.wrapping_byte_sub(FIRST);
        let stack = Stack {
            low,
            other: Bounds {
                high,
                limit,
                low,
                handlers: NONE,
            },
        };
        let guard = limit.wrapping_byte_sub(PAGE);
        // SAFETY: both are parts of what was reserved above, and nobody uses them yet.
        let is_there = unsafe {
            !VirtualAlloc(limit, FIRST, MEM_COMMIT, PAGE_READWRITE).is_null()
                && !VirtualAlloc(guard, PAGE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD).is_null()
        };
        is_there.then_some(stack)
    }

    /// Calls a function on this stack. The process ends if the function unwinds.
    pub(super) fn call(&mut self, mut run: &mut dyn FnMut()) {
        // SAFETY: these are the bounds of this stack. Nothing runs there, since `self` is borrowed mutably for as long
        // as something does. The pointer is to a closure that lives until this returns.
        unsafe { switch(&raw mut self.other, called, (&raw mut run).cast()) };
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: this is the memory that was reserved, and no code runs on it any more.
        unsafe { VirtualFree(self.low, 0, MEM_RELEASE) };
    }
}

extern "C" fn called(run: *mut c_void) {
    // SAFETY: `call` passed this pointer.
    let run = unsafe { &mut *run.cast::<&mut dyn FnMut()>() };
    run();
}

/// Exchanges what the system knows of the thread's stack for the [`Bounds`] that `rbx` points at. Afterwards `rax` has
/// where the stack begins.
macro_rules! exchange_bounds {
    () => {
        "mov rax, gs:[0x0]
         xchg rax, [rbx + 24]
         mov gs:[0x0], rax
         mov rax, gs:[0x10]
         xchg rax, [rbx + 8]
         mov gs:[0x10], rax
         mov rax, gs:[0x1478]
         xchg rax, [rbx + 16]
         mov gs:[0x1478], rax
         mov rax, gs:[0x8]
         xchg rax, [rbx]
         mov gs:[0x8], rax"
    };
}

/// Exchanges the bounds of the thread's stack for those given, calls `call(data)` on the other stack, and exchanges
/// them again. The unwinder finds this frame by the frame pointer, so that a backtrace continues with the caller.
///
/// # Safety
///
/// The bounds must be those of an unused stack, and `call` must return.
#[unsafe(naked)]
unsafe extern "C" fn switch(bounds: *mut Bounds, call: extern "C" fn(*mut c_void), data: *mut c_void) {
    naked_asm!(
        ".seh_proc {this}",
        "push rbp",
        ".seh_pushreg rbp",
        "push rbx",
        ".seh_pushreg rbx",
        "mov rbp, rsp",
        ".seh_setframe rbp, 0",
        ".seh_endprologue",
        "mov rbx, rcx",
        exchange_bounds!(),
        "lea rsp, [rax - 32]",
        "mov rcx, r8",
        "call rdx",
        "mov rsp, rbp",
        exchange_bounds!(),
        "lea rsp, [rbp]",
        "pop rbx",
        "pop rbp",
        "ret",
        ".seh_endproc",
        this = sym switch,
    )
}
