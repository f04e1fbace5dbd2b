//! What can stand at the cursor while a line is typed, as rustc tells it. Nothing of the line runs.
//!
//! - [`cursor`] finds what is being typed, `subject` what is to be asked about it, and `names` the names that rustc
//!   is asked about. `question` writes them into a file, one a line.
//! - `ask` has rustc check that file in the slot of the hook, as a line that has errors. `answer` and `signature`
//!   read the errors.
//! - `worker` does so on a thread of its own while the user types on, and keeps the answers.

mod answer;
mod ask;
mod cursor;
mod hook;
mod names;
mod question;
mod signature;
mod subject;
mod tokens;
mod worker;

pub(crate) use answer::ItemKind;
pub(crate) use cursor::{CompletionContext, cursor};
pub(crate) use hook::AskedHook;
pub(crate) use worker::{Completion, begin, completions, hint};
