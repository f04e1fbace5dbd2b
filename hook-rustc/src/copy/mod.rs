//! The sources as a build read them, in a folder of their own, from which lines are compiled.
//!
//! The folder stands for the root of all files, so that each source has the path in it that it has on the machine, and
//! relative paths lead where they did. Beside the sources stand links to what else there is, for a macro may read it.
//! rustc is told to leave the folder out of all names, so what it makes has the names of the build.
//!
//! A source that the crate names from the root on is not found in that folder: it is named by `OUT_DIR` or
//! `CARGO_MANIFEST_DIR`. As long as it is what it was, it is read where it is; from then on the variable names the
//! copy.
//!
//! The copy differs from what was built in two things: code that stands beside definitions is added, and bodies may be
//! left out, see `stubs`.

mod callers;
mod edits;
mod layout;
mod roots;
mod stubs;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use self::callers::callers;
use self::edits::Edit;
use self::layout::Layout;
use self::roots::{at_place, instance, root};
pub use self::stubs::StubRules;
use self::stubs::{FileStubs, stubs};
use crate::bodies::functions;
use crate::content::ContentHash;
use crate::sorted::sort_by_key;
use crate::source_path::within;
use crate::{CallRecord, kept};

/// The variables by which crates name files from the root on.
const FOLDERS: [&str; 2] = ["OUT_DIR", "CARGO_MANIFEST_DIR"];

/// The copy that lines of a build are compiled from.
#[derive(Debug)]
pub struct Copied {
    /// The call on the copy, and its environment.
    pub record: CallRecord,
    /// The folder that the copy is in.
    pub root: PathBuf,
    /// The folder of the crate, which has the copies.
    unit: PathBuf,
    /// The sources, by their paths on the machine.
    files: BTreeMap<PathBuf, ContentHash>,
    /// What may be left out of the sources.
    stubs: HashMap<PathBuf, FileStubs>,
    /// The symbols of the stubs whose bodies stand in the copy, because the program does not have their functions.
    restored: HashSet<String>,
    /// What is now different in the copies.
    edits: HashMap<PathBuf, Vec<Edit>>,
    /// How the copy serves each source, by the source's position in the list of what was read.
    served: Vec<Served>,
    /// This is another number whenever a file of the copy was written, and for each copy.
    version: u64,
}

/// Returns a number that no version of a copy has.
fn next_version() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// How the copy serves a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Served {
    /// The source is read from the copy.
    Yes,
    /// The source is read where it is, until this variable names the copy.
    By(&'static str),
    No,
}

impl Copied {
    /// Makes the copy in the folder `root`, or brings it up to date, of sources by their paths and contents; `unit` is
    /// the folder of the crate. Where there are rules for stubs, bodies are left out.
    pub(crate) fn make<'a>(
        record: &CallRecord,
        unit: &Path,
        root: &Path,
        sources: impl Iterator<Item = (&'a Path, Option<ContentHash>)>,
        rules: Option<StubRules<'_>>,
    ) -> io::Result<Copied> {
        let dir = &record.call.dir;
        let named = |name: &&'static str| {
            let value = record.env.iter().find(|(other, _)| other == name);
            value.map(|(_, value)| (PathBuf::from(value), *name))
        };
        let folders: Vec<(PathBuf, &str)> = FOLDERS.iter().filter_map(named).collect();
        let input = record.call.input().filter(|input| input.has_root());
        let input = input.as_deref().and_then(Path::parent);
        let mut layout = Layout::default();
        layout.folder(dir);
        let (mut served, mut files) = (Vec::new(), BTreeMap::new());
        let mut texts = Vec::new();
        for (path, content) in sources {
            let bytes = content.and_then(|content| kept::kept(unit, content));
            let by = folders.iter().find(|(folder, _)| path.starts_with(folder));
            served.push(match (bytes, by) {
                (None, _) => Served::No,
                (Some(bytes), _) => {
                    let path_in_copy = layout.folder_of(&dir.join(path))?;
                    texts.push((path_in_copy.clone(), bytes));
                    files.extend(content.map(|content| (path_in_copy, content)));
                    match by {
                        Some((_, name)) => Served::By(name),
                        None if path.is_relative() || input.is_some_and(|input| path.starts_with(input)) => Served::Yes,
                        None => Served::No,
                    }
                }
            });
        }
        let stubs = rules.map_or_else(HashMap::new, |rules| {
            let rust = texts.iter().filter(|(path, _)| is_rust(path));
            let text =
                |(path, bytes): &(PathBuf, Vec<u8>)| Some((path.clone(), str::from_utf8(bytes).ok()?.to_owned()));
            stubs(&rust.filter_map(text).collect::<Vec<_>>(), rules, record.call.core())
        });
        let mut all_edits = HashMap::new();
        for (path, bytes) in texts {
            let edits = edits_of(stubs.get(&path), &HashSet::new(), &[]);
            let bytes = match str::from_utf8(&bytes) {
                Ok(text) if !edits.is_empty() => edits::apply(text, &edits).into_bytes(),
                _ => bytes,
            };
            layout.source(path.clone(), bytes)?;
            all_edits.insert(path, edits);
        }
        layout.make(root, &|path| {
            path.starts_with(dir) || folders.iter().any(|(folder, _)| path.starts_with(folder))
        })?;
        let call = record.call.within(root);
        let record = CallRecord {
            call: if stubs.is_empty() { call } else { call.without_bodies() },
            env: record.env.clone(),
        };
        Ok(Copied {
            record,
            root: root.to_path_buf(),
            unit: unit.to_path_buf(),
            files,
            stubs,
            restored: HashSet::new(),
            edits: all_edits,
            served,
            version: next_version(),
        })
    }

    /// Returns whether the copy is in this folder, and still there.
    pub fn is_in(&self, root: &Path) -> bool {
        self.root == root && self.record.call.dir.is_dir()
    }

    /// Returns a number that tells what the files of this copy were at one time from what they were at any other.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Returns the path at which the copy has a source, if it has it.
    pub fn at(&self, path: &Path) -> PathBuf {
        within(&self.root, path)
    }

    /// The sources that are Rust, with their paths on the machine, as they were built.
    pub fn texts(&self) -> Vec<(String, String)> {
        let rust = self.files.iter().filter(|(path, _)| is_rust(path));
        let text = |(path, content): (&PathBuf, &ContentHash)| {
            let text = String::from_utf8(kept::kept(&self.unit, *content)?).ok()?;
            Some((path.to_str()?.to_owned(), text))
        };
        rust.filter_map(text).collect()
    }

    /// Returns code that keeps the function around a place in a source, as if something called it, and the byte of that
    /// source at which such code can stand. Returns `None` where no name of the function is known.
    pub fn root_of(&self, path: &Path, place: (u32, u32)) -> Option<(usize, String)> {
        let text = String::from_utf8(kept::kept(&self.unit, *self.files.get(path)?)?).ok()?;
        let function = at_place(functions(&text)?.functions, &text, place)?;
        root(&function, self.record.call.core())
    }

    /// Returns code that makes an instance of the function around a place in a source, and the byte of that source at
    /// which such code can stand. `called` names the instance where the function has type parameters.
    pub fn instance_of(&self, path: &Path, place: (u32, u32), called: Option<&str>) -> Option<(usize, String)> {
        let text = String::from_utf8(kept::kept(&self.unit, *self.files.get(path)?)?).ok()?;
        let function = at_place(functions(&text)?.functions, &text, place)?;
        let called = function.named.as_deref().or(called)?;
        Some(instance(&function, called, self.record.call.core()))
    }

    /// Returns code that polls the future which the function of this name in a source gives, and the byte of that
    /// source at which such code can stand.
    pub fn polling(&self, path: &Path, named: &str) -> Option<(usize, String)> {
        let text = String::from_utf8(kept::kept(&self.unit, *self.files.get(path)?)?).ok()?;
        let mut functions = functions(&text)?.functions.into_iter();
        let function = functions.find(|function| function.is_future && function.named.as_deref() == Some(named))?;
        Some(instance(&function, named, self.record.call.core()))
    }

    /// Puts the bodies back of the functions that lead to the one around a place in a source, and returns what keeps
    /// them in code, with their sources. Returns `None` where it is not known which these are.
    pub fn restore_callers(&mut self, path: &Path, place: (u32, u32)) -> Option<Vec<(String, (usize, String))>> {
        let texts: Vec<(PathBuf, String)> = self
            .texts()
            .into_iter()
            .map(|(path, text)| (path.into(), text))
            .collect();
        let (mut symbols, mut roots) = (Vec::new(), Vec::new());
        for (path, function) in callers(&texts, path, place)? {
            let stubs = self.stubs.get(path).map_or(&[][..], |of_file| &of_file.stubs);
            let of_function = stubs.iter().filter(|stub| stub.body == function.body);
            symbols.extend(of_function.map(|stub| stub.symbol.clone()));
            let root = root(&function, self.record.call.core()).filter(|_| !function.is_seen);
            roots.extend(root.and_then(|root| Some((path.to_str()?.to_owned(), root))));
        }
        self.restore(&symbols);
        Some(roots)
    }

    /// Returns whether bodies are left out of the copy.
    pub fn has_stubs(&self) -> bool {
        self.stubs.values().any(|of_file| !of_file.stubs.is_empty())
    }

    /// Puts the bodies back that stubs with these symbols stand for. Returns `false` if there is none of them that was
    /// left out until now.
    pub fn restore(&mut self, symbols: &[String]) -> bool {
        let before = self.restored.len();
        let all = self.stubs.values().flat_map(|of_file| &of_file.stubs);
        let named = all.filter(|stub| symbols.contains(&stub.symbol));
        self.restored.extend(named.map(|stub| stub.symbol.clone()));
        self.restored.len() > before
    }

    /// Puts the body back whose stub has this byte of a copy in it. Returns `false` if there is no stub.
    pub fn restore_at(&mut self, path: &Path, byte: usize) -> bool {
        let Err((start, text)) = self.origin(path, byte) else {
            return false;
        };
        let stubs = self.stubs.get(path).map_or(&[][..], |of_file| &of_file.stubs);
        let mut stubs = stubs
            .iter()
            .filter(|stub| stub.body.start == start && stub.text == text);
        let symbol = stubs.next().map(|stub| stub.symbol.clone());
        symbol.is_some_and(|symbol| self.restored.insert(symbol))
    }

    /// Writes sources with additions at places in their texts, which are in order, and otherwise as they were built,
    /// but for the bodies that are left out. A body in which something is added is not left out.
    ///
    /// # Errors
    ///
    /// If a source cannot be written.
    pub fn amend(&mut self, additions: &HashMap<String, Vec<(usize, String)>>) -> io::Result<()> {
        for (path, content) in &self.files {
            let added = path.to_str().and_then(|path| additions.get(path));
            let edits = edits_of(self.stubs.get(path), &self.restored, added.map_or(&[], Vec::as_slice));
            if self.edits.get(path).is_some_and(|now| *now == edits) {
                continue;
            }
            let bytes = kept::kept(&self.unit, *content);
            let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
                continue;
            };
            self.version = next_version();
            fs::write(self.at(path), edits::apply(&text, &edits))?;
            self.edits.insert(path.clone(), edits);
        }
        Ok(())
    }

    /// Returns the byte in a source as it was built that a byte of the copy is, or the byte at which what stands there
    /// was added, and the text of that.
    pub fn origin(&self, path: &Path, byte: usize) -> Result<usize, (usize, &str)> {
        let edits = self.edits.get(path).map_or(&[][..], Vec::as_slice);
        edits::origin(edits, byte).map_err(|edit| (edit.at.start, edit.text.as_str()))
    }

    /// Returns whether the source at this position is read from the copy.
    pub(crate) fn serves(&self, position: usize) -> bool {
        self.served.get(position) == Some(&Served::Yes)
    }

    /// Has the source at this position be read from the copy from now on, and tells whether that is possible.
    pub(crate) fn redirect(&mut self, position: usize) -> bool {
        let Some(Served::By(name)) = self.served.get(position).copied() else {
            return false;
        };
        for (_, folder) in self.record.env.iter_mut().filter(|(other, _)| other == name) {
            *folder = within(&self.root, Path::new(folder)).to_string_lossy().into_owned();
        }
        for served in self.served.iter_mut().filter(|served| **served == Served::By(name)) {
            *served = Served::Yes;
        }
        true
    }
}

/// Returns what is different in the copy of a source: the bodies that are left out, and the additions.
fn edits_of(stubs: Option<&FileStubs>, restored: &HashSet<String>, additions: &[(usize, String)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    if let Some(FileStubs { stubs, lints }) = stubs {
        let is_touched = |body: &Range<usize>| additions.iter().any(|(at, _)| body.start < *at && *at < body.end);
        let left_out = stubs
            .iter()
            .filter(|stub| !restored.contains(&stub.symbol) && !is_touched(&stub.body));
        edits.extend(left_out.map(|stub| Edit {
            at: stub.body.clone(),
            text: stub.text.clone(),
        }));
        edits.extend(lints.iter().map(|(at, blanks)| Edit {
            at: at.clone(),
            text: blanks.clone(),
        }));
    }
    edits.extend(additions.iter().map(|(at, text)| Edit {
        at: *at..*at,
        text: text.clone(),
    }));
    sort_by_key(&mut edits, &|edit| (edit.at.start, edit.at.end));
    edits
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "rs")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::Invocation;

    const BODY: &str = "{\n    a();\n    b()\n}";

    #[test]
    fn bodies_are_left_out_and_put_back() {
        let folder = std::env::temp_dir().join(format!("hookable-stubs-{}", std::process::id()));
        let (unit, root, dir) = (folder.join("unit"), folder.join("copy"), folder.join("crate"));
        fs::create_dir_all(&dir).unwrap();
        let source = |name: &str| {
            (
                dir.join(name),
                format!("#![deny(a)] struct A; fn f() {BODY}\nfn g() {BODY} // {name}"),
            )
        };
        let sources = [source("a.rs"), source("b.rs")];
        for (_, text) in &sources {
            kept::keep(&unit, ContentHash::of(text.as_bytes()), text.as_bytes()).unwrap();
        }
        let call = Invocation {
            program: "rustc".into(),
            args: ["a.rs", "--deny=b", "-A", "c"].map(String::from).into(),
            dir: dir.clone(),
        };
        let record = CallRecord { call, env: Vec::new() };
        let make = |stubs| {
            let contents = sources
                .iter()
                .map(|(path, text)| (path.as_path(), Some(ContentHash::of(text.as_bytes()))));
            Copied::make(&record, &unit, &root, contents, stubs).unwrap()
        };
        let read = |number: usize| fs::read_to_string(within(&root, &sources[number].0)).unwrap();
        let whole = make(None);
        assert_eq!((read(0), whole.record.call.args.len()), (sources[0].1.clone(), 5));
        let copied = make(Some(StubRules {
            prefix: "stub",
            shared: None,
        }));
        assert!(copied.record.call.args.iter().all(|arg| !arg.contains("deny")));
        assert!(!read(0).contains("a()") && !read(1).contains("b()") && !read(0).contains("deny"));
        assert_eq!(read(0).lines().count(), sources[0].1.lines().count());

        // The body is put back whose stub rustc rejects.
        let read_b = read(1);
        let mut other = copied;
        let path_b = &sources[1].0;
        assert!(!other.restore_at(path_b, read_b.find("struct A").unwrap()));
        assert!(other.restore_at(path_b, read_b.find("asm!").unwrap()));
        assert!(!other.restore_at(path_b, read_b.find("asm!").unwrap()));
        other.amend(&HashMap::new()).unwrap();
        assert!(read(1).contains("a()"));
        let mut copied = make(Some(StubRules {
            prefix: "stub",
            shared: None,
        }));

        // A body is put back into its file alone, and so is one in which something is added.
        let path = &sources[0].0;
        let symbol = copied.stubs[path].stubs[1].symbol.clone();
        assert!(!copied.restore(&["stub".to_owned()]) && copied.restore(std::slice::from_ref(&symbol)));
        assert!(!copied.restore(&[symbol]));
        copied.amend(&HashMap::new()).unwrap();
        assert!(read(0).contains(&format!("fn g() {BODY}")) && read(0).matches("a()").count() == 1);
        assert_eq!(read(1).matches("a()").count(), 0);
        let within = sources[0].1.find("a()").unwrap();
        let name = path.to_str().unwrap().to_owned();
        let additions = HashMap::from([(name, vec![(21, " struct B;".to_owned()), (within, "c();".to_owned())])]);
        copied.amend(&additions).unwrap();
        let text = read(0);
        assert!(
            text.contains("struct A; struct B;") && text.contains("{\n    c();a();"),
            "{text}"
        );
        let origin = |part: &str| copied.origin(path, text.find(part).unwrap());
        assert_eq!(origin("struct B"), Err((21, " struct B;")));
        assert_eq!(origin("b()"), Ok(sources[0].1.find("b()").unwrap()));
        copied.amend(&HashMap::new()).unwrap();
        assert!(!read(0).contains("struct B") && read(0).matches("a()").count() == 1);
        fs::remove_dir_all(&folder).unwrap();
    }
}
