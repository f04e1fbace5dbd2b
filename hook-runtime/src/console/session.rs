//! One hook at the console, from the stop to the resumption.

use std::cell::RefCell;
use std::path::Path;

use super::{Console, Device, Flow, Input, Output, PASTED, Prompt, TakenTerminal, banner, hush, startup, stop};
use crate::breakpoints::planted;
use crate::eval;
use crate::eval::frame::EvalFrame;
use crate::frame::Frame;
use crate::os::streams;
use crate::turn::Turn;

/// How a console opens.
pub(crate) struct Session<'s> {
    pub(crate) turn: &'s Turn,
    /// The conditions that hold, for which the hook stopped.
    pub(crate) because: &'s [String],
    /// The terminal that the lines are typed at, if they are not those of a script.
    pub(crate) terminal: Option<Device>,
    pub(crate) prompt: Prompt<'s>,
}

impl Session<'_> {
    /// Prints where the hook is, and answers lines until the program shall resume. Where `is_left` says that the hook
    /// stays open, nothing is said of a resumption.
    pub(crate) fn run(&self, frame: &mut Frame<'_, '_>, input: &mut dyn Input, is_left: &dyn Fn() -> bool) -> Flow {
        planted::opened(frame.site);
        hush();
        streams::flush_program();
        let taken = RefCell::new(self.terminal.as_ref().map(TakenTerminal::new));
        let mistakes = self.terminal.as_ref().map_or(Vec::new(), |_| startup::settings());
        let mut out = self.terminal.as_ref().map_or_else(Output::standard, Output::on);
        match self.terminal {
            Some(_) => stop::print(frame, self.turn, self.because, &mut out),
            None => banner::print(frame, self.turn.between.as_deref(), self.because, &mut out),
        }
        (taken.borrow().iter().flat_map(|taken| &taken.notes)).for_each(|note| out.remark(note));
        mistakes.iter().for_each(|mistake| out.error(mistake));
        banner::prompts(frame);
        if self.terminal.is_some() {
            eval::prepare(&EvalFrame::of(frame));
        }
        let source = frame.site.path.map(Path::new);
        let mut console = Console { frame, out: &mut out };
        let started = match self.terminal {
            Some(_) => startup::lines(&mut console, &*input, source),
            None => Flow::Stay,
        };
        let prompt: Prompt<'_> = &|frame, out| {
            banner::back(frame, out, &|out| {
                let notes = taken.borrow_mut().as_mut().map_or(Vec::new(), TakenTerminal::again);
                notes.iter().for_each(|note| out.remark(note));
            });
            (self.prompt)(frame, out)
        };
        let flow = match started {
            Flow::Resume | Flow::Exit(_) => started,
            Flow::Stay | Flow::To(_) => console.run(input, &PASTED, prompt),
        };
        eval::end_ahead(frame.opening);
        let resumes = flow == Flow::Resume && !is_left();
        if resumes {
            eval::end_held(frame.opening).iter().for_each(|note| out.remark(note));
        }
        if resumes && self.terminal.is_some() {
            stop::resumes(frame, &mut out);
        }
        if let (Flow::Exit(_), Some(taken)) = (flow, taken.into_inner()) {
            taken.keep();
        }
        flow
    }
}
