//! The stack of a thread, as it is at a moment.

use std::backtrace::Backtrace;

use crate::os::unwind::{Call, calls};

/// The calls of a thread that have not returned.
#[derive(Clone, Debug, Default)]
pub struct CapturedStack {
    /// The backtrace without what std has of its own in it.
    pub short: String,
    /// The whole backtrace with addresses.
    pub full: String,
    /// The registers of the calls, innermost first. There are none where the unwinder is not asked.
    pub calls: Vec<Call>,
}

impl CapturedStack {
    /// Captures the stack of this thread.
    pub fn capture() -> Self {
        let captured = Backtrace::force_capture();
        CapturedStack {
            short: captured.to_string(),
            full: format!("{captured:#}"),
            calls: calls(),
        }
    }
}
