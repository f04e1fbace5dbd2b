//! Functions under which a panic opens a console, before anything unwinds.
//!
//! Each call of such a function leaves on its thread how a hook of the function opens, and the panic hook calls the
//! innermost. That hook captures nothing: where a panic begins, rustc accepted no borrow of a local. Statics and kept
//! values are as sound to look at there as from any other thread. A panic within a panic hook would end the process, so
//! the console is on a thread of its own, for which the one that panicked waits.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::guard::frames::{callers, frames, is_of_libc, is_of_others, place};
use crate::guard::{self, CapturedStack};

thread_local! {
    /// What opens the hooks of the functions that this thread is in, the innermost last.
    static UNDER: RefCell<Vec<fn()>> = const { RefCell::new(Vec::new()) };
    /// The panic for which this thread has a console.
    static PANIC: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// What is known of a panic.
struct Panic {
    said: Vec<String>,
    stack: CapturedStack,
}

/// So many of the program's functions that led to a panic are listed.
const FRAMES: usize = 8;

/// A call of a function under which panics open a console. It lives as long as the call.
pub struct Under(PhantomData<*const ()>);

/// Notes such a call. `open` opens the hook of the function.
pub fn under(open: fn()) -> Under {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    // A thread that panics cannot set the hook, so the next call does.
    if !INSTALLED.load(Ordering::Relaxed) && !thread::panicking() && !INSTALLED.swap(true, Ordering::Relaxed) {
        guard::install();
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            before(info);
            panicked(info);
        }));
    }
    let _ = UNDER.try_with(|under| under.borrow_mut().push(open));
    Under(PhantomData)
}

impl Drop for Under {
    fn drop(&mut self) {
        let _ = UNDER.try_with(|under| under.borrow_mut().pop());
    }
}

/// Returns whether this thread is in a function whose panics open a console.
pub fn is_within() -> bool {
    UNDER.try_with(|under| under.try_borrow().is_ok_and(|under| !under.is_empty())) == Ok(true)
}

/// Opens the hook of the function that panics, and waits until it resumes.
fn panicked(info: &PanicHookInfo<'_>) {
    if guard::is_unhooked() || guard::is_catching() {
        return;
    }
    let innermost = UNDER.try_with(|under| under.try_borrow().ok()?.last().copied());
    let Ok(Some(open)) = innermost else { return };
    let text = match (
        info.payload().downcast_ref::<&str>(),
        info.payload().downcast_ref::<String>(),
    ) {
        (Some(text), _) => (*text).to_owned(),
        (None, Some(text)) => text.clone(),
        (None, None) => "a value that is no text".to_owned(),
    };
    let at = info.location().map_or(String::new(), |place| format!(" at {place}"));
    let mut said = vec![format!("it panics{at}: {text}")];
    let stack = CapturedStack::capture();
    said.extend(
        callers(&frames(&stack.short))
            .iter()
            .filter(|frame| !is_of_libc(frame.name))
            .filter(|frame| {
                frame
                    .place
                    .and_then(place)
                    .is_some_and(|(file, ..)| !is_of_others(file))
            })
            .take(FRAMES)
            .zip(0..)
            .map(|(frame, number)| {
                let place = frame.place.map_or(String::new(), |place| format!(" at {place}"));
                format!("#{number} in {}{place}", frame.name)
            }),
    );
    let name = thread::current().name().unwrap_or("unnamed").to_owned();
    let opened = thread::Builder::new().name(name).spawn(move || {
        let _ = PANIC.try_with(|panic| panic.replace(Some(Panic { said, stack })));
        open();
    });
    if let Ok(opened) = opened {
        let _ = opened.join();
    }
}

/// Returns what is said of the panic for which this thread has a console.
pub fn said() -> Vec<String> {
    of_panic(|panic| panic.said.clone()).unwrap_or_default()
}

/// Returns the stack of the thread that panics, if this thread has the console for that.
pub fn stack() -> Option<CapturedStack> {
    of_panic(|panic| panic.stack.clone())
}

fn of_panic<R>(get: impl FnOnce(&Panic) -> R) -> Option<R> {
    PANIC.try_with(|panic| panic.borrow().as_ref().map(get)).ok().flatten()
}
