//! The command `:bt`, which prints the backtrace of the hook.

use std::backtrace::Backtrace;
use std::path::{Path, PathBuf};

use super::super::error::ConsoleError;
use super::super::output::Style;
use super::super::{Console, Flow, Outcome};
use super::usage;
use crate::frame::{Exit, Site, under};
use crate::guard::frames::{BacktraceFrame, UNKNOWN, callers, frames, is_in, is_of_others, place};

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
    for (number, row) in rows {
        match number {
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
pub(crate) fn backtrace(site: &Site, all: bool) -> Vec<(Option<usize>, String)> {
    // The console for a panic is on another thread than the one that panics.
    let panic = matches!(site.exit, Exit::Panics).then(under::backtrace).flatten();
    let text = panic.unwrap_or_else(|| Backtrace::force_capture().to_string());
    let frames = frames(&text);
    let callers = callers(&frames);
    // The first frame is the function that contains the hook. The backtrace gives the line of the function for the code
    // that the attribute generates, so it is replaced by the line of the hook. Code that was loaded has no frame.
    let place = format!("{}:{}:1", site.file, site.line);
    let first = callers.first().filter(|first| is_in(first.name, site.function));
    let hook = (!callers.is_empty()).then(|| BacktraceFrame {
        name: first.map_or(site.function, |first| first.name),
        place: Some(&place),
    });
    let behind = callers.iter().skip(usize::from(first.is_some()));
    let callers: Vec<_> = hook.iter().chain(behind.copied()).collect();
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

fn crate_of(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

/// Returns a row for each frame from the hook up, with its number. Consecutive frames of libraries become one row
/// without a number, unless `all` is set.
fn rows(
    frames: &[&BacktraceFrame<'_>],
    krate: &str,
    all: bool,
    short: &dyn Fn(&str) -> String,
) -> Vec<(Option<usize>, String)> {
    let mut rows: Vec<(Option<usize>, String)> = Vec::new();
    let mut others = 0;
    let gathered = |others: usize| match others {
        1 => "1 frame of a library: `:bt all` lists it".to_owned(),
        others => format!("{others} frames of libraries: `:bt all` lists them"),
    };
    let mut number = 0;
    for frame in frames {
        let at = frame.place.and_then(place);
        let is_own = at.is_some_and(|(file, ..)| !is_of_others(file));
        number += 1;
        if !is_own && !all {
            others += 1;
            continue;
        }
        if others > 0 {
            rows.push((None, gathered(others)));
            others = 0;
        }
        let own = format!("{krate}::");
        let name = match frame.name {
            UNKNOWN => "what was typed",
            name => name.strip_prefix(&own).unwrap_or(name),
        };
        let at = at.map(|(file, line, _)| format!(" at {}:{line}", short(file)));
        rows.push((Some(number - 1), name.to_owned() + &at.unwrap_or_default()));
    }
    // Frames of libraries below the first function of the program are the runtime that calls `main`, so they are left
    // out unless there is nothing else.
    if others > 0 && rows.is_empty() {
        rows.push((None, gathered(others)));
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
    fn own_frames_are_numbered() {
        let frame = |name, place: &'static str| BacktraceFrame {
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
            let rows = rows.map(|(number, row)| number.map_or(row.clone(), |number| format!("#{number} {row}")));
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
    }
}
