use std::io;
use std::path::PathBuf;

use hook_loader::LoadError;
use hook_rustc::RustcError;

/// The reason for which a line did not run. The frame is unchanged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EvaluateError {
    #[error("rust cannot run at this hook: {0}")]
    NotRecorded(&'static str),
    #[error("rust cannot run at this hook: {0}")]
    NoRecord(RustcError),
    #[error(
        "the program was built again many times since this one was, and what its build left is gone: only a fresh start can run rust at \
         the prompt"
    )]
    Rebuilt,
    #[error("the libraries of the program were built again since it was: build it too to run rust at the prompt")]
    Libraries,
    #[error("`{}` was changed since the program was built: build it again to run rust at the prompt", .0.display())]
    Changed(PathBuf),
    #[error(
        "`{}` was saved while rustc compiled it, so what the program was built from is not known: build it again to run rust at \
         the prompt",
        .0.display()
    )]
    Doubt(PathBuf),
    #[error(
        "rust cannot run at this hook: what the build left in `{}` is not there: after `cargo clean`, build the program again; in a \
         container or on another machine, have that folder at the same place",
        .0.display()
    )]
    Cleaned(PathBuf),
    #[error(
        "rust cannot run at this hook: the compiler is not at `{}`: `HOOKABLE_RUSTC=PATH` names where it is now",
        .0.display()
    )]
    NoCompiler(PathBuf),
    /// Perhaps another user built the program.
    #[error("rust cannot run at this hook: failed to look for `{}`, which the build left or ran: {error}", path.display())]
    Unreachable { path: PathBuf, error: io::Error },
    #[error("rust cannot run at this hook: this compiler is another than that which built the program")]
    OtherCompiler,
    #[error(
        "rust cannot run at this hook: the program was built with link-time optimization: build it without `lto` in its profile, and without `-C linker-plugin-lto`"
    )]
    Lto,
    #[error("rust cannot run at this hook: the program's own function was not found: {0}")]
    NoSymbol(&'static str),
    #[error("rustc could not be asked what hooks can capture in the new sources")]
    NotAsked,
    /// These changes, each in a line of its own, were made to the sources.
    #[error(
        "nothing was replaced, for the running program cannot follow a part of the changes: restart to get them{0}"
    )]
    NotReloaded(String),
    /// These functions, by their paths, have futures that would be laid out in another way, since they would keep what
    /// has these names longer.
    #[error("nothing was replaced, for futures would be laid out in another way: {}", .0.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(", "))]
    FutureLayouts(Vec<(String, Vec<String>)>),
    #[error(
        "rust cannot run at this hook: this copy of the function was made in another crate than it is written in, or the line \
         gives one of the locals another type"
    )]
    Elsewhere,
    /// This is the instance of the function.
    #[error(
        "rust cannot run at this hook: another crate made this copy of the function, `{0}`, and the crate that the function is \
         written in cannot name all of these types, as it can in a test of its own; or the line gives one of the locals another \
         type"
    )]
    Instance(String),
    #[error(
        "`{0}` is of another type than what made it gives in this line, and that type cannot be written: make it again"
    )]
    Mistaken(&'static str),
    #[error(transparent)]
    Load(LoadError),
    #[error("failed to {what}: {error}")]
    Io { what: &'static str, error: io::Error },
    #[error("{0}")]
    Lex(String),
    /// rustc refused the line, and said this, in lines for a terminal.
    #[error("{}", .0.text)]
    Rejected(Refusal),
    #[error("a line cannot return from the function at this hook: {0}")]
    NoReturn(&'static str),
    /// This is the type of a kept value. rustc was not asked yet by which paths it can be named at the hook.
    #[error("the type `{0}` cannot be named at this hook")]
    OpenPaths(&'static str),
    #[error("the value has no parts that could be shown")]
    NoParts,
    #[error("interrupted: the line did not run")]
    Interrupted,
    /// rustc ended in this way, and said this first.
    #[error("rustc failed on this line, {0}")]
    Crashed(String),
}

/// What rustc says against a line.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The errors, in lines for a terminal.
    pub(crate) text: String,
    /// The line as rustc suggests to write it, if it does.
    pub(crate) suggested: Option<String>,
}

impl From<String> for Refusal {
    fn from(text: String) -> Self {
        Refusal { text, suggested: None }
    }
}

// `#[from]` would also make it the `source`, and whoever prints an error with its sources would print it twice.
impl From<RustcError> for EvaluateError {
    fn from(error: RustcError) -> Self {
        EvaluateError::NoRecord(error)
    }
}

impl EvaluateError {
    /// Returns the line as rustc suggests to write it.
    pub(crate) fn suggested(&self) -> Option<&str> {
        match self {
            EvaluateError::Rejected(refusal) => refusal.suggested.as_deref(),
            _ => None,
        }
    }

    /// Returns whether no line at all can be compiled at this hook now.
    pub(crate) fn is_of_no_line(&self) -> bool {
        !matches!(
            self,
            EvaluateError::Mistaken(_)
                | EvaluateError::Lex(_)
                | EvaluateError::Rejected(_)
                | EvaluateError::NoReturn(_)
                | EvaluateError::NoParts
                | EvaluateError::Interrupted
        )
    }
}
