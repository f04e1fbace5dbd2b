use std::io;
use std::path::PathBuf;

/// The reason that nothing was attached to, or that an answer did not come.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttachError {
    #[error("{0}; `hook-attach --help` lists the arguments")]
    Arguments(String),
    #[error("no program of yours listens: start one with HOOKABLE=listen")]
    NoProgram,
    #[error("several programs listen: name one of them by its process\n{0}")]
    Several(String),
    #[error("process {0} does not listen: `hook-attach --list` lists those that do")]
    NoProcess(u32),
    #[error("failed to connect to {address}: {error}")]
    Connect { address: String, error: io::Error },
    #[error("failed to read the folder {}: {error}", .folder.display())]
    Folder { folder: PathBuf, error: io::Error },
    #[error("the program ended, or closed the connection")]
    Closed,
    #[error("the program gave an answer that is none: {0}")]
    Answer(String),
    #[error("{0}")]
    Refused(String),
    #[error("a console needs a terminal: `-e LINE` evaluates one line without it")]
    NoTerminal,
    #[error("failed to read {file}: {error}")]
    Read { file: String, error: io::Error },
    #[error("failed to start {program}: {error}")]
    Start { program: String, error: io::Error },
    #[error("failed to use the connection: {0}")]
    Connection(io::Error),
}

impl From<io::Error> for AttachError {
    fn from(error: io::Error) -> Self {
        AttachError::Connection(error)
    }
}
