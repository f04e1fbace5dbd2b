//! The user's code is called from here: a panic in it is caught and prints nothing, and a hook that it reaches may be
//! passed over.
//!
//! Only a panic hook can keep a panic from being printed, and there is one for all threads. To swap it around each call
//! would silence other threads, so at the first call one is put before the program's own: it prints nothing on a thread
//! inside [`caught`], and hands all other panics on. If the program sets its own hook later, caught panics are printed
//! again.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

mod doomed;
pub mod frames;
pub mod lines;
mod panics;
mod stack;

pub use panics::{At, Panic};
pub use stack::CapturedStack;

thread_local! {
    static UNHOOKED: Cell<u32> = const { Cell::new(0) };
    static SILENT: Cell<u32> = const { Cell::new(0) };
    static TOLD: Cell<u32> = const { Cell::new(0) };
    static TOOK: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// This is set where a panic ends the program. The program's own crate may be compiled with `panic = "abort"` though
/// this one is not.
static ABORTS: AtomicBool = AtomicBool::new(cfg!(panic = "abort"));

/// Notes that a panic ends the program. The code of a line calls it if its crate is compiled with `panic = "abort"`.
#[inline(never)]
pub fn aborts() {
    ABORTS.store(true, Ordering::Relaxed);
}

/// Raises a count of this thread by one for as long as this value lives.
struct Raised(&'static std::thread::LocalKey<Cell<u32>>);

impl Raised {
    fn new(key: &'static std::thread::LocalKey<Cell<u32>>) -> Self {
        let _ = key.try_with(|depth| depth.set(depth.get() + 1));
        Raised(key)
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        let _ = self.0.try_with(|depth| depth.set(depth.get() - 1));
    }
}

/// Returns whether hooks are passed over on this thread.
pub(crate) fn is_unhooked() -> bool {
    UNHOOKED.try_with(Cell::get).unwrap_or(1) > 0
}

/// Returns whether a panic on this thread is caught here.
pub(crate) fn is_catching() -> bool {
    SILENT.try_with(Cell::get).unwrap_or(1) > 0
}

/// Runs a function such that this thread passes over the hooks in it.
pub fn unhooked<R>(run: impl FnOnce() -> R) -> R {
    let _raised = Raised::new(&UNHOOKED);
    run()
}

/// Runs the user's code such that the hooks in it open, even within [`unhooked`].
pub fn hooked<R>(run: impl FnOnce() -> R) -> R {
    struct Back(u32);
    impl Drop for Back {
        fn drop(&mut self) {
            let _ = UNHOOKED.try_with(|depth| depth.set(self.0));
        }
    }
    let _back = Back(UNHOOKED.try_with(|depth| depth.replace(0)).unwrap_or(0));
    run()
}

/// Runs a function, and returns the message of a panic in it. Nothing is printed.
pub fn caught<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    install();
    if SILENT.try_with(Cell::get) == Ok(0) {
        panics::forget();
    }
    let _raised = Raised::new(&SILENT);
    // A caught panic may leave a value of the user's half changed. Safe Rust permits that wherever a panic is caught.
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(message)
}

/// Returns whether a panic ends the program.
pub fn is_aborting() -> bool {
    ABORTS.load(Ordering::Relaxed)
}

/// This function is called with the message of a panic that ends the process.
static LAST_WORDS: OnceLock<fn(&str)> = OnceLock::new();

/// Has `told` called with the message of a panic that cannot be caught, before it ends this process.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
pub(crate) fn on_abort(told: fn(&str)) {
    let _ = LAST_WORDS.set(told);
}

/// Does what [`caught`] does, for code that is compiled anew with each line. It is not generic, so that it is not
/// compiled with each line, too.
#[inline(never)]
pub(crate) fn caught_call(run: &mut dyn FnMut()) -> Result<(), String> {
    caught(run)
}

/// Runs a line, and returns the place and the backtrace of a panic in it besides its message.
#[inline(never)]
pub(crate) fn caught_line(run: &mut dyn FnMut()) -> Result<(), Panic> {
    panics::forget();
    let told = Raised::new(&TOLD);
    let begin = Instant::now();
    let caught = caught(run);
    let took = begin.elapsed();
    drop(told);
    // Only the first call counts: a later one, such as the drop of the line's value, is not a part of the line.
    let _ = TOOK.try_with(|first| first.set(first.get().or(Some(took))));
    caught.map_err(panics::last)
}

/// Forgets how long lines of this thread took.
pub fn forget_time() {
    let _ = TOOK.try_with(Cell::take);
}

/// Returns how long the first line took that this thread ran since [`forget_time`].
pub fn time() -> Duration {
    TOOK.try_with(Cell::get).ok().flatten().unwrap_or_default()
}

/// The payload of the panic by which a line ends that was interrupted.
struct Interrupt;

/// Ends the code of this thread by a panic, of which no panic hook tells.
pub fn interrupt() -> ! {
    panic::resume_unwind(Box::new(Interrupt))
}

fn message(payload: Box<dyn Any + Send>) -> String {
    let message = text(&*payload).to_owned();
    if !payload.is::<String>() && !payload.is::<&'static str>() {
        // Dropping a payload can panic in turn, and a payload that is no text may be of any type, so it is leaked.
        std::mem::forget(payload);
    }
    message
}

/// Returns the text of a panic's payload.
fn text(payload: &dyn Any) -> &str {
    if payload.is::<Interrupt>() {
        return "interrupted";
    }
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&'static str>().copied())
        .unwrap_or("(no message)")
}

/// Puts the panic hook of the console before the program's own, once.
pub(crate) fn install() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    // A panicking thread cannot set the hook, so the next call sets it.
    if std::thread::panicking() || INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let before = panic::take_hook();
    // Now std's own is set, and it is taken to compare it.
    let is_of_std = is_same(&*before, &*panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        if let Some(told) = LAST_WORDS.get().filter(|_| is_aborting()) {
            told(text(info.payload()));
        }
        // A panic that aborts is not caught, so nothing else tells the user of it.
        let is_within_line = SILENT.try_with(Cell::get).unwrap_or(0) > 0;
        if !is_within_line || is_aborting() {
            // What the program itself does about a panic is done in any case.
            if !lines::tell(info) || !is_of_std {
                before(info);
            }
            if is_within_line {
                doomed::tell_why("it was built with `panic = \"abort\"`, and else a panic ends the line alone");
            }
        } else if doomed::is_last(info) {
            doomed::tell(info);
            before(info);
        } else {
            panics::note(info);
        }
    }));
}

type PanicHook = dyn Fn(&panic::PanicHookInfo<'_>) + Sync + Send;

/// Returns whether two panic hooks are of the same type and have no state of their own.
fn is_same(one: &PanicHook, other: &PanicHook) -> bool {
    size_of_val(one) == 0 && size_of_val(other) == 0 && std::ptr::eq(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_message_of_a_panic() {
        assert_eq!(caught(|| 1), Ok(1));
        assert_eq!(caught(|| panic!("at {}", 3)), Err::<(), _>("at 3".into()));
        assert_eq!(caught(|| panic!("plain")), Err::<(), _>("plain".into()));
        let strange = caught(|| panic::panic_any(7));
        assert_eq!(strange, Err::<(), _>("(no message)".into()));
    }

    #[test]
    fn tells_the_panic_that_ended_the_line_from_one_that_a_destructor_caught() {
        struct Catches;
        impl Drop for Catches {
            fn drop(&mut self) {
                let _ = panic::catch_unwind(|| panic!("inner"));
            }
        }
        let mut outer = 0;
        let panicked = caught_line(&mut || {
            let _catches = Catches;
            outer = line!() + 1;
            panic!("outer")
        });
        let panicked = panicked.expect_err("a panic");
        assert_eq!(panicked.message, "outer");
        assert_eq!(panicked.at.map(|at| at.line), Some(outer));
    }

    #[test]
    fn panic_hooks_are_told_apart() {
        let plain: &PanicHook = &|_| {};
        let text = String::new();
        let other: &PanicHook = &move |_| drop(text.len().to_string());
        assert!(is_same(plain, plain) && !is_same(plain, other) && !is_same(other, other));
    }

    #[test]
    fn hooks_are_back_after_a_panic() {
        let _ = caught(|| unhooked(|| panic!("inside")));
        assert!(!is_unhooked());
        unhooked(|| assert!(is_unhooked()));
    }
}
