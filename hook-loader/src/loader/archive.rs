//! The libraries of the recorded rustc command, where code comes from that the program never needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use object::read::archive::{ArchiveFile, ArchiveKind, ArchiveOffset};

use super::memory::leak_file;
use super::name_table::NameTable;
use super::object::{Object, is_import};
use crate::LoadError;

/// Archives are Rust libraries, with an index of all their symbols.
///
/// The index is kept for as long as the process lives, since what is loaded from a library stays loaded.
pub struct Archives {
    paths: Vec<PathBuf>,
    c_library: Option<PathBuf>,
    index: OnceLock<Index>,
}

struct Index {
    files: Vec<(PathBuf, &'static [u8])>,
    entries: Vec<Entry>,
    names: NameTable,
    /// This says why the first file that could not be read could not.
    unreadable: Option<LoadError>,
}

struct Entry {
    name: &'static [u8],
    file: u32,
    offset: u64,
}

/// An object in an archive is one value, however often it is asked for.
pub(super) struct ArchiveMember {
    pub(super) object: Object<'static>,
    /// The program was linked with the library, so what it has of that holds for all.
    pub(super) is_of_c_library: bool,
}

impl Archives {
    /// Starts to read the symbols of the libraries at `paths` in the background. Files that are no archives of objects
    /// (`.rmeta`, `.so`) are passed over. A file that cannot be read is an error only where a symbol is missing.
    pub fn index(paths: impl IntoIterator<Item = PathBuf>) -> &'static Archives {
        Archives::index_with(paths, None)
    }

    /// As [`Archives::index`], for a program that has a C library in itself, with the archive which that came from. Of
    /// that only what has no variables is loaded.
    pub fn index_with(paths: impl IntoIterator<Item = PathBuf>, c_library: Option<PathBuf>) -> &'static Archives {
        let is_archive = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "rlib" || kind == "a");
        let paths = paths.into_iter().chain(c_library.clone()).filter(is_archive);
        let archives: &'static Archives = Box::leak(Box::new(Archives {
            paths: paths.collect(),
            c_library,
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
        member(path, data, offset, self.c_library.as_ref() == Some(path))
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
                let archive = ArchiveFile::parse(data)?;
                // This is the form of macOS, where an underscore is before the name in C.
                let has_underscores = matches!(archive.kind(), ArchiveKind::Bsd | ArchiveKind::Bsd64);
                let before_names: &[u8] = if has_underscores { b"_" } else { b"" };
                for symbol in archive.symbols()?.into_iter().flatten() {
                    let symbol = symbol?;
                    let name = symbol.name();
                    entries.push(Entry {
                        name: name.strip_prefix(before_names).unwrap_or(name),
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

/// Returns the same value for whoever asks for a member, for its variables must exist once; `None` for one that only
/// tells which library of the system has something.
fn member(
    path: &Path,
    data: &'static [u8],
    offset: u64,
    is_of_c_library: bool,
) -> Result<Option<&'static ArchiveMember>, LoadError> {
    static MEMBERS: Mutex<BTreeMap<(PathBuf, u64), &'static ArchiveMember>> = Mutex::new(BTreeMap::new());
    let mut members = MEMBERS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(member) = members.get(&(path.to_owned(), offset)) {
        return Ok(Some(member));
    }
    let read = || {
        let data = ArchiveFile::parse(data)?.member(ArchiveOffset(offset))?.data(data)?;
        if is_import(data) {
            return Ok(None);
        }
        let object = Object::parse(data)?;
        Ok(Some(&*Box::leak(Box::new(ArchiveMember {
            object,
            is_of_c_library,
        }))))
    };
    let member: Option<&'static ArchiveMember> = read().map_err(|error: LoadError| LoadError::Read {
        path: path.into(),
        reason: error.to_string(),
    })?;
    if let Some(member) = member {
        members.insert((path.to_owned(), offset), member);
    }
    Ok(member)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns an archive with one member, and a table that says of each name where its member is.
    fn archive(symbols: &[(&str, u32)], member: &[u8]) -> Vec<u8> {
        let mut table = (symbols.len() as u32).to_be_bytes().to_vec();
        table.extend(symbols.iter().flat_map(|(_, offset)| offset.to_be_bytes()));
        for (name, _) in symbols {
            table.extend_from_slice(name.as_bytes());
            table.push(0);
        }
        let mut bytes = b"!<arch>\n".to_vec();
        for (name, data) in [("/", &*table), ("member.o/", member)] {
            let header = format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, 644, data.len());
            bytes.extend_from_slice(header.as_bytes());
            bytes.extend_from_slice(data);
            bytes.resize(bytes.len().next_multiple_of(2), b'\n');
        }
        bytes
    }

    /// Returns what comes of looking for `name` in a library of these bytes.
    fn find(bytes: &[u8], name: &str) -> (Result<bool, LoadError>, Option<LoadError>) {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("library.rlib");
        std::fs::write(&path, bytes).expect("written");
        let archives = Archives::index([path]);
        (archives.find(name).map(|found| found.is_some()), archives.unreadable())
    }

    #[test]
    fn a_library_that_lies() {
        let is_unreadable = |found: Result<bool, LoadError>| matches!(found, Err(LoadError::Read { .. }));
        for offset in [0, 8, 9, 1 << 20, u32::MAX] {
            let (found, unreadable) = find(&archive(&[("name", offset)], b"no object"), "name");
            assert!(is_unreadable(found), "{offset}");
            assert!(unreadable.is_none(), "{offset}");
        }
        let mut many = archive(&[("name", 8)], b"no object");
        many[68..72].copy_from_slice(&u32::MAX.to_be_bytes());
        let (found, unreadable) = find(&many, "name");
        assert!(matches!(found, Ok(false)) && unreadable.is_some());
        assert!(matches!(
            find(&archive(&[("name", 8)], b"no object"), "other"),
            (Ok(false), None)
        ));
    }

    #[test]
    fn a_library_cut_short() {
        let whole = archive(&[("name", 8), ("other", 8)], b"no object");
        for len in 0..whole.len() {
            let (found, _) = find(&whole[..len], "name");
            assert!(!matches!(found, Ok(true)), "{len} of {} bytes", whole.len());
        }
    }

    #[test]
    fn what_is_no_library_is_passed_over() {
        let archives = Archives::index(["/none/lib.so".into(), "/none/lib.rmeta".into()]);
        assert!(matches!(archives.find("name"), Ok(None)) && archives.unreadable().is_none());
        let archives = Archives::index(["/none/lib.rlib".into()]);
        assert!(matches!(archives.find("name"), Ok(None)));
        assert!(matches!(archives.unreadable(), Some(LoadError::Read { .. })));
    }
}
