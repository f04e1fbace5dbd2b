//! All other threads are stopped for the moment in which code of the program is written.
//!
//! A thread is sent a signal, and waits in the handler. The handler tells at which instruction the thread was. While
//! threads wait, each may hold any lock, that of the allocator too. So whoever has stopped them allocates nothing and
//! takes no lock until they go on. Threads of an emulator execute no code of the program, and need not stop.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::io::{self, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd as _;
use std::ptr;
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::loader::memory::{is_emulated, is_of_emulator};

/// Why threads were not stopped.
#[derive(Clone, Copy, Debug)]
pub(super) enum NotStopped {
    /// This thread did not stop in time. It blocks the signal, or the system does not let it run.
    Thread(i32),
    /// There are too many threads.
    TooMany,
    /// The system gave no signal for it.
    NoSignal,
    /// The threads could not be listed.
    NoList,
}

/// A thread that is to stop.
struct Entry {
    thread: AtomicI32,
    /// The address of its next instruction, or 0 until it has stopped.
    at: AtomicU64,
}

const MOST: usize = 4096;
/// A thread stops within microseconds if it runs. Where many threads wait for a processor, that takes a while.
const PATIENCE: Duration = Duration::from_secs(5);
/// The system is asked for the state of a thread each time that it was waited for so often.
const TURNS: u32 = 100;

static ENTRIES: [Entry; MOST] = [const {
    Entry {
        thread: AtomicI32::new(0),
        at: AtomicU64::new(0),
    }
}; MOST];
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// Threads wait as long as this is what it was when they stopped. It is even while nobody is to stop.
static GATE: AtomicU32 = AtomicU32::new(0);
/// The signal, or 0 as long as none was chosen.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Threads list each other here.
struct Listing(UnsafeCell<[u8; 1 << 15]>);

// SAFETY: only who holds the lock in `with_others_stopped` uses it.
unsafe impl Sync for Listing {}

/// Calls `work` while all other threads are stopped, with the addresses of their next instructions. `work` must not
/// allocate, and must not take any lock.
pub(super) fn with_others_stopped<T>(work: impl FnOnce(&mut dyn Iterator<Item = u64>) -> T) -> Result<T, NotStopped> {
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let signal = signal().ok_or(NotStopped::NoSignal)?;
    let list = std::fs::File::open("/proc/self/task").map_err(|_| NotStopped::NoList)?;
    let is_emulated = is_emulated();
    COUNT.store(0, Ordering::Relaxed);
    GATE.fetch_add(1, Ordering::SeqCst);
    let stopped = stop(signal, list.as_raw_fd(), is_emulated);
    let result = stopped.map(|()| {
        let entries = &ENTRIES[..COUNT.load(Ordering::Relaxed)];
        work(&mut entries.iter().map(|entry| entry.at.load(Ordering::Acquire)))
    });
    GATE.fetch_add(1, Ordering::SeqCst);
    // SAFETY: the call wakes whoever waits for the number to change.
    unsafe { libc::syscall(libc::SYS_futex, GATE.as_ptr(), libc::FUTEX_WAKE, i32::MAX) };
    result
}

/// Sends the signal to threads until all have stopped, those too that were made meanwhile.
fn stop(signal: i32, list: i32, is_emulated: bool) -> Result<(), NotStopped> {
    // SAFETY: these calls have no preconditions.
    let (process, own) = unsafe { (libc::getpid(), libc::syscall(libc::SYS_gettid) as i32) };
    let start = Instant::now();
    loop {
        let mut is_new = false;
        let count = COUNT.load(Ordering::Relaxed);
        each_thread(list, |thread| {
            let count = COUNT.load(Ordering::Relaxed);
            let known = ENTRIES[..count]
                .iter()
                .any(|entry| entry.thread.load(Ordering::Relaxed) == thread);
            if thread == own || known || is_emulated && blocked_by(list, thread).is_some_and(is_of_emulator) {
                return Ok(());
            }
            let entry = ENTRIES.get(count).ok_or(NotStopped::TooMany)?;
            entry.at.store(0, Ordering::Relaxed);
            entry.thread.store(thread, Ordering::Relaxed);
            COUNT.store(count + 1, Ordering::SeqCst);
            is_new = true;
            // A thread that has ended is found to be gone below.
            // SAFETY: the handler of the signal is the one below, which returns.
            unsafe { libc::syscall(libc::SYS_tgkill, process, thread, signal) };
            Ok(())
        })?;
        if !is_new && count == COUNT.load(Ordering::Relaxed) {
            return Ok(());
        }
        for entry in &ENTRIES[..COUNT.load(Ordering::Relaxed)] {
            let mut turns = 0_u32;
            while entry.at.load(Ordering::Acquire) == 0 {
                let thread = entry.thread.load(Ordering::Relaxed);
                // SAFETY: the signal 0 only asks whether the thread is there.
                let is_gone = unsafe { libc::syscall(libc::SYS_tgkill, process, thread, 0) } != 0;
                // Most threads stop before it is worth while to read what the system says of them.
                turns = turns.wrapping_add(1);
                if is_gone || turns.is_multiple_of(TURNS) && has_ended(list, thread) {
                    break;
                }
                if start.elapsed() > PATIENCE {
                    return Err(NotStopped::Thread(thread));
                }
                // SAFETY: the call has no preconditions.
                unsafe { libc::sched_yield() };
            }
        }
    }
}

/// Returns whether a thread of the list has ended and is still listed: a main thread that ended by itself is, as long
/// as the process runs, and can be sent signals.
fn has_ended(list: i32, thread: i32) -> bool {
    // The number, `/stat`, and a zero.
    let mut path = [0_u8; 24];
    let mut at = 10;
    let mut rest = thread.unsigned_abs();
    while rest != 0 && at > 0 {
        at -= 1;
        path[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    path[10..15].copy_from_slice(b"/stat");
    // SAFETY: the path ends in a zero, and the descriptor is that of an open folder.
    let file = unsafe { libc::openat(list, path[at..].as_ptr().cast(), libc::O_RDONLY | libc::O_CLOEXEC) };
    if file < 0 {
        return false;
    }
    let mut text = [0_u8; 64];
    // SAFETY: the system writes at most so many bytes, and the descriptor was opened here.
    let read = unsafe {
        let read = libc::read(file, text.as_mut_ptr().cast(), text.len());
        libc::close(file);
        read
    };
    // The state stands behind the thread's name, which is in brackets and may have brackets in it.
    let text = &text[..usize::try_from(read).unwrap_or(0)];
    let name_end = text.iter().rposition(|byte| *byte == b')');
    let state = name_end.and_then(|end| text.get(end + 2));
    state.is_some_and(|state| matches!(state, b'Z' | b'X' | b'x'))
}

/// Calls `each` with the system's number of each thread of this process.
fn each_thread(list: i32, mut each: impl FnMut(i32) -> Result<(), NotStopped>) -> Result<(), NotStopped> {
    static LISTING: Listing = Listing(UnsafeCell::new([0; 1 << 15]));
    // SAFETY: the caller holds the lock, so nobody else uses the bytes.
    let bytes = unsafe { &mut *LISTING.0.get() };
    // SAFETY: the descriptor is that of an open folder.
    unsafe { libc::lseek(list, 0, libc::SEEK_SET) };
    loop {
        // SAFETY: the system writes at most so many bytes.
        let read = unsafe { libc::syscall(libc::SYS_getdents64, list, bytes.as_mut_ptr(), bytes.len()) };
        let read = usize::try_from(read).map_err(|_| NotStopped::NoList)?;
        if read == 0 {
            return Ok(());
        }
        let mut at = 0;
        while at < read {
            // An entry has two words, its own length, its kind, and its name.
            let entry = bytes.get(at..read).ok_or(NotStopped::NoList)?;
            let (Some(len), Some(name)) = (entry.get(16..18), entry.get(19..)) else {
                return Err(NotStopped::NoList);
            };
            let digits = name.iter().take_while(|byte| byte.is_ascii_digit());
            let number = digits.fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
            if number != 0 {
                each(number)?;
            }
            at += usize::from(u16::from_le_bytes([len[0], len[1]])).max(1);
        }
    }
}

/// Returns the set of the signals that a thread blocks, of which signal 1 is bit 0.
fn blocked_by(list: i32, thread: i32) -> Option<u64> {
    // The number, a slash, the name of the file, and a zero.
    let mut path = [0; 32];
    write!(&mut path[..], "{thread}/status\0").ok()?;
    // SAFETY: a zero ends the path, and no more is written than there is room.
    let (bytes, read) = unsafe {
        let file = libc::openat(list, path.as_ptr().cast(), libc::O_RDONLY | libc::O_CLOEXEC);
        let mut bytes = [0_u8; 4096];
        let read = libc::read(file, bytes.as_mut_ptr().cast(), bytes.len());
        libc::close(file);
        (bytes, read)
    };
    let text = std::str::from_utf8(bytes.get(..usize::try_from(read).ok()?)?).ok()?;
    let digits = text.lines().find_map(|line| line.strip_prefix("SigBlk:"))?;
    u64::from_str_radix(digits.trim(), 16).ok()
}

/// Returns a signal that nobody uses, with the handler in place. It stays: a thread that blocks the signal may get it
/// later.
fn signal() -> Option<i32> {
    let handler = park as extern "C" fn(_, _, _) as usize;
    let action_of = |signal: i32| {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: the call writes the current action.
        let got = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
        // SAFETY: zeros are a valid value, too.
        (got == 0).then(|| unsafe { action.assume_init() }.sa_sigaction)
    };
    let known = SIGNAL.load(Ordering::Relaxed);
    if known != 0 && action_of(known) == Some(handler) {
        return Some(known);
    }
    for signal in (libc::SIGRTMIN()..=libc::SIGRTMAX()).rev() {
        if action_of(signal) != Some(libc::SIG_DFL) {
            continue;
        }
        // SAFETY: zeros are a valid value.
        let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
        // SAFETY: the set is ours, and the handler has the type that SA_SIGINFO asks for.
        let is_set = unsafe {
            libc::sigfillset(&raw mut action.sa_mask);
            libc::sigaction(signal, &raw const action, ptr::null_mut()) == 0
        };
        // An emulator takes a handler for a signal of which it has none left, and refuses to send it.
        // SAFETY: the handler returns at once, since nobody is to stop.
        if is_set && unsafe { libc::syscall(libc::SYS_tgkill, libc::getpid(), libc::gettid(), signal) } == 0 {
            SIGNAL.store(signal, Ordering::Relaxed);
            return Some(signal);
        }
    }
    None
}

/// Waits until the gate is open. It does nothing that is not permitted in a handler.
extern "C" fn park(_: i32, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let gate = GATE.load(Ordering::SeqCst);
    if gate.is_multiple_of(2) {
        return;
    }
    let error = io::Error::last_os_error().raw_os_error();
    // SAFETY: the call has no preconditions.
    let own = unsafe { libc::syscall(libc::SYS_gettid) } as i32;
    let entries = &ENTRIES[..COUNT.load(Ordering::SeqCst)];
    if let Some(entry) = entries.iter().find(|entry| entry.thread.load(Ordering::Relaxed) == own) {
        // SAFETY: the system gives the handler the context of the thread.
        entry.at.store(unsafe { next_instruction(context) }, Ordering::Release);
        while GATE.load(Ordering::SeqCst) == gate {
            // SAFETY: the call waits as long as the number is that.
            unsafe {
                libc::syscall(
                    libc::SYS_futex,
                    GATE.as_ptr(),
                    libc::FUTEX_WAIT,
                    gate,
                    ptr::null::<u8>(),
                )
            };
        }
    }
    if let Some(error) = error {
        // SAFETY: each thread has its own error number.
        unsafe { *libc::__errno_location() = error };
    }
}

/// # Safety
///
/// `context` is what the system gives to the handler of a signal.
unsafe fn next_instruction(context: *const libc::c_void) -> u64 {
    // SAFETY: the caller says so.
    let context = unsafe { &*context.cast::<libc::ucontext_t>() };
    #[cfg(target_arch = "x86_64")]
    return context.uc_mcontext.gregs[libc::REG_RIP as usize].cast_unsigned();
    #[cfg(target_arch = "aarch64")]
    return context.uc_mcontext.pc;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn a_main_thread_that_has_ended() {
        const AGAIN: &str = "HOOKABLE_TEST_OF_ENDED_MAIN";
        if std::env::var_os(AGAIN).is_none() {
            // A process with nobody in it who stops threads: in a copy of it that lock would stay taken.
            let name = "loader::patch::threads::tests::a_main_thread_that_has_ended";
            let mut command = std::process::Command::new(std::env::current_exe().expect("this is a program"));
            command.args([name, "--exact"]).env(AGAIN, "1");
            assert!(command.status().expect("it runs once more").success());
            return;
        }
        // SAFETY: the copy has this thread alone, as its main thread, and uses no lock that another may have had.
        let copy = unsafe { libc::fork() };
        if copy != 0 {
            let mut status = 0;
            // SAFETY: the call writes the status.
            unsafe { libc::waitpid(copy, &raw mut status, 0) };
            assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 7, "{status}");
            return;
        }
        std::thread::spawn(|| {
            let main = std::process::id().cast_signed();
            let list = std::fs::File::open("/proc/self/task").expect("threads are listed");
            while !has_ended(list.as_raw_fd(), main) {
                std::thread::yield_now();
            }
            let stopped = with_others_stopped(|threads| threads.count());
            // SAFETY: nothing of the copy has to be cleaned up.
            unsafe { libc::_exit(if stopped.is_ok() { 7 } else { 1 }) };
        });
        // SAFETY: the call ends this thread alone, and nothing of it is used by another.
        unsafe { libc::syscall(libc::SYS_exit, 0) };
    }

    #[test]
    fn nobody_else_runs_meanwhile() {
        let (count, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (count, is_over) = (count.clone(), is_over.clone());
                std::thread::spawn(move || {
                    while !is_over.load(Ordering::Relaxed) {
                        count.fetch_add(1, Ordering::Relaxed);
                        // It is stopped in the allocator, too.
                        drop(std::hint::black_box(vec![0_u8; 100]));
                    }
                })
            })
            .collect();
        for _ in 0..50 {
            let counts = with_others_stopped(|at| {
                let before = count.load(Ordering::Relaxed);
                let mut stopped = 0;
                at.for_each(|at| stopped += usize::from(at != 0));
                for _ in 0..100 {
                    // SAFETY: the call has no preconditions.
                    unsafe { libc::sched_yield() };
                }
                (before, count.load(Ordering::Relaxed), stopped)
            });
            let (before, after, stopped) = counts.expect("all threads stop");
            assert_eq!(before, after);
            assert!(stopped >= 4);
        }
        is_over.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().expect("it goes on");
        }
    }
}
