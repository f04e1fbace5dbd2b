//! The errors that the console prints when it cannot do what was typed.

use std::io;

use super::line::MOST;
use crate::breakpoints::place::PlaceError;
use crate::eval::EvaluateError;
use crate::eval::parse::excerpt::{Annotation, excerpt};
use crate::frame::FrameError;
use crate::literal::LiteralError;
use crate::settings::SettingError;

impl ConsoleError {
    /// Returns the error of a write that was typed, with a mark below the value if that is what does not fit.
    pub(super) fn of_write(error: FrameError, typed: &str) -> ConsoleError {
        let error = match error {
            FrameError::Literal(error) if error.is_of_value() => error,
            error => return error.into(),
        };
        let typed = typed.trim_end();
        let value = typed.find('=').map_or(0, |at| at + 1);
        let value = typed.len() - typed[value..].trim_start().len();
        ConsoleError::Value {
            error,
            excerpt: excerpt(
                typed,
                &[Annotation::primary(value..typed.trim_end_matches(';').len().max(value))],
            ),
        }
    }

    /// Returns the line as it is suggested to be written.
    pub(crate) fn suggested(&self) -> Option<&str> {
        match self {
            ConsoleError::Rust(error) => error.suggested(),
            _ => None,
        }
    }

    /// Returns whether the line was taken for Rust, and is none, or begins with a name that nothing has.
    pub(crate) fn is_no_rust(&self) -> bool {
        match self {
            ConsoleError::Frame(FrameError::Unknown { .. }) | ConsoleError::Rust(EvaluateError::Lex(_)) => true,
            ConsoleError::Rust(EvaluateError::Rejected(refusal)) => {
                let text = &refusal.text;
                const FOREIGN: [&str; 4] = [
                    "error[E0425]",
                    "error: expected ",
                    "error: in expressions, `_`",
                    "error[E0277]: the `?` operator can only",
                ];
                FOREIGN.iter().any(|error| text.starts_with(error)) || text.contains("` outside of a loop")
            }
            _ => false,
        }
    }
}

/// An error of the console. Its text is one clear sentence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConsoleError {
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("{error}{excerpt}")]
    Value { error: LiteralError, excerpt: String },
    #[error("a line has at most {} KiB, and this one has more{}", MOST >> 10, if cfg!(feature = "serde") {
        ": `:load` reads a large value from a file"
    } else {
        ""
    })]
    TooLong,
    #[error("there is no command `:{name}`{}", suggestion.map_or("; `:help` lists them".to_owned(), |suggestion| format!(", did you mean `:{suggestion}`?")))]
    UnknownCommand {
        name: String,
        suggestion: Option<&'static str>,
    },
    #[error("there is no command `:{name}`: {instead}")]
    WordOfOthers { name: String, instead: &'static str },
    #[error("`:{name}` could be {}", .of.join(" or "))]
    Ambiguous { name: String, of: Vec<String> },
    #[error("a line that was typed at the hook of thread {0} runs; it has the terminal again when that ends")]
    ThreadRuns(u64),
    #[cfg(feature = "serde")]
    #[error("`{0}` cannot be saved or loaded here: rustc cannot tell at this hook which traits its type implements")]
    Unserved(String),
    #[error("no frame of the program is known: it was built without debug information, or its names were stripped")]
    NoFrames,
    #[cfg(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    ))]
    #[error(transparent)]
    Caller(#[from] hook_debuginfo::DebugInfoError),
    #[cfg(not(all(
        target_os = "linux",
        target_pointer_width = "64",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )))]
    #[error("the variables of callers are shown on Linux alone, on x86-64 and aarch64; `:bt` lists the callers")]
    NoCallers,
    #[error("there is no frame #{number}: `:bt all` lists them up to #{last}")]
    NoCaller { number: usize, last: usize },
    #[error("no function of the program called this one: `:bt` lists the frames")]
    Outermost,
    #[error("this is the frame of the hook already")]
    Innermost,
    #[error("`{name}` is no variable of {function} that is in scope there{}", suggestion.as_ref().map_or("; `:locals` lists them, and `:frame 0` leads back to the hook".to_owned(), |suggestion| format!(": did you mean `{suggestion}`?")))]
    NoVariable {
        name: String,
        function: String,
        suggestion: Option<String>,
    },
    #[error("`{text}` is nothing that debug information tells of: `{ty}` has no such field or element")]
    NoPart { text: String, ty: String },
    #[error(
        "in a caller only its variables and what is in them can be typed, as `order.lines[0].price`: `:frame 0` leads back to the hook, where lines of Rust run"
    )]
    InCaller,
    #[error("nothing in the sources of this crate and of those that it depends on is called `{0}`")]
    NoItem(String),
    #[error(
        "`{0}` cannot be looked for: the sources are not there any more as they were built, or the program runs where they are not"
    )]
    NoSources(String),
    #[error(
        "nothing in the sources of this crate and of those that it depends on is called `{0}`, and those of the standard library are not installed: `rustup component add rust-src` does that"
    )]
    NoLibrarySources(String),
    #[error("`{text}` cannot be used here: {why}")]
    NoCondition { text: String, why: String },
    #[error("`{text}` cannot be drawn: {why}")]
    NoDrawing { text: String, why: String },
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("no hook can be planted here: the crate was compiled without asking rustc what hooks can capture")]
    NoPlanting,
    #[error(
        "no hook was planted, for values that the running program has depend on what that changes{0}\nA `hook!` or `#[hookable(step)]` that is there when the program is built works in it, and so does a planted one in a plain function that it calls"
    )]
    NotPlanted(String),
    #[error(
        "no hook was planted: the crate has no code of that function. Nothing calls it, or it is generic or inlined and rustc compiled it in \
         the crates that call it: a `hook!` in its source stops in it, after a build"
    )]
    NotInProgram,
    #[error(
        "no hook was planted: the program has no code of that `async fn` that could be replaced. Nothing awaits it, or it has type parameters, or \
         closures that cannot be told apart, and rustc compiled it in the crate that awaits it: a `hook!` in its source stops in it, after a build"
    )]
    AwaitedElsewhere,
    #[error(
        "no hook was planted: futures of that `async fn` would have to keep more for it up to an `.await`, and the crates that await them have code \
         for them as they are: plant it at another line of the function, or `:trace` there"
    )]
    KeptElsewhere,
    #[error("`:retry` is for the hooks of `#[hookable(on_err)]`, which stand where errors leave a function")]
    NoError,
    #[error("the expression cannot be evaluated again: {0}")]
    NoRetry(&'static str),
    #[error(
        "this call of `main` has no hook {0}, and there is no other: with `#[hookable(step)]` on it, the next build has them; `:break` stops in what it calls"
    )]
    MainRuns(&'static str),
    #[error("`{0}` never returns: its type is `!`")]
    NeverReturns(String),
    #[error("no hook has the number {0}: `:breaks` lists them")]
    NoBreakpoint(usize),
    #[error("no hook is at `{0}`: `:breaks` lists them with their numbers, functions and lines")]
    NoHookAt(String),
    #[error("usage: {0}")]
    Usage(String),
    #[error("`{text}` is no {what}")]
    Argument { text: String, what: &'static str },
    #[cfg(feature = "serde")]
    #[error("`{name}` cannot be saved: {why}")]
    Unsavable { name: &'static str, why: String },
    #[error("failed to {what} {path}: {error}")]
    File {
        what: &'static str,
        path: String,
        error: io::Error,
    },
    #[cfg(feature = "serde")]
    #[error("failed to load {path} into `{name}`: {error}; it is as it was")]
    Load {
        path: String,
        name: &'static str,
        error: FrameError,
    },
    #[error(transparent)]
    Rust(#[from] EvaluateError),
}
