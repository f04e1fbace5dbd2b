//! The record of hits: one JSON object a line, no console.
//!
//! A line goes out by a single `write` on a file opened to append, so lines of several threads and processes do not mix.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::capture::{Access, State};
use crate::console::{Frame, Local};
use crate::json::{Layout, Text};
use crate::render::{Limit, Shown};

/// The characters kept of a value, where `HOOKABLE_RECORD_VALUE` does not say.
const VALUE: usize = 1000;
/// The hits kept of a site, where `HOOKABLE_RECORD_HITS` does not say.
const HITS: u64 = 10;

/// An open record.
pub(crate) struct Recorder {
    file: File,
    value: Limit,
    /// How many hits of a site are kept.
    pub(crate) hits: u64,
}

impl Recorder {
    /// Opens a record to append to.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Recorder {
            file: OpenOptions::new().append(true).create(true).open(path)?,
            value: Limit {
                chars: setting("HOOKABLE_RECORD_VALUE", VALUE),
                lines: usize::MAX,
            },
            hits: setting("HOOKABLE_RECORD_HITS", HITS),
        })
    }

    /// Appends a hit. A record that cannot be written does not stop the program.
    pub(crate) fn append(&self, frame: &Frame<'_, '_>) {
        let line = line(frame, self.value);
        let _ = (&self.file).write(line.as_bytes());
    }
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// A hit as one line, with its end.
fn line(frame: &Frame<'_, '_>, limit: Limit) -> String {
    let site = frame.site;
    let mut json = Text::new(Layout::Line);
    json.object().key("site").object();
    json.key("file").string(site.file);
    json.key("line").bare(site.line);
    json.key("column").bare(site.column);
    json.key("function").string(site.function);
    json.key("module_path").string(site.module_path).close();
    json.key("hit").bare(frame.number);
    json.key("thread").string(&frame.thread);
    json.key("locals").array();
    for local in frame.locals() {
        let reason = Some(local.binding.reason).filter(|reason| !reason.is_empty());
        json.object().key("name").string(local.binding.name);
        json.key("type").string_or_null(local.type_name());
        json.key("declared_line").bare(local.binding.line);
        json.key("state").string(state(&local));
        json.key("reason").string_or_null(reason);
        json.key("value").string_or_null(value(&local, limit).as_deref());
        json.close();
    }
    json.close().close();
    json.finish() + "\n"
}

/// What can be done with a local, as the record names it.
fn state(local: &Local<'_, '_>) -> &'static str {
    match (local.access, local.binding.state) {
        (Access::Writable(_), _) => "writable",
        (Access::ReadOnly(_) | Access::Snapshot(_), _) => "read_only",
        (_, State::Moved) => "moved",
        (_, State::Borrowed) => "borrowed",
        (_, State::Unassigned) => "unassigned",
        (_, State::Unavailable | State::Writable | State::ReadOnly) => "unavailable",
    }
}

fn value(local: &Local<'_, '_>, limit: Limit) -> Option<String> {
    match local.line(limit)? {
        Shown::Text { text, cut: false } => Some(text),
        Shown::Text { text, cut: true } => Some(text + "..."),
        Shown::Opaque => None,
        Shown::Failed(why) => Some(format!("<{why}>")),
    }
}

#[cfg(test)]
mod tests;
