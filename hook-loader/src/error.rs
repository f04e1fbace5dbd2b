use std::path::PathBuf;

use crate::symbol_path::symbol_path;

/// On macOS, which this was not run on, a program loads code only if this environment variable is `1`.
pub const MACOS_LINES: &str = "HOOKABLE_MACOS_LINES";

/// On Windows with the tools of Visual Studio, which this was not run with, a program loads code only if this
/// environment variable is `1`.
pub const MSVC_LINES: &str = "HOOKABLE_MSVC_LINES";

/// Why a line could not be loaded is said here. Nothing of the program has changed when an error is returned.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no loader for this platform.
    #[error("rust at the prompt needs linux or macos on x86-64 or aarch64, or windows on x86-64")]
    Platform,
    /// The loader is there, but nobody is known to have run it on this platform.
    #[error(
        "rust at the prompt has not been run on this system by those who wrote it: start the program with `{variable}=1` to try it, and tell us"
    )]
    Untried {
        /// It is tried where this environment variable is `1`.
        variable: &'static str,
    },
    /// The running program, or the library that the slot is in, has no symbol table.
    #[error("`{}` has no symbol table: build it without `strip` to run rust at the prompt", .0.display())]
    Stripped(PathBuf),
    /// The file of a shared library is not the one that was loaded.
    #[error("`{}` was built again since the program loaded it: only a fresh start can run rust at the prompt", .0.display())]
    Replaced(PathBuf),
    /// A file could not be read.
    #[error("failed to read `{}`: {reason}", path.display())]
    Read {
        /// This is the file.
        path: PathBuf,
        /// The system, or the reader of the format, says this.
        reason: String,
    },
    /// What rustc wrote is not an object of this machine, or is malformed.
    #[error("failed to read the compiled line: {0}")]
    Object(String),
    /// None of the objects defines the slot as a function.
    #[error("the compiled line does not define `{}`: were the sources changed since the program was built?", shown(.0))]
    NoSlot(String),
    /// Neither the program, nor its libraries, nor the system define these symbols.
    #[error("the line needs code that is not in the program or its libraries: {}", all(.0))]
    Missing(Vec<String>),
    /// The program does not have these functions, or has several of the name, and their bodies were left out. Each is
    /// named by the symbol that its stub refers to.
    #[error("the line needs functions that are not in the program: {}", all(.0))]
    LeftOut(Vec<String>),
    /// Several private variables of the program bear the name.
    #[error("`{}` names several variables of the running program", shown(.0))]
    Ambiguous(String),
    /// What describes the private variables of the program does not tell whether it has this one.
    #[error(
        "the line needs `{}`, which is private, and the program's PDB does not tell whether the program has it: build its crate with `debug = true`",
        shown(.0)
    )]
    Undescribed(String),
    /// A variable of the program has another size than in the line.
    #[error("`{}` has another size in the running program: were the sources changed since it was built?", shown(.0))]
    Changed(String),
    /// Of a variable of the program, the optimizer left only parts.
    #[error("the optimizer has left only parts of `{}` in the running program: build its crate with `opt-level = 0`", shown(.0))]
    Pieces(String),
    /// A thread-local has an initial value, and is reached in a way that gives nobody the occasion to copy it.
    #[error(
        "the thread-local `{}` is not in the running program, since nothing there uses it, or the optimizer left it out; it has an initial \
         value, so it cannot be added",
        shown_variable(.0)
    )]
    ThreadLocal(String),
    /// The room for thread-locals that the program does not have is used up.
    #[error("no room for the thread-local `{}` in the running program", shown(.0))]
    ThreadLocalRoom(String),
    /// The loader does not know the type of a relocation, or it does not suit its symbol or its section.
    #[error(
        "failed to relocate `{}`: relocation type {kind} is not supported there",
        shown(symbol)
    )]
    Relocation {
        /// The processor's ABI gives this number to the type.
        kind: u32,
        /// The relocation refers to this symbol.
        symbol: String,
    },
    /// The distance to the target of a reference does not fit into the field that it is written to.
    #[error("`{}` is too far from the loaded code", shown(.0))]
    TooFar(String),
    /// The values of these coroutines are laid out in another way, and there is code that tells values by their
    /// `TypeId`.
    #[error(
        "nothing was replaced, for the bodies of these have changed, and code that uses them tells values by their `TypeId`, which \
         stays: restart to get that: {}", .0.join(", ")
    )]
    TypeIds(Vec<String>),
    /// These statics have another value than in the program, or are of another size.
    #[error("nothing was replaced, for what these statics begin with has changed: restart to get that: {}", .0.join(", "))]
    Statics(Vec<String>),
    /// These statics would be new ones, and what they have would be lost.
    #[error(
        "nothing was replaced, for these statics would begin anew, since an impl or a block before them came or went: put it \
         behind them, or restart to get that: {}", .0.join(", ")
    )]
    RenamedStatics(Vec<String>),
    /// Types are laid out in another way than in the program.
    #[error("nothing was replaced, for types are laid out in another way than in the program: restart to get that")]
    Layouts,
    /// A thread of the program, which is named, does not stop for the moment in which functions are replaced.
    #[error(
        "thread {0} cannot be stopped to replace functions: it blocks all signals, or a debugger holds it; nothing was replaced"
    )]
    Thread(String),
    /// Threads execute the first instructions of functions that are to be replaced whenever they are stopped.
    #[error(
        "the program is busy at the very beginning of a function that is to be replaced; nothing was replaced: try again"
    )]
    Busy,
    /// The system gives no memory near the program.
    #[error("failed to get memory near the program: {0}")]
    Memory(String),
}

/// Returns the path that a symbol stands for, or the symbol itself where it is none of rustc's.
fn shown(symbol: &str) -> String {
    symbol_path(symbol).unwrap_or_else(|| symbol.to_owned())
}

/// Leaves out what `thread_local!` adds to the name.
fn shown_variable(symbol: &str) -> String {
    let path = shown(symbol);
    let own = path
        .split("::{{constant}}::")
        .next()
        .filter(|_| path.contains("__RUST_STD_INTERNAL"));
    own.map_or_else(|| path.clone(), str::to_owned)
}

fn all(symbols: &[String]) -> String {
    let shown: Vec<String> = symbols.iter().map(|symbol| shown(symbol)).collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: LoadError, expect: &str) {
        let said = error.to_string();
        assert!(said.contains(expect) && !said.contains("_ZN"), "{said}");
    }

    #[test]
    fn symbols_are_shown_by_their_paths() {
        let total = || "_ZN4demo5total17h0123456789abcdefE".to_owned();
        check(LoadError::NoSlot(total()), "`demo::total`");
        check(LoadError::Missing(vec![total(), "sqrt".into()]), ": demo::total, sqrt");
        check(LoadError::LeftOut(vec![total()]), ": demo::total");
        check(LoadError::Ambiguous(total()), "`demo::total`");
        let local = "_ZN4demo1N29_$u7b$$u7b$constant$u7d$$u7d$28_$u7b$$u7b$closure$u7d$$u7d$23__RUST_STD_INTERNAL_VAL17h0123456789abcdefE";
        check(LoadError::ThreadLocal(local.into()), "`demo::N`");
        check(LoadError::Undescribed(total()), "`demo::total`");
        check(LoadError::Changed(total()), "`demo::total`");
        check(LoadError::Pieces(total()), "`demo::total`");
        check(LoadError::ThreadLocal(total()), "`demo::total`");
        check(LoadError::ThreadLocalRoom(total()), "`demo::total`");
        check(LoadError::TooFar(total()), "`demo::total`");
        let (kind, symbol) = (9, total());
        check(LoadError::Relocation { kind, symbol }, "`demo::total`");
    }
}
