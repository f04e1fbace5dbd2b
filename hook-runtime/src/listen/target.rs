//! The hooks that are open, and what clients ask of them.
//!
//! A frame belongs to its thread. So a connection does not look at it: it leaves a task with the hook that has the
//! prompt, and that hook's thread does the task and answers.

use std::collections::VecDeque;
use std::mem;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::socket::Connection;

/// Whoever waits looks this often whether his client is still there.
pub(super) const LOOK: Duration = Duration::from_secs(1);

pub(super) static TARGET: Target = Target {
    stops: Mutex::new(Stops {
        open: Vec::new(),
        count: 0,
        waiting: Vec::new(),
    }),
    changed: Condvar::new(),
};

/// What a hook's thread is to do.
#[derive(Debug)]
pub(super) enum Task {
    /// It tells its state.
    State(Sender<String>),
    /// It answers lines, and tells what came of them.
    Evaluate(String, Sender<String>),
    /// It tells what can stand at the end of a line.
    Complete(String, Sender<String>),
    /// It tells the variables of the frame with this number.
    Variables(u64, Sender<String>),
    /// It opens a console for the client that has attached.
    Console,
}

/// The open hooks of this process.
pub(super) struct Target {
    stops: Mutex<Stops>,
    changed: Condvar,
}

struct Stops {
    /// The last one has the prompt.
    open: Vec<TargetStop>,
    /// This counts the stops.
    count: u64,
    /// The connections of the clients that wait for a stop.
    waiting: Vec<Arc<Connection>>,
}

struct TargetStop {
    number: u64,
    tasks: VecDeque<Task>,
    /// Whoever typed the line that runs at this hook waits for its answer here.
    asking: Option<Sender<String>>,
}

/// An open hook, for as long as this lives. What nobody has answered is dropped with it.
pub(super) struct OpenStop {
    pub(super) number: u64,
    /// These clients typed lines at other hooks, which wait while this hook is open.
    pub(super) asking: Vec<Sender<String>>,
}

impl Target {
    fn lock(&self) -> MutexGuard<'_, Stops> {
        self.stops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a hook has the prompt.
    pub(super) fn open(&self) -> OpenStop {
        let mut stops = self.lock();
        stops.count += 1;
        let number = stops.count;
        let asking = stops.open.iter_mut().filter_map(|stop| stop.asking.take()).collect();
        stops.open.push(TargetStop {
            number,
            tasks: VecDeque::new(),
            asking: None,
        });
        self.changed.notify_all();
        OpenStop { number, asking }
    }

    /// Waits until the hook of that number has something to do. If `is_attached` says that a client has attached, that
    /// is to open a console.
    pub(super) fn next(&self, number: u64, is_attached: impl Fn() -> bool) -> Task {
        let mut stops = self.lock();
        loop {
            let is_last = stops.open.last().is_some_and(|stop| stop.number == number);
            let stop = stops.open.iter_mut().find(|stop| stop.number == number);
            match stop.and_then(|stop| stop.tasks.pop_front()) {
                Some(task) => return task,
                None if is_last && is_attached() => return Task::Console,
                None => stops = self.changed.wait(stops).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Notes who waits for the answer to the line that runs at a hook. Another hook that opens meanwhile tells him.
    pub(super) fn asks(&self, number: u64, asking: Option<Sender<String>>) {
        if let Some(stop) = self.lock().open.iter_mut().find(|stop| stop.number == number) {
            stop.asking = asking;
        }
    }

    /// Takes back who waits for the answer, unless another hook has told him.
    pub(super) fn asked(&self, number: u64) -> Option<Sender<String>> {
        let mut stops = self.lock();
        let stop = stops.open.iter_mut().find(|stop| stop.number == number)?;
        stop.asking.take()
    }

    /// Leaves a task with the hook that has the prompt. Returns it back if no hook is open, or a line runs at the hook.
    pub(super) fn ask(&self, task: Task) -> Result<(), TargetError> {
        let mut stops = self.lock();
        match stops.open.last_mut() {
            None => Err(TargetError::NoHook),
            Some(stop) if stop.asking.is_some() => Err(TargetError::Runs),
            Some(stop) => {
                stop.tasks.push_back(task);
                self.changed.notify_all();
                Ok(())
            }
        }
    }

    /// Returns the number of the stop that has the prompt, once there is one that is not the stop `after`. Returns
    /// `None` if there is none by then, and if the client is gone.
    pub(super) fn wait(&self, time: Duration, after: Option<u64>, client: &Arc<Connection>) -> Option<u64> {
        let end = Instant::now() + time;
        let mut stops = self.lock();
        stops.waiting.push(client.clone());
        self.changed.notify_all();
        let found = loop {
            let found = stops.open.last().map(|stop| stop.number);
            if found.is_some() && found != after {
                break found;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || client.is_gone() {
                break None;
            }
            stops = self
                .changed
                .wait_timeout(stops, left.min(LOOK))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        };
        stops.waiting.retain(|other| !Arc::ptr_eq(other, client));
        found
    }

    /// Returns whether a client waits for a stop. One that was killed does not.
    pub(super) fn is_expected(&self) -> bool {
        self.lock().waiting.iter().any(|client| !client.is_gone())
    }

    /// Returns whether a hook is open.
    pub(super) fn is_open(&self) -> bool {
        !self.lock().open.is_empty()
    }

    /// Returns whether a line runs that a request typed.
    pub(super) fn is_running(&self) -> bool {
        self.lock().open.iter().any(|stop| stop.asking.is_some())
    }

    /// Has the open hooks look again whether they have something to do.
    pub(super) fn wake(&self) {
        let _held = self.lock();
        self.changed.notify_all();
    }
}

/// The reason that a hook was given no task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TargetError {
    #[error("no hook is open")]
    NoHook,
    #[error("a line still runs at the hook")]
    Runs,
}

impl Drop for OpenStop {
    fn drop(&mut self) {
        let mut stops = TARGET.lock();
        // The senders of what is left are dropped outside of the lock.
        let ended: Vec<TargetStop> = mem::take(&mut stops.open);
        let (ended, open) = ended.into_iter().partition(|stop| stop.number == self.number);
        stops.open = open;
        drop(stops);
        drop::<Vec<TargetStop>>(ended);
    }
}
