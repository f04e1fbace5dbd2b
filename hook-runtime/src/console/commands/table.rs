//! The commands of the prompt, as a table.

#[cfg(feature = "serde")]
use super::files;
use super::{
    backtrace, breakpoints, conditions, docs, draw, expect, flow, help, history, look, reload, set, source, step, stop,
    test, tour, trace, vars,
};
use crate::console::{Console, Outcome};

/// The purpose of a command; `:help` groups the commands by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Look,
    Change,
    GoOn,
    Session,
}

impl Group {
    pub(crate) const ALL: [Group; 4] = [Group::Look, Group::Change, Group::GoOn, Group::Session];

    /// Returns the heading of the group in `:help`.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Group::Look => "Look",
            Group::Change => "Change",
            Group::GoOn => "Go on",
            Group::Session => "Session",
        }
    }
}

/// A command of the prompt.
pub(crate) struct Command {
    pub(crate) group: Group,
    /// The name without the colon.
    pub(crate) name: &'static str,
    /// The arguments as the usage line shows them.
    pub(crate) arguments: &'static str,
    /// The description in the list of `:help`, which is one line.
    pub(crate) about: &'static str,
    /// What `:help COMMAND` adds to the description; it may be empty.
    pub(crate) details: &'static str,
    /// The kind of arguments, by which they are completed.
    pub(crate) takes: Takes,
    pub(crate) run: fn(&mut Console<'_, '_, '_>, &str) -> Outcome,
}

impl Command {
    /// Returns the command with its arguments, as it is typed: `:save NAME FILE`.
    pub(crate) fn usage(&self) -> String {
        format!(":{} {}", self.name, self.arguments).trim_end().to_owned()
    }
}

/// The kind of arguments that a command takes, as completion needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    Names,
    /// An expression or another line of Rust.
    Rust,
    /// The name of an item or a method, which is not called.
    Name,
    /// Places in the sources, and a condition.
    Places,
    PlaceThenRust,
    #[cfg_attr(not(feature = "serde"), allow(dead_code))]
    NameThenFile,
    Commands,
    Settings,
}

/// The table of all commands, in the order in which `:help` lists them.
pub(crate) static COMMANDS: &[Command] = &[
    Command {
        group: Group::Look,
        name: "locals",
        arguments: "[NAME..]",
        about: "list the locals in scope: name, type, value",
        details: "A local that cannot be read or written is listed with the reason. With names, only the locals of these names are listed, and shadowed ones, too. Where a type has no `Debug`, only its name is listed at first; `:locals *` asks rustc for the fields of all of them, and `:locals NAME` for those of one.",
        takes: Takes::Names,
        run: look::locals,
    },
    Command {
        group: Group::Look,
        name: "type",
        arguments: "EXPR",
        about: "the type of a local, or of any expression",
        details: "The expression does not run. For a function, this prints its arguments and its return type.",
        takes: Takes::Rust,
        run: look::type_of,
    },
    Command {
        group: Group::Look,
        name: "full",
        arguments: "[EXPR]",
        about: "print all of a value, however long",
        details: "EXPR is a local or any expression; without it, the value of which a part was shown last is printed, and nothing runs again. On a terminal, what is higher than that is shown in `$PAGER`, or in `less`.",
        takes: Takes::Rust,
        run: look::full,
    },
    Command {
        group: Group::Look,
        name: "vars",
        arguments: "",
        about: "what was defined at the prompt: items and values",
        details: "A value is listed with its type, and with its text if it can be used at this hook.",
        takes: Takes::Nothing,
        run: vars::vars,
    },
    Command {
        group: Group::Look,
        name: "table",
        arguments: "EXPR",
        about: "a sequence of structs or of rows as a table",
        details: "The columns are the fields that Debug prints, or that a value without Debug has. What an iterator gives is drawn. Columns that do not fit are named below the table.",
        takes: Takes::Rust,
        run: draw::table,
    },
    Command {
        group: Group::Look,
        name: "plot",
        arguments: "EXPR[, EXPR] [> FILE.svg]",
        about: "draw numbers as a line, over their positions or others",
        details: "Of a map of numbers, of pairs, and of two sequences `:plot XS, YS`, the second numbers are drawn over the first. The drawing is as wide as the terminal. With FILE.svg, it is written to that file instead.",
        takes: Takes::Rust,
        run: draw::plot,
    },
    Command {
        group: Group::Look,
        name: "hist",
        arguments: "EXPR",
        about: "how many numbers of a sequence there are of each size",
        details: "There is a bar for each number if there are few, and otherwise for each part of their range.",
        takes: Takes::Rust,
        run: draw::hist,
    },
    Command {
        group: Group::Look,
        name: "where",
        arguments: "[LINES]",
        about: "the source around the hook",
        details: "Prints LINES lines before and after the hook, or 5 if LINES is not given.",
        takes: Takes::Nothing,
        run: source::around,
    },
    Command {
        group: Group::Look,
        name: "bt",
        arguments: "[all]",
        about: "the functions that led to this hook",
        details: "The functions of the program are listed with file and line, the innermost first. `:bt all` also lists functions of libraries.",
        takes: Takes::Nothing,
        run: backtrace::print,
    },
    Command {
        group: Group::Look,
        name: "source",
        arguments: "NAME",
        about: "the source of a function or type",
        details: "This prints the text that the build read, of this crate or of one that it depends on. Examples: `:source f`, `:source Account::deposit`, `:source regex::Regex`.",
        takes: Takes::Name,
        run: docs::source,
    },
    Command {
        group: Group::Look,
        name: "doc",
        arguments: "NAME",
        about: "the doc comment of an item, a method or a local's type",
        details: "NAME is an item of this crate, of one that it depends on (`regex::Regex::find`), or of the standard library if its sources are installed: `rustup component add rust-src`. `:doc words.join` finds a method of what `words` is.",
        takes: Takes::Name,
        run: docs::doc,
    },
    Command {
        group: Group::Look,
        name: "time",
        arguments: "EXPR",
        about: "how long EXPR takes: the median of many runs",
        details: "It is compiled once, and run up to a thousand times or for a second. What it changes, each run changes; `:undo` takes it back as far as known. The program is a debug build: an optimized one may be many times faster.",
        takes: Takes::Rust,
        run: conditions::time,
    },
    Command {
        group: Group::Look,
        name: "watch",
        arguments: "[EXPR]",
        about: "stops of this hook show EXPR when it changed",
        details: "A hook can watch any number of expressions. `:watch` lists them, `:watch off` removes them.",
        takes: Takes::Rust,
        run: conditions::watch,
    },
    Command {
        group: Group::Look,
        name: "history",
        arguments: "NAME",
        about: "the values of a local at the last hits of this hook",
        details: "The last ten are listed, and numbers are drawn as a line of blocks, up to two hundred. Values at stops are always known; those at hits that do not stop, from the first `:history NAME` on.",
        takes: Takes::Names,
        run: history::history,
    },
    Command {
        group: Group::Look,
        name: "diff",
        arguments: "",
        about: "what this session changed: the values then and now",
        details: "Values are compared by their text. When the hook resumes, the changes are also printed in one line.",
        takes: Takes::Nothing,
        run: look::diff,
    },
    #[cfg(feature = "serde")]
    Command {
        group: Group::Change,
        name: "save",
        arguments: "NAME FILE",
        about: "write a local or a kept value to a file as JSON",
        details: "Its type needs Serialize. The file appears when all of it is written, or not at all.",
        takes: Takes::NameThenFile,
        run: files::save,
    },
    #[cfg(feature = "serde")]
    Command {
        group: Group::Change,
        name: "load",
        arguments: "NAME FILE",
        about: "read one from a file that :save wrote",
        details: "Its type needs Deserialize. It is a write: `:undo` takes it back.",
        takes: Takes::NameThenFile,
        run: files::load,
    },
    Command {
        group: Group::Change,
        name: "undo",
        arguments: "",
        about: "take back the last write, then the one before",
        details: "As far back as to the opening of this hook. A line of Rust is taken back, path by path, where what was there is `Copy`, or plain data of std that is not large.",
        takes: Takes::Nothing,
        run: flow::undo,
    },
    Command {
        group: Group::Change,
        name: "reload",
        arguments: "[undo]",
        about: "replace the functions that differ in the sources now",
        details: "All crates of the program that have a hook are compiled as their sources are now. Functions that differ are replaced from their next call on; those that run go on as they are, and so do futures, iterators and closures that were made before. Nothing is replaced where a type, a static or a trait has changed, or what other crates have copies of: that needs a restart. `:reload undo` takes the last reload back.",
        takes: Takes::Nothing,
        run: reload::reload,
    },
    Command {
        group: Group::GoOn,
        name: "continue",
        arguments: "[N]",
        about: "resume the program, as Ctrl-D does",
        details: "With N, this hook stops again at its Nth hit from here. On a terminal an empty line resumes as the last `:continue` did.",
        takes: Takes::Nothing,
        run: flow::resume,
    },
    Command {
        group: Group::GoOn,
        name: "return",
        arguments: "[EXPR]",
        about: "end the function now, with the value of EXPR",
        details: "rustc checks that EXPR has the type that the function returns. Destructors run, as at any `return`. In a closure or an `async` block it ends that. A line with a `return` of its own does the same.",
        takes: Takes::Rust,
        run: flow::leave,
    },
    Command {
        group: Group::GoOn,
        name: "retry",
        arguments: "",
        about: "where an error leaves: evaluate the expression again",
        details: "At a hook of `#[hookable(on_err)]` the expression whose error leaves the function is evaluated again, with the locals as they are now. If it gives a value, the function goes on with that; if it gives an error, the hook stops again.",
        takes: Takes::Nothing,
        run: flow::retry,
    },
    Command {
        group: Group::GoOn,
        name: "next",
        arguments: "",
        about: "go on to the next statement of this function",
        details: "From a breakpoint, and in a function with `#[hookable(step)]`, it stops at the next statement of this very call; an empty line repeats it. Elsewhere it plants such hooks: the next call of the function has them, and stops at its beginning.",
        takes: Takes::Nothing,
        run: step::next,
    },
    Command {
        group: Group::GoOn,
        name: "step",
        arguments: "",
        about: "go on to the next statement, or into a call",
        details: "It stops at the next hook that this thread reaches. It plants hooks before the statements of the functions that this one may call, as far as its tokens name them, also in other crates with hooks. What is async is gone over.",
        takes: Takes::Nothing,
        run: step::step,
    },
    Command {
        group: Group::GoOn,
        name: "finish",
        arguments: "",
        about: "stop where the next call of this function returns",
        details: "It plants a hook behind the body, for one stop, and says what is returned: `returned` is a local there, and can be written.",
        takes: Takes::Nothing,
        run: step::finish,
    },
    Command {
        group: Group::GoOn,
        name: "break",
        arguments: "PLACE.. [if EXPR]",
        about: "plant a hook: at FILE:LINE, LINE, or a function",
        details: "The function needs no attribute, and the file is not touched: the crate is compiled again with one more `hook!`, before the statement on that line or the next one. It stops from the next call of the function on, and `:next` goes on from there. Several places cost one call of rustc. Without a PLACE it lists the hooks.",
        takes: Takes::Places,
        run: breakpoints::plant,
    },
    Command {
        group: Group::GoOn,
        name: "tbreak",
        arguments: "PLACE.. [if EXPR]",
        about: "plant a hook for one stop",
        details: "It is as `:break`, and is deleted when it has stopped.",
        takes: Takes::Places,
        run: breakpoints::plant_once,
    },
    Command {
        group: Group::GoOn,
        name: "trace",
        arguments: "PLACE [EXPR, ..]",
        about: "plant what prints values at each hit, and stops nothing",
        details: "The values are one line on standard error, and a debug record of the crate `log` with the values as its key-values. They are compiled once, and can neither move nor change anything. Without EXPR they are the arguments of the function. `:breaks`, `:delete`, `:disable` and `:enable` are as for hooks.",
        takes: Takes::PlaceThenRust,
        run: trace::trace,
    },
    Command {
        group: Group::GoOn,
        name: "breaks",
        arguments: "",
        about: "the hooks by number, with their hits",
        details: "These are the hooks that were planted, and those of the source at which a console opened.",
        takes: Takes::Nothing,
        run: breakpoints::list,
    },
    Command {
        group: Group::GoOn,
        name: "delete",
        arguments: "HOOK..",
        about: "take a planted hook away",
        details: "It does not stop any more, and its code goes with the next planting. A hook of the source is disabled.",
        takes: Takes::Nothing,
        run: breakpoints::delete,
    },
    Command {
        group: Group::GoOn,
        name: "disable",
        arguments: "HOOK..",
        about: "these hooks do not stop any more",
        details: "HOOK is a number, a function or `FILE:LINE`: `:breaks` lists them. A hook that is disabled costs one load.",
        takes: Takes::Nothing,
        run: breakpoints::disable,
    },
    Command {
        group: Group::GoOn,
        name: "enable",
        arguments: "HOOK..",
        about: "these hooks stop again",
        details: "",
        takes: Takes::Nothing,
        run: breakpoints::enable,
    },
    Command {
        group: Group::GoOn,
        name: "ignore",
        arguments: "N COUNT",
        about: "the next COUNT hits of hook N do not stop",
        details: "",
        takes: Takes::Nothing,
        run: breakpoints::ignore,
    },
    Command {
        group: Group::GoOn,
        name: "skip",
        arguments: "N",
        about: "the next N hits of this hook do not stop",
        details: "`:skip 0` takes it back.",
        takes: Takes::Nothing,
        run: stop::skip,
    },
    Command {
        group: Group::GoOn,
        name: "when",
        arguments: "[EXPR]",
        about: "this hook stops only when EXPR is true",
        details: "It is compiled once, and evaluated at each hit. `:when off` takes it back, `:when` shows it. Hooks in what it calls do not open.",
        takes: Takes::Rust,
        run: conditions::when,
    },
    Command {
        group: Group::GoOn,
        name: "condition",
        arguments: "N [EXPR]",
        about: "hook N stops only when EXPR is true",
        details: "It is `:when` for another hook than this one, also for one that was not reached yet. Without EXPR the condition is removed. rustc reads EXPR when that hook is hit; if it refuses it, the hook stops and says so. `:breaks` lists the numbers and the conditions.",
        takes: Takes::Nothing,
        run: conditions::condition,
    },
    Command {
        group: Group::GoOn,
        name: "check",
        arguments: "[EXPR]",
        about: "this hook stops only when EXPR is false",
        details: "A hook can have any number of checks. It stops when one of them is false, or when the condition of `:when` is true. `:check` lists them, `:check off` removes them.",
        takes: Takes::Rust,
        run: conditions::check,
    },
    Command {
        group: Group::GoOn,
        name: "off",
        arguments: "[all | HOOK..]",
        about: "this hook, all hooks or those named do not stop any more",
        details: "`:off N`, `:off FUNCTION` and `:off FILE:LINE` are `:disable`. The program goes on when you resume it. A hook that is off costs one load, and does not count its hits. `:on` at a hook that still stops takes it back.",
        takes: Takes::Nothing,
        run: stop::off,
    },
    Command {
        group: Group::GoOn,
        name: "on",
        arguments: "[HOOK..]",
        about: "all hooks that are off stop again, or these",
        details: "",
        takes: Takes::Nothing,
        run: stop::on,
    },
    Command {
        group: Group::GoOn,
        name: "threads",
        arguments: "",
        about: "the threads that wait at a hook",
        details: "One of them has the terminal, and the others wait for it.",
        takes: Takes::Nothing,
        run: stop::threads,
    },
    Command {
        group: Group::GoOn,
        name: "thread",
        arguments: "N",
        about: "change to the hook where thread N waits",
        details: "This hook stays open, and has the terminal again when the other one resumes. `:threads` lists the numbers.",
        takes: Takes::Nothing,
        run: stop::thread,
    },
    Command {
        group: Group::Session,
        name: "exit",
        arguments: "[CODE]",
        about: "end the program at once, with exit code CODE or 0",
        details: "Nothing is unwound and no destructor runs, as with `std::process::exit`.",
        takes: Takes::Nothing,
        run: flow::exit,
    },
    Command {
        group: Group::Session,
        name: "test",
        arguments: "NAME",
        about: "print a test that makes these locals anew",
        details: "The lines that were typed at this hook follow. What cannot be made from its Debug is a `todo!` with the text in it.",
        takes: Takes::Nothing,
        run: test::test,
    },
    Command {
        group: Group::Session,
        name: "expect",
        arguments: "TEXT",
        about: "a script ends with code 1 unless the last line printed TEXT",
        details: "Each `:expect` looks at the next line of what was printed. With `HOOKABLE=script=FILE` a script is a test; lines behind `# at FILE:LINE` or `# at FUNCTION` are for hooks at that place.",
        takes: Takes::Nothing,
        run: expect::expect,
    },
    Command {
        group: Group::Session,
        name: "set",
        arguments: "[NAME [VALUE]]",
        about: "list the settings, or change one for this process",
        details: "A file holds those of all sessions, one `name = value` in each line: `hookable/settings` in the folder for such files, on Linux `~/.config`.",
        takes: Takes::Settings,
        run: set::set,
    },
    Command {
        group: Group::Session,
        name: "tour",
        arguments: "",
        about: "six things to try, with the names at this hook",
        details: "",
        takes: Takes::Nothing,
        run: tour::tour,
    },
    Command {
        group: Group::Session,
        name: "help",
        arguments: "[COMMAND]",
        about: "this list, or more about a command or a variable",
        details: "`:help HOOKABLE` lists what that variable of the environment can be.",
        takes: Takes::Commands,
        run: help::help,
    },
];

/// The commands that a single letter means, although other commands begin with that letter, too.
pub(super) const LETTERS: [(&str, &str); 14] = [
    ("b", "break"),
    ("c", "continue"),
    ("d", "delete"),
    ("dis", "disable"),
    ("en", "enable"),
    ("f", "full"),
    ("h", "help"),
    ("n", "next"),
    ("ret", "return"),
    ("s", "step"),
    ("t", "type"),
    ("tb", "tbreak"),
    ("tr", "trace"),
    ("w", "where"),
];
