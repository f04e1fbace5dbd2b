//! Where a line panicked: what its panic said, the place, and the frames of the program that led there.

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::panic::PanicHookInfo;

/// A panic that was caught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Panic {
    pub(crate) message: String,
    pub(crate) at: Option<At>,
    /// Each is a line of text, the innermost first. There are none unless `RUST_BACKTRACE` asks for them.
    pub(crate) frames: Vec<String>,
}

/// A place as a panic names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) file: String,
    /// The address of the file's name in memory tells of which line the code is.
    pub(crate) address: usize,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One function of a backtrace.
#[derive(Debug, PartialEq, Eq)]
struct BacktraceFrame<'b> {
    name: &'b str,
    /// It has the form `file:line:column`, or is empty.
    place: &'b str,
}

/// A backtrace has this in place of a name for the code of a line, which has no symbols.
const UNKNOWN: &str = "<unknown>";

thread_local! {
    static LAST: RefCell<Option<(At, String)>> = const { RefCell::new(None) };
}

/// Forgets the last panic of this thread.
pub(super) fn forget() {
    let _ = LAST.try_with(|last| last.take());
}

/// Notes a panic of this thread, from within the panic hook.
pub(super) fn note(info: &PanicHookInfo<'_>) {
    let Some(location) = info.location() else { return };
    let at = At {
        file: location.file().to_owned(),
        address: location.file().as_ptr().addr(),
        line: location.line(),
        column: location.column(),
    };
    // A place in std says nothing; the frames tell who called.
    let backtrace = match is_wanted() || is_of_others(&at.file) {
        true => Backtrace::force_capture().to_string(),
        false => String::new(),
    };
    let _ = LAST.try_with(|last| last.replace(Some((at, backtrace))));
}

/// Takes the last panic of this thread, and gives it this message.
pub(super) fn last(message: String) -> Panic {
    let Some((mut at, backtrace)) = LAST.try_with(|last| last.take()).ok().flatten() else {
        return Panic {
            message,
            ..Panic::default()
        };
    };
    let frames = frames(&backtrace);
    let own = own(&frames);
    if is_of_others(&at.file) {
        let mut places = own.iter().filter_map(|frame| place(frame.place));
        if let Some((file, line, column)) = places.find(|(file, ..)| !is_of_others(file)) {
            at = At {
                file: file.to_owned(),
                address: 0,
                line,
                column,
            };
        }
    }
    let shown = own.iter().filter(|_| is_wanted());
    Panic {
        message,
        at: Some(at),
        frames: shown.map(|frame| frame.shown()).collect(),
    }
}

fn is_wanted() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}

/// Tells whether a file is std's, or of a crate that cargo fetched.
fn is_of_others(file: &str) -> bool {
    file.starts_with("/rustc/") || file.contains("/.cargo/registry/") || file.contains("/lib/rustlib/src/")
}

fn place(text: &str) -> Option<(&str, u32, u32)> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file, line.parse().ok()?, column.parse().ok()?))
}

/// Reads what `Backtrace` writes: `  3: name`, and below it `     at file:line:column`.
fn frames(text: &str) -> Vec<BacktraceFrame<'_>> {
    let mut frames: Vec<BacktraceFrame<'_>> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(place) = line.strip_prefix("at ") {
            if let Some(frame) = frames.last_mut() {
                frame.place = place;
            }
        } else if let Some((number, name)) = line.split_once(": ")
            && number.parse::<u32>().is_ok()
        {
            frames.push(BacktraceFrame { name, place: "" });
        }
    }
    frames
}

/// Leaves out the frames of the panic machinery and of this crate. What runs between two frames of this crate is the
/// line.
fn own<'f, 'b>(frames: &'f [BacktraceFrame<'b>]) -> Vec<&'f BacktraceFrame<'b>> {
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
    let ends = |frame: &BacktraceFrame<'_>| frame.name.contains("__rust_begin_short_backtrace");
    let end = frames[first..]
        .iter()
        .position(ends)
        .map_or(frames.len(), |end| first + end);
    let mut own: Vec<&BacktraceFrame<'_>> = Vec::new();
    // Between the line and the hook.
    let mut inside = false;
    for frame in &frames[first..end] {
        // What catches the panic of a line may be compiled with it, and then only std's part of that has a name.
        let ours = [
            "hook_runtime::",
            "std::panicking::",
            "std::panic::",
            "__rust_try",
            "core::panic::unwind_safe",
        ]
        .iter()
        .any(|part| frame.name.contains(part));
        let of_std = ["core::", "std::", "<alloc::", "<core::", "alloc::", "__rust"]
            .iter()
            .any(|start| frame.name.starts_with(start));
        let unknown = frame.name == UNKNOWN;
        inside = ours || inside && (of_std || unknown);
        let again = unknown && own.last().is_some_and(|last| last.name == UNKNOWN);
        if !inside && !again && !frame.name.starts_with("core::ops::function::") {
            own.push(frame);
        }
    }
    own
}

impl BacktraceFrame<'_> {
    fn shown(&self) -> String {
        match (self.name, self.place) {
            (UNKNOWN, _) => "the line".to_owned(),
            (name, "") => name.to_owned(),
            (name, place) => format!("{name} at {place}"),
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
  11: hook_runtime::render::guard::caught
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
        let shown: Vec<String> = own(&frames).into_iter().map(BacktraceFrame::shown).collect();
        let expected = [
            "core::option::Option<T>::expect at /rustc/1/library/core/src/option.rs:900:1",
            "shop::price at ./src/shop.rs:12:9",
            "the line",
            "shop::main at ./src/main.rs:3:5",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn places() {
        assert_eq!(place("./src/a.rs:3:5"), Some(("./src/a.rs", 3, 5)));
        assert_eq!(place("C:\\a.rs:3:5"), Some(("C:\\a.rs", 3, 5)));
        assert_eq!(place("a.rs"), None);
        assert!(is_of_others("/rustc/5/library/core/src/option.rs"));
        assert!(!is_of_others("src/main.rs"));
    }
}
