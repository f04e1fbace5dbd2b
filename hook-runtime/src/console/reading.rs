//! Reads the next text to answer. That is a line with the lines that complete it, or the next part of a pasted text.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::input::{Input, Read, Scope};
use super::line::{self, Whole};

/// The parts of a pasted text that are not yet answered.
#[derive(Default)]
pub(crate) struct Pasted(Mutex<VecDeque<String>>);

/// The parts that were pasted to the program. If the program resumes before the last part, the next hook reads the
/// rest, as if it were typed there.
pub(crate) static PASTED: Pasted = Pasted(Mutex::new(VecDeque::new()));

impl Pasted {
    /// Takes the next part.
    pub(super) fn next(&self) -> Option<String> {
        self.parts().pop_front()
    }

    fn parts(&self) -> MutexGuard<'_, VecDeque<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the first part of a text. The other parts are kept for the next reads.
pub(super) fn first(text: String, pasted: &Pasted) -> String {
    let units = line::units(&text);
    if let [first, others @ ..] = &units[..]
        && !others.is_empty()
    {
        let mut parts = pasted.parts();
        others
            .iter()
            .rev()
            .for_each(|unit| parts.push_front((*unit).to_owned()));
        return (*first).to_owned();
    }
    text
}

/// Reads a line, and more lines until the text is complete.
pub(super) fn read_whole(input: &mut dyn Input, pasted: &Pasted, prompt: &str, scope: &Scope) -> Read {
    let mut whole = Whole::default();
    let mut prompt = prompt;
    loop {
        match input.read(prompt, scope) {
            Read::Line(line) if whole.ends_before(&line) => {
                pasted.parts().push_front(line);
                return Read::Line(whole.text());
            }
            Read::Line(line) if whole.add(&line) => prompt = "  ... ",
            Read::End if prompt == "  ... " => return Read::Line(whole.text()),
            Read::Line(_) => return Read::Line(whole.text()),
            other => return other,
        }
    }
}
