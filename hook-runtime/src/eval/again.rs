//! The code of a line is called again on the frame of a later hit, or to measure how long it takes. The code stays
//! loaded, and it can run at each hit of its slot, because the types of its places are those of the slot.
#![allow(unsafe_code)]

use std::time::Duration;

use super::abi::{LineOutcome, Role, RunningLine, call_loaded};
use super::frame::EvalFrame;
use super::session::kept;
use crate::format::Shown;
use crate::guard;

/// The loaded code of a line, which is called on frames of its slot alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineCode {
    address: usize,
    /// The address of the slot that the line was compiled for. A generic function has one for each of its instances.
    slot: usize,
    places: usize,
}

impl LineCode {
    /// Names the code at an address. Returns `None` if the frame has no slot.
    ///
    /// # Safety
    ///
    /// The code was compiled for the slot of this frame, and stays where it is.
    pub(super) unsafe fn at(address: usize, frame: &EvalFrame<'_>) -> Option<LineCode> {
        let (code, _) = frame.slot.filter(|(code, _)| code.is_slot())?;
        Some(LineCode {
            address,
            slot: code.address(),
            places: frame.places.len(),
        })
    }

    /// Returns whether the line was compiled for the slot of this frame.
    fn is_of(&self, frame: &EvalFrame<'_>) -> bool {
        frame.slot.is_some_and(|(code, _)| code.address() == self.slot) && frame.places.len() == self.places
    }

    /// Calls the code. Returns `None`, and calls nothing, if the frame is of another slot.
    pub(super) fn call(&self, frame: &EvalFrame<'_>, line: &mut RunningLine<'_>) -> Option<()> {
        // SAFETY: who made this promised that the code is that of a line in its slot, which is the slot of this frame.
        // The places are those of the hit, in order, and until this returns nothing uses the frame that borrows them
        // but lines that learn types, which name no place.
        self.is_of(frame)
            .then(|| unsafe { call_loaded(self.address, &frame.pointers, line) })
    }
}

/// The loaded code of a line, and the kept values that it uses.
#[derive(Clone, Debug)]
pub(crate) struct LoadedLine {
    code: LineCode,
    kept: Vec<String>,
}

impl LoadedLine {
    /// Makes a loaded line of code that uses these kept values.
    pub(super) fn new(code: LineCode, kept: Vec<String>) -> LoadedLine {
        LoadedLine { code, kept }
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

    fn run(&self, frame: &EvalFrame<'_>, mut line: RunningLine<'_>) -> Option<(LineOutcome, Duration)> {
        line.opening = frame.opening;
        let in_use = kept::InUse::new(self.kept.clone());
        guard::forget_time();
        let called = self.code.call(frame, &mut line);
        drop(in_use);
        called.map(|()| (line.outcome, guard::time()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Code, Frame, Recorded, Site};

    static RECORDED: Recorded = Recorded {
        folder: "",
        fingerprint: 0,
        id: 0,
        root: "",
    };

    fn with_frame<R>(code: Code, check: impl FnOnce(&EvalFrame<'_>) -> R) -> R {
        let mut frame = Frame::new(
            Box::leak(Box::new(Site::of_trace(("src/demo.rs", 12, 5), "demo"))),
            1,
            None,
            &mut [],
        );
        frame.slot = Some((code, &RECORDED));
        check(&EvalFrame::of(&mut frame))
    }

    #[test]
    fn code_is_called_on_frames_of_its_slot_alone() {
        // SAFETY: nothing is called that is at these addresses.
        let slots = [1, 2].map(|address| unsafe { Code::at(address) });
        // SAFETY: as above.
        let at = |frame: &EvalFrame<'_>| unsafe { LineCode::at(3, frame) };
        assert!(with_frame(Code::of_file(1), at).is_none());
        let code = with_frame(slots[0], at).expect("the code of a line");
        assert!(with_frame(slots[0], |frame| code.is_of(frame)));
        let mut line = RunningLine::new(1, Role::Typed);
        assert_eq!(with_frame(slots[1], |frame| code.call(frame, &mut line)), None);
    }
}
