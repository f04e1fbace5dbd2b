//! The frames of a backtrace are read from the text that std makes of it. Those of the panic machinery and of this
//! crate are left out.

use std::path::Path;
use std::sync::LazyLock;

use hook_rustc::slashes;

/// Describes one frame of a backtrace.
#[derive(Debug, PartialEq, Eq)]
pub struct BacktraceFrame<'b> {
    /// The number that the backtrace gives it.
    pub number: usize,
    /// The path of the function.
    pub name: &'b str,
    /// This is `file:line:column`, where that is known.
    pub place: Option<&'b str>,
}

/// A backtrace has this in the place of a name for the code of a line, which has no symbols.
pub const UNKNOWN: &str = "<unknown>";

/// The code of a line is shown as this.
pub const LINE: &str = "the line";

/// Returns whether a file is of the standard library, or of a crate that cargo fetched.
pub fn is_of_others(file: &str) -> bool {
    let file = slashes(file);
    is_of_std(&file) || is_fetched(&file, "/registry/src/") || is_fetched(&file, "/git/checkouts/")
}

/// Returns whether a function of this name is one of glibc that calls `main`. Where its debug information is installed,
/// its files are named as those of the program are.
pub fn is_of_libc(name: &str) -> bool {
    name.starts_with("__libc_start_")
}

/// The standard library of rustup has the hash of a commit in its paths. That of a Linux distribution was built in a
/// folder that has the name of the archive, `rustc-1.96.0-src`.
fn is_of_std(file: &str) -> bool {
    let is_archive = |root: &str| root.rsplit('/').next().is_some_and(|name| name.starts_with("rustc-"));
    file.starts_with("/rustc/")
        || file.contains("/lib/rustlib/src/")
        || file.split_once("/library/").is_some_and(|(root, _)| is_archive(root))
}

/// Cargo's folder can be anywhere. In it, what comes from one registry or repository is in a folder whose name ends in
/// a hash.
fn is_fetched(file: &str, folder: &str) -> bool {
    let source = file.split_once(folder).and_then(|(_, rest)| rest.split('/').next());
    let hash = source.and_then(|source| source.rsplit('-').next());
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The folder of the sources of this crate, as the debug information names it.
const SOURCES: &str = {
    let (file, here) = (file!(), "guard/frames.rs");
    file.split_at(file.len() - here.len()).0
};

/// The folder of the sources of the crate above, which lies beside that of this one.
static SOURCES_ABOVE: LazyLock<String> = LazyLock::new(|| match SOURCES.rsplit_once("hook-frame") {
    Some((before, rest)) => [before, "hook-runtime", rest].concat(),
    None => SOURCES.to_owned(),
});

/// Returns whether a frame is of this crate, or of the one above that has the console. Where the debug information is
/// only that of lines, a function is named without its crate, and then its file tells. So does it where a crate of the
/// user's is called as one of these is.
fn is_of_this_crate(frame: &BacktraceFrame<'_>) -> bool {
    let contains = |file: &str, sources: &str| {
        let before = file.find(sources).map(|at| &file[..at]);
        before.is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
    };
    let in_sources = |file: &str| {
        // A file in the working directory is written as one in `.`, wherever rustc ran.
        let rest = file.strip_prefix("./").or_else(|| file.strip_prefix(".\\"));
        let rest = rest.filter(|_| Path::new(SOURCES).is_absolute());
        let whole = rest.and_then(|rest| Some(std::env::current_dir().ok()?.join(rest)));
        let whole = whole.as_ref().and_then(|whole| whole.to_str());
        let mut files = [Some(file), whole].into_iter().flatten();
        files.any(|file| contains(file, SOURCES) || contains(file, &SOURCES_ABOVE))
    };
    // What is generic of std names the types that it is for.
    let names = |name: &str| {
        let mut found = frame.name.match_indices(name);
        found.any(|(at, _)| !frame.name[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    match frame.place {
        Some(place) if in_sources(place) => true,
        Some(place) if !is_of_others(place) => false,
        _ => ["hook_frame::", "hook_runtime::"].into_iter().any(names),
    }
}

/// Returns whether a frame of this name is in a function, or in a closure of it.
pub fn is_in(frame: &str, function: &str) -> bool {
    let name = function.rsplit("::").next().unwrap_or(function);
    name.is_empty() || frame.split("::").any(|part| part == name)
}

/// Reads `file:line:column`.
pub fn place(text: &str) -> Option<(&str, u32, u32)> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file, line.parse().ok()?, column.parse().ok()?))
}

/// Reads what `Backtrace` writes: `  3: name`, and below it `     at file:line:column`.
pub fn frames(text: &str) -> Vec<BacktraceFrame<'_>> {
    let mut frames: Vec<BacktraceFrame<'_>> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            if let Some(frame) = frames.last_mut() {
                frame.place = Some(place);
            }
        } else if let Some((number, name)) = line.split_once(": ")
            && let Ok(number) = number.parse()
        {
            frames.push(BacktraceFrame {
                number,
                name,
                place: None,
            });
        }
    }
    frames
}

/// Returns whether a frame is the one below which std calls `main` or a thread's function, or the test harness a test.
/// A library may have the same name within a program, as bevy does for each system that it runs.
fn begins_program(frame: &BacktraceFrame<'_>) -> bool {
    let (before, _) = frame
        .name
        .split_once("__rust_begin_short_backtrace")
        .unwrap_or(("none", ""));
    matches!(before, "" | "std::sys::backtrace::" | "test::")
}

/// Leaves out the frames of the panic machinery and of this crate. What runs between two frames of this crate is the
/// line.
pub(super) fn own<'f, 'b>(frames: &'f [BacktraceFrame<'b>]) -> Vec<&'f BacktraceFrame<'b>> {
    let begins = |frame: &BacktraceFrame<'_>| {
        [
            "rust_begin_unwind",
            "core::panicking::",
            "std::panicking::begin_panic",
            "_failed",
        ]
        .iter()
        .any(|part| frame.name.contains(part))
    };
    let first = frames.iter().rposition(begins).map_or(0, |last| last + 1);
    let end = frames[first..]
        .iter()
        .position(begins_program)
        .map_or(frames.len(), |end| first + end);
    let mut own: Vec<&BacktraceFrame<'_>> = Vec::new();
    // This is true while the frames are those between the line and the hook.
    let mut inside = false;
    for frame in &frames[first..end] {
        // The code that catches a panic of the line may be compiled with the line, and then only the functions of std
        // in it have names.
        let catches = [
            "std::panicking::",
            "std::panic::",
            "__rust_try",
            "core::panic::unwind_safe",
        ]
        .iter()
        .any(|part| frame.name.contains(part));
        let ours = catches || is_of_this_crate(frame);
        let of_std = ["core::", "std::", "<alloc::", "<core::", "alloc::", "__rust"]
            .iter()
            .any(|start| frame.name.starts_with(start));
        let unknown = frame.name == UNKNOWN;
        inside = ours || inside && (of_std || unknown);
        let again = unknown && own.last().is_some_and(|last| last.name == UNKNOWN);
        if !inside && !again && !is_call_of_closure(frame) {
            own.push(frame);
        }
    }
    own
}

/// Returns whether a frame is one of those by which std calls closures and functions. The two schemes of names have
/// other names for them.
fn is_call_of_closure(frame: &BacktraceFrame<'_>) -> bool {
    frame.name.starts_with("core::ops::function::") || frame.name.contains(" as core::ops::function::Fn")
}

/// Returns the frames of a panic as lines of text. Of those behind the last line, which led to its hook, only the
/// program's own are shown: the panic is not about an executor or a pool of threads.
pub(super) fn shown(frames: &[BacktraceFrame<'_>]) -> Vec<String> {
    let own = own(frames);
    let line = own.iter().rposition(|frame| frame.name == UNKNOWN);
    let led_to_hook = |at: usize| line.is_some_and(|line| at > line);
    let is_shown = |(at, frame): &(usize, &BacktraceFrame<'_>)| {
        let file = frame.place.and_then(place).map(|(file, ..)| file);
        !(led_to_hook(*at) && file.is_some_and(is_of_others))
    };
    let shown = own.into_iter().enumerate().filter(is_shown);
    shown.map(|(_, frame)| frame.shown()).collect()
}

/// Returns the frames that led to the hook that was opened last. Those further in are of this crate.
pub fn callers<'f, 'b>(frames: &'f [BacktraceFrame<'b>]) -> Vec<&'f BacktraceFrame<'b>> {
    let in_gate = |file: &str| slashes(file).contains("gate/site.rs:");
    // What is generic of the gate is loaded along with a function, and has no name then.
    let opens = |frame: &BacktraceFrame<'_>| {
        let is_named = frame.name.contains("Hit::open") || frame.name.ends_with("hooks::open");
        is_of_this_crate(frame) && (is_named || frame.place.is_some_and(in_gate))
    };
    let hook = frames.iter().position(opens);
    own(&frames[hook.unwrap_or(0)..])
}

impl BacktraceFrame<'_> {
    fn shown(&self) -> String {
        match (self.name, self.place) {
            (UNKNOWN, _) => LINE.to_owned(),
            (name, None) => name.to_owned(),
            (name, Some(place)) => format!("{name} at {place}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "   0: std::backtrace::Backtrace::force_capture\n             at /rustc/1/library/std/src/backtrace.rs:1:2
   1: hook_runtime::render::panics::note
   2: std::panicking::panic_with_hook
   3: __rustc::rust_begin_unwind
   4: core::panicking::panic_fmt
   5: core::option::expect_failed
   6: core::option::Option<T>::expect
             at /rustc/1/library/core/src/option.rs:900:1
   7: shop::price
             at ./src/shop.rs:12:9
   8: <unknown>
   9: <unknown>
  10: <core::panic::unwind_safe::AssertUnwindSafe<F> as core::ops::function::FnOnce<()>>::call_once
  11: hook_frame::guard::caught
  12: std::panicking::catch_unwind
  13: <unknown>
  14: hook_runtime::capture::slot::Code::call_loaded
  15: hook_runtime::session::open
  16: shop::main
             at ./src/main.rs:3:5
  17: core::ops::function::FnOnce::call_once
  18: std::sys::backtrace::__rust_begin_short_backtrace
  19: main
";

    #[test]
    fn frames_of_the_program() {
        let frames = frames(TEXT);
        assert_eq!(frames.len(), 20);
        let expected = [
            "core::option::Option<T>::expect at /rustc/1/library/core/src/option.rs:900:1",
            "shop::price at ./src/shop.rs:12:9",
            "the line",
            "shop::main at ./src/main.rs:3:5",
        ];
        assert_eq!(shown(&frames), expected);
        let v0 = "<&mut dyn core::ops::function::FnMut<(), Output = ()> as core::ops::function::FnOnce<()>>::call_once";
        let text = TEXT.replace("core::ops::function::FnOnce::call_once", v0);
        assert!(text.contains(v0));
        assert_eq!(shown(&super::frames(&text)), expected);
    }

    #[test]
    fn libraries_that_led_to_the_hook_are_left_out() {
        let text = TEXT.replace(
            "  17: core",
            "  17: pool::run\n             at /home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pool-1.0.0/src/lib.rs:4:9\n  18: shop::start\n             at ./src/main.rs:9:5\n  19: core",
        );
        let shown = shown(&frames(&text));
        assert_eq!(
            shown[3..],
            ["shop::main at ./src/main.rs:3:5", "shop::start at ./src/main.rs:9:5"]
        );
        // Nothing but a panic in the program itself.
        let of_program = "   0: pool::run\n             at /home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pool-1.0.0/src/lib.rs:4:9\n";
        assert_eq!(super::shown(&frames(of_program)).len(), 1);
    }

    #[test]
    fn callers_of_a_hook() {
        let text = "   0: std::backtrace::Backtrace::force_capture
   1: hook_runtime::console::commands::backtrace::all
   2: core::ops::function::FnOnce::call_once
   3: hook_runtime::hooks::open
   4: hook_frame::gate::site::Hit::open_live
   5: shop::price::{{closure}}
             at ./src/shop.rs:12:9
   6: <core::slice::iter::Iter<T> as core::iter::traits::iterator::Iterator>::for_each
             at /rustc/1/library/core/src/slice/iter.rs:1:2
   7: ecs::executor::__rust_begin_short_backtrace::run
   8: shop::main
             at ./src/main.rs:3:5
   9: std::sys::backtrace::__rust_begin_short_backtrace
   10: main
";
        let frames = frames(text);
        let names: Vec<_> = callers(&frames).into_iter().map(|frame| frame.name).collect();
        assert_eq!(names[0], "shop::price::{{closure}}");
        assert_eq!(
            names[2..],
            ["ecs::executor::__rust_begin_short_backtrace::run", "shop::main"]
        );
    }

    #[test]
    fn callers_of_a_hook_in_code_that_was_loaded() {
        let text = "   0: std::backtrace_rs::backtrace::trace_unsynchronized
   1: std::backtrace::Backtrace::force_capture
   2: hook_runtime::console::commands::backtrace::all
   3: hook_runtime::hooks::open::{{closure}}
   4: hook_runtime::hooks::open
   5: <unknown>
   6: <unknown>
   7: shop::main
             at ./src/main.rs:3:5
";
        let frames = frames(text);
        let names: Vec<_> = callers(&frames).into_iter().map(|frame| frame.name).collect();
        assert_eq!(names, ["shop::main"]);
    }

    #[test]
    fn functions_named_without_their_crate() {
        let text = format!(
            "   0: rust_begin_unwind
   1: price
             at ./src/shop.rs:12:9
   2: <unknown>
   3: answer
             at /home/{}console/mod.rs:162:5
   4: open_live
             at ./{SOURCES}gate/site.rs:162:5
   5: main
             at ./src/main.rs:3:5
   6: of_another
             at ./my-{SOURCES}main.rs:3:5
",
            *SOURCES_ABOVE
        );
        assert!(SOURCES_ABOVE.contains("hook-runtime"), "{}", *SOURCES_ABOVE);
        let frames = frames(&text);
        let names = |frames: Vec<&BacktraceFrame<'_>>| -> Vec<_> { frames.iter().map(|frame| frame.shown()).collect() };
        let program = [
            "main at ./src/main.rs:3:5",
            &format!("of_another at ./my-{SOURCES}main.rs:3:5"),
        ];
        assert_eq!(names(callers(&frames)), program);
        assert_eq!(names(own(&frames))[2..], program);
    }

    #[test]
    fn crates_that_are_called_as_ours_are() {
        let text = format!(
            "   0: hook_frame::run
             at ./src/lib.rs:12:9
   1: my_hook_frame::run
   2: core::ptr::drop_in_place<hook_frame::frame::Frame>
             at /rustc/1/library/core/src/ptr/mod.rs:805:1
   3: <hook_frame::frame::Frame as core::ops::Drop>::drop
   4: hook_frame::gate::open
             at ./{SOURCES}gate/site.rs:3:5
"
        );
        let frames = frames(&text);
        let names: Vec<&str> = own(&frames).into_iter().map(|frame| frame.name).collect();
        assert_eq!(names, ["hook_frame::run", "my_hook_frame::run"]);
    }

    #[test]
    fn places() {
        assert_eq!(place("./src/a.rs:3:5"), Some(("./src/a.rs", 3, 5)));
        assert_eq!(place("C:\\a.rs:3:5"), Some(("C:\\a.rs", 3, 5)));
        assert_eq!(place("a.rs"), None);
        assert!(is_of_others("/rustc/5/library/core/src/option.rs"));
        assert!(is_of_others("/usr/src/rustc-1.96.0/library/alloc/src/raw_vec/mod.rs"));
        let fetched = r"C:\Users\a\.cargo\registry\src\index.crates.io-1949cf8c6b5b557f\b-1.0.0\src\lib.rs";
        assert!(is_of_others(fetched));
        assert!(is_of_others(
            "/usr/local/cargo/registry/src/mirror-0123456789abcdef/b-1.0.0/src/lib.rs"
        ));
        assert!(is_of_others(
            "/home/a/.cargo/git/checkouts/b-0123456789abcdef/1a2b3c4/src/lib.rs"
        ));
        assert!(is_of_others(r"/rustc/5/library\core\src\option.rs"));
        assert!(!is_of_others("src/main.rs"));
        assert!(!is_of_others("/home/a/registry/src/main.rs"));
        assert!(!is_of_others("/home/a/library/src/main.rs"));
    }
}
