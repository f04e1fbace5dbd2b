//! The lines of earlier sessions. Each project has a file of them, in the user's own folder for such files.
//!
//! What is typed may be private, so the file is readable by its owner only. If it cannot be made there is no history,
//! and no message about that.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::settings;

/// The number of lines that are read. The file is shortened when it has more than twice as many.
pub(super) const LINES: usize = 1000;
/// The number of bytes that are read of a file.
const BYTES: u64 = 4 << 20;

/// The history file of one project.
pub(super) struct Past {
    path: PathBuf,
}

impl Past {
    /// Returns the history of the project that a source file belongs to. Returns `None` if the user wants none, or has
    /// no folder for it.
    pub(super) fn of(source: &Path) -> Option<Past> {
        let is_off = env::var("HOOKABLE_HISTORY").is_ok_and(|value| value == "off") || !settings::keeps_history();
        if is_off {
            return None;
        }
        let folder = folder(&|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))?;
        Past::of_source(&folder, source)
    }

    /// Returns the one of a source whose place is known. On Windows a path may have a root and no drive.
    fn of_source(folder: &Path, source: &Path) -> Option<Past> {
        source.has_root().then(|| Past::within(folder, root(source)))
    }

    fn within(folder: &Path, project: &Path) -> Past {
        let mut hasher = DefaultHasher::new();
        project.hash(&mut hasher);
        Past {
            path: folder.join(format!("{:016x}", hasher.finish())),
        }
    }

    /// Returns the lines, the oldest first.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut text = Vec::new();
        let read = File::open(&self.path).and_then(|file| file.take(BYTES).read_to_end(&mut text));
        if read.is_err() {
            return Vec::new();
        }
        let text = String::from_utf8_lossy(&text);
        let all: Vec<&str> = text.lines().collect();
        let last = &all[all.len().saturating_sub(LINES)..];
        if all.len() > LINES * 2 {
            // If this fails, the file is only longer than necessary.
            let _ = self.replace(&(last.join("\n") + "\n"));
        }
        last.iter().map(|line| unescaped(line)).collect()
    }

    /// Adds a line. Makes the folder if it does not exist.
    pub(super) fn add(&self, line: &str) -> io::Result<()> {
        let mut folder = DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        self.path.parent().map_or(Ok(()), |path| folder.create(path))?;
        let line = line.replace('\\', "\\\\").replace('\n', "\\n") + "\n";
        private(OpenOptions::new().append(true), &self.path)?.write_all(line.as_bytes())
    }

    /// Replaces the file by renaming another one, so that other sessions never read an incomplete file.
    fn replace(&self, text: &str) -> io::Result<()> {
        let beside = self.path.with_extension(std::process::id().to_string());
        private(OpenOptions::new().write(true).truncate(true), &beside)?.write_all(text.as_bytes())?;
        fs::rename(&beside, &self.path)
    }
}

/// Returns the folder of the crate that a source file belongs to, or else the folder of the file.
fn root(source: &Path) -> &Path {
    let is_root = |folder: &&Path| folder.join("Cargo.toml").is_file();
    let folder = source.parent().unwrap_or(source);
    folder.ancestors().find(is_root).unwrap_or(folder)
}

fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.create(true).open(path)
}

fn unescaped(line: &str) -> String {
    let (mut text, mut chars) = (String::new(), line.chars());
    while let Some(c) = chars.next() {
        text.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some(c) => c,
                None => '\\',
            },
            c => c,
        });
    }
    text
}

/// Returns the folder for history files, by the convention of the platform.
fn folder(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let home = || variable("HOME").filter(|home| home.is_absolute());
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        let state = variable("XDG_STATE_HOME").filter(|state| state.is_absolute());
        state.or_else(|| home().map(|home| home.join(".local/state")))
    };
    base.map(|base| base.join("hookable").join("history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_in_the_next_session() {
        let folder = tempfile::tempdir().expect("a folder");
        let past = |project: &str| Past::within(&folder.path().join("a/b"), Path::new(project));
        let lines = ["plain", "two\nlines \\n", "größe \\", ""];
        lines
            .iter()
            .for_each(|line| past("p").add(line).expect("it is written"));
        assert_eq!(past("p").lines(), lines);
        assert!(past("other").lines().is_empty());
    }

    #[test]
    fn a_source_whose_place_is_known_has_a_past() {
        let check = |source: &str, expected: bool| {
            let found = Past::of_source(Path::new("/h"), Path::new(source));
            assert_eq!(found.is_some(), expected, "{source}");
        };
        check("/p/src/main.rs", true);
        check("src/main.rs", false);
        if cfg!(windows) {
            check(r"C:\p\src\main.rs", true);
            check(r"\\machine\shared\p\src\main.rs", true);
            check(r"C:main.rs", false);
        }
    }

    #[test]
    fn a_project_is_a_crate() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("src/a/b.rs");
        fs::create_dir_all(folder.path().join("src/a")).expect("it is made");
        fs::write(folder.path().join("Cargo.toml"), "").expect("it is written");
        assert_eq!(root(&source), folder.path());
        assert_eq!(root(Path::new("/no/such/file.rs")), Path::new("/no/such"));
    }

    #[test]
    fn it_has_a_bound() {
        let folder = tempfile::tempdir().expect("a folder");
        let past = Past::within(folder.path(), Path::new("p"));
        for number in 0..=LINES * 2 {
            past.add(&number.to_string()).expect("it is written");
        }
        let lines = past.lines();
        assert_eq!((lines.len(), lines[LINES - 1].as_str()), (LINES, "2000"));
        let left = fs::read_to_string(&past.path).expect("it is there");
        assert_eq!(left.lines().count(), LINES);
        assert_eq!(past.lines(), lines);
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_reads_it_and_no_folder_is_no_error() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let past = Past::within(&folder.path().join("h"), Path::new("p"));
        past.add("x").expect("it is written");
        let mode = fs::metadata(&past.path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(Past::within(&past.path, Path::new("p")).add("x").is_err());
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_folder_is_the_users_own() {
        let check = |variables: &[(&str, &str)], expected: Option<&str>| {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| PathBuf::from(value))
            };
            assert_eq!(folder(&variable), expected.map(PathBuf::from));
        };
        check(&[("HOME", "/h")], Some("/h/.local/state/hookable/history"));
        check(&[("HOME", "/h"), ("XDG_STATE_HOME", "/s")], Some("/s/hookable/history"));
        check(&[("XDG_STATE_HOME", "s")], None);
        check(&[], None);
    }
}
