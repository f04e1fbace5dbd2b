//! The user's code is called from here: a panic in it is caught and prints nothing, and a hook that it reaches may be
//! passed over.
//!
//! That a panic prints nothing needs a panic hook, which is global. To swap it around each call would silence other
//! threads, so one is put before the program's own at the first call, once: it is silent on a thread inside
//! [`caught`] and hands everything else on. A program that sets its own hook later only gets the noise back.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub(crate) mod frames;
mod panics;

pub(crate) use panics::{At, Panic};

thread_local! {
    static UNHOOKED: Cell<u32> = const { Cell::new(0) };
    static SILENT: Cell<u32> = const { Cell::new(0) };
    static TOLD: Cell<u32> = const { Cell::new(0) };
    static TOOK: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Is set where a panic ends the program. The program's own crate may be compiled so though this one is not.
static ABORTS: AtomicBool = AtomicBool::new(cfg!(panic = "abort"));

/// Notes that a panic ends the program: a line says so whose crate is compiled with `panic = "abort"`.
#[inline(never)]
pub(crate) fn aborts() {
    ABORTS.store(true, Ordering::Relaxed);
}

/// Counts one more on this thread while it lives.
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

/// Tells whether hooks are passed over on this thread.
pub(crate) fn is_unhooked() -> bool {
    UNHOOKED.try_with(Cell::get).unwrap_or(1) > 0
}

/// Runs a function such that this thread passes over the hooks in it.
pub(crate) fn unhooked<R>(run: impl FnOnce() -> R) -> R {
    let _raised = Raised::new(&UNHOOKED);
    run()
}

/// Runs the user's code such that the hooks in it open, though the console called it.
pub(crate) fn hooked<R>(run: impl FnOnce() -> R) -> R {
    struct Back(u32);
    impl Drop for Back {
        fn drop(&mut self) {
            let _ = UNHOOKED.try_with(|depth| depth.set(self.0));
        }
    }
    let _back = Back(UNHOOKED.try_with(|depth| depth.replace(0)).unwrap_or(0));
    run()
}

/// Runs a function, and gives the message of a panic in it. Nothing is printed.
pub(crate) fn caught<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    install();
    let _raised = Raised::new(&SILENT);
    // What a caught panic leaves half done is the user's own value, which safe Rust may leave so at any catch.
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(message)
}

/// Tells whether a panic ends the program.
pub(crate) fn is_aborting() -> bool {
    ABORTS.load(Ordering::Relaxed)
}

/// Is called with the message of a panic that ends the process.
static LAST_WORDS: OnceLock<fn(&str)> = OnceLock::new();

/// From now on `told` hears of a panic that cannot be caught, before it ends this process.
pub(crate) fn on_abort(told: fn(&str)) {
    let _ = LAST_WORDS.set(told);
}

/// Does what [`caught`] does, for code that is compiled anew with each line: a function that is not generic is not
/// compiled with it.
#[inline(never)]
pub(crate) fn caught_call(run: &mut dyn FnMut()) -> Result<(), String> {
    caught(run)
}

/// Runs a line, and gives the place and the backtrace of a panic in it besides its message.
#[inline(never)]
pub(crate) fn caught_line(run: &mut dyn FnMut()) -> Result<(), Panic> {
    panics::forget();
    let told = Raised::new(&TOLD);
    let begin = Instant::now();
    let caught = caught(run);
    let took = begin.elapsed();
    drop(told);
    // What comes after the line, the end of its value say, is not what it took.
    let _ = TOOK.try_with(|first| first.set(first.get().or(Some(took))));
    caught.map_err(panics::last)
}

/// Forgets how long lines of this thread took.
pub(crate) fn forget_time() {
    let _ = TOOK.try_with(Cell::take);
}

/// How long the first line of this thread took since that was forgotten.
pub(crate) fn time() -> Duration {
    TOOK.try_with(Cell::get).ok().flatten().unwrap_or_default()
}

fn message(payload: Box<dyn Any + Send>) -> String {
    let text = match payload.downcast::<String>() {
        Ok(text) => return *text,
        Err(payload) => payload.downcast::<&'static str>(),
    };
    match text {
        Ok(text) => (*text).to_owned(),
        Err(payload) => {
            // Dropping a payload can panic in turn; it is a strange one, so it is let go.
            std::mem::forget(payload);
            "(no message)".to_owned()
        }
    }
}

/// Puts the panic hook of the console before the program's own, once.
pub(crate) fn install() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    // A panicking thread may not set the hook: the next call will.
    if std::thread::panicking() || INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if let Some(told) = LAST_WORDS.get().filter(|_| is_aborting()) {
            told(info.payload_as_str().unwrap_or("(no message)"));
        }
        // A panic that aborts is nobody's to tell of but this.
        if SILENT.try_with(Cell::get).unwrap_or(0) == 0 || is_aborting() {
            before(info);
        } else if TOLD.try_with(Cell::get).unwrap_or(0) > 0 {
            panics::note(info);
        }
    }));
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
    fn hooks_are_back_after_a_panic() {
        let _ = caught(|| unhooked(|| panic!("inside")));
        assert!(!is_unhooked());
        unhooked(|| assert!(is_unhooked()));
    }
}
