//! Reads the next text to answer. That is a line with the lines that complete it, or the next part of a pasted text.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::input::{Input, Read, Scope};
use super::line::{self, Whole};

/// Gives the parts of a pasted text that are not yet answered. They belong to the process: if the program resumes
/// before the last part, the next hook reads the rest, as if it were typed there.
pub(super) fn pasted() -> MutexGuard<'static, VecDeque<String>> {
    static PASTED: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
    PASTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the first part of a text. The other parts are kept for the next reads.
pub(super) fn first(text: String) -> String {
    let units = line::units(&text);
    if let [first, others @ ..] = &units[..]
        && !others.is_empty()
    {
        let mut pasted = pasted();
        others
            .iter()
            .rev()
            .for_each(|unit| pasted.push_front((*unit).to_owned()));
        return (*first).to_owned();
    }
    text
}

/// Reads a line, and more lines until the text is complete.
pub(super) fn read_whole(input: &mut dyn Input, prompt: &str, scope: &Scope) -> Read {
    let mut whole = Whole::default();
    let mut prompt = prompt;
    loop {
        match input.read(prompt, scope) {
            Read::Line(line) if whole.ends_before(&line) => {
                pasted().push_front(line);
                return Read::Line(whole.text());
            }
            Read::Line(line) if whole.add(&line) => prompt = "  ... ",
            Read::End if prompt == "  ... " => return Read::Line(whole.text()),
            Read::Line(_) => return Read::Line(whole.text()),
            other => return other,
        }
    }
}
