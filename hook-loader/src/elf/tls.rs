//! Thread-locals that the program does not have.
//!
//! A thread-local of the program is found like any other variable: by its place in the program's module. One that it
//! lacks (of a std function never used so far, or declared by the line) needs room in every thread, those that
//! already run too, at *one* distance from the thread pointer: rustc has executables reach thread-locals by that
//! distance, with nothing in between that could be diverted. So each thread carries a small reserve, a zeroed
//! thread-local of this crate, and new variables are given places in it. That makes all four models of access plain
//! arithmetic.
//!
//! What is left are variables that do not start as zero. They are set up when a thread first asks for an address by
//! `__tls_get_addr` (loaded code is led to the one here) or by a descriptor; the reserve says how many of them the
//! thread has seen. By the other two models nobody asks, and such a variable is refused.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::image::{Image, only_thread_locals};
use super::system::Library;

/// Bytes in each thread.
pub(super) const ROOM: usize = 2048;
/// What a new thread-local may be aligned to.
pub(super) const ALIGN: u64 = 64;

#[repr(C, align(64))]
struct Reserve {
    room: UnsafeCell<[u8; ROOM]>,
    /// How many of `INITIAL` this thread has copied.
    seen: UnsafeCell<usize>,
}

thread_local! {
    static RESERVE: Reserve = const { Reserve { room: UnsafeCell::new([0; ROOM]), seen: UnsafeCell::new(0) } };
}

/// The initial values, in the order of loading, and how many there are.
static INITIAL: Mutex<Vec<Initial>> = Mutex::new(Vec::new());
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// What the room from `place` on holds at first: `len` bytes at `address`, which are constant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Initial {
    pub(super) place: usize,
    pub(super) address: u64,
    pub(super) len: usize,
}

/// How this process reaches thread-locals.
#[derive(Debug)]
pub(super) struct ThreadLocals {
    /// The module with the reserve, and where in it.
    pub(super) module: usize,
    pub(super) reserve: u64,
    /// The program's own module.
    program: usize,
    /// Whether all threads have a module at one distance.
    fixed: Mutex<HashMap<usize, bool>>,
}

/// What `__tls_get_addr` takes.
#[repr(C)]
pub(super) struct Index {
    module: usize,
    offset: usize,
}

type GetAddr = unsafe extern "C" fn(*const Index) -> *mut u8;

/// The system's `__tls_get_addr`. Not named at build time: a program that is linked to no shared library has none.
fn system_get_addr() -> Option<GetAddr> {
    static FOUND: OnceLock<Option<GetAddr>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let found = Library::OF_PROGRAM.find("__tls_get_addr", false)?;
        // SAFETY: the function that has this name, by the convention of the platform.
        Some(unsafe { std::mem::transmute::<usize, GetAddr>(found as usize) })
    })
}

impl ThreadLocals {
    /// `images` are those of the process, the program first.
    pub(super) fn of(images: &[&Image]) -> ThreadLocals {
        let here = get_addr as unsafe extern "C" fn(*const Index) -> *mut u8 as usize as u64;
        let module = images
            .iter()
            .find(|image| image.holds(here))
            .map_or(0, |image| image.tls_module);
        let program = images.first().map_or(0, |image| image.tls_module);
        let reserve = RESERVE.with(|reserve| reserve.room.get() as u64);
        ThreadLocals {
            module,
            reserve: if module == 0 { 0 } else { reserve - start(module) },
            program,
            fixed: Mutex::default(),
        }
    }

    /// The distance from the thread pointer, if it is the same in all threads. It is for the program and the
    /// libraries that it starts with, whose thread-locals are together; those of others are wherever there was room.
    pub(super) fn thread_pointer_offset(&self, module: usize, offset: u64) -> Option<u64> {
        let distance = move || start(module).wrapping_sub(thread_pointer());
        let in_another = || std::thread::Builder::new().spawn(distance).ok()?.join().ok();
        let mut fixed = self.fixed.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let is_fixed =
            module == self.program || *fixed.entry(module).or_insert_with(|| in_another() == Some(distance()));
        is_fixed.then(|| distance().wrapping_add(offset))
    }
}

/// Where this thread has the thread-locals of a module, which is one that `dl_iterate_phdr` told.
fn start(module: usize) -> u64 {
    match system_get_addr() {
        // SAFETY: there is such a module.
        Some(get_addr) => unsafe { get_addr(&Index { module, offset: 0 }) as u64 },
        // The only module there is, which each thread has from its start.
        None => only_thread_locals(),
    }
}

pub(super) fn add_initial(value: Initial) {
    let mut initial = INITIAL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    initial.push(value);
    COUNT.store(initial.len(), Ordering::Release);
}

/// Gives this thread the initial values that it has not seen.
extern "C" fn prepare() {
    RESERVE.with(|reserve| {
        // SAFETY: only this thread has access, and nothing below comes back here.
        let seen = unsafe { &mut *reserve.seen.get() };
        if *seen == COUNT.load(Ordering::Acquire) {
            return;
        }
        let initial = INITIAL.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for &Initial { place, address, len } in &initial[*seen..] {
            // SAFETY: the place lies in the room, was given to one variable, and no code that knows it has run on
            // this thread; the value is in loaded memory, which is never given back.
            unsafe {
                reserve
                    .room
                    .get()
                    .cast::<u8>()
                    .add(place)
                    .copy_from(address as *const u8, len)
            };
        }
        *seen = initial.len();
    });
}

/// The `__tls_get_addr` of loaded code.
unsafe extern "C" fn get_addr(index: *const Index) -> *mut u8 {
    prepare();
    match system_get_addr() {
        // SAFETY: the caller's.
        Some(get_addr) => unsafe { get_addr(index) },
        // SAFETY: an index that the loader wrote, and a place within the thread-locals of the program.
        None => unsafe { (only_thread_locals() as *mut u8).add((*index).offset) },
    }
}

pub(super) fn get_addr_address() -> u64 {
    get_addr as unsafe extern "C" fn(*const Index) -> *mut u8 as usize as u64
}

/// The function of a descriptor: takes the descriptor in the register of the result, gives the distance from the thread
/// pointer, and leaves all other registers as they are.
pub(super) fn descriptor_function(initial: bool) -> Option<u64> {
    if initial {
        machine::PREPARED
    } else {
        Some(machine::PLAIN)
    }
    .map(|function| function as usize as u64)
}

#[cfg(target_arch = "x86_64")]
mod machine {
    use std::arch::{asm, naked_asm};

    pub(super) const PLAIN: unsafe extern "C" fn() = plain;
    /// rustc uses no descriptors on this machine.
    pub(super) const PREPARED: Option<unsafe extern "C" fn()> = None;

    #[unsafe(naked)]
    unsafe extern "C" fn plain() {
        naked_asm!("mov rax, [rax + 8]", "ret")
    }

    pub(super) fn thread_pointer() -> u64 {
        let pointer;
        // SAFETY: the first word at `fs` is its own address.
        unsafe { asm!("mov {}, fs:[0]", out(reg) pointer, options(nostack, readonly, preserves_flags)) };
        pointer
    }
}

#[cfg(target_arch = "aarch64")]
mod machine {
    use std::arch::{asm, naked_asm};

    pub(super) const PLAIN: unsafe extern "C" fn() = plain;
    pub(super) const PREPARED: Option<unsafe extern "C" fn()> = Some(prepared);

    #[unsafe(naked)]
    unsafe extern "C" fn plain() {
        naked_asm!("ldr x0, [x0, #8]", "ret")
    }

    #[unsafe(naked)]
    unsafe extern "C" fn prepared() {
        naked_asm!(
            "sub sp, sp, #688",
            "stp x29, x30, [sp]",
            "mov x29, sp",
            "stp x0, x1, [sp, #16]",
            "stp x2, x3, [sp, #32]",
            "stp x4, x5, [sp, #48]",
            "stp x6, x7, [sp, #64]",
            "stp x8, x9, [sp, #80]",
            "stp x10, x11, [sp, #96]",
            "stp x12, x13, [sp, #112]",
            "stp x14, x15, [sp, #128]",
            "stp x16, x17, [sp, #144]",
            "mrs x16, nzcv",
            "stp x18, x16, [sp, #160]",
            "stp q0, q1, [sp, #176]",
            "stp q2, q3, [sp, #208]",
            "stp q4, q5, [sp, #240]",
            "stp q6, q7, [sp, #272]",
            "stp q8, q9, [sp, #304]",
            "stp q10, q11, [sp, #336]",
            "stp q12, q13, [sp, #368]",
            "stp q14, q15, [sp, #400]",
            "stp q16, q17, [sp, #432]",
            "stp q18, q19, [sp, #464]",
            "stp q20, q21, [sp, #496]",
            "stp q22, q23, [sp, #528]",
            "stp q24, q25, [sp, #560]",
            "stp q26, q27, [sp, #592]",
            "stp q28, q29, [sp, #624]",
            "stp q30, q31, [sp, #656]",
            "bl {prepare}",
            "ldp q0, q1, [sp, #176]",
            "ldp q2, q3, [sp, #208]",
            "ldp q4, q5, [sp, #240]",
            "ldp q6, q7, [sp, #272]",
            "ldp q8, q9, [sp, #304]",
            "ldp q10, q11, [sp, #336]",
            "ldp q12, q13, [sp, #368]",
            "ldp q14, q15, [sp, #400]",
            "ldp q16, q17, [sp, #432]",
            "ldp q18, q19, [sp, #464]",
            "ldp q20, q21, [sp, #496]",
            "ldp q22, q23, [sp, #528]",
            "ldp q24, q25, [sp, #560]",
            "ldp q26, q27, [sp, #592]",
            "ldp q28, q29, [sp, #624]",
            "ldp q30, q31, [sp, #656]",
            "ldp x18, x16, [sp, #160]",
            "msr nzcv, x16",
            "ldp x16, x17, [sp, #144]",
            "ldp x14, x15, [sp, #128]",
            "ldp x12, x13, [sp, #112]",
            "ldp x10, x11, [sp, #96]",
            "ldp x8, x9, [sp, #80]",
            "ldp x6, x7, [sp, #64]",
            "ldp x4, x5, [sp, #48]",
            "ldp x2, x3, [sp, #32]",
            "ldp x0, x1, [sp, #16]",
            "ldp x29, x30, [sp]",
            "add sp, sp, #688",
            "ldr x0, [x0, #8]",
            "ret",
            prepare = sym super::prepare,
        )
    }

    pub(super) fn thread_pointer() -> u64 {
        let pointer;
        // SAFETY: reads a register.
        unsafe { asm!("mrs {}, tpidr_el0", out(reg) pointer, options(nostack, nomem, preserves_flags)) };
        pointer
    }
}

use machine::thread_pointer;
