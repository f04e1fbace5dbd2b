//! Reads what is to be answered next: a line, the lines after it as long as it is not whole, or the next part of what
//! was pasted.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::input::{Input, Read, Scope};
use super::line::{self, Whole};

/// Gives what was pasted and not yet answered: if a hook resumes before the end of it, the rest is for the next one,
/// as if it were typed.
pub(super) fn pasted() -> MutexGuard<'static, VecDeque<String>> {
    static PASTED: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
    PASTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the first that there is to answer in a text; the others wait.
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

/// Reads a line, and the ones after it as long as it is not whole.
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
