//! The command `:bt`, which prints the backtrace of the hook.

use std::fmt;
use std::path::{Path, PathBuf};

use super::super::error::ConsoleError;
use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::usage;
use crate::eval::loaded::{NAMELESS, name_of};
use crate::frame::{Exit, Site, under};
use crate::guard::CapturedStack;
use crate::guard::frames::{BacktraceFrame, UNKNOWN, callers, frames, is_in, is_of_libc, is_of_others, place};

/// The end of the name of a closure that was loaded.
const LOADED_CLOSURE: &str = "::{{closure}}";

/// A row of a backtrace: a function that led to a hook, or a remark on some that are left out.
pub(crate) struct BacktraceRow {
    /// The number of the frame; `None` if it is a remark.
    pub(crate) number: Option<usize>,
    /// The number that std gives it.
    pub(super) number_of_std: usize,
    /// The name of the function, without its crate if that is the crate of the hook.
    pub(super) name: String,
    /// The file, as rustc names it, and the line, if they are known.
    pub(super) place: Option<(String, u32)>,
}

impl fmt::Display for BacktraceRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((file, line)) => write!(f, "{} at {file}:{line}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

pub(super) fn print(console: &mut Console<'_, '_, '_>, rest: &str) -> Outcome {
    let all = match rest {
        "" => false,
        "all" => true,
        _ => return Err(usage("bt")),
    };
    let rows = backtrace(console.frame.site, all);
    if rows.is_empty() {
        return Err(ConsoleError::NoFrames);
    }
    for row in rows {
        match row.number {
            Some(number) => console.out.value_parts(&[
                (Style::Bold, &format!("#{number}")),
                (Style::Plain, &format!(" in {row}")),
            ]),
            None => console.out.remark(&format!("   {row}")),
        }
    }
    Ok(Flow::Stay)
}

/// Returns a row for each function that led to the hook of this thread, the innermost first, with its number. Frames of
/// libraries become one row without a number, unless `all` is set.
pub(crate) fn backtrace(site: &Site, all: bool) -> Vec<BacktraceRow> {
    rows_of(&stack(site), site, all)
}

/// Captures the stack of the thread that is stopped.
pub(super) fn stack(site: &Site) -> CapturedStack {
    // The console for a panic is on another thread than the one that panics.
    let panic = matches!(site.exit, Exit::Panics).then(under::stack).flatten();
    panic.unwrap_or_else(CapturedStack::capture)
}

/// Returns the rows of a stack that was captured at a hook.
pub(super) fn rows_of(stack: &CapturedStack, site: &Site, all: bool) -> Vec<BacktraceRow> {
    let text = named(&stack.short, &stack.full, &name_of);
    let frames = frames(&text);
    let callers = calls(&callers(&frames));
    // The first frame is the function that contains the hook. The backtrace gives the line of the function for the code
    // that the attribute generates, so it is replaced by the line of the hook.
    let place = format!("{}:{}:1", site.file, site.line);
    let first = callers.first().filter(|first| is_in(first.name, site.function));
    let hook = (!callers.is_empty()).then(|| BacktraceFrame {
        number: first.map_or(0, |first| first.number),
        name: first
            .filter(|first| first.place.is_some())
            .map_or(site.function, |first| first.name),
        place: Some(&place),
    });
    let behind = callers.iter().skip(usize::from(first.is_some()));
    let callers: Vec<_> = hook.iter().chain(behind).collect();
    let here = std::env::current_dir().unwrap_or_default();
    // rustc names files relative to the folder that it ran in. The hook's full path ends with such a name, so what
    // stands before it is that folder.
    let root = site.path.and_then(|path| path.strip_suffix(site.file));
    let short = |file: &str| shortened(file, &here, root);
    rows(&callers, crate_of(site.module_path), all, &short)
}

/// Returns a file as rustc names it, from a file as std names it in a backtrace. std prints files inside the current
/// folder relative to that.
fn shortened(file: &str, here: &Path, root: Option<&str>) -> String {
    let inside = file.strip_prefix("./").or(file.strip_prefix(".\\"));
    let whole = inside.map_or(PathBuf::from(file), |inside| here.join(inside));
    let short = root.and_then(|root| whole.strip_prefix(root).ok());
    short.map_or_else(
        || inside.unwrap_or(file).to_owned(),
        |short| short.display().to_string(),
    )
}

/// Names the frames of which std knows no names: those of loaded functions, and those of files without symbols. Of the
/// text in full only the addresses are read, which the short one does not have. It also has the frames of std
/// that begin a backtrace, so it has more numbers.
fn named(short: &str, full: &str, name: &dyn Fn(usize) -> Option<String>) -> String {
    let more = last(full).saturating_sub(last(short));
    let mut lines: Vec<String> = Vec::new();
    for line in short.lines() {
        let unknown = numbered(line).filter(|(_, name)| *name == UNKNOWN);
        let found = unknown.and_then(|(number, _)| {
            let mut frames = full.lines().filter_map(numbered);
            let (_, frame) = frames.find(|(other, _)| *other == number + more)?;
            // A frame has the address that a call returns to.
            name(address(frame)?.saturating_sub(1))
        });
        lines.push(found.map_or_else(|| line.to_owned(), |name| line.replace(UNKNOWN, &name)));
    }
    lines.join("\n")
}

/// Reads `  3: name`.
pub(super) fn numbered(line: &str) -> Option<(usize, &str)> {
    let (number, rest) = line.trim().split_once(": ")?;
    Some((number.parse().ok()?, rest.trim_start()))
}

/// Returns the number of the last frame. At the end of a text in full can be an address that is none.
pub(super) fn last(text: &str) -> usize {
    let mut frames = text
        .lines()
        .filter_map(numbered)
        .filter(|(_, name)| !name.starts_with("0x0 "));
    frames.next_back().map_or(0, |(number, _)| number)
}

/// Reads `0x5581 - name`.
pub(super) fn address(frame: &str) -> Option<usize> {
    let (address, _) = frame.split_once(" - ")?;
    usize::from_str_radix(address.strip_prefix("0x")?, 16).ok()
}

/// Leaves one frame of each call of a loaded function, whose body may be a closure in it. A loaded closure of a
/// function that was not loaded is what was typed there.
fn calls<'b>(frames: &[&BacktraceFrame<'b>]) -> Vec<BacktraceFrame<'b>> {
    let mut calls: Vec<BacktraceFrame<'b>> = Vec::new();
    for (index, &&BacktraceFrame { number, name, place }) in frames.iter().enumerate() {
        let function = name.strip_suffix(LOADED_CLOSURE).filter(|_| place.is_none());
        let next = frames
            .get(index + 1)
            .filter(|next| function.is_some_and(|function| is_in(next.name, function)));
        match next {
            Some(next) if next.place.is_none() => {}
            Some(_) => calls.push(BacktraceFrame {
                number,
                name: UNKNOWN,
                place,
            }),
            None => calls.push(BacktraceFrame { number, name, place }),
        }
    }
    calls
}

fn crate_of(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

/// Returns a row for each frame from the hook up, with its number. Consecutive frames of libraries become one row
/// without a number, unless `all` is set.
fn rows(frames: &[&BacktraceFrame<'_>], krate: &str, all: bool, short: &dyn Fn(&str) -> String) -> Vec<BacktraceRow> {
    let mut rows: Vec<BacktraceRow> = Vec::new();
    let (mut others, mut nameless) = (0, 0);
    let remark = |name: String| BacktraceRow {
        number: None,
        number_of_std: 0,
        name,
        place: None,
    };
    let gathered = |others: usize| {
        remark(match others {
            1 => "1 frame of a library: `:bt all` lists it".to_owned(),
            others => format!("{others} frames of libraries: `:bt all` lists them"),
        })
    };
    let without_names = |nameless: usize| {
        remark(match nameless {
            1 => "1 frame without a name: its file has no symbol table, as after `strip`".to_owned(),
            nameless => format!("{nameless} frames without names: their files have no symbol table, as after `strip`"),
        })
    };
    let mut number = 0;
    for frame in frames {
        let at = frame.place.and_then(place);
        let own = format!("{krate}::");
        let is_own = match at {
            Some((file, ..)) => !is_of_others(file) && !is_of_libc(frame.name),
            None => frame.name == UNKNOWN || frame.name.starts_with(&own),
        };
        number += 1;
        if frame.name == NAMELESS {
            nameless += 1;
            continue;
        }
        if !is_own && !all {
            others += 1;
            continue;
        }
        if others > 0 {
            rows.push(gathered(others));
            others = 0;
        }
        if nameless > 0 {
            rows.push(without_names(nameless));
            nameless = 0;
        }
        let name = match frame.name {
            UNKNOWN => "what was typed",
            name => name.strip_prefix(&own).unwrap_or(name),
        };
        rows.push(BacktraceRow {
            number: Some(number - 1),
            number_of_std: frame.number,
            name: name.to_owned(),
            place: at.map(|(file, line, _)| (short(file), line)),
        });
    }
    // Frames of libraries below the first function of the program are the runtime that calls `main`, so they are left
    // out unless there is nothing else.
    if others > 0 && rows.is_empty() {
        rows.push(gathered(others));
    }
    // Where the program has no names at all, there are those of the hook alone.
    if nameless > 0 && rows.len() <= 1 {
        rows.push(without_names(nameless));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_rustc_does() {
        let short = |file| hook_rustc::slashes(&shortened(file, Path::new("/work/shop/target"), Some("/work/shop/")));
        assert_eq!(short("/work/shop/src/main.rs"), "src/main.rs");
        assert_eq!(short("./build/out.rs"), "target/build/out.rs");
        assert_eq!(short("/other/src/lib.rs"), "/other/src/lib.rs");
        assert_eq!(shortened("./src/a.rs", Path::new("/x"), None), "src/a.rs");
    }

    #[test]
    fn loaded_functions_are_named() {
        let short = "  9: <unknown>\n  10: <unknown>\n  11: <unknown>\n             at ./a.rs:1:2";
        let full = "   9: 0x1 - std::b\n  10:     0x55d0 - <unknown>\n  11:     0x55e1 - <unknown>\n  12: 0x55f0 - <unknown>\n  13: 0x0 - <unknown>\n";
        let name = |address: usize| (address == 0x55e0).then(|| "shop::price".to_owned());
        let expected = "  9: <unknown>\n  10: shop::price\n  11: <unknown>\n             at ./a.rs:1:2";
        assert_eq!(named(short, full, &name), expected);
        assert_eq!(named(short, "", &name), short);
    }

    #[test]
    fn a_call_of_a_loaded_function_is_one_frame() {
        let frame = |text: &'static str| {
            let (name, place) = text
                .split_once('@')
                .map_or((text, None), |(name, place)| (name, Some(place)));
            BacktraceFrame { number: 0, name, place }
        };
        let check = |frames: &[&'static str], expected: &[&'static str]| {
            let frames: Vec<_> = frames.iter().map(|text| frame(text)).collect();
            let expected: Vec<_> = expected.iter().map(|text| frame(text)).collect();
            assert_eq!(calls(&frames.iter().collect::<Vec<_>>()), expected);
        };
        check(
            &["a::f::{{closure}}", "a::f", "a::f", "a::g@1"],
            &["a::f", "a::f", "a::g@1"],
        );
        check(
            &["a::f::{{closure}}", "a::f::{{closure}}", "a::f@1"],
            &[UNKNOWN, "a::f@1"],
        );
        check(
            &["a::f::{{closure}}", "core::map", "a::f"],
            &["a::f::{{closure}}", "core::map", "a::f"],
        );
        check(&["a::f::{{closure}}@2", "a::f@1"], &["a::f::{{closure}}@2", "a::f@1"]);
    }

    #[test]
    fn own_frames_are_numbered() {
        let frame = |name, place: &'static str| BacktraceFrame {
            number: 0,
            name,
            place: Some(place).filter(|place| !place.is_empty()),
        };
        let frames = [
            frame("shop::price::{{closure}}", "./src/shop.rs:12:9"),
            frame("core::iter::Iterator::map", "/rustc/1/library/core/src/iter.rs:1:2"),
            frame("serde::ser", ""),
            frame("shop::main", "./src/main.rs:3:5"),
            frame("start", ""),
        ];
        let frames: Vec<_> = frames.iter().collect();
        let shown = |all| {
            let rows = rows(&frames, "shop", all, &|file| file.trim_start_matches("./").to_owned()).into_iter();
            let rows = rows.map(|row| row.number.map_or(row.to_string(), |number| format!("#{number} {row}")));
            rows.collect::<Vec<_>>()
        };
        let library = "2 frames of libraries: `:bt all` lists them";
        assert_eq!(
            shown(false),
            [
                "#0 price::{{closure}} at src/shop.rs:12",
                library,
                "#3 main at src/main.rs:3"
            ]
        );
        assert_eq!(
            shown(true)[1],
            "#1 core::iter::Iterator::map at /rustc/1/library/core/src/iter.rs:1"
        );
        assert_eq!(shown(true).len(), 5);

        let frames = [
            frame("shop::compare", "./src/shop.rs:12:9"),
            frame(NAMELESS, ""),
            frame(NAMELESS, ""),
            frame("shop::main", "./src/main.rs:3:5"),
            frame(NAMELESS, ""),
        ];
        let rows = rows(&frames.iter().collect::<Vec<_>>(), "shop", false, &str::to_owned);
        let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
        let nameless = "2 frames without names: their files have no symbol table, as after `strip`";
        assert_eq!(names, ["compare", nameless, "main"]);
    }
}
