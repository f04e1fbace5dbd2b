//! One rustc call: record it, run it again with other outputs, read its diagnostics.
//!
//! Shared by the attribute, which asks rustc what a hook may capture, and by the runtime, which has it compile a line
//! typed at the prompt. A proc-macro crate can export no functions, hence a crate of its own.

mod args;
pub mod builds;
mod call_record;
mod content;
mod copy;
mod diagnostic;
mod invocation;
pub mod lexer;
pub mod records;
mod request;
mod run;
mod sources;
pub mod std_macros;

pub use call_record::{CallRecord, LINE, TABLE, fingerprint, is_recorded};
pub use copy::Copied;
pub use diagnostic::{Diagnostic, Span};
pub use invocation::{ANSWER, Invocation};
pub use request::CompileRequest;
pub use run::{RustcOutcome, run};
pub use sources::{Difference, SeenFiles, Sources};

/// What can go wrong with a rustc call.
#[derive(Debug, thiserror::Error)]
pub enum RustcError {
    /// The process is no rustc: clippy, rustdoc, a language server.
    #[error("{0} is not rustc")]
    NotRustc(String),
    /// The command line cannot be run a second time.
    #[error("{0}")]
    NotRepeatable(&'static str),
    /// A file named on the command line, or the program itself, could not be read or started.
    #[error("failed to {action}: {source}")]
    Io {
        /// What was tried.
        action: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// It did not end in time.
    #[error("rustc did not answer within {0} s")]
    Timeout(u64),
}

impl RustcError {
    fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> RustcError {
        let action = action.into();
        move |source| RustcError::Io { action, source }
    }
}
