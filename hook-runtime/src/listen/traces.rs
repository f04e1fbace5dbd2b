//! What traces printed, for clients that ask for it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::target::LOOK;

/// So many lines are kept for clients that come later.
const KEPT: usize = 1000;

pub(super) static TRACES: Traces = Traces {
    printed: Mutex::new(Printed {
        lines: VecDeque::new(),
        count: 0,
    }),
    changed: Condvar::new(),
};

/// The lines of this process, by their numbers.
pub(super) struct Traces {
    printed: Mutex<Printed>,
    changed: Condvar,
}

struct Printed {
    lines: VecDeque<String>,
    /// The number of the last line.
    count: u64,
}

impl Traces {
    fn lock(&self) -> MutexGuard<'_, Printed> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, line: &str) {
        let mut printed = self.lock();
        printed.count += 1;
        printed.lines.push_back(line.to_owned());
        if printed.lines.len() > KEPT {
            printed.lines.pop_front();
        }
        self.changed.notify_all();
    }

    /// Waits, unless the client is gone, for lines behind the one of the number `after`; without it, for those that are
    /// printed from now on. Returns the number of the last one, and the lines that are still kept, which are none if
    /// the time is over.
    pub(super) fn wait(&self, time: Duration, after: Option<u64>, is_gone: &dyn Fn() -> bool) -> (u64, Vec<String>) {
        let end = Instant::now() + time;
        let mut printed = self.lock();
        let after = after.unwrap_or(printed.count);
        loop {
            let new = usize::try_from(printed.count.saturating_sub(after)).unwrap_or(usize::MAX);
            let left = end.saturating_duration_since(Instant::now());
            if new > 0 || left.is_zero() || is_gone() {
                let old = printed.lines.len().saturating_sub(new);
                return (printed.count, printed.lines.iter().skip(old).cloned().collect());
            }
            let waited = self.changed.wait_timeout(printed, left.min(LOOK));
            printed = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_by_their_numbers() {
        let traces = Traces {
            printed: Mutex::new(Printed {
                lines: VecDeque::new(),
                count: 0,
            }),
            changed: Condvar::new(),
        };
        let now = |after| traces.wait(Duration::ZERO, after, &|| false);
        assert_eq!(now(Some(0)), (0, vec![]));
        traces.add("a");
        traces.add("b");
        assert_eq!(now(None), (2, vec![]));
        assert_eq!(now(Some(0)), (2, vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(now(Some(1)), (2, vec!["b".to_owned()]));
        assert_eq!(now(Some(7)), (2, vec![]));
        assert_eq!(traces.wait(Duration::from_secs(99), Some(2), &|| true), (2, vec![]));
        (0..KEPT).for_each(|_| traces.add("c"));
        assert_eq!(now(Some(0)).1.len(), KEPT);
        assert!(now(Some(0)).1.iter().all(|line| line == "c"));
    }
}
