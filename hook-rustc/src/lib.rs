//! One call of rustc: it is recorded, run again with other outputs, and its diagnostics are read.
//!
//! The attribute, which asks rustc what a hook may capture, and the runtime, which has it compile a line typed at the
//! prompt, share this. A proc-macro crate can export no functions, hence a crate of its own.

mod archive;
mod args;
pub mod bodies;
pub mod builds;
mod call_record;
mod content;
mod copy;
pub mod debug_info;
mod dep_info;
mod diagnostic;
mod invocation;
mod kept;
pub mod lexer;
mod lockfile;
pub mod records;
mod request;
mod run;
pub mod sorted;
mod source_path;
mod sources;
mod stamp;
pub mod std_macros;
pub mod temporary;
pub mod waiting;

pub use builds::fingerprint;
pub use call_record::{CallRecord, LINE, TABLE, is_recorded};
pub use copy::{Copied, StubRules};
pub use diagnostic::{Diagnostic, Span};
pub use invocation::{ANSWER, GraphLibrary, Invocation, RECURSION, StandIn, UNREACHABLE};
pub use request::{CompileRequest, slot_mark};
pub use run::{RustcOutcome, run, run_for_text, run_while};
pub use source_path::{ends_with, out_of, slashes, source_path};
pub use sources::{Difference, SeenFiles, Sources};
pub use stamp::Stamp;

/// What can go wrong with a rustc call.
#[derive(Debug, thiserror::Error)]
pub enum RustcError {
    /// The process is no rustc, but clippy, rustdoc or a language server.
    #[error("{0} is not rustc")]
    NotRustc(String),
    /// The command line cannot be run a second time.
    #[error("{0}")]
    NotRepeatable(&'static str),
    /// A file named on the command line, or the program itself, could not be read or started.
    #[error("failed to {action}: {error}")]
    Io {
        /// The action that was tried.
        action: String,
        /// The reason that the system gives.
        error: std::io::Error,
    },
    /// The call did not end in time.
    #[error("rustc did not answer within {0} s")]
    Timeout(u64),
    /// The call was killed, since its answer was not wanted any more.
    #[error("the answer of rustc is not wanted any more")]
    Unwanted,
}

impl RustcError {
    fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> RustcError {
        let action = action.into();
        move |error| RustcError::Io { action, error }
    }
}
