//! The code of a line, called again: on the frame of a later hit, or to see how long it takes. It stays loaded, and
//! what runs once at a slot can run there at each hit, for the types of its places are those of the slot.

use std::time::Duration;

use super::abi::{LineOutcome, Role, RunningLine, call_loaded};
use super::frame::EvalFrame;
use super::session::kept;
use crate::guard;

/// The loaded code of a line.
#[derive(Clone, Debug)]
pub(crate) struct LoadedLine {
    address: usize,
    /// Where the running slot begins that it was compiled for. A generic function has one for each of its instances.
    slot: usize,
    places: usize,
    /// The kept values that it uses.
    kept: Vec<String>,
}

impl LoadedLine {
    /// Of code at `address` that was compiled for the slot of this frame.
    pub(super) fn new(address: usize, frame: &EvalFrame<'_>, kept: Vec<String>) -> Option<LoadedLine> {
        let (code, _) = frame.slot?;
        Some(LoadedLine {
            address,
            slot: code.address(),
            places: frame.places.len(),
            kept,
        })
    }

    /// Whether it was compiled for the slot of this frame.
    pub(crate) fn is_of(&self, frame: &EvalFrame<'_>) -> bool {
        frame.slot.is_some_and(|(code, _)| code.address() == self.slot) && frame.places.len() == self.places
    }

    /// Calls it on a frame of its slot, and gives how long the line itself took. None of its values is kept. Hooks in
    /// what it calls do not open.
    pub(crate) fn call(&self, frame: &EvalFrame<'_>, role: Role) -> Option<(LineOutcome, Duration)> {
        if !self.is_of(frame) {
            return None;
        }
        let mut line = RunningLine::new(0, role);
        let in_use = kept::InUse::new(self.kept.clone());
        guard::forget_time();
        // SAFETY: the loaded function was compiled for this very slot, so its type is the same; the places are those of
        // this hit, in order, and the frame that borrows them is not used until this returns.
        unsafe { call_loaded(self.address, &frame.pointers, &mut line) };
        drop(in_use);
        Some((line.outcome, guard::time()))
    }
}
