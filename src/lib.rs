//! Stop a running program at a line, look at every local, type real Rust at it, change it, and go on.
//!
//! ```
//! use hookable::{hook, hookable};
//!
//! fn f(n: i32) -> i32 {
//!     n + 1
//! }
//!
//! #[hookable]
//! fn main() {
//!     let a = 1;
//!     hook!(); // a console opens here
//!     println!("{a} {}", f(a));
//! }
//! ```
//!
//! On a terminal the program stops at the hook. Typing `a` prints `1`; after `a = 1000` and Ctrl-D it goes on, and
//! prints `1000 1001`. No derive is asked for and no trait: every binding in scope is listed with its type, and with
//! its value where the type has `Debug` or `Display`. `a` need not be `mut`.
//!
//! # At the console
//!
//! | a line | what it does |
//! |---|---|
//! | any Rust | runs it in the scope of the hook, and prints its value; see below |
//! | `NAME` | prints a local |
//! | `NAME = VALUE` | writes it: `5`, `-2.5e3` or `"x"` at once, JSON by serde, any other Rust as Rust |
//! | `:locals` | lists all locals: name, type, value, and why one cannot be read or written; `:locals *` with the fields of what has no `Debug` |
//! | `?NAME` | the type and the value; of a function, its signature and doc comment; of what was typed, its head |
//! | `:type EXPR`, `:full EXPR` | the type of a local, or of any expression, `fn(i32) -> i32` of a function; all of a value |
//! | `:table EXPR`, `:plot EXPR`, `:hist EXPR` | a sequence or iterator of structs as a table; one of numbers as a line, also `> FILE.svg`; how many there are of each size |
//! | `:where`, `:bt` | the source around the hook; the functions of the program that led to it |
//! | `:source NAME`, `:doc NAME` | the source of a function or type, of this crate or of one that it depends on; its doc comment, or that of a local's type |
//! | `:diff`, `:history NAME` | what this session changed; the values of a local at the last hits of this hook |
//! | `:save NAME FILE`, `:load NAME FILE` | keeps a local in a file, as JSON, also for another run |
//! | `:vars` | items and values that were defined at the prompt |
//! | `:undo` | takes back the last write, then the one before; a line of Rust where what was there is `Copy`, or plain data of std |
//! | `:reload` | compiles the program's crates with hooks as their sources are now, and replaces the functions that differ; `:reload undo` takes that back |
//! | `:continue`, `:c`, Ctrl-D | resumes the program; `:c 10` stops again at the tenth hit of this hook, and an empty line on a terminal repeats it |
//! | `:return EXPR`, `return EXPR` | ends the hooked function, closure or `async` block with that value, of the type that it returns; destructors run |
//! | `:retry` | where an error leaves a function with `#[hookable(on_err)]`: evaluates the expression again, and goes on with its value |
//! | `:break PLACE.. [if EXPR]`, `:tbreak` | plants hooks in the running program: at `FILE:LINE`, `LINE`, or a function; it needs no attribute |
//! | `:trace PLACE [EXPR, ..]` | plants what prints values at each hit, and stops nothing; without EXPR the arguments |
//! | `:next`, `:step`, `:finish` | goes on to the next statement, also into calls, or to that of the caller; elsewhere `:finish` stops where the next call of the function returns. See [`hookable`] |
//! | `:breaks`, `:delete N`, `:disable N`, `:enable N`, `:ignore N COUNT` | the hooks by number, those of the source too; but for `:ignore`, `FUNCTION` and `FILE:LINE` name hooks as well |
//! | `:condition N EXPR` | the hook of this number, reached or not, stops only when it is true |
//! | `:skip N`, `:off`, `:off all`, `:on` | the next N hits of this hook do not stop; none does; no hook does; all do again; `:off NAME` is `:disable NAME` |
//! | `:when EXPR`, `:check EXPR` | this hook stops only when it is true; only when it is false |
//! | `:watch EXPR`, `:time EXPR` | stops show it when it changed; how long it takes, the median of many runs |
//! | `:threads`, `:thread N` | lists the threads that wait at hooks; changes to one of them |
//! | `:set`, `:set NAME VALUE` | the settings; changes one |
//! | `:exit` | ends it |
//! | `:help`, `?`, `:tour` | lists the commands; shows six things to try, with the names at this hook |
//!
//! JSON (`v = [1, 2]`, `p = {"x": 1.0}`) is written, and values are saved and loaded, where types implement serde's
//! traits. What is written in Rust's syntax means what it means in Rust, whatever serde calls the fields; only where no
//! Rust can be compiled it is read by serde, and that is said. A `String` takes `"x"` as it stands, also as a field:
//! `self.name = "x"`.
//!
//! Values are printed on standard output, everything else on standard error. Standard input that is no terminal is a
//! script: `printf 'a = 1000\n' | cargo run`. Its end resumes the program, and where there is nothing to read, a hook
//! says so in one line and does nothing.
//!
//! On a terminal a stop shows the source around the hook, if the file is as it was built, and the locals whose values
//! are other ones than when this hook last resumed. When the same hook stops again on the same thread, that is one
//! line. What a session changed is told as it resumes.
//!
//! A line that takes longer than half a second shows what it waits for, the compiler, the loader, or the program's own
//! code, and for how long.
//!
//! One hook has the terminal until it resumes; those of other threads wait, unless `:thread` changes to one of them.
//! Only where a line waits for another thread, joins it say, does that thread's hook open in between, and that is said.
//! The prompt names the thread where there are several: `hook[worker]>`.
//!
//! A value is formatted in a copy of the process, on Linux, unless its type is the standard library's alone. So a
//! `Debug` that takes a lock which is held, never ends, or aborts costs no more than its own value; what else it does,
//! counting say, happens to the copy. Ctrl-C ends it. Escapes and other characters that a terminal would obey are
//! shown.
//!
//! `:set` lists what can be set: limits, the levels of a nested value that are unfolded, colours, the keys of an
//! editor, the lines of source at a stop. What holds for all sessions stands in a file, one `name = value` in each
//! line: `hookable/settings` in the folder for such files, on Linux `~/.config`. A file `.hookable.rs` in the folder of
//! the crate, or else of its workspace, has lines that are typed before the first prompt of a session. It runs code of
//! that folder, as the program itself does, so it gives nobody more than the program gave; `startup = off` leaves it
//! alone. Scripts, records and clients of `HOOKABLE=listen` that type no lines themselves have neither.
//!
//! # Rust at the prompt
//!
//! A line that is no command, no name and no write of a literal is compiled by the crate's own rustc as if it stood at
//! the hook, loaded into the process, and run: `f(a) + 1`, `words.push(x)`, `self.total * 2.0`,
//! `for w in &words { println!("{w}") }`. An unfinished block is read on over several lines. Nothing is simulated:
//! statics, thread-locals, the allocator and a running async runtime are the program's own, and a hook in what the line
//! calls opens in turn.
//!
//! Items typed at the prompt hold for the session; one that does not compile at another hook is left out there, and
//! that is said. One that is typed anew hides the first, and what was made with the first stays what it was. An impl
//! takes the place of an earlier one if its trait or type was typed at the prompt, or if only bodies of functions
//! differ. `let y = ..` keeps a value of any `'static` type until the program ends, or a line moves it out; what is
//! not `Send` stays with its thread. What borrows from the frame, as `let item = &inv.items[0]`, is held while the hook
//! is open. A line that uses it cannot write what it borrows; one that does not use it can, and says that it is gone. A
//! hook that opens within a line sees the values that the line only reads. A `y` of the program is shadowed as long as
//! the hook is open at which it was typed. `it` is the value of the last line that owned one, `_1` and `_2` are those
//! before it, until a line moves them. A panic is caught, and with `panic = "abort"` ends the program. A line that
//! rustc refuses changes nothing, and the message points into the line. What rustc denies unless told otherwise
//! (`let x: u8 = 300`) is refused, too; other lints are silent.
//! `file!()`, `line!()` and `include_str!("..")` mean the hook's file. An error at `?` ends the line, not the function.
//!
//! On a terminal Ctrl-C ends the line that runs. Loops, functions and closures that were typed look at each turn
//! whether to stop, and do so by a panic that is caught; not in a `const fn`, an `extern` function or a typed module,
//! and not with `panic = "abort"`. While the line is in code of the program or of the system, it cannot be stopped: a
//! second later a question says `still running: [w]ait, [p]ause at the next hook, [e]nd the program`. Of the hooks
//! that the line reaches, `p` stops at the next one, also if that is off. In a script Ctrl-C is the program's own.
//!
//! A line may `.await`: the thread at the hook waits, and Ctrl-C ends that. Where the crate names tokio and its runtime
//! has other threads, they go on meanwhile. Where the hook holds the only thread of the runtime, or where there is
//! none, the line has a runtime beside it on a thread of its own; what waits for a task, a timer or a socket of the
//! program's own runtime then waits until the hook resumes, and that is said.
//!
//! It takes Linux on x86-64 or aarch64, or Windows (gnu) on x86-64, what the build left in the target folder, its
//! libraries, and a program with its symbol table. The sources may be edited meanwhile: a line is compiled from a copy
//! of them as they were built. Where one of them is missing, the line says which, and all else works. `unsafe` in a
//! line is as unsafe as in the program: a fault there ends the process.
//!
//! # What can be captured
//!
//! A capture is a plain borrow that rustc accepted: while the crate is built, the attribute asks the compiler about
//! every hook and binding. So a hook never breaks a build, moves nothing, and writes nothing that is borrowed; what
//! cannot be captured is listed with the reason, as in `words: Vec<String>   moved at line 12`. A closure or an `async`
//! block shows its own bindings, and of those around it the ones that it captures anyway. Of a struct that cannot be
//! had whole, the fields that the function names are shown, as in `self.count: u32 = 1`.
//!
//! Only builds with `debug_assertions` have hooks. In a release build a hooked function is the same machine code as
//! without the attribute.
//!
//! # Environment variables
//!
//! When the program runs:
//!
//! | | |
//! |---|---|
//! | `HOOKABLE=off` | hooks do nothing |
//! | `HOOKABLE=tty` | the console is on the controlling terminal, also where standard input is a pipe |
//! | `HOOKABLE=tty=PATH` | the console is on another terminal: `tty` prints its PATH there; then let `sleep infinity` run in it |
//! | `HOOKABLE=script=FILE` | lines are read from FILE, each hook reading on where the last one stopped |
//! | `HOOKABLE=record=FILE` | no console: each hit appends a line of JSON to FILE, with every binding's state and value |
//! | `HOOKABLE=listen` | the console is served to `hook-attach`, from the start of the program, at a socket in the user's own folder |
//! | `HOOKABLE=listen=PATH`, `listen=tcp:PORT` | the same at a socket of that path, or on this machine's port with a token that is printed once |
//! | `HOOKABLE_UNATTENDED` | with `listen`, what a hook does while no client is there: `wait` (if not set), `pass`, or `record=FILE` |
//! | `HOOKABLE=catch=err`, `catch=panic` | all functions with the attribute have hooks where errors or panics leave, as with `on_err` and `on_panic`; both: `'catch=err\|panic'`; with others: `listen,catch=err` |
//! | `HOOKABLE_RUSTC=PATH` | the compiler for typed lines, if it was moved since the build |
//! | `HOOKABLE_MACOS_LINES=1` | on macOS, lines of Rust are compiled and loaded: that was tested in parts, and not yet run on a Mac |
//! | `HOOKABLE_MSVC_LINES=1` | on Windows with msvc, the same: that was run in wine, and not yet on Windows |
//! | `HOOKABLE_HISTORY=off` | typed lines are not kept for later sessions; otherwise each project has a history in the user's own folder |
//! | `HOOKABLE_RECORD_HITS` | how many hits of each hook are recorded; 10 if not set |
//! | `HOOKABLE_RECORD_VALUE` | how many characters of a value are recorded; 1000 if not set |
//!
//! `catch` compiles the crate again before `main`, as `:reload` does, and leaves out what is `async` or returns an
//! `impl Trait`.
//!
//! When it is built, `HOOKABLE_ASK=off` keeps the attribute from asking rustc; a hook then captures only what is surely
//! legal. `HOOKABLE_DEBUG_INFO=keep` leaves the debug information of the console, and of what it alone needs, in the
//! executable.
//!
//! # Features
//!
//! - `console` (default): all of this. Without it `#[hookable]` returns its item, `hook!` is `()`, and nothing else is
//!   built.
//! - `serde` (default): `:save`, `:load`, and writing what is more than a scalar or a string.

/// Lets [`hook!`] stand in a function.
///
/// It stands on a function, a method, an `async fn`, or on an `impl` block, a `trait` or an inline `mod` for all
/// functions in it. Functions without a hook are left as they are.
///
/// ```
/// use hookable::{hook, hookable};
///
/// struct Account {
///     balance: i64,
/// }
///
/// #[hookable]
/// impl Account {
///     fn deposit(&mut self, amount: i64) {
///         hook!();
///         self.balance += amount;
///     }
/// }
/// # Account { balance: 0 }.deposit(1);
/// ```
///
/// Beside other attributes the order matters only where one of them changes the body: below `#[tokio::main]`,
/// `#[tracing::instrument]` and the like it sees the function as you wrote it. Above one that moves attributes to other
/// functions, as `#[rstest]` does: below it, a hook opens and knows no bindings.
///
/// With `#[hookable(on_err)]` a hook stands wherever an error leaves the function, `hook!` or not: at each `?`, at
/// each `return`, and at the end of the body, also where that is the `break` of a loop. It sees the locals of that
/// place, and the error as `err`. `:retry` evaluates the expression again, with what was changed meanwhile, and goes
/// on with its value.
///
/// ```
/// # use hookable::hookable;
/// #[hookable(on_err)]
/// fn load(path: &str) -> Result<u32, Box<dyn std::error::Error>> {
///     let text = std::fs::read_to_string(path)?;
///     Ok(text.trim().parse()?)
/// }
/// # load("not there").ok();
/// ```
///
/// With `#[hookable(on_panic)]` a console opens when a panic begins in the function or in what it calls, before
/// anything unwinds: with the message, the functions that led there, and the last values of locals that are known from
/// hooks of the function. Statics, functions and kept values can be used. Nobody knows which borrows of locals are
/// sound there, so no line of Rust names them; on Linux they are shown as they lie in memory, by debug information. In
/// an `async fn` it does nothing, and where the program sets a panic hook of its own later, that one decides.
///
/// The `?`s of closures and `async` blocks in there count; those in the arguments of macros do not, nor a `None`, nor
/// what a macro like `bail!` returns, nor a `return` or the end of a function whose type has an `impl Trait` in it.
///
/// Where the crate is only re-exported by another one, `#[hookable(crate = path::to::hookable)]` says by which.
///
/// `#[hookable(step)]` puts a hook before every statement of the function and of functions within it, but in tokens of
/// macros, in other items within it, and where an arm or a closure is an expression without a block. These hooks sleep,
/// which costs one load each, until `:next` or `:step` wakes the next one in this very call, or in a caller when this
/// call ends before. A call that was begun without them cannot be gone through:
/// there `:next` plants them for the next call. The frame of such a function is large, as that of one with so many
/// hooks. A `const fn` in an item with the attribute is left as it is.
///
/// # Errors
///
/// On anything else than those items, on a function without a body, and where a hook stands in code that is evaluated
/// at compile time (a `const fn`, a `const` block), it is a compile error; the item is emitted all the same.
pub use hook_macros::hookable;

/// Opens a console on all bindings in scope, in a function that is [`hookable`].
///
/// It is an expression of type `()`, and can stand wherever one can, also in the arguments of other macros.
///
/// ```
/// # use hookable::{hook, hookable};
/// # #[hookable]
/// # fn main() {
/// # let (trees, error) = (50, 0.5);
/// hook!();
/// hook!("after training, {trees} trees");  // the first line of the banner, as for `format!`
/// hook!(read_only);                        // nothing can be written
/// hook!(when = error > 1.0);               // opens only if this is true
/// hook!(every = 100);                      // opens at every hundredth time, counted over all threads
/// hook!(target = "my::log");               // the target of its two log records, instead of the module's path
/// hook!("error {error:.1}", when = error > 1.0, every = 10, read_only);
/// # }
/// ```
///
/// Opening and resuming are logged through the crate `log` at debug level, with the file, line and module of the hook.
#[cfg(feature = "console")]
pub use hook_macros::hook;

/// Lets hooks be planted in a crate that has none, and its functions be replaced while the program runs.
///
/// It is one line at the root of the crate, in a library, a program or a test, and no function needs an attribute:
///
/// ```
/// hookable::this_crate!();
/// # fn main() {}
/// ```
///
/// At a hook anywhere in the program `:break PLACE` and `:trace PLACE` then find the functions and lines of this crate,
/// as `Type::method`, `name_of_crate::function` or `src/lib.rs:40`. Without any hook in the program, `HOOKABLE=listen`
/// and `hook-attach` plant the first one.
///
/// A crate that has a `hook!` takes part without it. Where this crate is only re-exported by another one, it is told by
/// which: `facade::hookable::this_crate!(crate = facade::hookable)`.
///
/// A release build has nothing of it.
#[cfg(feature = "console")]
pub use hook_macros::this_crate;

/// Nothing: the feature `console` is off.
#[cfg(not(feature = "console"))]
#[macro_export]
macro_rules! this_crate {
    ($($args:tt)*) => {};
}

/// Nothing: the feature `console` is off.
#[cfg(not(feature = "console"))]
#[macro_export]
macro_rules! hook {
    ($($args:tt)*) => {
        ()
    };
}

/// What the attribute's code names. No part of the interface.
#[doc(hidden)]
#[cfg(feature = "console")]
pub mod __private {
    pub use crate::start::START;
    // What a line has of it.
    pub use hook_line::__private::*;
}

#[cfg(feature = "console")]
mod start;
