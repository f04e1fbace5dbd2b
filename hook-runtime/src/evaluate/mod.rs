//! Rust at the prompt: a line is compiled in the slot of the hook, loaded, and called on the live frame.
//!
//! - `source` takes the typed text apart, `write` puts the places of the frame around it, `message` brings rustc's errors
//!   back to what was typed. All pure.
//! - `compile` calls the crate's own rustc again, `crate::live` loads what comes out.
//! - `history` and `kept` are what lines leave for later ones: items, and values of `let`.
#![allow(unsafe_code)]

mod compile;
mod error;
mod folder;
mod history;
mod kept;
mod message;
mod source;
mod write;

pub(crate) use error::EvaluateError;
pub(crate) use kept::{keep, kept};
pub(crate) use write::{LAST, Named, Purpose};

use std::time::{Duration, Instant};

use compile::{Compiled, Unit};
use history::history;
use hook_rustc::Diagnostic;
use message::Typed;
use write::Setting;

use crate::capture::{Code, Line, Recorded, Said};
use crate::live::{self, Host, LoadError, LoadedSlot};
use crate::render::guard;

/// A frame as a line needs it.
pub(crate) struct Stage<'s> {
    pub(crate) slot: Option<(Code, &'static Recorded)>,
    /// What the frame has, last first.
    pub(crate) places: Vec<Named<'s>>,
    /// The crate of the hook.
    pub(crate) krate: &'s str,
    /// Where it is.
    pub(crate) pointers: Vec<*mut ()>,
    /// Bindings that it has not, and why.
    pub(crate) absent: Vec<(&'s str, String)>,
}

/// Makes the first line at a hook quick, in the background: reads the symbols of the program, and has rustc compile what most
/// lines have in common.
pub(crate) fn prepare(stage: &Stage<'_>) {
    let Some((_, recorded)) = stage.slot else { return };
    let line = write::common(&stage.places);
    let run = move || {
        let _ = Host::of_this_process();
        if let Ok(unit) = Unit::of(recorded)
            && !unit.is_warm(recorded.id)
        {
            let _ = unit.compile(recorded.id, &line);
        }
    };
    // Without a thread, the first line is slower.
    let _ = std::thread::Builder::new().name("hookable-prepare".into()).spawn(run);
}

/// Runs a line, or asks for its type.
pub(crate) fn evaluate(stage: Stage<'_>, text: &str, purpose: Purpose, width: usize) -> Result<Said, EvaluateError> {
    let why = "the crate was compiled without asking rustc what hooks can capture";
    let (code, recorded) = stage.slot.ok_or(EvaluateError::NotRecorded(why))?;
    let source = source::parse(text).map_err(EvaluateError::Lex)?;
    let host = Host::of_this_process().map_err(EvaluateError::Load)?;
    let symbol = host
        .symbol_at(code.address())
        .ok_or(EvaluateError::NoSymbol("it has no symbol"))?;
    let unit = Unit::of(recorded)?;
    unit.is_current()?;
    let mut kept = Vec::new();
    let written = {
        let history = history();
        let mut setting = Setting {
            places: &stage.places,
            items: Vec::new(),
            anew: Vec::new(),
            values: Vec::new(),
        };
        history.recall(&source, symbol, stage.krate, &mut setting);
        kept.extend(setting.values.iter().map(|value| value.name.to_owned()));
        if let Some(name) = setting
            .values
            .iter()
            .find(|value| value.like.is_unknown())
            .map(|value| value.name)
        {
            return Err(EvaluateError::Unnameable(name.to_owned()));
        }
        write::write(&source, &setting, purpose)
    };
    let start = Instant::now();
    let compiled = unit.compile(recorded.id, &written.text)?;
    let compiling = start.elapsed();
    let objects = match compiled {
        Compiled::Objects(objects) => objects,
        Compiled::Rejected(diagnostics) if purpose == Purpose::Run && last_borrows(&source, &diagnostics) => {
            drop(unit);
            return evaluate(stage, text, Purpose::RunOnly, width);
        }
        Compiled::Rejected(diagnostics) => {
            let file = unit.line().to_string_lossy().into_owned();
            if diagnostics.iter().any(|diagnostic| is_of_libraries(diagnostic, &file)) {
                return Err(EvaluateError::Libraries);
            }
            let (places, absent) = (&stage.places[..], &stage.absent[..]);
            let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
            let typed = Typed {
                text,
                written: &written,
                file: &file,
                places,
                kept: &kept,
                bound: &source.bound(),
                absent,
            };
            return Err(EvaluateError::Rejected(typed.explain(&diagnostics)));
        }
    };
    let start = Instant::now();
    let loaded = live::load(host, &objects, unit.archives, symbol).map_err(|error| match error {
        LoadError::NoSlot(_) => EvaluateError::Elsewhere,
        error => EvaluateError::Load(error),
    })?;
    // The line may open hooks, and there lines of their own.
    drop(unit);
    report(compiling, start.elapsed(), &loaded);
    let mut line = Line {
        width,
        said: Said::default(),
        kept_last: false,
    };
    // SAFETY: the loaded function bears the name of the hook's own slot, so its type is the same; the places are those of this
    // hit, in order, and the frame that borrows them is not used until this returns.
    unsafe { Code::call_loaded(loaded.address, &stage.pointers, &mut line) };
    let ended = matches!(line.said, Said::Nothing | Said::Value(..));
    if purpose != Purpose::Type && ended {
        history().add(&source, symbol, line.kept_last);
    }
    Ok(line.said)
}

/// For whoever wonders where the time of a line goes. The logger is the user's code.
fn report(compiling: Duration, loading: Duration, loaded: &LoadedSlot) {
    let LoadedSlot {
        code, data, sections, ..
    } = loaded;
    guard::unhooked(|| {
        log::trace!(
            target: "hookable",
            "rustc took {compiling:.1?}, loading {loading:.1?}: {sections} sections, {code} bytes of code, {data} of data"
        );
    });
}

/// Whether a library that the crate names, or one that it needs in turn, is no more what it was.
fn is_of_libraries(diagnostic: &Diagnostic, line: &str) -> bool {
    let in_line = || diagnostic.spans.iter().any(|span| span.file == line);
    matches!(diagnostic.code.as_str(), "E0460" | "E0463") && !in_line()
}

/// Whether a line is refused only because its value, which borrows, cannot be kept.
fn last_borrows(source: &source::Source<'_>, diagnostics: &[Diagnostic]) -> bool {
    source.tail().is_some() && source.bound().is_empty() && message::borrows(diagnostics)
}

#[cfg(test)]
mod tests {
    use hook_rustc::Span;

    use super::*;

    #[track_caller]
    fn check(code: &str, file: &str, expected: bool) {
        let span = Span {
            file: file.into(),
            ..Span::default()
        };
        let diagnostic = Diagnostic {
            code: code.into(),
            spans: vec![span],
            ..Diagnostic::default()
        };
        assert_eq!(is_of_libraries(&diagnostic, "line.rs"), expected);
    }

    #[test]
    fn libraries_that_were_built_again() {
        check("E0463", "src/main.rs", true);
        check("E0460", "src/main.rs", true);
        check("E0463", "line.rs", false);
        check("E0425", "src/main.rs", false);
    }
}
