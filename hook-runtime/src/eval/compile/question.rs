//! rustc is asked about what is being typed, beside the lines that it compiles.
//!
//! A question has errors, so rustc makes nothing of it and keeps nothing for its next run. It begins with what the
//! last line left, in a folder of rustc's own that several runs may use at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use hook_rustc::{CompileRequest, Copied};

use super::CrateCompiler;
use crate::eval::session::origin::Text;

impl CrateCompiler {
    /// Returns the folder for the files of questions.
    pub(crate) fn questions(&self) -> io::Result<PathBuf> {
        let folder = self.folder.join("questions");
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Returns the call of rustc that checks the crate with `line` in the slot of the hook `id`. The call can run when
    /// the compiler serves others again.
    pub(crate) fn question(&self, id: u64, line: &str, outer: &[Text], format: &str) -> io::Result<Command> {
        let folder = self.questions()?;
        self.request(&folder, id, line, outer)?;
        self.amend()?;
        Ok(self.question_in(&folder, format))
    }

    /// Returns the file of the line in a question, as rustc names it.
    pub(crate) fn line_of_question(&self) -> io::Result<String> {
        let line = CompileRequest::line(&self.questions()?).to_string_lossy().into_owned();
        Ok(self.record.call.shown(&line))
    }

    /// Returns the sources of the crate, with their paths.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        // Without a copy, nothing can be asked about the sources.
        let _ = self.ready();
        let copied = self.workspace().copied.borrow();
        copied.as_ref().map(Copied::texts).unwrap_or_default()
    }

    /// Returns the text of a source that rustc named.
    pub(crate) fn source(&self, file: &str) -> Option<String> {
        let path = self.record.call.dir.join(file);
        fs::read_to_string(self.read_at(&path.to_string_lossy())).ok()
    }

    /// Returns the libraries that the crate can name, each with the sources that it was made of, as far as the build
    /// noted them.
    pub(crate) fn library_sources(&self) -> Vec<(String, Vec<PathBuf>)> {
        let libraries = self.record.call.named_libraries().into_iter();
        libraries.map(|(name, path)| (name, sources_of(&path))).collect()
    }
}

/// Returns the sources of a library, from the file that rustc left for make beside it.
fn sources_of(library: &Path) -> Vec<PathBuf> {
    let stem = library.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let list = library.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(stem)));
    let text = fs::read_to_string(list).unwrap_or_default();
    // The first rule names all files; a space in a name has a backslash before it.
    let rule = text
        .lines()
        .find_map(|line| line.split_once(": "))
        .map_or("", |(_, files)| files);
    let files = rule.replace("\\ ", "\0");
    let files = files.split(' ').map(|file| file.replace('\0', " "));
    files.filter(|file| file.ends_with(".rs")).map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sources_of_a_library() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("libserde-0123.rmeta");
        assert_eq!(sources_of(&library), [""; 0].map(PathBuf::from));
        let rules =
            "/t/libserde-0123.rmeta: /r/serde/src/lib.rs /r/a\\ b/de.rs /r/x.in\n\n/t/serde.d: /r/serde/src/lib.rs\n";
        fs::write(folder.path().join("serde-0123.d"), rules).unwrap();
        assert_eq!(
            sources_of(&library),
            ["/r/serde/src/lib.rs", "/r/a b/de.rs"].map(PathBuf::from)
        );
    }
}
