//! One hook has the terminal, from its opening until it resumes, and the others wait in a queue.
//!
//! A line runs the user's code, which may wait for one of the queued threads: it may join the thread, or take a lock
//! that the thread holds. Then that thread's hook opens in between, and the line's own hook has the terminal again when
//! that one has resumed. While a line is compiled, or runs and waits for nobody, no other hook opens, so that no prompt
//! appears while the user attends to another. `os/wait.rs` tells whether a thread waits.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hook_rustc::sorted::sort_by_key;

use crate::os::wait::{self, ThreadWatch, Wait};

use crate::guard;

/// A queued thread looks at the running line each time that this has passed.
const LOOK: Duration = Duration::from_millis(40);

static STATE: Mutex<Turns> = Mutex::new(Turns::new(0));
static CHANGED: Condvar = Condvar::new();

struct Turns {
    /// The state is that of the process of this number. A forked child has none of its parent's other threads, and
    /// begins with an empty state.
    process: u32,
    /// The hooks that are open. The last one has the terminal.
    open: Vec<Holder>,
    /// These threads wait for the terminal, and the first one has it next.
    queue: Vec<Queued>,
    /// The thread that the user has changed to, until it has the terminal.
    next: Option<Thread>,
    /// This says whether no thread had the terminal yet, or a single one, or several.
    seen: Option<Holders>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holders {
    Only(u64),
    Several,
}

struct Holder {
    thread: Thread,
    /// This is the place of its hook, as the user is shown it.
    place: String,
    /// This is set while a line runs at its hook.
    running: Option<ThreadWatch>,
}

struct Queued {
    thread: Thread,
    /// This is the place of its hook, as the user is shown it.
    place: String,
}

/// Describes a hook that was reached and has not resumed, as `:threads` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachedHook {
    /// This is the number of its thread. Threads are counted from 1 in the order in which they first came to a hook.
    pub number: u64,
    /// This names the place of the hook, and its thread.
    pub place: String,
    /// What the hook waits for.
    pub is: Waits,
}

/// Says what a hook that was reached waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// It waits for nothing, since it has the terminal.
    Here,
    /// It waits for the terminal.
    ForTheTerminal,
    /// It waits for the line that was typed at it.
    ForItsLine,
}

/// Identifies a thread by the number that is shown to the user, and by the system's, where the system tells that.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Thread {
    number: u64,
    system: Option<u32>,
}

/// Gives the terminal to a hook for as long as this value lives.
pub struct Turn {
    /// This many hooks are open on this thread, including this one.
    pub depth: usize,
    /// If this hook opened while a line of another thread's hook waits, this is the place of that hook.
    pub between: Option<String>,
    thread: Thread,
}

impl Turn {
    /// Waits for the terminal. `place` is where the hook is.
    pub fn take(place: String) -> Self {
        let thread = Thread::current();
        let mut state = acquire(thread, &place);
        let other = |holder: &&Holder| holder.thread != thread;
        let between = state.open.last().filter(other).map(|holder| holder.place.clone());
        state.open.push(Holder {
            thread,
            place,
            running: None,
        });
        state.seen = match state.seen {
            None => Some(Holders::Only(thread.number)),
            Some(Holders::Only(number)) if number == thread.number => state.seen,
            Some(_) => Some(Holders::Several),
        };
        let depth = state.of(thread).count();
        Turn { depth, between, thread }
    }

    /// Returns whether the user could take this thread for another, since several have come to hooks.
    pub fn is_one_of_several(&self) -> bool {
        let state = lock();
        state.seen == Some(Holders::Several) || !state.queue.is_empty()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = lock();
        state.remove_last(self.thread);
        // If this hook opened in between, the line that waited for it goes on, and may wait anew.
        if let Some(holder) = state.open.last_mut()
            && holder.running.is_some()
        {
            holder.running = Some(ThreadWatch::new(Instant::now()));
        }
        CHANGED.notify_all();
    }
}

/// Runs the user's code for the hook that this thread has open. Hooks of this thread open in between at once, and those
/// of other threads where the code waits for them.
pub fn lend<R>(run: impl FnOnce() -> R) -> R {
    /// Takes the terminal back when the code has ended. It does so after a panic, too, since whoever catches that goes
    /// on with the hook.
    struct Back(Thread);
    impl Drop for Back {
        fn drop(&mut self) {
            back(self.0);
        }
    }
    let thread = Thread::current();
    let is_lent = lock().lend(thread);
    let _back = is_lent.then(|| Back(thread));
    CHANGED.notify_all();
    guard::hooked(run)
}

fn back(thread: Thread) {
    let place = lock().place(thread);
    let mut state = acquire(thread, &place);
    if let Some(mut holder) = state.remove_last(thread) {
        holder.running = None;
        state.open.push(holder);
    }
}

fn lock() -> MutexGuard<'static, Turns> {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    if state.process != process {
        *state = Turns::new(process);
    }
    state
}

/// Waits until this thread may have the terminal, which a hook at `place` wants.
fn acquire(thread: Thread, place: &str) -> MutexGuard<'static, Turns> {
    let mut state = lock();
    if state.is_free_for(thread, Instant::now()) {
        return state;
    }
    let place = place.to_owned();
    state.queue.push(Queued { thread, place });
    wait(state, thread)
}

/// Waits until this thread, which is in the queue, may have the terminal.
fn wait(mut state: MutexGuard<'static, Turns>, thread: Thread) -> MutexGuard<'static, Turns> {
    loop {
        state = CHANGED
            .wait_timeout(state, LOOK)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
        if state.is_free_for(thread, Instant::now()) {
            state.queue.retain(|queued| queued.thread != thread);
            state.next = None;
            return state;
        }
    }
}

/// Returns the hooks that were reached and have not resumed, by their threads.
pub fn reached() -> Vec<ReachedHook> {
    lock().reached()
}

/// Gives the terminal to the hook at which the thread of that number waits, and waits until this thread has it again.
/// That is when the other hook resumes, unless the user changes threads there, too.
///
/// Returns whether there is such a thread.
pub fn change_to(number: u64) -> bool {
    let thread = Thread::current();
    let mut state = lock();
    let Some(holder) = state.change_to(thread, number) else {
        return false;
    };
    CHANGED.notify_all();
    state = wait(state, thread);
    state.open.push(holder);
    true
}

impl Turns {
    const fn new(process: u32) -> Self {
        Turns {
            process,
            open: Vec::new(),
            queue: Vec::new(),
            next: None,
            seen: None,
        }
    }

    fn of(&self, thread: Thread) -> impl Iterator<Item = &Holder> {
        self.open.iter().filter(move |holder| holder.thread == thread)
    }

    fn remove_last(&mut self, thread: Thread) -> Option<Holder> {
        let last = self.open.iter().rposition(|holder| holder.thread == thread)?;
        Some(self.open.remove(last))
    }

    fn place(&self, thread: Thread) -> String {
        self.of(thread)
            .last()
            .map_or(String::new(), |holder| holder.place.clone())
    }

    /// Takes the terminal from the hook that this thread has open, if the thread of that number is in the queue. That
    /// thread is then the first of the queue, and this one the second.
    fn change_to(&mut self, thread: Thread, number: u64) -> Option<Holder> {
        let wanted = self.queue.iter().position(|queued| queued.thread.number == number)?;
        let holder = self.remove_last(thread)?;
        let place = holder.place.clone();
        let wanted = self.queue.remove(wanted);
        self.next = Some(wanted.thread);
        self.queue.splice(0..0, [wanted, Queued { thread, place }]);
        Some(holder)
    }

    fn reached(&self) -> Vec<ReachedHook> {
        let last = self.open.len().saturating_sub(1);
        let open = self.open.iter().enumerate().map(|(at, holder)| ReachedHook {
            number: holder.thread.number,
            place: holder.place.clone(),
            is: if at == last { Waits::Here } else { Waits::ForItsLine },
        });
        // A hook whose line has ended waits in the queue for the terminal, too, and is among the open ones already.
        let is_open = |queued: &&Queued| self.open.iter().any(|holder| holder.thread == queued.thread);
        let queued = self
            .queue
            .iter()
            .filter(|queued| !is_open(queued))
            .map(|queued| ReachedHook {
                number: queued.thread.number,
                place: queued.place.clone(),
                is: Waits::ForTheTerminal,
            });
        let mut reached: Vec<_> = open.chain(queued).collect();
        sort_by_key(&mut reached, &|reached| reached.number);
        reached
    }

    /// Notes that the user's code runs for the hook that this thread has open. Returns whether that was noted: the hook
    /// must have the terminal, and run no code yet.
    fn lend(&mut self, thread: Thread) -> bool {
        let last = self
            .open
            .last_mut()
            .filter(|holder| holder.thread == thread && holder.running.is_none());
        let lent = last.map(|holder| holder.running = Some(ThreadWatch::new(Instant::now())));
        lent.is_some()
    }

    /// Returns whether this thread may have the terminal.
    fn is_free_for(&mut self, thread: Thread, now: Instant) -> bool {
        if let Some(next) = self.next {
            return next == thread;
        }
        let is_first = self.queue.first().is_none_or(|first| first.thread == thread);
        let Some(last) = self.open.last_mut() else {
            return is_first;
        };
        if last.thread == thread {
            return true;
        }
        let Some(watch) = &mut last.running else {
            return false;
        };
        match watch.look(last.thread.system, now) {
            None => false,
            Some(Wait::For(other)) if self.queue.iter().any(|queued| queued.thread.system == Some(other)) => {
                thread.system == Some(other)
            }
            Some(Wait::For(_) | Wait::Somehow) => is_first,
        }
    }
}

impl Thread {
    /// Identifies this thread. It works while the thread ends, too: the thread-local has no destructor.
    fn current() -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        thread_local! {
            static NUMBER: Cell<u64> = const { Cell::new(0) };
        }
        if NUMBER.get() == 0 {
            NUMBER.set(NUMBERS.fetch_add(1, Ordering::Relaxed));
        }
        Thread {
            number: NUMBER.get(),
            system: wait::this_thread(),
        }
    }
}

#[cfg(test)]
mod tests;
