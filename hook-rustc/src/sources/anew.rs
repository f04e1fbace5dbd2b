//! Sources as they are now, from which a crate that was built is compiled again.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{FileKind, ReadFile, Sources};
use crate::content::ContentHash;
use crate::sorted::sort;
use crate::source_path::{out_of, source_path};
use crate::{CallRecord, kept};

/// A folder with more sources than this is not looked through for new ones.
const MOST_FILES: usize = 4000;

impl Sources {
    /// Lists the same files as they are now, and what other Rust sources there are in the folder of the crate's first
    /// one. `amended` gives what a source is to be, where that is not what the file has; the path is that on the
    /// machine. Copies are kept in the folder `unit`. A file that is gone is left out.
    ///
    /// # Errors
    ///
    /// If a copy cannot be written.
    pub fn now(
        &self,
        record: &CallRecord,
        unit: &Path,
        amended: &dyn Fn(&Path) -> Option<Vec<u8>>,
    ) -> io::Result<Sources> {
        let dir = &record.call.dir;
        let mut paths: Vec<PathBuf> = self.files().map(Path::to_path_buf).collect();
        let input = record.call.input();
        if let Some(folder) = input.as_deref().and_then(Path::parent)
            && folder.is_relative()
        {
            let mut found = Vec::new();
            // If a folder cannot be read, rustc says what it does not find.
            let _ = find(dir, folder, folder.components().next().is_some(), &mut found);
            // rustc may name one of them in another way, as `a/../b.rs`.
            let named: HashSet<PathBuf> = paths.iter().map(|path| source_path(dir, path)).collect();
            paths.extend(
                found
                    .into_iter()
                    .filter(|path| !named.contains(&source_path(dir, path))),
            );
        }
        sort(&mut paths);
        paths.dedup();
        let mut files = Vec::new();
        for path in paths {
            let at = dir.join(&path);
            let Some(bytes) = amended(&at).or_else(|| fs::read(&at).ok()) else {
                continue;
            };
            let content = ContentHash::of(&bytes);
            kept::keep(unit, content, &bytes)?;
            files.push(ReadFile {
                kind: FileKind::Source,
                path,
                content: Some(content),
            });
        }
        files.extend(self.0.iter().filter(|file| file.kind == FileKind::Library).cloned());
        Ok(Sources(files))
    }

    /// Returns the paths that the sources have on the machine, of such as were read from a copy in the folder `root`.
    pub fn out_of(mut self, root: &Path) -> Sources {
        for file in &mut self.0 {
            if let Some(path) = out_of(root, &file.path) {
                file.path = path;
            }
        }
        self
    }

    /// Returns these sources, with the contents that others have for the same paths.
    #[must_use]
    pub fn with_contents_of(mut self, others: &Sources) -> Sources {
        for file in &mut self.0 {
            if let Some(other) = others.0.iter().find(|other| other.path == file.path) {
                file.content = other.content;
            }
        }
        self
    }

    /// Returns those of these sources that others do not have with the same contents, by their paths.
    pub fn changed(&self, others: &Sources) -> Vec<PathBuf> {
        let is_changed = |file: &&ReadFile| {
            let same = others.0.iter().find(|other| other.path == file.path);
            file.kind == FileKind::Source && same.is_none_or(|same| same.content != file.content)
        };
        self.0.iter().filter(is_changed).map(|file| file.path.clone()).collect()
    }
}

/// Adds the Rust sources in a folder, and in those within where `deep`.
fn find(dir: &Path, folder: &Path, deep: bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir.join(folder))? {
        let entry = entry?;
        let (path, kind) = (folder.join(entry.file_name()), entry.file_type()?);
        if found.len() >= MOST_FILES {
            break;
        }
        if kind.is_dir() && deep {
            find(dir, &path, deep, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
    Ok(())
}
