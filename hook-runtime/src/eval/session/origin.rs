//! The lines that loaded code was compiled from.
//!
//! A line may call functions that the program never called, instances of generic functions that it does not have, and
//! functions that were typed. If one of these has a hook, rustc makes its slot only together with the line that calls
//! it.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// A line as it was compiled: the number of its hook, and the text of the file.
pub(crate) type Text = (u64, Arc<str>);

/// The addresses of some code, the folder of its crate, and the lines that it was compiled from.
type Origin = (Range<usize>, &'static str, Vec<Text>);

static ORIGINS: Mutex<Vec<Origin>> = Mutex::new(Vec::new());

/// Returns the lines without which there would be no code at this address, first the one that it was loaded with. There
/// are none for the program's own code.
pub(crate) fn of(address: usize, folder: &str) -> Vec<Text> {
    let origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    let origin = origins
        .iter()
        .rfind(|(code, of, _)| code.contains(&address) && *of == folder);
    origin.map_or_else(Vec::new, |(_, _, lines)| lines.clone())
}

/// Notes the addresses of the code that was loaded for a line.
pub(crate) fn remember(code: Range<usize>, folder: &'static str, lines: Vec<Text>) {
    let mut origins = ORIGINS.lock().unwrap_or_else(PoisonError::into_inner);
    origins.push((code, folder, lines));
}
