//! The rustc of a crate is called again for each line.
//!
//! Nothing is linked: the objects are read where rustc keeps them for its next, incremental run. That folder stays in
//! the target folder, beside the record, so that only the first session of a crate begins cold. It has to be at the
//! same place each time, because rustc makes all code anew where its outputs go elsewhere; so one process has it, and
//! what runs beside that, or cannot write there, begins in its own folder.
//!
//! What is compiled is a copy of the sources as the build read them, whatever became of them since. Where there can
//! be no copy, or rustc does not take it, the sources themselves have to be what they were.

mod child;
pub(crate) mod fallback;
mod folder;
mod private;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hook_loader::Archives;
use hook_rustc::{
    CallRecord, CompileRequest, Copied, Diagnostic, Difference, RustcOutcome, SeenFiles, Sources, Span, builds,
};

use crate::eval::beside::{self, Additions, Definitions, Node};
use crate::eval::error::EvaluateError;
use crate::eval::session::origin::Text;
use crate::frame::Recorded;

/// rustc may take so long for a line. Even in a crate of a million lines it takes less.
const LIMIT: Duration = Duration::from_secs(600);

/// The environment variable that names the compiler, where that is not any more where it was in the build.
const COMPILER: &str = "HOOKABLE_RUSTC";

/// A crate with hooks in it, ready to be compiled again.
pub(crate) struct CrateCompiler {
    record: CallRecord,
    recorded: &'static Recorded,
    /// The files that the build read.
    sources: Sources,
    seen: RefCell<SeenFiles>,
    copied: RefCell<Option<Copied>>,
    /// What stands beside definitions in the copy, by file.
    beside: RefCell<HashMap<String, Additions>>,
    definitions: RefCell<Definitions>,
    /// What stands there for all lines from now on, since one named what it reaches, and others may repeat that.
    reached: RefCell<HashMap<String, Additions>>,
    /// rustc took the copy, or is known not to.
    tried: Cell<bool>,
    /// Keeps later builds from removing what this one left.
    _held: Option<File>,
    /// The folder that rustc reads the line from.
    folder: PathBuf,
    /// The folder that rustc writes to.
    made: PathBuf,
    /// The lock of that folder, where it stays for later processes.
    lock: Option<File>,
    pub(crate) archives: &'static Archives,
    /// What the crate calls tokio, where it can name it.
    pub(crate) tokio: Option<&'static str>,
}

/// The answer of rustc to a line.
pub(crate) enum Compiled {
    /// It compiled the line to these objects, with these remarks.
    Objects(Vec<PathBuf>, Vec<Diagnostic>),
    Rejected(Vec<Diagnostic>),
}

fn failed(what: &'static str) -> impl FnOnce(io::Error) -> EvaluateError {
    move |error| EvaluateError::Io { what, error }
}

impl CrateCompiler {
    /// Gives the compiler of a hook's crate, for one line at a time.
    pub(crate) fn of(recorded: &'static Recorded) -> Result<MutexGuard<'static, CrateCompiler>, EvaluateError> {
        // By process: what a forked child has of its parent's is the parent's, and perhaps locked.
        type Compilers = HashMap<(u32, &'static str), &'static Mutex<CrateCompiler>>;
        static COMPILERS: LazyLock<Mutex<Compilers>> = LazyLock::new(Mutex::default);
        let compiler = match COMPILERS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry((std::process::id(), recorded.folder))
        {
            Entry::Occupied(compiler) => *compiler.get(),
            Entry::Vacant(vacant) => *vacant.insert(Box::leak(Box::new(Mutex::new(CrateCompiler::open(recorded)?)))),
        };
        let mut compiler = compiler.lock().unwrap_or_else(PoisonError::into_inner);
        compiler.settle_down().map_err(failed("make a folder for compiling"))?;
        Ok(compiler)
    }

    fn open(recorded: &'static Recorded) -> Result<CrateCompiler, EvaluateError> {
        let folder = Path::new(recorded.folder);
        let build = recorded.build();
        recorded.is_there()?;
        let held = builds::hold(&build).ok();
        let mut record = CallRecord::read(&build)?;
        let sources = Sources::read(&build).map_err(failed("read what the build read"))?;
        if record.call.lto() {
            return Err(EvaluateError::Lto);
        }
        if let Some(named) = std::env::var_os(COMPILER).filter(|named| !named.is_empty()) {
            record.call.program = compiler(&named, &record.call.dir);
        }
        if !record.call.program.exists() {
            return Err(EvaluateError::NoCompiler(record.call.program));
        }
        let (made, lock) = match lasting(folder) {
            Ok((made, lock)) => (made, Some(lock)),
            Err(_) => (PathBuf::new(), None),
        };
        let archives = Archives::index(record.call.libraries());
        let tokio = record.call.name_of_library("tokio");
        Ok(CrateCompiler {
            tokio: tokio.map(|name| &*name.leak()),
            record,
            recorded,
            sources,
            seen: RefCell::default(),
            copied: RefCell::default(),
            beside: RefCell::default(),
            definitions: RefCell::default(),
            reached: RefCell::default(),
            tried: Cell::new(false),
            _held: held,
            folder: PathBuf::new(),
            made,
            lock,
            archives,
        })
    }

    /// Makes its folders again, whatever became of them since the last line.
    fn settle_down(&mut self) -> io::Result<()> {
        let recorded = Path::new(self.recorded.folder);
        let beside = recorded.parent().unwrap_or(recorded);
        self.folder = folder::folder(beside)?.join(recorded.file_name().unwrap_or_default());
        if self.lock.is_none() {
            self.made.clone_from(&self.folder);
        }
        fs::create_dir_all(&self.folder)?;
        fs::create_dir_all(self.made.join("out"))?;
        let root = self.made.join("sources");
        let copied = self.copied.get_mut();
        if copied.as_ref().map_or(!self.tried.get(), |copied| !copied.is_in(&root)) {
            *copied = self.sources.copy(&self.record, recorded, &root).ok();
        }
        Ok(())
    }

    /// Tells whether what rustc is to read is what the program was built from. What was read is compared, not when it
    /// was written.
    fn is_current(&self) -> Result<(), EvaluateError> {
        self.recorded.is_there()?;
        let now = hook_rustc::fingerprint(&self.recorded.build());
        if !now.is_ok_and(|now| now == self.recorded.fingerprint) {
            return Err(EvaluateError::Rebuilt);
        }
        let (mut seen, mut copied) = (self.seen.borrow_mut(), self.copied.borrow_mut());
        let difference = self
            .sources
            .difference(&self.record.call.dir, &mut seen, copied.as_mut());
        match difference {
            None => Ok(()),
            Some(Difference::Source(path)) => Err(EvaluateError::Changed(path)),
            Some(Difference::Doubt(path)) => Err(EvaluateError::Doubt(path)),
            Some(Difference::Library(_)) => Err(EvaluateError::Libraries),
        }
    }

    /// Compiles the crate with this in the slot of a hook of it, and with the lines that led to that slot in theirs.
    pub(crate) fn compile(&self, id: u64, line: &str, outer: &[Text]) -> Result<Compiled, EvaluateError> {
        // A slot has one line.
        let outer = || outer.iter().filter(|(other, _)| *other != id);
        let wanted = CompileRequest {
            id,
            fingerprint: self.recorded.fingerprint,
            folder: self.recorded.folder.into(),
            root: self.copied.borrow().as_ref().map(|copied| copied.root.clone()),
            outer: outer().map(|(id, _)| *id).collect(),
        };
        let mut written = fs::write(self.line(), line).and_then(|()| wanted.write(&self.folder));
        for (number, (_, text)) in outer().enumerate() {
            let file = CompileRequest::outer_line(&self.folder, number);
            written = written.and_then(|()| fs::write(file, &**text));
        }
        written.map_err(failed("write the line to a file"))?;
        let before = self.newest();
        let line = self.line().to_string_lossy().into_owned();
        let shown = self.record.call.shown(&line);
        let run = || {
            let mut outcome = self.run()?;
            for diagnostic in &mut outcome.diagnostics {
                diagnostic.rename(&shown, &line);
            }
            Ok::<_, EvaluateError>(outcome)
        };
        let mut outcome = loop {
            if let Some(copied) = &mut *self.copied.borrow_mut() {
                let amended = copied.amend(&self.additions());
                amended.map_err(failed("write a source"))?;
            }
            let outcome = run()?;
            if !self.leave_out_beside(&outcome) {
                break outcome;
            }
        };
        let is_of_line = |outcome: &RustcOutcome| {
            let mut spans = outcome.diagnostics.iter().flat_map(|diagnostic| &diagnostic.spans);
            outcome.success || spans.any(|span| span.file == line)
        };
        if !self.tried.get() && !is_of_line(&outcome) {
            outcome = self.without_copy(outcome, run, is_of_line);
        }
        self.tried.set(true);
        if outcome.success {
            let _ = fs::write(self.made.join("last"), self.state(id));
            // What an earlier run made is of another line.
            let made = self.newest().filter(|made| Some(made) > before.as_ref());
            let objects = made
                .ok_or(io::ErrorKind::NotFound.into())
                .and_then(|made| objects(&made));
            return Ok(Compiled::Objects(
                objects.map_err(failed("find what rustc made"))?,
                outcome.diagnostics,
            ));
        }
        let errors = || outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        // Not about a place in the sources: a disk that is full, say.
        let outside = |error: &Diagnostic| error.spans.is_empty() && error.code.is_none();
        if errors().all(outside) {
            let first = errors().next().map(|error| error.message.as_str());
            let said = first.or_else(|| outcome.rest.lines().find(|line| !line.trim().is_empty()));
            let said = said.map_or_else(String::new, |said| format!(": {}", said.trim()));
            // Lest what it keeps there takes it down again.
            let _ = fs::remove_dir_all(self.made.join("incremental"));
            return Err(EvaluateError::Crashed(outcome.ended + &said));
        }
        Ok(Compiled::Rejected(outcome.diagnostics))
    }

    /// From now on code stands beside the types of the crate that shows values of a type by their parts, or none. Gives
    /// a closure that shows such a value; `None` if nothing is known of the type.
    pub(crate) fn put_beside(&self, ty: Option<&str>) -> Option<String> {
        let (copied, library) = (self.copied.borrow(), self.record.call.name_of_library("hookable"));
        let mut beside = self.beside.borrow_mut();
        *beside = match (ty, &*copied, library) {
            (Some(ty), Some(copied), Some(library)) => {
                let private = format!("::{library}::__private");
                self.definitions.borrow_mut().shown(ty, &copied.texts(), &private)
            }
            _ => HashMap::new(),
        };
        match ty.map(Node::of) {
            Some(node) if beside.is_empty() && node.is_leaf() => None,
            Some(node) => Some(node.code(&[])),
            None => Some(String::new()),
        }
    }

    /// All that stands beside definitions.
    fn additions(&self) -> HashMap<String, Additions> {
        let mut all = self.beside.borrow().clone();
        for (file, additions) in &*self.reached.borrow() {
            let of_file = all.entry(file.clone()).or_default();
            of_file.extend(additions.iter().cloned());
            of_file.sort();
        }
        all
    }

    /// From now on lines can reach a field of the crate's structs of this name.
    fn reach_field(&self, owner: &str, field: &str) -> bool {
        let copied = self.copied.borrow();
        let Some(copied) = &*copied else { return false };
        let found = self.definitions.borrow_mut().field(owner, field, &copied.texts());
        let is_found = !found.is_empty();
        let mut reached = self.reached.borrow_mut();
        for (file, additions) in found {
            let of_file = reached.entry(file).or_default();
            let new = additions.into_iter().filter(|addition| !of_file.contains(addition));
            of_file.extend(new.collect::<Vec<_>>());
        }
        is_found
    }

    /// From now on lines can call a method of this name, which begins at a byte of a source, as rustc names it and as
    /// it is with what stands beside definitions.
    fn reach_method(&self, file: &str, byte: usize, name: &str) -> bool {
        let file = self.record.call.dir.join(file).to_string_lossy().into_owned();
        let copied = self.copied.borrow();
        let texts = copied.as_ref().map(Copied::texts).unwrap_or_default();
        let Some((_, text)) = texts.into_iter().find(|(other, _)| *other == file) else {
            return false;
        };
        let mut from = byte;
        for (at, code) in self.additions().get(&file).into_iter().flatten().rev() {
            let added: usize = self.additions()[&file]
                .iter()
                .filter(|other| other.0 <= *at)
                .map(|(_, code)| code.len())
                .sum();
            if at + added - code.len() < byte {
                from = byte - added;
                break;
            }
        }
        let Some(addition) = beside::method(&text, from, name) else {
            return false;
        };
        let mut reached = self.reached.borrow_mut();
        let of_file = reached.entry(file).or_default();
        if !of_file.contains(&addition) {
            of_file.push(addition);
        }
        true
    }

    /// Takes out what stands beside a definition and is not accepted; `false` if all is.
    fn leave_out_beside(&self, outcome: &RustcOutcome) -> bool {
        let all = self.additions();
        if outcome.success || all.is_empty() {
            return false;
        }
        let mut left_out = false;
        let errors = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let primary = errors.flat_map(|error| &error.spans).filter(|span| span.primary);
        for span in primary.flat_map(Span::calls) {
            let file = self.record.call.dir.join(&span.file).to_string_lossy().into_owned();
            let mut added = 0;
            for addition in all.get(&file).into_iter().flatten() {
                let (start, length) = (addition.0 + added, addition.1.len());
                added += length;
                if (start..start + length).contains(&span.bytes.start) {
                    for additions in [&self.beside, &self.reached] {
                        if let Some(additions) = additions.borrow_mut().get_mut(&file) {
                            let before = additions.len();
                            additions.retain(|other| other != addition);
                            left_out |= additions.len() < before;
                        }
                    }
                }
            }
        }
        left_out
    }

    /// Gives what rustc says of the sources themselves, if they are what they were, and it takes them other than
    /// their copy: a macro may read files by ways of its own.
    fn without_copy(
        &self,
        outcome: RustcOutcome,
        run: impl Fn() -> Result<RustcOutcome, EvaluateError>,
        is_of_line: impl Fn(&RustcOutcome) -> bool,
    ) -> RustcOutcome {
        let copied = self.copied.take();
        match run() {
            Ok(other) if is_of_line(&other) => other,
            _ => {
                self.copied.replace(copied);
                outcome
            }
        }
    }

    /// Runs rustc on what the program was built from: again, if a source was written meanwhile and is what it was.
    fn run(&self) -> Result<RustcOutcome, EvaluateError> {
        let dir = &self.record.call.dir;
        loop {
            self.is_current()?;
            let outcome = hook_rustc::run(self.command(), LIMIT)?;
            if !self
                .sources
                .touched(dir, &self.seen.borrow(), self.copied.borrow().as_ref())
            {
                self.is_current()?;
                return Ok(outcome);
            }
        }
    }

    /// Tells whether a line of this hook was the last to be compiled, in this process or an earlier one of the same
    /// program.
    pub(crate) fn is_warm(&self, id: u64) -> bool {
        fs::read_to_string(self.made.join("last")).is_ok_and(|last| last == self.state(id))
    }

    fn state(&self, id: u64) -> String {
        format!("{id} {}", self.recorded.fingerprint)
    }

    /// Gives the file that a line is compiled from, as rustc names it.
    pub(crate) fn line(&self) -> PathBuf {
        CompileRequest::line(&self.folder)
    }

    /// Says where a line reads what lies beside a source of this path.
    pub(crate) fn read_at(&self, source: &str) -> String {
        let copied = self.copied.borrow();
        let copy = copied.as_ref().map(|copied| copied.at(Path::new(source)));
        let copy = copy.filter(|copy| copy.exists());
        copy.map_or_else(|| source.to_owned(), |copy| copy.to_string_lossy().into_owned())
    }

    /// Tells whether a source of the crate names this behind a `::`.
    pub(crate) fn names_within(&self, name: &str) -> bool {
        let dir = &self.record.call.dir;
        let texts = self.sources.files().map(|path| fs::read_to_string(dir.join(path)));
        texts.map(Result::unwrap_or_default).any(|text| {
            let mut found = text.match_indices(name).filter(|(at, _)| {
                let part = |c: char| c.is_alphanumeric() || c == '_';
                !text[at + name.len()..].starts_with(part) && text[..*at].trim_end().ends_with("::")
            });
            found.next().is_some()
        })
    }

    /// Crates that the program has, and that the source of the crate cannot name.
    pub(crate) fn foreign(&self) -> Vec<String> {
        self.record.call.unnamed_crates()
    }

    fn command(&self) -> Command {
        let copied = self.copied.borrow();
        let record = copied.as_ref().map_or(&self.record, |copied| &copied.record);
        let mut command = record.call.line(&self.made);
        command.envs(record.env.iter().map(|(name, value)| (name, value)));
        command.env(hook_rustc::LINE, &self.folder);
        // The system's may be of no use.
        command.env("TMPDIR", &self.folder);
        child::prepare(&mut command);
        command
    }

    /// Says where the last run left its objects.
    fn newest(&self) -> Option<PathBuf> {
        let units = entries(&self.made.join("incremental")).unwrap_or_default();
        let sessions = units.iter().flat_map(|unit| entries(unit).unwrap_or_default());
        let whole = sessions.filter(|path| path.is_dir() && !path.to_string_lossy().ends_with("-working"));
        // Their names begin with the time, in a fixed number of digits.
        whole.max()
    }
}

impl Recorded {
    /// Gives what the build left.
    fn build(&self) -> PathBuf {
        builds::folder(Path::new(self.folder), self.fingerprint)
    }

    /// Tells whether it is where the build left it.
    fn is_there(&self) -> Result<(), EvaluateError> {
        let folder = Path::new(self.folder);
        match hook_rustc::is_recorded(&self.build()) {
            true => Ok(()),
            false if folder.exists() => Err(EvaluateError::Rebuilt),
            false => Err(EvaluateError::Cleaned(folder.into())),
        }
    }
}

/// Whether a line of the crate was compiled before, in this process or an earlier one.
pub(crate) fn has_compiled(recorded: &Recorded) -> bool {
    lasting_folder(Path::new(recorded.folder)).join("last").exists()
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

fn objects(session: &Path) -> io::Result<Vec<PathBuf>> {
    let objects = entries(session)?.into_iter();
    Ok(objects
        .filter(|path| path.extension().is_some_and(|kind| kind == "o"))
        .collect())
}

/// Gives the compiler that goes by a name. It may be one that only starts another.
fn compiler(named: &OsStr, dir: &Path) -> PathBuf {
    let mut asked = Command::new(named);
    asked.args(["--print", "sysroot"]).current_dir(dir).stdin(Stdio::null());
    child::prepare(&mut asked);
    let said = asked
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok());
    let sysroot = said.filter(|said| !said.trim().is_empty());
    let within = sysroot.map(|sysroot| Path::new(sysroot.trim()).join("bin").join(EXECUTABLE));
    within
        .filter(|compiler| compiler.exists())
        .unwrap_or_else(|| OsString::from(named).into())
}

const EXECUTABLE: &str = if cfg!(windows) { "rustc.exe" } else { "rustc" };

/// Where what rustc makes of lines lasts from one process to the next.
fn lasting_folder(recorded: &Path) -> PathBuf {
    let unit = recorded.file_name().unwrap_or_default();
    recorded.with_file_name("lines").join(unit)
}

/// Gives the folder that lasts, and its lock, held until the process ends.
fn lasting(recorded: &Path) -> io::Result<(PathBuf, File)> {
    let made = lasting_folder(recorded);
    fs::create_dir_all(made.join("out"))?;
    let lock = File::create(made.join("lock"))?;
    lock.try_lock()?;
    Ok((made, lock))
}
