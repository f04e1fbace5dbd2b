//! All other threads are stopped for the moment in which code of the program is written.
//!
//! The system stops a thread and tells at which instruction it was. While threads wait, each may hold any lock, that of
//! the allocator too. So whoever has stopped them allocates nothing and takes no lock until they go on.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use crate::loader::kernel32::{
    CloseHandle, GetCurrentProcess, GetCurrentThreadId, GetExitCodeThread, GetThreadContext, GetThreadId,
    NtGetNextThread, ResumeThread, SuspendThread, ThreadContext,
};

/// Why threads were not stopped.
#[derive(Clone, Copy, Debug)]
pub(super) enum NotStopped {
    /// This thread cannot be stopped.
    Thread(i32),
    /// There are too many threads.
    TooMany,
    /// The threads could not be listed.
    NoList,
}

/// A thread that was stopped.
struct StoppedThread {
    handle: *mut c_void,
    id: u32,
    /// The address of its next instruction.
    at: u64,
}

const MOST: usize = 4096;

/// The rights to stop a thread, and to see where it is and who it is.
const ACCESS: u32 = 0x2 | 0x8 | 0x40;
/// The system says this behind the last thread, `STATUS_NO_MORE_ENTRIES`.
const NO_MORE: i32 = 0x8000_001a_u32.cast_signed();
/// What is wanted of the registers is the one with the address of the next instruction.
const CONTROL: u32 = 0x10_0001;

/// Calls `work` while all other threads are stopped, with the addresses of their next instructions. `work` must not
/// allocate, and must not take any lock.
pub(super) fn with_others_stopped<T>(work: impl FnOnce(&mut dyn Iterator<Item = u64>) -> T) -> Result<T, NotStopped> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut threads = Vec::with_capacity(MOST);
    let stopped = stop(&mut threads);
    let result = stopped.map(|()| work(&mut threads.iter().map(|thread| thread.at)));
    for thread in &threads {
        // SAFETY: the handle is that of a thread which was stopped here, and is not used any more.
        unsafe {
            ResumeThread(thread.handle);
            CloseHandle(thread.handle);
        }
    }
    result
}

/// Stops threads until all have stopped, those too that were made meanwhile.
fn stop(threads: &mut Vec<StoppedThread>) -> Result<(), NotStopped> {
    loop {
        let known = threads.len();
        let mut previous = ptr::null_mut();
        loop {
            let mut handle = ptr::null_mut();
            // SAFETY: the system writes a handle; the previous one is open, or there is none.
            let status = unsafe { NtGetNextThread(GetCurrentProcess(), previous, ACCESS, 0, 0, &raw mut handle) };
            close_unless_stopped(previous, threads);
            match status {
                0 => {}
                NO_MORE => break,
                _ => return Err(NotStopped::NoList),
            }
            previous = handle;
            // SAFETY: the handle is that of a thread, with the right to ask who it is.
            let (id, own) = unsafe { (GetThreadId(handle), GetCurrentThreadId()) };
            if id == own || threads.iter().any(|thread| thread.id == id) {
                continue;
            }
            let stopped = match threads.len() < MOST {
                true => stop_thread(handle, id),
                false => Err(NotStopped::TooMany),
            };
            match stopped {
                Ok(stopped) => threads.extend(stopped),
                Err(why) => {
                    close_unless_stopped(handle, threads);
                    return Err(why);
                }
            }
        }
        if threads.len() == known {
            return Ok(());
        }
    }
}

/// Closes a handle, unless it is kept.
fn close_unless_stopped(handle: *mut c_void, threads: &[StoppedThread]) {
    if !handle.is_null() && !threads.iter().any(|thread| thread.handle == handle) {
        // SAFETY: the handle is open, and nobody has it any more.
        unsafe { CloseHandle(handle) };
    }
}

/// Stops a thread, or returns `None` if it has ended.
fn stop_thread(handle: *mut c_void, id: u32) -> Result<Option<StoppedThread>, NotStopped> {
    let refused = NotStopped::Thread(id.cast_signed());
    // SAFETY: the handle has the right for that.
    if unsafe { SuspendThread(handle) } == u32::MAX {
        // One that has ended cannot be stopped, and needs not.
        return match has_ended(handle) {
            true => Ok(None),
            false => Err(refused),
        };
    }
    let mut context = MaybeUninit::<ThreadContext>::zeroed();
    // SAFETY: zeros are a valid value. The system fills in what the flags ask for, and waits until the thread stands.
    let (done, context) = unsafe {
        (*context.as_mut_ptr()).flags = CONTROL;
        (GetThreadContext(handle, context.as_mut_ptr()), context.assume_init())
    };
    if done == 0 {
        // SAFETY: the thread was stopped above.
        unsafe { ResumeThread(handle) };
        return match has_ended(handle) {
            true => Ok(None),
            false => Err(refused),
        };
    }
    Ok(Some(StoppedThread {
        handle,
        id,
        at: context.next_instruction,
    }))
}

/// Returns whether a thread has ended.
fn has_ended(handle: *mut c_void) -> bool {
    /// The exit code of a thread that runs.
    const RUNS: u32 = 259;
    let mut code = RUNS;
    // SAFETY: the system writes a number.
    let told = unsafe { GetExitCodeThread(handle, &raw mut code) };
    told != 0 && code != RUNS
}
