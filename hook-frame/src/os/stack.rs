//! A hook may stand on a thread with a stack of a few KiB, or at the end of a deep recursion, and the console and the
//! user's `Debug` need more. Then they run on another stack, but on the same thread, since the user's code must see its
//! own thread and its thread-locals.
#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The console and a line that is typed there need this much of a stack.
const ENOUGH: usize = 512 << 10;
/// If there is less, the console gets a stack of the first of these sizes that the system gives. Pages that are not
/// touched cost nothing.
const SIZES: [usize; 3] = [64 << 20, 8 << 20, 1 << 20];
/// A value of any depth is formatted on a stack of the first of these sizes that the system gives.
const LARGE: [usize; 3] = [256 << 20, 64 << 20, 8 << 20];

/// A line or a formatting is not to call any deeper where less than this is left of a stack, or a quarter of a smaller
/// one.
const RESERVE: usize = 256 << 10;

/// The highest of the addresses below which the reserve of a stack begins that is watched. What is above all of them
/// needs no closer look.
static RESERVED: AtomicUsize = AtomicUsize::new(0);

/// Has `is_nearly_used_up` heed this stack.
pub fn watch() {
    if let Some((low, high)) = platform::bounds() {
        RESERVED.fetch_max(low + reserve(low, high), Ordering::Relaxed);
    }
}

/// Returns whether so little is left of this stack that what is called must not call any deeper. Of a stack of a
/// coroutine that is not known.
pub(crate) fn is_nearly_used_up() -> bool {
    let here = 0_u8;
    let here = (&raw const here).addr();
    here < RESERVED.load(Ordering::Relaxed)
        && platform::bounds().is_some_and(|(low, high)| here - low < reserve(low, high))
}

fn reserve(low: usize, high: usize) -> usize {
    RESERVE.min((high - low) / 4)
}

/// Runs a function on this stack if that has room for a console, else on another.
pub fn with_room<R>(run: impl FnOnce() -> R) -> R {
    if platform::room().is_some_and(|room| room >= ENOUGH) {
        return run();
    }
    on_one_of(&SIZES, run)
}

/// Runs a function on a stack for values of any depth, which is watched.
pub(crate) fn on_large<R>(run: impl FnOnce() -> R) -> R {
    on_one_of(&LARGE, || {
        watch();
        run()
    })
}

/// Runs a function on a stack of the first size that the system gives; if it gives none, on this stack.
fn on_one_of<R>(sizes: &[usize], run: impl FnOnce() -> R) -> R {
    let Some(stack) = sizes.iter().find_map(|size| platform::Stack::new(*size)) else {
        return run();
    };
    let (mut run, mut result) = (Some(run), None);
    {
        let mut stack = stack;
        stack.call(&mut || {
            if let Some(run) = run.take() {
                result = Some(catch_unwind(AssertUnwindSafe(run)));
            }
        });
    }
    match result.expect("it was called") {
        Ok(result) => result,
        Err(payload) => resume_unwind(payload),
    }
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod platform {
    use std::cell::Cell;
    use std::mem::MaybeUninit;
    use std::ops::Range;
    use std::ptr;

    /// So many bytes at the low end of a stack cannot be accessed, so that an overflow is a fault.
    const GUARD: usize = 64 << 10;

    thread_local! {
        /// The lowest and the highest address of the thread's own stack, once it was asked for.
        static OWN: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
        /// The lowest and the highest address of the other stack that the thread runs on, if it does.
        static OURS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
    }

    /// Returns how much of the current stack is left. Returns `None` on a stack that is neither the thread's nor made
    /// here, such as that of a coroutine.
    pub(super) fn room() -> Option<usize> {
        let here = 0_u8;
        bounds().map(|(low, _)| (&raw const here).addr().saturating_sub(low))
    }

    /// Returns the lowest and the highest address of the current stack, if it is the thread's or made here.
    pub(super) fn bounds() -> Option<(usize, usize)> {
        let here = 0_u8;
        let here = (&raw const here).addr();
        let is_in = |(low, high): &(usize, usize)| (*low..*high).contains(&here);
        Some(OURS.get()).filter(is_in).or_else(|| {
            if OWN.get() == (0, 0) {
                OWN.set(own().map_or((1, 1), |own| (own.start, own.end)));
            }
            Some(OWN.get()).filter(is_in)
        })
    }

    /// Returns the stack that the thread was started with.
    fn own() -> Option<Range<usize>> {
        let mut attributes = MaybeUninit::uninit();
        let (mut start, mut size) = (ptr::null_mut(), 0);
        // SAFETY: the attributes are those of this thread, which lives. They are read only if they were written, and
        // are destroyed afterwards.
        unsafe {
            if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
                return None;
            }
            let found = libc::pthread_attr_getstack(attributes.as_ptr(), &mut start, &mut size);
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
            (found == 0).then(|| start.addr()..start.addr() + size)
        }
    }

    /// Owns memory that serves as a stack.
    pub(super) struct Stack {
        low: *mut libc::c_void,
        size: usize,
    }

    impl Stack {
        pub(super) fn new(size: usize) -> Option<Stack> {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK;
            // SAFETY: the memory is new, at an address that the system chooses, and the guard is its beginning.
            unsafe {
                let low = libc::mmap(ptr::null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
                if low == libc::MAP_FAILED {
                    return None;
                }
                let stack = Stack { low, size };
                (libc::mprotect(low, GUARD, libc::PROT_NONE) == 0).then_some(stack)
            }
        }

        /// Calls a function on this stack. The process ends if the function unwinds.
        pub(super) fn call(&mut self, mut run: &mut dyn FnMut()) {
            struct Back((usize, usize));
            impl Drop for Back {
                fn drop(&mut self) {
                    OURS.set(self.0);
                }
            }
            let top = self.low.wrapping_byte_add(self.size);
            let _back = Back(OURS.replace((self.low.addr() + GUARD, top.addr())));
            // SAFETY: `top` is the top of this stack, aligned to a page. Nothing runs there, since `self` is borrowed
            // mutably for as long as something does. The pointer is to a closure that lives until this returns.
            unsafe { switch(top, called, (&raw mut run).cast()) };
        }
    }

    impl Drop for Stack {
        fn drop(&mut self) {
            // SAFETY: this is the memory that was mapped, and no code runs on it any more.
            unsafe { libc::munmap(self.low, self.size) };
        }
    }

    extern "C" fn called(run: *mut libc::c_void) {
        // SAFETY: `call` passed this pointer.
        let run = unsafe { &mut *run.cast::<&mut dyn FnMut()>() };
        run();
    }

    /// Calls `call(data)` with `top` as the stack pointer. The unwinder finds this frame by the frame pointer, so that
    /// a backtrace continues with the caller of `switch`.
    ///
    /// # Safety
    ///
    /// `top` must be the top of an unused stack, aligned to 16, and `call` must return.
    #[cfg(target_arch = "x86_64")]
    #[unsafe(naked)]
    unsafe extern "C" fn switch(
        top: *mut libc::c_void,
        call: extern "C" fn(*mut libc::c_void),
        data: *mut libc::c_void,
    ) {
        std::arch::naked_asm!(
            ".cfi_startproc",
            "push rbp",
            ".cfi_def_cfa rsp, 16",
            ".cfi_offset rbp, -16",
            "mov rbp, rsp",
            ".cfi_def_cfa_register rbp",
            "mov rsp, rdi",
            "mov rdi, rdx",
            "call rsi",
            "mov rsp, rbp",
            "pop rbp",
            ".cfi_def_cfa rsp, 8",
            "ret",
            ".cfi_endproc",
        );
    }

    /// This does the same as the function for x86-64 above.
    ///
    /// # Safety
    ///
    /// The conditions are those of that function.
    #[cfg(target_arch = "aarch64")]
    #[unsafe(naked)]
    unsafe extern "C" fn switch(
        top: *mut libc::c_void,
        call: extern "C" fn(*mut libc::c_void),
        data: *mut libc::c_void,
    ) {
        std::arch::naked_asm!(
            ".cfi_startproc",
            "stp x29, x30, [sp, #-16]!",
            ".cfi_def_cfa sp, 16",
            ".cfi_offset x29, -16",
            ".cfi_offset x30, -8",
            "mov x29, sp",
            ".cfi_def_cfa x29, 16",
            "mov sp, x0",
            "mov x0, x2",
            "blr x1",
            "mov sp, x29",
            ".cfi_def_cfa sp, 16",
            "ldp x29, x30, [sp], #16",
            ".cfi_def_cfa sp, 0",
            "ret",
            ".cfi_endproc",
        );
    }
}

#[cfg(all(windows, target_arch = "x86_64"))]
#[path = "windows_stack.rs"]
mod platform;

#[cfg(not(any(
    all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")),
    all(windows, target_arch = "x86_64")
)))]
mod platform {
    /// Says that there is room: where no other stack can be had, the current one serves.
    pub(super) fn room() -> Option<usize> {
        Some(usize::MAX)
    }

    /// Says that the bounds are not known.
    pub(super) fn bounds() -> Option<(usize, usize)> {
        None
    }

    pub(super) enum Stack {}

    impl Stack {
        pub(super) fn new(_: usize) -> Option<Stack> {
            None
        }

        pub(super) fn call(&mut self, _: &mut dyn FnMut()) {
            match *self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::thread;

    use super::*;

    thread_local! {
        static OWN: Cell<u32> = const { Cell::new(0) };
    }

    fn deep(levels: usize) -> usize {
        let frame = std::hint::black_box([levels; 64]);
        if levels == 0 {
            0
        } else {
            deep(levels - 1) + frame[5].min(1)
        }
    }

    #[test]
    fn the_thread_stays_the_same() {
        OWN.set(7);
        let id = thread::current().id();
        assert_eq!(on_large(|| (OWN.get(), thread::current().id())), (7, id));
    }

    #[test]
    fn a_small_thread_gets_room() {
        let small = thread::Builder::new().stack_size(64 << 10);
        // Some systems give a thread more than it asks for.
        let on_small = || on_one_of(&[128 << 10], || with_room(|| with_room(|| deep(10_000))));
        let thread = small.spawn(on_small);
        assert_eq!(thread.unwrap().join().unwrap(), 10_000);
        assert_eq!(on_large(|| deep(100_000)), 100_000);
    }

    fn until_nearly_used_up(level: usize) -> usize {
        let frame = std::hint::black_box([level; 64]);
        match is_nearly_used_up() {
            true => level,
            false => until_nearly_used_up(level + 1) + frame[5] - level,
        }
    }

    #[test]
    fn the_end_of_a_stack_is_seen() {
        for size in [64 << 10, 1 << 20, 8 << 20] {
            let thread = thread::Builder::new().stack_size(size).spawn(|| {
                watch();
                (is_nearly_used_up(), until_nearly_used_up(0))
            });
            let (at_once, levels) = thread.unwrap().join().unwrap();
            assert_eq!((at_once, levels > size / 5_000), (false, true), "{size}: {levels}");
        }
    }

    #[test]
    fn the_end_of_a_large_stack_is_seen() {
        assert!(on_large(|| until_nearly_used_up(0)) > 8_000);
    }

    #[test]
    fn a_panic_comes_through() {
        let payload = catch_unwind(|| on_large(|| panic!("within"))).unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"within"));
        assert_eq!(on_large(|| 1), 1);
    }
}
