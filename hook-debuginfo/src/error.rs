use std::path::PathBuf;

use thiserror::Error;

/// Says why the variables of a call are not known.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum DebugInfoError {
    /// The running files cannot be looked at.
    #[error("failed to find the files of this program: {0}")]
    Program(String),
    /// No file of the program has the code.
    #[error("the code was loaded while the program ran, so there is no debug information of it")]
    Loaded,
    /// The file of the code cannot be read.
    #[error("failed to read {}: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why it was not read.
        reason: String,
    },
    /// The file has no debug information.
    #[error("{} has no debug information: build with `debug = true` in the profile", .0.display())]
    None(PathBuf),
    /// The debug information is in files of its own.
    #[error("the debug information of {} is in other files: build with `split-debuginfo = \"off\"` in the profile", .0.display())]
    Split(PathBuf),
    /// The debug information is compressed.
    #[error("the debug information of {} is compressed, and is read as it is only", .0.display())]
    Compressed(PathBuf),
    /// There are no variables in what is known of the function.
    #[error(
        "there is no debug information of the variables of this function: its crate was built without `debug = true`"
    )]
    NoVariables,
    /// The debug information does not say what it should.
    #[error("failed to read the debug information of this function: {0}")]
    Damaged(String),
}

impl From<gimli::Error> for DebugInfoError {
    fn from(error: gimli::Error) -> Self {
        DebugInfoError::Damaged(error.to_string())
    }
}
