//! The record of hits, which has one JSON object in each line and is written without a console.
//!
//! A line is written by a single `write` to a file opened for appending, so lines of several threads and processes do
//! not mix.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::format::{Limit, Patience, Shown};
use crate::frame::{self, Frame, Local, State};
use crate::literal::json::{JsonLayout, Text};
use crate::os::streams;
use crate::value::Access;

/// The number of characters recorded of a value, if `HOOKABLE_RECORD_VALUE` does not say.
const VALUE: usize = 1000;
/// The number of hits recorded of a site, if `HOOKABLE_RECORD_HITS` does not say.
const HITS: u64 = 10;

/// The time in milliseconds that the reader of a pipe has to make room for a line.
const PATIENCE: i32 = 1000;

/// The error ENXIO, as Linux numbers it. Opening a pipe gives it if nobody reads the pipe.
const NO_READER: i32 = 6;

/// An open record.
pub(crate) struct Recorder {
    file: File,
    path: PathBuf,
    value: Limit,
    /// The number of hits that are recorded of each site.
    pub(crate) hits: u64,
    state: Mutex<Writing>,
}

#[derive(Default)]
struct Writing {
    /// Whether the last line was written without its end.
    torn: bool,
    /// This is true once the loss of hits was reported.
    said: bool,
}

impl Recorder {
    /// Opens a record for appending. Neither this nor a later write waits for the reader of a pipe without limit.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(target_os = "linux")]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
        Ok(Recorder {
            file: options.open(path).map_err(|error| match error.raw_os_error() {
                Some(NO_READER) if cfg!(target_os = "linux") => io::Error::other("nobody reads it"),
                _ => error,
            })?,
            path: path.to_owned(),
            value: Limit {
                chars: setting("HOOKABLE_RECORD_VALUE", VALUE),
                lines: usize::MAX,
            },
            hits: setting("HOOKABLE_RECORD_HITS", HITS),
            state: Mutex::default(),
        })
    }

    /// Appends a hit. If the record cannot be written the program continues, and the first such error is given to be
    /// reported.
    pub(crate) fn append(&self, frame: &Frame<'_, '_>) -> Result<(), String> {
        let line = line(frame, self.value);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Err(error) = self.write(&line, &mut state) else {
            return Ok(());
        };
        if mem::replace(&mut state.said, true) {
            return Ok(());
        }
        let path = self.path.display();
        Err(format!("failed to write the record {path}: {error}: hits are lost"))
    }

    fn write(&self, line: &str, state: &mut Writing) -> io::Result<()> {
        let whole = if state.torn {
            format!("\n{line}")
        } else {
            line.to_owned()
        };
        let mut left = whole.as_bytes();
        while !left.is_empty() {
            match streams::without_signals(|| (&self.file).write(left)) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    left = &left[count..];
                    state.torn = !left.is_empty();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // After a reader was too slow once, later hits do not wait for it.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !streams::ready(&self.file, if state.said { 0 } else { PATIENCE }) {
                        return Err(io::Error::other("nobody reads it"));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// Returns a hit as one line, including its end.
fn line(frame: &Frame<'_, '_>, limit: Limit) -> String {
    let mut json = Text::new(JsonLayout::Line);
    json.object();
    describe(&mut json, frame, limit, Patience::Record);
    json.close();
    json.finish() + "\n"
}

/// Writes the entries of a hit into an object: its site, its number, its thread, and its locals.
pub(crate) fn describe(json: &mut Text, frame: &Frame<'_, '_>, limit: Limit, patience: Patience) {
    let site = frame.site;
    json.key("site").object();
    json.key("file").string(site.file);
    json.key("line").bare(site.line);
    json.key("column").bare(site.column);
    json.key("function").string(site.function);
    json.key("module_path").string(site.module_path).close();
    json.key("hit").bare(frame.number);
    json.key("thread").string(&frame.thread);
    json.key("locals").array();
    let locals: Vec<_> = frame.locals().map(|local| (local, limit)).collect();
    let values = frame::lines(&locals, patience);
    for ((local, _), value) in locals.into_iter().zip(values) {
        json.object().key("name").string(local.binding.name);
        json.key("type").string_or_null(local.type_name());
        json.key("declared_line").bare(local.binding.line);
        json.key("state").string(state(&local));
        json.key("reason").string_or_null(local.binding.reason);
        json.key("value").string_or_null(value.and_then(text).as_deref());
        json.close();
    }
    json.close();
}

/// Returns the state of a local as the record names it.
fn state(local: &Local<'_, '_>) -> &'static str {
    match (local.access, local.binding.state) {
        (Access::Writable(_), _) => "writable",
        (Access::ReadOnly(_) | Access::Snapshot(_), _) => "read_only",
        (_, State::Moved) => "moved",
        (_, State::Borrowed) => "borrowed",
        (_, State::Unassigned) => "unassigned",
        (_, State::Unavailable | State::Writable | State::WrittenThrough | State::ReadOnly) => "unavailable",
    }
}

fn text(shown: Shown) -> Option<String> {
    match shown {
        Shown::Text { text, cut: false } => Some(text),
        Shown::Text { text, cut: true } => Some(text + "..."),
        Shown::Opaque => None,
        Shown::Failed(why) => Some(format!("<{why}>")),
    }
}

#[cfg(test)]
mod tests;
