use std::io;
use std::path::PathBuf;

/// The reason that the program does not listen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ListenError {
    #[error("HOOKABLE=listen= names no socket: it is listen, listen=PATH or listen=tcp:PORT")]
    NoAddress,
    #[error("{0} is no port: it is a number up to 65535")]
    Port(String),
    #[error("failed to use the folder {}: {error}", .folder.display())]
    Folder { folder: PathBuf, error: io::Error },
    #[error("failed to listen at {address}: {error}")]
    Bind { address: String, error: io::Error },
}
