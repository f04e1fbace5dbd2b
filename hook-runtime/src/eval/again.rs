//! The code of a line is called again on the frame of a later hit, or to measure how long it takes. The code stays
//! loaded, and it can run at each hit of its slot, because the types of its places are those of the slot.

use std::time::Duration;

use super::abi::{LineOutcome, Role, RunningLine, call_loaded};
use super::frame::EvalFrame;
use super::session::kept;
use crate::format::Shown;
use crate::guard;

/// The loaded code of a line.
#[derive(Clone, Debug)]
pub(crate) struct LoadedLine {
    address: usize,
    /// The address of the slot that the line was compiled for. A generic function has one for each of its instances.
    slot: usize,
    places: usize,
    /// The kept values that the line uses.
    kept: Vec<String>,
}

impl LoadedLine {
    /// Makes a loaded line of code at `address` that was compiled for the slot of this frame.
    pub(super) fn new(address: usize, frame: &EvalFrame<'_>, kept: Vec<String>) -> Option<LoadedLine> {
        let (code, _) = frame.slot?;
        Some(LoadedLine {
            address,
            slot: code.address(),
            places: frame.places.len(),
            kept,
        })
    }

    /// Returns whether the line was compiled for the slot of this frame.
    pub(crate) fn is_of(&self, frame: &EvalFrame<'_>) -> bool {
        frame.slot.is_some_and(|(code, _)| code.address() == self.slot) && frame.places.len() == self.places
    }

    /// Calls the line on a frame of its slot, and returns how long the line itself took. Its value is not kept, and
    /// hooks in what it calls do not open. Returns `None` if the frame is of another slot.
    pub(crate) fn call(&self, frame: &EvalFrame<'_>, role: Role) -> Option<(LineOutcome, Duration)> {
        self.run(frame, RunningLine::new(0, role))
    }

    /// Calls a line again that showed a value, and returns the text that the value has now.
    pub(super) fn shown(&self, frame: &EvalFrame<'_>, full: bool, width: usize) -> Option<Shown> {
        let mut line = RunningLine::new(0, Role::Aside);
        (line.full, line.width) = (full, width);
        match self.run(frame, line)?.0 {
            LineOutcome::Value(shown, _) => Some(shown),
            _ => None,
        }
    }

    fn run(&self, frame: &EvalFrame<'_>, mut line: RunningLine) -> Option<(LineOutcome, Duration)> {
        if !self.is_of(frame) {
            return None;
        }
        line.opening = frame.opening;
        let in_use = kept::InUse::new(self.kept.clone());
        guard::forget_time();
        // SAFETY: the loaded function was compiled for this very slot, so its type is the same; the places are those of
        // this hit, in order, and the frame that borrows them is not used until this returns.
        unsafe { call_loaded(self.address, &frame.pointers, &mut line) };
        drop(in_use);
        Some((line.outcome, guard::time()))
    }
}
