//! The files that a call of rustc read, by which it can be told later whether the call would read the same.
//!
//! The build leaves a list of them: each source file, included ones too, as rustc itself names them for make, and each
//! library that the crate names, with a hash of its content. Nobody can see what rustc reads in the process that
//! compiles. It is what the list says unless a file was written after that process began, and such a file is put down
//! as in doubt.

mod anew;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::args::values;
use crate::content::ContentHash;
use crate::dep_info::dep_info;
use crate::sorted::sort;
use crate::stamp::{Stamp, changed};
use crate::{CallRecord, Copied, Invocation, kept};
use crate::{enum_fields, records, struct_fields};

pub(crate) const FILE: &str = "read";

/// The files that a call read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(Vec<ReadFile>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct ReadFile {
    kind: FileKind,
    /// The path as rustc names it, relative to the folder in which rustc runs.
    path: PathBuf,
    /// The hash of what rustc read; `None` if that is not known.
    content: Option<ContentHash>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FileKind {
    Source,
    Library,
}

/// Why a call would not read what it read then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A source file is another now, or is gone.
    Source(PathBuf),
    /// A library that the crate names is another now, or is gone.
    Library(PathBuf),
    /// A source file was written while rustc compiled the crate, so that it is not known which version of it is in the
    /// program.
    Doubt(PathBuf),
}

/// The state of each file when it was read last, so that a file which nobody touched since is not read again. No
/// program can set the time of the last change of a file's entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenFiles(Vec<Option<Stamp>>);

impl Sources {
    /// Lists what the call read that this process is; `checked` is the folder of a check of it, in which copies are
    /// kept, too.
    ///
    /// # Errors
    ///
    /// If the check left no list of what it read.
    pub fn of(call: &Invocation, checked: &Path) -> io::Result<Sources> {
        let (began, made) = (began(), std::env::var_os("OUT_DIR"));
        // The build script wrote these, and had ended.
        let is_made = |path: &Path| made.as_ref().is_some_and(|folder| path.starts_with(folder));
        let source = |path: PathBuf| {
            let at = call.dir.join(&path);
            // The file is read first, and its time is asked for then, so that a write in between is seen.
            let bytes = fs::read(&at).ok();
            let is_later = |began| {
                at.metadata()
                    .and_then(|meta| changed(&meta))
                    .is_ok_and(|changed| changed > began)
            };
            let later = began.is_some_and(is_later);
            let bytes = bytes.filter(|_| !later || is_made(&path));
            let content = bytes.map(|bytes| {
                let content = ContentHash::of(&bytes);
                // Without the copy, the source itself has to be what it was.
                let _ = kept::keep(checked, content, &bytes);
                content
            });
            ReadFile {
                kind: FileKind::Source,
                content,
                path,
            }
        };
        let library = |path: PathBuf| ReadFile {
            kind: FileKind::Library,
            content: ContentHash::of_library(&call.dir.join(&path)).ok(),
            path,
        };
        let text = dep_info(checked);
        // There is a line for each file, with its name escaped as make wants it.
        let files = text.lines().filter(|line| !line.starts_with('#'));
        let files = files.filter_map(|line| line.strip_suffix(':'));
        let mut files: Vec<PathBuf> = files.map(|file| file.replace("\\ ", " ").into()).collect();
        // The files of the check are none of the crate's.
        files.retain(|file| !file.starts_with(checked));
        sort(&mut files);
        files.dedup();
        if files.is_empty() {
            return Err(io::Error::other("rustc does not say what it read"));
        }
        let args = call.split();
        let libraries = values(&args, "--extern").filter_map(|named| named.split_once('='));
        let libraries = libraries.map(|(_, path)| PathBuf::from(path));
        Ok(Sources(
            files.into_iter().map(source).chain(libraries.map(library)).collect(),
        ))
    }

    /// A list of sources with these texts.
    #[cfg(test)]
    pub(crate) fn known(sources: &[(&str, &str)]) -> Sources {
        let source = |(path, text): &(&str, &str)| ReadFile {
            kind: FileKind::Source,
            path: path.into(),
            content: Some(ContentHash::of(text.as_bytes())),
        };
        Sources(sources.iter().map(source).collect())
    }

    /// Leaves the list in a folder.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, or a path is not UTF-8.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        records::write_file(&folder.join(FILE), FILE, &self.0)
    }

    /// Reads it back.
    ///
    /// # Errors
    ///
    /// If the file is not there, or not whole.
    pub fn read(folder: &Path) -> io::Result<Sources> {
        records::read_file(&folder.join(FILE), FILE).map(Sources)
    }

    /// Returns the names of the copies of these sources in the folder of the crate.
    pub(crate) fn copies(&self) -> Vec<String> {
        let sources = self.0.iter().filter(|file| file.kind == FileKind::Source);
        sources.filter_map(|file| Some(file.content?.name())).collect()
    }

    /// Copies the sources that were read into a folder `root` of their own; `unit` is the folder of the crate, which
    /// has the copies. Where there is a prefix for the symbols of stubs, bodies are left out.
    ///
    /// # Errors
    ///
    /// If a file of the folder cannot be made.
    pub fn copy(
        &self,
        record: &CallRecord,
        unit: &Path,
        root: &Path,
        stubs: Option<crate::StubRules<'_>>,
    ) -> io::Result<Copied> {
        let source = |file: &ReadFile| file.content.filter(|_| file.kind == FileKind::Source);
        let sources = self.0.iter().map(|file| (&*file.path, source(file)));
        Copied::make(record, unit, root, sources, stubs)
    }

    /// Returns the first file that a call in this folder would not read as it did then, nor a copy of it.
    pub fn difference(&self, dir: &Path, seen: &mut SeenFiles, mut copied: Option<&mut Copied>) -> Option<Difference> {
        seen.0.resize(self.0.len(), None);
        let different = |(position, (file, seen)): (usize, (&ReadFile, &mut Option<Stamp>))| {
            if copied.as_ref().is_some_and(|copied| copied.serves(position)) {
                return None;
            }
            let path = dir.join(&file.path);
            let difference = match (file.kind, file.content) {
                (FileKind::Source, Some(_)) => Difference::Source,
                (FileKind::Source, None) => return Some(Difference::Doubt(path)),
                (FileKind::Library, _) => Difference::Library,
            };
            let entry = path.metadata().and_then(|meta| Stamp::of(&meta)).ok();
            if entry.is_some() && entry == *seen {
                return None;
            }
            let now = match file.kind {
                FileKind::Source => ContentHash::of_source(&path),
                FileKind::Library => ContentHash::of_library(&path),
            };
            if now.ok() == file.content && file.content.is_some() {
                *seen = entry;
                return None;
            }
            let redirected = copied.as_mut().is_some_and(|copied| copied.redirect(position));
            (!redirected).then(|| difference(path))
        };
        self.0.iter().zip(&mut seen.0).enumerate().find_map(different)
    }

    /// Has the sources be read from the copy that no file in this folder has in the same way.
    pub fn redirect(&self, dir: &Path, copied: &mut Copied) {
        for (position, file) in self.0.iter().enumerate() {
            let is_elsewhere = file.kind == FileKind::Source && !copied.serves(position);
            if is_elsewhere && ContentHash::of_source(&dir.join(&file.path)).ok() != file.content {
                copied.redirect(position);
            }
        }
    }

    /// Returns a source file of that path as the call read it: by the copy in `unit`, the folder of the crate, or the
    /// file itself as long as it is what it was.
    pub fn text(&self, path: &Path, unit: &Path) -> Option<Vec<u8>> {
        let named = |file: &&ReadFile| file.kind == FileKind::Source && path.ends_with(&file.path);
        let content = self.0.iter().find(named)?.content?;
        let same = |bytes: &Vec<u8>| ContentHash::of(bytes) == content;
        kept::kept(unit, content).or_else(|| fs::read(path).ok().filter(same))
    }

    /// Returns the source files as rustc names them, relative to the folder in which it runs.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let sources = self.0.iter().filter(|file| file.kind == FileKind::Source);
        sources.map(|file| &*file.path)
    }

    /// Returns whether a file was written since it was looked at, though it may have the same content again.
    pub fn touched(&self, dir: &Path, seen: &SeenFiles, copied: Option<&Copied>) -> bool {
        self.0.iter().zip(&seen.0).enumerate().any(|(position, (file, seen))| {
            if copied.is_some_and(|copied| copied.serves(position)) {
                return false;
            }
            let entry = dir.join(&file.path).metadata().and_then(|meta| Stamp::of(&meta)).ok();
            seen.is_none() || entry != *seen
        })
    }
}

struct_fields!(ReadFile { kind, content, path });
enum_fields!(FileKind { Source = "source", Library = "library" });

/// The system counts the beginnings of processes and threads in these.
const TICK: Duration = Duration::from_millis(10);

/// Returns a time at which this process had begun, at most two ticks after it did. The system counts ticks from an
/// origin of its own, so the beginning of the process is compared with that of a thread which begins now. Each is
/// rounded down, hence the tick that is added: a file that was saved right before rustc was called is in no doubt.
/// rustc reads no source within its first ticks, while its libraries are loaded.
fn began() -> Option<SystemTime> {
    // The numbers stand behind the name, which is in parentheses.
    let start = |file: &str| {
        let stat = fs::read_to_string(file).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse::<u64>().ok()
    };
    let process = start("/proc/self/stat")?;
    // It is asked before the thread runs, which may wait for a processor.
    let now = SystemTime::now();
    let thread = thread::spawn(move || start("/proc/thread-self/stat")).join().ok()??;
    let ticks = u32::try_from(thread.checked_sub(process)?).ok()?;
    now.checked_sub(TICK * ticks)?.checked_add(TICK)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder for a test, which is removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let folder = std::env::temp_dir().join(format!("hookable-sources-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("check")).unwrap();
            Folder(folder)
        }

        fn write(&self, name: &str, text: &str) {
            fs::write(self.0.join(name), text).unwrap();
        }

        fn sources(&self) -> Sources {
            let args = ["--crate-name=a", "main.rs", "--extern", "b=b.rlib"];
            let call = Invocation {
                program: "rustc".into(),
                args: args.map(String::from).into(),
                dir: self.0.clone(),
            };
            let checked = self.0.join("check");
            let site = checked.join("site0.rs");
            let list = format!(
                "x.d: main.rs\n\nmain.rs:\na\\ b.txt:\n{}:\n# env-dep:A=1\n",
                site.display()
            );
            self.write("check/a.d", &list);
            Sources::of(&call, &checked).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// Lists sources as if they were older than this process.
    fn old(folder: &Folder) -> Sources {
        for (name, text) in [("main.rs", "fn main() {}"), ("a b.txt", "text"), ("b.rlib", "library")] {
            folder.write(name, text);
        }
        let mut sources = folder.sources();
        for file in &mut sources.0 {
            file.content = ContentHash::of_source(&folder.0.join(&file.path)).ok();
        }
        sources
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let folder = Folder::new("list");
        let sources = old(&folder);
        assert_eq!(sources.0.len(), 3);
        sources.write(&folder.0).unwrap();
        assert_eq!(Sources::read(&folder.0).unwrap(), sources);
        folder.write(FILE, "s 12 main.rs\n");
        assert!(Sources::read(&folder.0).is_err());
    }

    #[test]
    fn a_source_that_has_two_names_is_read_once() {
        let folder = Folder::new("names");
        fs::create_dir_all(folder.0.join("src/a")).unwrap();
        for name in ["src/main.rs", "src/a/b.rs", "src/new.rs"] {
            folder.write(name, "");
        }
        let call = Invocation {
            program: "rustc".into(),
            args: vec!["src/main.rs".into()],
            dir: folder.0.clone(),
        };
        let built = Sources::known(&[("src/main.rs", ""), ("src/a/../a/b.rs", "")]);
        let now = built.now(&CallRecord { call, env: Vec::new() }, &folder.0.join("check"), &|_| {
            None
        });
        let now = now.unwrap();
        let names: Vec<_> = now.files().collect();
        assert_eq!(names, ["src/a/../a/b.rs", "src/main.rs", "src/new.rs"].map(Path::new));
    }

    #[test]
    fn what_differs_is_named() {
        let folder = Folder::new("differs");
        let sources = old(&folder);
        let path = |name: &str| folder.0.join(name);
        let seen = &mut SeenFiles::default();
        assert_eq!(sources.difference(&folder.0, seen, None), None);
        let times = path("a b.txt").metadata().unwrap().modified().unwrap();
        // Elsewhere no other time is known, and one that was set back hides what was written.
        let times = if cfg!(unix) { times } else { times + TICK };
        folder.write("a b.txt", "TEXT");
        fs::File::options()
            .write(true)
            .open(path("a b.txt"))
            .unwrap()
            .set_modified(times)
            .unwrap();
        assert_eq!(
            sources.difference(&folder.0, seen, None),
            Some(Difference::Source(path("a b.txt")))
        );
        folder.write("a b.txt", "text");
        assert!(sources.touched(&folder.0, seen, None));
        assert_eq!(sources.difference(&folder.0, seen, None), None);
        assert!(!sources.touched(&folder.0, seen, None));
        folder.write("b.rlib", "another");
        assert_eq!(
            sources.difference(&folder.0, seen, None),
            Some(Difference::Library(path("b.rlib")))
        );
        folder.write("b.rlib", "library");
        let text = |name| sources.text(&path(name), &folder.0);
        assert_eq!(text("main.rs").as_deref(), Some(&b"fn main() {}"[..]));
        folder.write("main.rs", "fn main() { }");
        assert_eq!((text("main.rs"), text("b.rlib")), (None, None));
        assert_eq!(
            sources.files().collect::<Vec<_>>(),
            [Path::new("a b.txt"), Path::new("main.rs")]
        );
        fs::remove_file(path("main.rs")).unwrap();
        assert_eq!(
            sources.difference(&folder.0, seen, None),
            Some(Difference::Source(path("main.rs")))
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_source_written_since_this_process_began_is_in_doubt() {
        // The process is to have begun before.
        thread::sleep(TICK * 10);
        let folder = Folder::new("doubt");
        drop(old(&folder));
        let sources = folder.sources();
        let found = sources.difference(&folder.0, &mut SeenFiles::default(), None);
        assert!(matches!(found, Some(Difference::Doubt(_))), "{found:?}");
        let now = SystemTime::now();
        let began = began().expect("the system tells it");
        assert!(began < now && now < began + Duration::from_secs(3600));
    }
}
