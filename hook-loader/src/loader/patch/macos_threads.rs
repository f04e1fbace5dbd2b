//! Threads are not stopped here, so that no function is replaced.

/// Why threads were not stopped.
#[allow(dead_code)]
#[derive(Clone, Copy, Debug)]
pub(super) enum NotStopped {
    /// This thread did not stop.
    Thread(i32),
    /// There are too many threads.
    TooMany,
}

/// Returns an error, and calls nothing.
pub(super) fn with_others_stopped<T>(_: impl FnOnce(&mut dyn Iterator<Item = u64>) -> T) -> Result<T, NotStopped> {
    Err(NotStopped::TooMany)
}
