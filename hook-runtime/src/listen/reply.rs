//! Answers are one line of JSON each. `docs/protocol.md` describes them for those who write clients.

use std::time::Duration;

use super::printed::Printed;
use super::request::VERSION;
use crate::console::{CallerVariable, Collected, LineCompletion};
use crate::format::{Limit, Patience};
use crate::frame::Frame;
use crate::literal::json::{JsonLayout, Text};
use crate::record;
use crate::turn::{ReachedHook, Waits};

/// So many characters of a local are shown in a state. More can be asked for by its name.
const LOCAL: Limit = Limit {
    chars: 1000,
    lines: usize::MAX,
};

/// Begins an answer.
fn begin(ok: bool) -> Text {
    let mut json = Text::new(JsonLayout::Line);
    json.object().key("hookable").bare(VERSION);
    json.key("ok").bare(ok);
    json
}

fn end(mut json: Text) -> String {
    json.close();
    json.finish() + "\n"
}

/// Answers that something went wrong.
pub(super) fn error(why: &str) -> String {
    let mut json = begin(false);
    json.key("error").string(why);
    end(json)
}

/// Answers that a console begins: what follows are its frames.
pub(super) fn console() -> String {
    end(begin(true))
}

/// Answers that it is done.
pub(super) fn done() -> String {
    end(begin(true))
}

/// What is known of an open hook besides its frame.
pub(super) struct Stopped<'s> {
    pub(super) number: u64,
    pub(super) because: &'s [String],
    /// The source around the hook.
    pub(super) source: &'s [(usize, String)],
    pub(super) frames: &'s [String],
    /// The number of each frame, where it is one and not a remark on several.
    pub(super) numbers: &'s [Option<usize>],
    pub(super) threads: &'s [ReachedHook],
}

fn process(json: &mut Text) {
    let program = std::env::current_exe().unwrap_or_default();
    json.key("process").bare(std::process::id());
    json.key("program").string(&program.to_string_lossy());
}

/// Returns the state where no hook is open.
pub(super) fn runs() -> String {
    let mut json = begin(true);
    process(&mut json);
    json.key("stop").bare("null");
    end(json)
}

/// Returns the state at a hook. `between` is true where it opened while a line ran that a client waits for.
pub(super) fn stopped(frame: &Frame<'_, '_>, stop: &Stopped<'_>, between: bool) -> String {
    let mut json = begin(true);
    process(&mut json);
    json.key("between").bare(between);
    json.key("stop").object();
    json.key("number").bare(stop.number);
    json.key("message").string_or_null(frame.message.as_deref());
    strings(json.key("because"), stop.because);
    json.key("path").string_or_null(frame.site.path);
    record::describe(&mut json, frame, LOCAL, Patience::Unasked);
    json.key("source").array();
    for (line, text) in stop.source {
        json.object().key("line").bare(line);
        json.key("text").string(text).close();
    }
    strings(json.close().key("backtrace"), stop.frames);
    json.key("frames").array();
    for number in stop.numbers {
        match number {
            Some(number) => json.bare(number),
            None => json.bare("null"),
        };
    }
    json.close();
    json.key("threads").array();
    for reached in stop.threads {
        json.object().key("number").bare(reached.number);
        json.key("place").string(&reached.place);
        json.key("here").bare(reached.is == Waits::Here).close();
    }
    json.close().close();
    end(json)
}

/// Tells what came of lines. `resumes` is true where the program goes on.
pub(super) fn evaluated(
    said: &Collected,
    printed: &Printed,
    changed: &[String],
    took: Duration,
    resumes: bool,
) -> String {
    let mut json = begin(said.errors.is_empty());
    json.key("value").string_or_null(text(&said.values));
    json.key("type").string_or_null(said.type_name.as_deref());
    json.key("error").string_or_null(text(&said.errors));
    json.key("notes").string_or_null(text(&said.notes));
    json.key("stdout").string_or_null(whole(&printed.stdout));
    json.key("stderr").string_or_null(whole(&printed.stderr));
    strings(json.key("changed"), changed);
    json.key("milliseconds").bare(took.as_millis());
    json.key("resumes").bare(resumes);
    end(json)
}

/// Tells what can stand at the end of a line, from a byte of it on.
pub(super) fn completed(line: &str, from: usize, found: &[LineCompletion]) -> String {
    let mut json = begin(true);
    json.key("from")
        .bare(line.get(..from).map_or(0, |before| before.chars().count()));
    json.key("completions").array();
    for one in found {
        json.object().key("text").string(&one.text);
        json.key("label").string(&one.label).close();
    }
    json.close();
    end(json)
}

/// Tells the variables of a frame.
pub(super) fn variables(variables: &[CallerVariable]) -> String {
    let mut json = begin(true);
    json.key("variables").array();
    for variable in variables {
        json.object().key("name").string(&variable.name);
        json.key("type").string(&variable.type_name);
        json.key("value").string(&variable.value).close();
    }
    json.close();
    end(json)
}

/// Tells what traces printed, and the number of the last line.
pub(super) fn traces(last: u64, lines: &[String]) -> String {
    let mut json = begin(true);
    json.key("last").bare(last);
    strings(json.key("lines"), lines);
    end(json)
}

fn strings(json: &mut Text, strings: &[String]) {
    json.array();
    for string in strings {
        json.string(string);
    }
    json.close();
}

fn whole(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn text(text: &str) -> Option<&str> {
    Some(text.trim_end_matches('\n')).filter(|text| !text.is_empty())
}
