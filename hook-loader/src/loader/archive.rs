//! The libraries of the recorded rustc command, where code comes from that the program never needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use object::read::archive::{ArchiveFile, ArchiveOffset};

use super::memory::leak_file;
use super::name_table::NameTable;
use super::object::Object;
use crate::LoadError;

/// Rust libraries, and an index of all their symbols.
///
/// An index is kept for as long as the process lives, since what is loaded from a library stays loaded.
pub struct Archives {
    paths: Vec<PathBuf>,
    index: OnceLock<Index>,
}

struct Index {
    files: Vec<(PathBuf, &'static [u8])>,
    entries: Vec<Entry>,
    names: NameTable,
    /// Why the first file that could not be read could not.
    unreadable: Option<LoadError>,
}

struct Entry {
    name: &'static [u8],
    file: u32,
    offset: u64,
}

/// An object in an archive. There is one value of it, however often it is asked for.
pub(super) struct ArchiveMember {
    pub(super) object: Object<'static>,
}

impl Archives {
    /// Starts to read the symbols of the libraries at `paths` in the background. Files that are no archives of objects
    /// (`.rmeta`, `.so`) are passed over. A file that cannot be read is an error only where a symbol is missing.
    pub fn index(paths: impl IntoIterator<Item = PathBuf>) -> &'static Archives {
        let is_archive = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "rlib" || kind == "a");
        let paths = paths.into_iter().filter(is_archive).collect();
        let archives: &'static Archives = Box::leak(Box::new(Archives {
            paths,
            index: OnceLock::new(),
        }));
        let reader = std::thread::Builder::new().name("hookable-index".into());
        if reader.spawn(|| _ = archives.ready()).is_err() {
            archives.ready();
        }
        archives
    }

    fn ready(&self) -> &Index {
        self.index.get_or_init(|| Index::read(&self.paths))
    }

    /// Returns the member that defines `name` for other objects too.
    pub(super) fn find(&self, name: &str) -> Result<Option<&'static ArchiveMember>, LoadError> {
        let Index {
            files, entries, names, ..
        } = self.ready();
        let called = |index: u32| entries[index as usize].name == name.as_bytes();
        let Some(index) = names.find(name.as_bytes(), called).next() else {
            return Ok(None);
        };
        let Entry { file, offset, .. } = entries[index as usize];
        let (path, data) = &files[file as usize];
        member(path, data, offset).map(Some)
    }

    /// Returns why a symbol may be missing: a file could not be read.
    pub(super) fn unreadable(&self) -> Option<LoadError> {
        self.ready().unreadable.clone()
    }
}

impl Index {
    fn read(paths: &[PathBuf]) -> Index {
        let mut files: Vec<(PathBuf, &'static [u8])> = Vec::new();
        let (mut entries, mut unreadable) = (Vec::new(), None);
        for path in paths {
            let before = entries.len();
            let read = leak_file(path).and_then(|data| {
                let file = u32::try_from(files.len()).unwrap_or(u32::MAX);
                for symbol in ArchiveFile::parse(data)?.symbols()?.into_iter().flatten() {
                    let symbol = symbol?;
                    entries.push(Entry {
                        name: symbol.name(),
                        file,
                        offset: symbol.offset().0,
                    });
                }
                Ok(data)
            });
            match read {
                Ok(data) => files.push((path.clone(), data)),
                Err(error) => {
                    entries.truncate(before);
                    unreadable.get_or_insert(match error {
                        LoadError::Object(reason) => LoadError::Read {
                            path: path.clone(),
                            reason,
                        },
                        error => error,
                    });
                }
            }
        }
        let mut names = NameTable::with_capacity(entries.len());
        for (index, entry) in (0..).zip(&entries) {
            names.insert(entry.name, index);
        }
        Index {
            files,
            entries,
            names,
            unreadable,
        }
    }
}

/// Returns the same value for whoever asks for a member, for its variables must exist once.
fn member(path: &Path, data: &'static [u8], offset: u64) -> Result<&'static ArchiveMember, LoadError> {
    static MEMBERS: Mutex<BTreeMap<(PathBuf, u64), &'static ArchiveMember>> = Mutex::new(BTreeMap::new());
    let mut members = MEMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(member) = members.get(&(path.to_owned(), offset)) {
        return Ok(member);
    }
    let read = || {
        let object = Object::parse(ArchiveFile::parse(data)?.member(ArchiveOffset(offset))?.data(data)?)?;
        Ok(Box::leak(Box::new(ArchiveMember { object })))
    };
    let member: &'static ArchiveMember = read().map_err(|error: LoadError| LoadError::Read {
        path: path.into(),
        reason: error.to_string(),
    })?;
    members.insert((path.to_owned(), offset), member);
    Ok(member)
}
