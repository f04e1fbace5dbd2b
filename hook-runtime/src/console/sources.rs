//! The texts of source files, as the build read them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hook_rustc::{CallRecord, Sources};

use crate::breakpoints::{caught, planted};
use crate::frame::{Frame, Recorded, Site, Snapshot};

/// The texts that were read, so that each file is read once. They stay valid, because what the program was built from
/// does not change while it runs.
type Texts = HashMap<(PathBuf, u64, PathBuf), Option<Arc<str>>>;

/// The source files of a crate, each with its path as rustc names it and its text.
type SourceTexts = Vec<(PathBuf, Arc<str>)>;

static TEXTS: Mutex<Option<Texts>> = Mutex::new(None);

/// Returns the text of the file that contains the hook, without what is planted in it. It is `None` if the file has
/// changed or is gone since the build, or if the build did not record it.
pub(crate) fn of(frame: &Frame<'_, '_>) -> Option<Arc<str>> {
    let path = path(frame.site);
    let text = text(&snapshot(frame)?, &path)?;
    let text = planted::unplanted(&text).unwrap_or(text);
    Some(caught::written(&text).unwrap_or(text))
}

/// Returns the lines around the hook with their numbers, `reach` before it and as many after it. There are none if the
/// source is not known.
pub(crate) fn around(frame: &Frame<'_, '_>, reach: usize) -> Vec<(usize, String)> {
    let line = frame.site.line as usize;
    let first = line.saturating_sub(reach).max(1);
    let text = of(frame);
    let lines = text.iter().flat_map(|text| text.lines()).zip(1..);
    lines
        .skip(first - 1)
        .take_while(|(_, number)| *number <= line + reach)
        .map(|(text, number)| (number, text.to_owned()))
        .collect()
}

/// Returns the path of the file that contains the hook, as far as the build knew it.
pub(crate) fn path(site: &Site) -> PathBuf {
    PathBuf::from(site.path.unwrap_or(site.file))
}

/// Returns all source files of the crate that contains the hook, each with its path as rustc names it.
pub(crate) fn all(frame: &Frame<'_, '_>) -> Vec<(PathBuf, Arc<str>)> {
    let Some(snapshot) = snapshot(frame) else {
        return Vec::new();
    };
    record(frame).map_or_else(Vec::new, |record| texts(&snapshot, &record))
}

fn texts(snapshot: &Snapshot, record: &CallRecord) -> SourceTexts {
    let Ok(sources) = Sources::read(&snapshot.build()) else {
        return Vec::new();
    };
    let rust = sources
        .files()
        .filter(|file| file.extension().is_some_and(|kind| kind == "rs"));
    let texts = rust.filter_map(|file| Some((file.to_owned(), text(snapshot, &record.call.dir.join(file))?)));
    texts.collect()
}

/// Returns all source files of a crate as the program is now, and the call of rustc that compiled it.
pub(crate) fn latest(recorded: &Recorded) -> Option<(CallRecord, SourceTexts)> {
    let snapshot = recorded.latest();
    let record = CallRecord::read(&snapshot.build()).ok()?;
    let texts = texts(&snapshot, &record);
    Some((record, texts))
}

/// Returns all source files of a crate as the program is now, each with its absolute path.
pub(crate) fn paths_and_texts(recorded: &Recorded) -> Vec<(PathBuf, Arc<str>)> {
    let (record, texts) = latest(recorded).into_iter().next().unzip();
    let dir = record.map(|record| record.call.dir).unwrap_or_default();
    let texts = texts.into_iter().flatten();
    texts.map(|(file, text)| (dir.join(file), text)).collect()
}

/// Returns the call of rustc that compiled the crate that contains the hook.
pub(crate) fn record(frame: &Frame<'_, '_>) -> Option<CallRecord> {
    CallRecord::read(&snapshot(frame)?.build()).ok()
}

/// Returns the sources that lines at this frame are compiled against.
fn snapshot(frame: &Frame<'_, '_>) -> Option<Snapshot> {
    let (_, recorded) = frame.slot?;
    Some(recorded.at(frame.site.address()))
}

fn text(snapshot: &Snapshot, path: &Path) -> Option<Arc<str>> {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.get_or_insert_default();
    let read = || {
        let sources = Sources::read(&snapshot.build()).ok()?;
        let bytes = sources.text(path, &snapshot.unit)?;
        Some(String::from_utf8_lossy(&bytes).into())
    };
    let key = (snapshot.unit.clone(), snapshot.fingerprint, path.to_owned());
    texts.entry(key).or_insert_with(read).clone()
}
