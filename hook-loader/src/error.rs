use std::path::PathBuf;

/// Why a line could not be loaded. Nothing of the program has changed when one of these is returned.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no loader for this platform.
    #[error("rust at the prompt needs linux (glibc) on x86-64 or aarch64")]
    Platform,
    /// The running program has no symbol table.
    #[error("`{}` has no symbol table: build it without `strip` to run rust at the prompt", .0.display())]
    Stripped(PathBuf),
    /// The file of a shared library is not the one that was loaded.
    #[error("`{}` was built again since the program loaded it: only a fresh start can run rust at the prompt", .0.display())]
    Replaced(PathBuf),
    /// A file could not be read.
    #[error("failed to read `{}`: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system, or the format, says.
        reason: String,
    },
    /// What rustc made is not an object of this machine.
    #[error("failed to read the compiled line: {0}")]
    Object(String),
    /// The objects do not define the slot.
    #[error("the compiled line does not define `{0}`: were the sources changed since the program was built?")]
    NoSlot(String),
    /// Symbols that neither the program, nor its libraries, nor the system define.
    #[error("the line needs code that is not in the program or its libraries: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// Several variables of the program bear the name.
    #[error("`{0}` names several variables of the running program")]
    Ambiguous(String),
    /// A variable of the program has another size than in the line.
    #[error("`{0}` has another size in the running program: were the sources changed since it was built?")]
    Changed(String),
    /// A thread-local with an initial value, reached in a way that cannot set it up in each thread.
    #[error("the thread-local `{0}` is not in the running program, and has an initial value: it cannot be added")]
    ThreadLocal(String),
    /// The room kept for thread-locals is used up.
    #[error("no room for the thread-local `{0}` in the running program")]
    ThreadLocalRoom(String),
    /// A relocation that the loader does not know.
    #[error("relocation {kind} on `{symbol}` is not supported")]
    Relocation {
        /// Its number on this machine.
        kind: u32,
        /// What it refers to.
        symbol: String,
    },
    /// A reference whose target is too far away.
    #[error("`{0}` is too far from the loaded code")]
    TooFar(String),
    /// The system gives no memory near the program.
    #[error("failed to get memory near the program: {0}")]
    Memory(String),
}
