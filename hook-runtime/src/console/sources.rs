//! The text of source files as the build read it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hook_rustc::{CallRecord, Sources};

use crate::frame::{Frame, Site};

/// A file that was read once is not read again: what the program was built from does not change while it runs.
type Texts = HashMap<(&'static str, PathBuf), Option<Arc<str>>>;

static TEXTS: Mutex<Option<Texts>> = Mutex::new(None);

/// Gives the text of the file that a hook is in. `None` where it is not there any more as the build read it, or where
/// that is not known.
pub(crate) fn of(frame: &Frame<'_, '_>) -> Option<Arc<str>> {
    let (_, recorded) = frame.slot?;
    text(recorded.folder, &path(frame.site))
}

/// Says where the file of a hook is, as far as the build knew.
pub(crate) fn path(site: &Site) -> PathBuf {
    PathBuf::from(site.path.unwrap_or(site.file))
}

/// All sources of the crate that a hook is in, each with its path as rustc names it.
pub(crate) fn all(frame: &Frame<'_, '_>) -> Vec<(PathBuf, Arc<str>)> {
    let Some((_, recorded)) = frame.slot else {
        return Vec::new();
    };
    let folder = Path::new(recorded.folder);
    let (Ok(sources), Ok(record)) = (Sources::read(folder), CallRecord::read(folder)) else {
        return Vec::new();
    };
    let rust = sources
        .files()
        .filter(|file| file.extension().is_some_and(|kind| kind == "rs"));
    let texts = rust.filter_map(|file| Some((file.to_owned(), text(recorded.folder, &record.call.dir.join(file))?)));
    texts.collect()
}

fn text(folder: &'static str, path: &Path) -> Option<Arc<str>> {
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.get_or_insert_default();
    let read = || {
        let bytes = fs::read(path).ok()?;
        let sources = Sources::read(Path::new(folder)).ok()?;
        sources
            .read_so(path, &bytes)
            .then(|| String::from_utf8_lossy(&bytes).into())
    };
    texts.entry((folder, path.to_owned())).or_insert_with(read).clone()
}
