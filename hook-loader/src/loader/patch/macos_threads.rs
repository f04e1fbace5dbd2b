//! All other threads are stopped for the moment in which code of the program is written.
//!
//! The kernel stops a thread and tells at which instruction it was. While threads wait, each may hold any lock, that of
//! the allocator too. So whoever has stopped them allocates nothing and takes no lock until they go on.
#![allow(unsafe_code)]

use std::ptr;
use std::sync::{Mutex, PoisonError};

use crate::loader::mach::{
    Port, THIS_TASK, THREAD_STATE, ThreadState, mach_port_deallocate, mach_thread_self, mach_vm_deallocate,
    task_threads, thread_get_state, thread_resume, thread_suspend,
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
    port: Port,
    /// The address of its next instruction.
    at: u64,
}

const MOST: usize = 4096;

/// Calls `work` while all other threads are stopped, with the addresses of their next instructions. `work` must not
/// allocate, and must not take any lock.
pub(super) fn with_others_stopped<T>(work: impl FnOnce(&mut dyn Iterator<Item = u64>) -> T) -> Result<T, NotStopped> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut threads = Vec::with_capacity(MOST);
    // SAFETY: the call has no preconditions.
    let own = unsafe { mach_thread_self() };
    let stopped = stop(own, &mut threads);
    let result = stopped.map(|()| work(&mut threads.iter().map(|thread| thread.at)));
    for thread in &threads {
        // SAFETY: the thread was stopped here.
        unsafe { thread_resume(thread.port) };
        give_back(thread.port);
    }
    give_back(own);
    result
}

/// Stops threads until all have stopped, those too that were made meanwhile.
fn stop(own: Port, threads: &mut Vec<StoppedThread>) -> Result<(), NotStopped> {
    loop {
        let known = threads.len();
        let (mut list, mut count) = (ptr::null_mut::<Port>(), 0);
        // SAFETY: the kernel writes where the list is, and how long it is.
        if unsafe { task_threads(THIS_TASK, &raw mut list, &raw mut count) } != 0 {
            return Err(NotStopped::NoList);
        }
        let mut result = Ok(());
        for number in 0..count as usize {
            // SAFETY: the list has as many names.
            let port = unsafe { list.add(number).read() };
            let is_known = port == own || threads.iter().any(|thread| thread.port == port);
            let stopped = match () {
                () if is_known || result.is_err() => Ok(None),
                () if threads.len() == MOST => Err(NotStopped::TooMany),
                () => stop_thread(port),
            };
            match stopped {
                // The name is given back when the thread goes on.
                Ok(Some(thread)) => threads.push(thread),
                Ok(None) => give_back(port),
                Err(why) => {
                    give_back(port);
                    result = Err(why);
                }
            }
        }
        // SAFETY: the kernel made the list for this call alone.
        unsafe { mach_vm_deallocate(THIS_TASK, list as u64, u64::from(count) * size_of::<Port>() as u64) };
        result?;
        if threads.len() == known {
            return Ok(());
        }
    }
}

/// Stops a thread, or returns `None` if it has ended.
fn stop_thread(port: Port) -> Result<Option<StoppedThread>, NotStopped> {
    // SAFETY: the name is that of a thread. One that has ended cannot be stopped, and needs not.
    if unsafe { thread_suspend(port) } != 0 {
        return Ok(None);
    }
    let mut state = ThreadState::default();
    let mut words = (size_of::<ThreadState>() / size_of::<u32>()) as u32;
    // SAFETY: the kernel waits until the thread stands, and writes at most so many words.
    if unsafe { thread_get_state(port, THREAD_STATE, &raw mut state, &raw mut words) } != 0 {
        // SAFETY: the thread was stopped above.
        unsafe { thread_resume(port) };
        return Err(NotStopped::Thread(port.cast_signed()));
    }
    Ok(Some(StoppedThread {
        port,
        at: state.next_instruction,
    }))
}

/// Gives a name back that the kernel gave.
fn give_back(port: Port) {
    // SAFETY: whoever calls this was given the name once, and does not use it any more.
    unsafe { mach_port_deallocate(THIS_TASK, port) };
}
