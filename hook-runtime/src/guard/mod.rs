//! Calling the user's code from the console: a panic in it is caught and kept quiet, a hook in a formatting is passed over.
//!
//! Quiet needs a panic hook, and that is global. Swapping it around each call would silence other threads meanwhile, so one
//! is put before the program's own at the first call, once: it is silent on a thread inside [`caught`] and hands everything
//! else on. A program that sets its own hook later only gets the noise back.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

mod panics;

pub(crate) use panics::{At, Panic};

thread_local! {
    static UNHOOKED: Cell<u32> = const { Cell::new(0) };
    static SILENT: Cell<u32> = const { Cell::new(0) };
    static TOLD: Cell<u32> = const { Cell::new(0) };
}

/// Whether a panic ends the program. The program's own crate may be compiled so, and this one not.
static ABORTS: AtomicBool = AtomicBool::new(cfg!(panic = "abort"));

/// Panics end the program.
#[inline(never)]
pub(crate) fn aborts() {
    ABORTS.store(true, Ordering::Relaxed);
}

/// Counts up while it lives.
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

/// Whether hooks are passed over on this thread.
pub(crate) fn is_unhooked() -> bool {
    UNHOOKED.try_with(Cell::get).unwrap_or(1) > 0
}

/// Runs it with hooks passed over on this thread.
pub(crate) fn unhooked<R>(run: impl FnOnce() -> R) -> R {
    let _raised = Raised::new(&UNHOOKED);
    run()
}

/// Runs it, the user's code, with hooks as they are elsewhere.
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

/// Runs it, and gives the message of a panic in it.
pub(crate) fn caught<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    install();
    let _raised = Raised::new(&SILENT);
    // What a caught panic leaves half done is the user's own value, which safe Rust may leave so at any catch.
    panic::catch_unwind(AssertUnwindSafe(run)).map_err(message)
}

/// Whether a panic ends the program.
pub(crate) fn is_aborting() -> bool {
    ABORTS.load(Ordering::Relaxed)
}

/// Told the message of a panic that ends the program.
static LAST_WORDS: OnceLock<fn(&str)> = OnceLock::new();

/// From now on `told` hears of a panic that cannot be caught, before it ends this process.
pub(crate) fn on_abort(told: fn(&str)) {
    let _ = LAST_WORDS.set(told);
}

/// The same for what is called from code that is compiled with each line.
#[inline(never)]
pub(crate) fn caught_call(run: &mut dyn FnMut()) -> Result<(), String> {
    caught(run)
}

/// The same for a line. Gives more of the panic than its message.
#[inline(never)]
pub(crate) fn caught_line(run: &mut dyn FnMut()) -> Result<(), Panic> {
    panics::forget();
    let told = Raised::new(&TOLD);
    let caught = caught(run);
    drop(told);
    caught.map_err(panics::last)
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

/// Puts the panic hook of the console in place.
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
